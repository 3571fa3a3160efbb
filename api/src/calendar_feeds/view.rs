//! Calendar feeds as their owners see them.

use std::fmt;

use chrono::{DateTime, Utc};
use entity::calendar_feeds;
use entity::ids::{CalendarFeedId, GroupId, UserId};
use entity::values::FeedName;
use serde::Serialize;
use service::calendar_feeds::NewFeed;
use utoipa::ToSchema;

use crate::page::page_view;

/// A calendar feed, without its address: that is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarFeed {
    /// Id.
    pub id: CalendarFeedId,
    /// What it is called.
    #[schema(required)]
    pub name: Option<FeedName>,
    /// Whose last days it shows; null for those of a group.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// Of which group's members it shows them; null for those of one person.
    #[schema(required)]
    pub group_id: Option<GroupId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

page_view! {
    /// A page of calendar feeds.
    CalendarFeedPage of CalendarFeed from calendar_feeds::Model
}

/// A new calendar feed with its address.
#[derive(Serialize, ToSchema)]
pub struct CreatedCalendarFeed {
    /// Id.
    pub id: CalendarFeedId,
    /// What it is called.
    #[schema(required)]
    pub name: Option<FeedName>,
    /// Whose last days it shows; null for those of a group.
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// Of which group's members it shows them; null for those of one person.
    #[schema(required)]
    pub group_id: Option<GroupId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The address to subscribe to. Whoever has it can read the calendar: it is a secret, and shown this once.
    #[schema(
        max_length = 400,
        example = "http://127.0.0.1:8080/v1/calendar-feeds/cpf_utopia-calendar-feed-demonstration-sunrise.ics"
    )]
    pub url: String,
}

impl fmt::Debug for CreatedCalendarFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreatedCalendarFeed({})", self.id)
    }
}

impl From<calendar_feeds::Model> for CalendarFeed {
    fn from(feed: calendar_feeds::Model) -> Self {
        Self {
            id: feed.id,
            name: feed.name,
            user_id: feed.about_user_id,
            group_id: feed.group_id,
            created_at: feed.created_at,
        }
    }
}

impl CreatedCalendarFeed {
    /// The feed with its address under the one of the service.
    pub fn new(made: NewFeed, public_url: &str) -> Self {
        let CalendarFeed {
            id,
            name,
            user_id,
            group_id,
            created_at,
        } = made.feed.into();
        let base = public_url.trim_end_matches('/');
        Self {
            id,
            name,
            user_id,
            group_id,
            created_at,
            url: format!("{base}/v1/calendar-feeds/{}.ics", made.token.expose()),
        }
    }
}

//! Calendar feeds: last days of validity, as calendar programs subscribe to them.
//!
//! A calendar program cannot sign in. The address of a feed is therefore a secret by itself, and opens nothing but the feed:
//! what it shows is computed, each time it is read, with the rights that its owner has then.

mod commands;
mod ical;

use std::fmt;

use entity::calendar_feeds::{self, Model};
use entity::ids::{CalendarFeedId, SessionId, UserId};
use entity::users;
use entity::values::{AuditAction, AuditSubject, FeedName, Role, UserStatus};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

pub use self::commands::NewCalendarFeed;
use crate::alerts;
use crate::audit::{self, Audited, Event, field};
use crate::auth::{Origin, second_factor, throttle};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::groups;
use crate::input::{Secret, Valid};
use crate::opaque::{self, OpaqueKind};
use crate::page::{Page, PageRequest};
use crate::policy::{Actor, ManageCalendarFeeds, Permit, ReadAlerts};
use crate::users as people;

/// Most feeds of one owner.
const MOST: u64 = 10;
/// What a feed without a name calls itself.
const NAME: &str = "Expiry dates";

/// A new feed with the secret of its address, which nobody can see again.
pub struct NewFeed {
    /// The feed.
    pub feed: Model,
    /// What its address ends with.
    pub token: Secret,
}

impl fmt::Debug for NewFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewFeed({})", self.feed.id)
    }
}

impl Audited for Model {
    const SUBJECT: AuditSubject = AuditSubject::CalendarFeed;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        None
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("name", &self.name),
            field("user_id", &self.about_user_id),
            field("group_id", &self.group_id),
        ]
    }
}

/// Makes a feed of what the caller may see.
///
/// # Errors
/// `Invalid` when person or group are out of reach, or both are named; `too_many_calendar_feeds`, `restricted`.
pub async fn create(
    core: &Core,
    by: &Permit<ManageCalendarFeeds>,
    command: Valid<NewCalendarFeed>,
) -> Result<NewFeed> {
    let NewCalendarFeed {
        name,
        user_id,
        group_id,
    } = command.into_inner();
    let (owner, user_id, group_id) = (
        people::own_id(by.actor())?,
        user_id.optional(),
        group_id.optional(),
    );
    if user_id.is_some() && group_id.is_some() {
        return Err(FieldError::field(
            "group_id",
            "not_both",
            "A feed is about a person or about a group; name one of them, and make a second feed for the other.",
        )
        .into());
    }
    let field = if group_id.is_some() { "group_id" } else { "user_id" };
    let (token, token_hash) = opaque::generate(OpaqueKind::CalendarFeed)?;
    let feed = Model {
        id: CalendarFeedId::new(),
        user_id: owner,
        name: name.optional(),
        token_hash,
        about_user_id: user_id.or_else(|| group_id.is_none().then_some(owner)),
        group_id,
        created_at: core.clock.now(),
    };
    let sees = Permit::<ReadAlerts>::obtain(*by.actor())?;
    core.db
        .write(async |txn| {
            // Holds up other feeds of the owner, so that no more than the limit are made.
            people::lock(core, txn, by, owner).await?;
            in_reach(txn, &sees, &feed)
                .await
                .map_err(|error| error.at_field(field))?;
            let made = calendar_feeds::Entity::find().filter(calendar_feeds::COLUMN.user_id.eq(owner));
            if made.count(txn).await? >= MOST {
                return Err(Conflict::TooManyCalendarFeeds.into());
            }
            calendar_feeds::Entity::insert(row_of::<_, calendar_feeds::ActiveModel>(&feed))
                .exec_without_returning(txn)
                .await
                .or_foreign_key(|| Error::NotFound.at_field(field))?;
            let event = Event::new(AuditAction::CalendarFeedCreated).created(&feed);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    Ok(NewFeed { feed, token })
}

/// One page of the caller's feeds.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(core: &Core, by: &Permit<ManageCalendarFeeds>, page: &PageRequest) -> Result<Page<Model>> {
    let owner = people::own_id(by.actor())?;
    let keyset = page.check(core, by.actor(), "calendar_feeds", &())?;
    let mut query = calendar_feeds::Entity::find().filter(calendar_feeds::COLUMN.user_id.eq(owner));
    if let Some(after) = keyset.after() {
        query = query.filter(calendar_feeds::COLUMN.id.gt(CalendarFeedId::from(after)));
    }
    let rows = query
        .order_by_asc(calendar_feeds::COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |feed| feed.id.uuid()))
}

/// Ends one of the caller's feeds: its address is good for nothing from here on.
///
/// # Errors
/// `NotFound` when it is not the caller's.
pub async fn revoke(core: &Core, by: &Permit<ManageCalendarFeeds>, id: CalendarFeedId) -> Result<()> {
    let owner = people::own_id(by.actor())?;
    core.db
        .write(async |txn| {
            let feed = calendar_feeds::Entity::find_by_id(id)
                .filter(calendar_feeds::COLUMN.user_id.eq(owner))
                .lock_exclusive()
                .one(txn)
                .await?
                .ok_or(Error::NotFound)?;
            calendar_feeds::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::CalendarFeedRevoked).removed(&feed);
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

/// Ends all feeds of somebody who may not sign in any more; they stay ended when the user is set `active` again.
///
/// # Errors
/// When the database is away.
pub(crate) async fn end_all(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Actor,
    owner: UserId,
) -> Result<()> {
    let feeds = calendar_feeds::Entity::find()
        .filter(calendar_feeds::COLUMN.user_id.eq(owner))
        .lock_exclusive()
        .all(txn)
        .await?;
    if feeds.is_empty() {
        return Ok(());
    }
    calendar_feeds::Entity::delete_many()
        .filter(calendar_feeds::COLUMN.user_id.eq(owner))
        .exec(txn)
        .await?;
    let revoked = |feed| Event::new(AuditAction::CalendarFeedRevoked).removed(feed);
    audit::record_all(core, txn, by, feeds.iter().map(revoked)).await
}

/// The calendar behind an address (RFC 5545). Failures count against the network address that they come from.
///
/// # Errors
/// `NotFound`, the same for a secret that never was one, one that was revoked, and one whose owner may not sign in or may not
/// see person or group any more; `TooManyAttempts`.
pub async fn calendar(core: &Core, from: &Origin, token: &Secret) -> Result<String> {
    throttle::guess(core, from, async || {
        let (feed, sees) = find(core, token).await?.ok_or(Error::NotFound)?;
        in_reach(core.db.read(), &sees, &feed).await?;
        let alerts = alerts::upcoming(core, &sees, feed.about_user_id, feed.group_id).await?;
        let name = feed.name.as_ref().map_or(NAME, FeedName::as_str);
        Ok(ical::written(name, &alerts, &core.settings.alert_days))
    })
    .await
}

/// The feed of a secret, and what its owner may see now.
async fn find(core: &Core, token: &Secret) -> Result<Option<(Model, Permit<ReadAlerts>)>> {
    let db = core.db.read();
    let Some(feed) = calendar_feeds::Entity::find()
        .filter(calendar_feeds::COLUMN.token_hash.eq(opaque::hash(token.expose())))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let owner: Option<(Role, UserStatus)> = users::Entity::find_by_id(feed.user_id)
        .select_only()
        .column(users::Column::Role)
        .column(users::Column::Status)
        .into_tuple()
        .one(db)
        .await?;
    let Some((role, UserStatus::Active)) = owner else {
        return Ok(None);
    };
    // Who cannot work without a second factor does not read here either.
    let enrolling = core.settings.second_factor.is_asked_of(role)
        && !second_factor::is_confirmed(db, feed.user_id).await?;
    let owner = Actor::User {
        id: feed.user_id,
        role,
        // What a session is to an access token, the feed is to its secret.
        session: SessionId::from(feed.id.uuid()),
        enrolling,
    };
    Ok(Permit::obtain(owner).ok().map(|sees| (feed, sees)))
}

/// Whether the person or the group that a feed is about is somebody's to see.
///
/// # Errors
/// `NotFound` when not.
async fn in_reach(db: &impl ConnectionTrait, sees: &Permit<ReadAlerts>, feed: &Model) -> Result<()> {
    let found = match (feed.about_user_id, feed.group_id) {
        (Some(user), _) => {
            let user = people::visible_to(sees).filter(users::COLUMN.id.eq(user));
            user.count(db).await?
        }
        (None, Some(group)) => {
            let group = groups::visible_to(sees).filter(entity::groups::COLUMN.id.eq(group));
            group.count(db).await?
        }
        (None, None) => 0,
    };
    if found == 0 { Err(Error::NotFound) } else { Ok(()) }
}

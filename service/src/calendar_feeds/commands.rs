//! What somebody says to subscribe to a calendar.

use entity::ids::{GroupId, UserId};
use entity::values::FeedName;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::input::{Input, optional};

/// A calendar feed to make: of one person, or of the members of a group.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewCalendarFeed {
    /// What to call it; calendar programs show it.
    #[schema(value_type = Option<FeedName>, example = "Passports of the family")]
    #[validate(custom(function = "optional"))]
    pub name: Input<FeedName>,
    /// Whose last days to show; the caller's own if neither a person nor a group is named.
    #[schema(value_type = Option<UserId>)]
    #[validate(custom(function = "optional"))]
    pub user_id: Input<UserId>,
    /// Of which group's members to show them, as far as the caller may see each; not together with `user_id`.
    #[schema(value_type = Option<GroupId>)]
    #[validate(custom(function = "optional"))]
    pub group_id: Input<GroupId>,
}

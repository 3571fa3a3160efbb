//! What callers say about groups: to make one, to change one, to find some.

use entity::ids::UserId;
use entity::values::{
    ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds, GroupName, MemberRole, Purpose,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::input::{Input, not_null, optional, required};

/// A group to make, with all its members.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewGroup {
    /// What the group is called; no other has this name, whatever the case.
    #[schema(value_type = GroupName, required, example = "Lindqvist wedding")]
    #[validate(custom(function = "required"))]
    pub name: Input<GroupName>,
    /// Why they travel together.
    #[schema(value_type = Option<Purpose>, example = "Wedding in Zenith")]
    #[validate(custom(function = "optional"))]
    pub purpose: Input<Purpose>,
    /// 2 to 9 members (a setting raises it to 99), each once.
    #[schema(value_type = Vec<NewGroupMember>, required, min_items = 2, max_items = 99)]
    #[validate(custom(function = "required"), nested)]
    pub members: Input<Vec<NewGroupMember>>,
    /// Its numbers in other systems; none if not said.
    #[schema(value_type = Vec<ExternalId>, max_items = 20)]
    #[validate(custom(function = "not_null"))]
    pub external_ids: Input<ExternalIds>,
}

/// A member of a group to make.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewGroupMember {
    /// Who.
    #[schema(value_type = UserId, required)]
    #[validate(custom(function = "required"))]
    pub user_id: Input<UserId>,
    /// As what; `companion` if not said.
    #[schema(value_type = MemberRole)]
    #[validate(custom(function = "not_null"))]
    pub role: Input<MemberRole>,
}

/// A change of a group, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupPatch {
    /// What the group is called.
    #[schema(value_type = GroupName)]
    #[validate(custom(function = "not_null"))]
    pub name: Input<GroupName>,
    /// Why they travel together.
    #[schema(value_type = Option<Purpose>, example = "Away game in Nadir")]
    #[validate(custom(function = "optional"))]
    pub purpose: Input<Purpose>,
    /// Its numbers in other systems, changed system by system: `id` null takes the number of that system away, a system that
    /// is not named keeps its number, null for the whole takes all away.
    #[schema(value_type = Option<Vec<ExternalIdChange>>, max_items = 20)]
    #[validate(custom(function = "optional"))]
    pub external_ids: Input<ExternalIdChanges>,
}

/// What a member is to the group.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupMembership {
    /// As what; a new member is a `companion` if not said, a present one stays what it was.
    #[schema(value_type = MemberRole, example = "companion")]
    #[validate(custom(function = "not_null"))]
    pub role: Input<MemberRole>,
}

/// What narrows a list of groups.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GroupFilter {
    /// That this user is a member of.
    pub user_id: Option<UserId>,
}

//! The members of a group, as somebody sees them who may not see everybody.

use entity::ids::GroupId;
use entity::{group_members, groups, users};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _, QueryTrait as _,
};

use super::{order, visible_to};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::policy::{Permission, Permit, ReadGroups};
use crate::sealing::{self, Keyed};
use crate::users::{User, is_visible_to};

/// A member, and the person where that one is within reach.
#[derive(Debug)]
pub(crate) struct SeenMember {
    pub(crate) membership: group_members::Model,
    pub(crate) user: Option<User>,
}

/// The members of a group in the order in which they joined, in one statement.
///
/// # Errors
/// `NotFound` when the group is out of reach.
pub(crate) async fn seen_members<P: Permission>(
    core: &Core,
    by: &Permit<P>,
    id: GroupId,
) -> Result<Vec<SeenMember>> {
    // Groups are no users: who may see some of their members may see which there are.
    let group = visible_to(&Permit::<ReadGroups>::obtain(*by.actor())?)
        .select_only()
        .column(groups::Column::Id)
        .filter(groups::COLUMN.id.eq(id))
        .into_query();
    let is_seen = is_visible_to(by);
    let person = group_members::Entity::belongs_to(users::Entity)
        .from(group_members::Column::UserId)
        .to(users::Column::Id)
        .on_condition(move |_, _| is_seen.clone());
    let found = group_members::Entity::find()
        .join(JoinType::LeftJoin, person.into())
        .filter(group_members::COLUMN.group_id.in_subquery(group))
        .select_also(users::Entity);
    let found = sealing::with_key_if_any::<users::Entity, _>(found, "B_")
        .into_model::<group_members::Model, Keyed<users::Model>>()
        .all(core.db.read())
        .await?;
    // A group without members is none.
    if found.is_empty() {
        return Err(Error::NotFound);
    }
    let mut members = Vec::with_capacity(found.len());
    for (membership, user) in found {
        let user = match user {
            Some(user) => Some(user.open::<users::Entity>(core).await?.record),
            None => None,
        };
        members.push(SeenMember { membership, user });
    }
    members.sort_by_key(|member| order(&member.membership));
    Ok(members)
}

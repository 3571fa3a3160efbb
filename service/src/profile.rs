//! The composed profile that an agent opens: a user with all that hangs on it.

use std::collections::BTreeMap;

use entity::ids::{GroupId, UserId};
use entity::values::{MemberRole, PersonName};
use entity::{group_members, groups, loyalties, loyalty_programs, users};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::core::Core;
use crate::documents::{self, TravelDocuments};
use crate::error::Result;
use crate::groups::groups_of;
use crate::loyalties::{Loyalty, with_programs};
use crate::policy::{Actor, Permit, ReadProfile};
use crate::privacy::restriction;
use crate::users::{self as people, User};

/// A user with travel documents, loyalties and groups.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// All that the user travels on.
    pub documents: TravelDocuments,
    /// All memberships with their programmes.
    pub loyalties: Vec<(Loyalty, loyalty_programs::Model)>,
    /// All groups with the others in them.
    pub groups: Vec<TravelGroup>,
}

/// A group as one of its members sees it.
#[derive(Debug, Clone)]
pub struct TravelGroup {
    /// The group.
    pub group: groups::Model,
    /// What the user is to it.
    pub role: MemberRole,
    /// The other members.
    pub companions: Vec<CompanionName>,
}

/// Another member of a group, by name.
#[derive(Debug, Clone)]
pub struct CompanionName {
    /// Who.
    pub user_id: UserId,
    /// First name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// What the person is to the group.
    pub role: MemberRole,
}

/// Reads the profile, in seven statements whatever it holds.
///
/// # Errors
/// `NotFound` when the user is out of reach.
pub async fn get(core: &Core, by: &Permit<ReadProfile>, id: UserId) -> Result<Profile> {
    let db = core.db.read();
    let user = people::get(core, by, id).await?;
    let documents = documents::all_as_seen_by(core, by.actor(), id).await?;
    let loyalties = loyalties::Entity::find().filter(loyalties::COLUMN.user_id.eq(id));
    let loyalties = with_programs(core, db, loyalties).await?;
    let members = group_members::Entity::find()
        .filter(group_members::COLUMN.group_id.in_subquery(groups_of(id)))
        .find_also_related(groups::Entity)
        .find_also_related(users::Entity)
        .order_by_asc(group_members::COLUMN.joined_at)
        .order_by_asc(group_members::COLUMN.user_id)
        .all(db)
        .await?;
    Ok(Profile {
        user,
        documents,
        loyalties,
        groups: by_group(id, members, by.actor()),
    })
}

type Row = (group_members::Model, Option<groups::Model>, Option<users::Model>);

fn by_group(me: UserId, rows: Vec<Row>, seen_by: &Actor) -> Vec<TravelGroup> {
    let mut found: BTreeMap<GroupId, TravelGroup> = BTreeMap::new();
    for (member, group, user) in rows {
        let (Some(group), Some(user)) = (group, user) else {
            continue;
        };
        let group = found.entry(group.id).or_insert_with(|| TravelGroup {
            group,
            role: member.role,
            companions: Vec::new(),
        });
        if user.id == me {
            group.role = member.role;
        } else if !restriction::is_hidden(user.id, user.restricted_at, seen_by) {
            group.companions.push(CompanionName {
                user_id: user.id,
                first_name: user.first_name,
                last_name: user.last_name,
                role: member.role,
            });
        }
    }
    found.into_values().collect()
}

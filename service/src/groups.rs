//! Travel groups: customers who travel together.
//!
//! How many members a group has is a rule over rows that no constraint can hold. Every change of the members
//! therefore locks the group first; on SQLite the single writer does the same.

mod audited;
mod commands;
mod members;
mod seen;

use std::collections::BTreeMap;

use entity::ids::{GroupId, UserId};
use entity::values::{AuditAction, ExternalId, Hidden, MemberRole, Role, Scope};
use entity::{group_members, groups, loyalty_programs, users};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};

pub use self::commands::{GroupFilter, GroupMembership, GroupPatch, NewGroup, NewGroupMember};
pub(crate) use self::members::forget_member;
pub use self::members::{members, put_member, remove_member};
pub(crate) use self::seen::seen_members;
use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::external_ids;
use crate::input::Valid;
use crate::loyalties::Loyalty;
use crate::page::{Page, PageRequest};
use crate::passports;
use crate::policy::{Actor, Permission, Permit, Reach, ReadGroups, WriteGroups};
use crate::privacy::restriction;
use crate::text;
use crate::users::{self as people, User};
use crate::version::Precondition;

/// Fewest members of a group.
pub const MIN_MEMBERS: u64 = 2;

/// A group with its members, in the order in which they joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub group: groups::Model,
    /// Its members.
    pub members: Vec<group_members::Model>,
}

/// A member as the caller may see the person.
#[derive(Debug, Clone)]
pub struct Companion {
    /// The membership.
    pub membership: group_members::Model,
    /// The person.
    pub user: User,
    /// How much of the person the caller may see beside the name.
    pub shown: Shown,
    /// The person's active passports, where the caller may see them.
    pub passports: Vec<passports::Shown>,
    /// The person's memberships in loyalty programmes, where the caller may see them.
    pub loyalties: Vec<(Loyalty, loyalty_programs::Model)>,
}

/// What a caller may see of a member beside the name. Staff and the person itself see everything; other systems see
/// each part with its scope, and of staff nothing; customers see nothing of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// How to reach the person, date of birth and nationality.
    pub profile: bool,
    /// Active passports.
    pub passports: bool,
    /// Memberships in loyalty programmes.
    pub loyalties: bool,
}

impl Shown {
    /// What an actor may see of a user.
    fn of(user: &User, to: &Actor) -> Self {
        let all = match to {
            Actor::Client { .. } => user.role == Role::Customer,
            _ => to.is_staff() || to.is(user.id),
        };
        Self {
            profile: all && to.may_see(Scope::UsersRead),
            passports: all && to.may_see(Scope::PassportsRead),
            loyalties: all && to.may_see(Scope::LoyaltiesRead),
        }
    }

    /// Whether nothing is held back.
    pub const fn in_full(self) -> bool {
        self.profile && self.passports && self.loyalties
    }
}

/// Makes a group.
///
/// # Errors
/// `Invalid` when there are too few or too many members, one twice, or one that does not exist; `group_name_taken`.
pub async fn create(core: &Core, by: &Permit<WriteGroups>, command: Valid<NewGroup>) -> Result<Group> {
    let NewGroup {
        name,
        purpose,
        members,
        external_ids,
    } = command.into_inner();
    let now = core.clock.now();
    let name = name.required("name")?;
    let group = groups::Model {
        id: GroupId::new(),
        name_key: text::name_key(name.as_str()).into(),
        name,
        purpose: purpose.optional(),
        version: 1,
        created_at: now,
        updated_at: now,
        external_ids: external_ids.optional().unwrap_or_default(),
    };
    let mut rows = Vec::new();
    for member in members.required("members")? {
        let NewGroupMember { user_id, role } = member;
        rows.push(group_members::Model {
            group_id: group.id,
            user_id: user_id.required("members")?,
            role: role.optional().unwrap_or(MemberRole::Companion),
            joined_at: now,
        });
    }
    check_members(core, &rows)?;
    core.db
        .write(async |txn| {
            check_people(txn, by, &rows).await?;
            let row = row_of(&group);
            groups::Entity::insert(row)
                .exec_without_returning(txn)
                .await
                .or_conflict(Conflict::GroupNameTaken)?;
            external_ids::add(core, txn, group.id.into(), &group.external_ids).await?;
            let members = rows.iter().map(row_of);
            group_members::Entity::insert_many(members)
                .exec_without_returning(txn)
                .await
                .or_foreign_key(|| FieldError::field("members", "not_found", GONE).into())?;
            audit::record_all(core, txn, by.actor(), audited::made(&group, &rows)).await
        })
        .await?;
    rows.sort_by_key(order);
    Ok(Group { group, members: rows })
}

const GONE: &str = "There is no such user; search for the user first.";

pub(crate) fn check_members(core: &Core, members: &[group_members::Model]) -> Result<()> {
    let (count, most) = (members.len() as u64, core.settings.max_group_members);
    let mut errors = Vec::new();
    if count < MIN_MEMBERS {
        errors.push(FieldError::field(
            "members",
            "too_few",
            format!("A group has at least {MIN_MEMBERS} members."),
        ));
    }
    if count > most {
        errors.push(FieldError::field(
            "members",
            "too_many",
            format!("A group has at most {most} members."),
        ));
    }
    let mut seen = BTreeMap::new();
    for (index, member) in members.iter().enumerate() {
        if seen.insert(member.user_id, index).is_some() {
            let field = format!("members/{index}/user_id");
            errors.push(FieldError::field(
                &field,
                "duplicate",
                "This user is in the list already; name each once.",
            ));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Names every member that does not exist.
async fn check_people(
    txn: &impl ConnectionTrait,
    by: &Permit<WriteGroups>,
    members: &[group_members::Model],
) -> Result<()> {
    let known: Vec<(UserId, bool)> = people::visible_to(by)
        .select_only()
        .column(users::Column::Id)
        .expr(users::COLUMN.restricted_at.is_not_null())
        .filter(
            users::COLUMN
                .id
                .is_in(members.iter().map(|member| member.user_id)),
        )
        .into_tuple()
        .all(txn)
        .await?;
    let unknown = members
        .iter()
        .enumerate()
        .filter(|(_, member)| !known.iter().any(|(id, _)| *id == member.user_id));
    let errors: Vec<_> = unknown
        .map(|(index, _)| FieldError::field(&format!("members/{index}/user_id"), "not_found", GONE))
        .collect();
    if !errors.is_empty() {
        Err(Error::Invalid(errors))
    } else if known.iter().any(|(_, is_restricted)| *is_restricted) {
        Err(Conflict::Restricted.into())
    } else {
        Ok(())
    }
}

/// Reads one group.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadGroups>, id: GroupId) -> Result<Group> {
    let found = with_members(core.db.read(), visible_to(by).filter(groups::COLUMN.id.eq(id))).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// Reads the group that a number of another system stands for.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get_by_external_id(
    core: &Core,
    by: &Permit<ReadGroups>,
    external_id: &ExternalId,
) -> Result<Group> {
    let ids = external_ids::ids_of::<GroupId>(core, external_id);
    let query = visible_to(by).filter(groups::COLUMN.id.in_subquery(ids));
    let found = with_members(core.db.read(), query).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// One page of groups.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadGroups>,
    filter: &GroupFilter,
    page: &PageRequest,
) -> Result<Page<Group>> {
    let keyset = page.check(core, by.actor(), "groups", filter)?;
    let mut ids = visible_to(by);
    if let Some(user) = filter.user_id {
        ids = ids.filter(groups::COLUMN.id.in_subquery(groups_of(user)));
    }
    if let Some(after) = keyset.after() {
        ids = ids.filter(groups::COLUMN.id.gt(GroupId::from(after)));
    }
    // The limit counts groups, so that it stands in a query of its own, inside the join with the members.
    let ids = ids
        .select_only()
        .column(groups::Column::Id)
        .order_by_asc(groups::COLUMN.id)
        .limit(keyset.fetch());
    let ids = sea_orm::QueryTrait::into_query(ids);
    let found = with_members(
        match by.reach() {
            Reach::All | Reach::Customers => core.db.read_stale(),
            // Who belongs to a group is a right: a replica may not have heard that somebody was taken out.
            _ => core.db.read(),
        },
        groups::Entity::find().filter(groups::COLUMN.id.in_subquery(ids)),
    )
    .await?;
    Ok(keyset.page(core, found, |group| group.group.id.uuid()))
}

/// The groups of a query with their members, in one statement.
pub(crate) async fn with_members(
    db: &impl ConnectionTrait,
    query: Select<groups::Entity>,
) -> Result<Vec<Group>> {
    let found = query
        .find_with_related(group_members::Entity)
        .order_by_asc(groups::COLUMN.id)
        .all(db)
        .await?;
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(group, mut members)| {
            members.sort_by_key(order);
            Group { group, members }
        })
        .collect();
    found.sort_by_key(|group| group.group.id);
    Ok(found)
}

fn order(member: &group_members::Model) -> (chrono::DateTime<chrono::Utc>, UserId) {
    (member.joined_at, member.user_id)
}

/// Changes a group, but not its members. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `group_name_taken`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteGroups>,
    id: GroupId,
    precondition: &Precondition,
    command: Valid<GroupPatch>,
) -> Result<Group> {
    let GroupPatch {
        name,
        purpose,
        external_ids,
    } = command.into_inner();
    core.db
        .write(async |txn| {
            let mut found = lock(txn, by, id).await?;
            precondition.check(found.group.version)?;
            let mut group = found.group.clone();
            name.patch(&mut group.name);
            group.name_key = Hidden::from(text::name_key(group.name.as_str()));
            purpose.patch_nullable(&mut group.purpose);
            external_ids::patch(&mut group.external_ids, external_ids)?;
            if group != found.group {
                let group = save(core, txn, group).await?;
                let (before, after) = (&found.group.external_ids, &group.external_ids);
                external_ids::follow(core, txn, id.into(), before, after).await?;
                let event = Event::new(AuditAction::GroupUpdated).changed(&found.group, &group);
                audit::record(core, txn, by.actor(), event).await?;
                found.group = group;
            }
            Ok(found)
        })
        .await
}

/// Removes a group. Its members stay customers.
///
/// # Errors
/// `NotFound`, `Stale`, `restricted`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteGroups>,
    id: GroupId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock(txn, by, id).await?;
            precondition.check(found.group.version)?;
            restriction::refuse_any(txn, found.members.iter().map(|member| member.user_id)).await?;
            groups::Entity::delete_by_id(id).exec(txn).await?;
            let members = found.members.iter().map(|member| member.user_id);
            audit::record_all(core, txn, by.actor(), audited::gone(&found.group, members)).await
        })
        .await
}

/// The groups that a permit reaches.
pub(crate) fn visible_to<P: Permission>(by: &Permit<P>) -> Select<groups::Entity> {
    let find = groups::Entity::find();
    match (by.reach(), by.actor().user_id()) {
        // A group is the customers' even where somebody of the staff travels along.
        (Reach::All | Reach::Customers, _) => find,
        (Reach::Own, Some(me)) => find.filter(groups::COLUMN.id.in_subquery(groups_of(me))),
        (Reach::Nothing | Reach::Own, _) => find.filter(Expr::val(1).eq(0)),
    }
}

/// The ids of the groups that a user is a member of.
pub(crate) fn groups_of(user: UserId) -> SelectStatement {
    Query::select()
        .column(group_members::Column::GroupId)
        .from(group_members::Entity)
        .and_where(group_members::COLUMN.user_id.eq(user))
        .take()
}

/// Locks a group until the end of the transaction and reads its members.
async fn lock<P: Permission>(txn: &impl ConnectionTrait, by: &Permit<P>, id: GroupId) -> Result<Group> {
    let group = visible_to(by)
        .filter(groups::COLUMN.id.eq(id))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)?;
    let mut members = group_members::Entity::find()
        .filter(group_members::COLUMN.group_id.eq(id))
        .all(txn)
        .await?;
    members.sort_by_key(order);
    Ok(Group { group, members })
}

/// Writes a locked group with the next version.
async fn save(core: &Core, txn: &impl ConnectionTrait, mut group: groups::Model) -> Result<groups::Model> {
    group.version += 1;
    group.updated_at = core.clock.now();
    groups::Entity::update_many()
        .set(row_of(&group))
        .filter(groups::COLUMN.id.eq(group.id))
        .exec(txn)
        .await
        .or_conflict(Conflict::GroupNameTaken)?;
    Ok(group)
}

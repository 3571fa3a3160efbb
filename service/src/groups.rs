//! Travel groups: customers who travel together.
//!
//! How many members a group has is a rule over rows that no constraint can hold. Every change of the members
//! therefore locks the group first; on SQLite the single writer does the same.

mod audited;
mod commands;
mod seen;

use std::collections::BTreeMap;

use entity::ids::{GroupId, UserId};
use entity::values::{AuditAction, ExternalId, Hidden, MemberRole, PassportStatus, Role, Scope};
use entity::{group_members, groups, loyalties, loyalty_programs, passports as documents, users};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

pub use self::commands::{GroupFilter, GroupMembership, GroupPatch, NewGroup, NewGroupMember};
pub(crate) use self::seen::seen_members;
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::documents::Document as _;
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::external_ids;
use crate::input::Valid;
use crate::loyalties::{Loyalty, with_programs};
use crate::page::{Page, PageRequest};
use crate::passports;
use crate::policy::{Actor, Permission, Permit, Reach, ReadGroups, RemoveGroupMember, WriteGroups};
use crate::privacy::restriction;
use crate::sealing::{self, Keyed};
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

/// The members of a group with as much of each person as the caller may see.
///
/// # Errors
/// `NotFound` when the group is out of reach.
pub async fn members(
    core: &Core,
    by: &Permit<ReadGroups>,
    id: GroupId,
) -> Result<(groups::Model, Vec<Companion>)> {
    let db = core.db.read();
    let group = visible_to(by)
        .filter(groups::COLUMN.id.eq(id))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let found = group_members::Entity::find()
        .filter(group_members::COLUMN.group_id.eq(id))
        .find_also_related(users::Entity);
    let found = sealing::with_key::<users::Entity, _>(found, "B_")
        .into_model::<group_members::Model, Keyed<users::Model>>()
        .all(db)
        .await?;
    let mut companions = Vec::with_capacity(found.len());
    for (membership, user) in found {
        let Some(user) = user else { continue };
        let user = user.open::<users::Entity>(core).await?.record;
        if restriction::is_hidden(user.id, user.restricted_at, by.actor()) {
            continue;
        }
        companions.push(Companion {
            membership,
            shown: Shown::of(&user, by.actor()),
            user,
            passports: Vec::new(),
            loyalties: Vec::new(),
        });
    }
    companions.sort_by_key(|companion| order(&companion.membership));
    attach_documents(core, by.actor(), &mut companions).await?;
    Ok((group, companions))
}

async fn attach_documents(core: &Core, to: &Actor, companions: &mut [Companion]) -> Result<()> {
    let db = core.db.read();
    let who = |is_shown: fn(&Shown) -> bool| -> Vec<UserId> {
        let seen = companions.iter().filter(|it| is_shown(&it.shown));
        seen.map(|it| it.user.id).collect()
    };
    let (holders, members) = (who(|shown| shown.passports), who(|shown| shown.loyalties));
    let passports = if holders.is_empty() {
        Vec::new()
    } else {
        let query = documents::Entity::find()
            .filter(documents::COLUMN.user_id.is_in(holders))
            .filter(documents::COLUMN.status.eq(PassportStatus::Active))
            .order_by_asc(documents::COLUMN.id);
        sealing::all(core, db, query).await?
    };
    let loyalties = if members.is_empty() {
        Vec::new()
    } else {
        let query = loyalties::Entity::find().filter(loyalties::COLUMN.user_id.is_in(members));
        with_programs(core, db, query).await?
    };
    for passport in passports {
        if let Some(companion) = companions.iter_mut().find(|it| it.user.id == passport.user_id) {
            companion.passports.push(passport.shown_to(to));
        }
    }
    for (loyalty, program) in loyalties {
        if let Some(companion) = companions.iter_mut().find(|it| it.user.id == loyalty.user_id) {
            companion.loyalties.push((loyalty, program));
        }
    }
    Ok(())
}

/// Adds a member, or changes what a present one is to the group. Tells whether the member is new.
///
/// # Errors
/// `NotFound` for the group or the user, `Stale`, `group_full`.
pub async fn put_member(
    core: &Core,
    by: &Permit<WriteGroups>,
    id: GroupId,
    user: UserId,
    precondition: &Precondition,
    command: Valid<GroupMembership>,
) -> Result<(Group, bool)> {
    let role = command.into_inner().role.optional();
    core.db
        .write(async |txn| {
            // The user first, then the group: the order in which removing a user locks them.
            people::lock(core, txn, by, user).await?;
            let mut found = lock(txn, by, id).await?;
            let is_member = found.members.iter().any(|member| member.user_id == user);
            precondition.check_part(is_member, found.group.version)?;
            if let Some(member) = found.members.iter_mut().find(|member| member.user_id == user) {
                let role = role.unwrap_or(member.role);
                if member.role == role {
                    return Ok((found, false));
                }
                let before = member.clone();
                member.role = role;
                let event = Event::new(AuditAction::GroupMemberUpdated).changed(&before, &*member);
                group_members::Entity::update_many()
                    .set(row_of(&*member))
                    .filter(group_members::COLUMN.group_id.eq(id))
                    .filter(group_members::COLUMN.user_id.eq(user))
                    .exec(txn)
                    .await?;
                found.group = save(core, txn, found.group).await?;
                let event = event.version(found.group.version);
                audit::record(core, txn, by.actor(), event).await?;
                return Ok((found, false));
            }
            if found.members.len() as u64 >= core.settings.max_group_members {
                return Err(Conflict::GroupFull.into());
            }
            let member = group_members::Model {
                group_id: id,
                user_id: user,
                role: role.unwrap_or(MemberRole::Companion),
                joined_at: core.clock.now(),
            };
            let row = row_of(&member);
            group_members::Entity::insert(row)
                .exec_without_returning(txn)
                .await
                .or_foreign_key(|| Error::NotFound)?;
            let event = Event::new(AuditAction::GroupMemberAdded).created(&member);
            found.members.push(member);
            found.group = save(core, txn, found.group).await?;
            let event = event.version(found.group.version);
            audit::record(core, txn, by.actor(), event).await?;
            Ok((found, true))
        })
        .await
}

/// Takes a member out of a group. Customers take out themselves only.
///
/// # Errors
/// `NotFound` for the group or the member, `Denied` when a customer names somebody else, `Stale`, `group_too_small`.
pub async fn remove_member(
    core: &Core,
    by: &Permit<RemoveGroupMember>,
    id: GroupId,
    user: UserId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock(txn, by, id).await?;
            if by.reach() == Reach::Own && !by.actor().is(user) {
                return Err(Error::Denied(Denial::Role));
            }
            if !found.members.iter().any(|member| member.user_id == user) {
                return Err(Error::NotFound);
            }
            precondition.check(found.group.version)?;
            if found.members.len() as u64 <= MIN_MEMBERS {
                return Err(Conflict::GroupTooSmall.into());
            }
            restriction::refuse_any(txn, [user]).await?;
            group_members::Entity::delete_by_id((id, user)).exec(txn).await?;
            let group = save(core, txn, found.group).await?;
            audit::record(core, txn, by.actor(), audited::left(&group, user)).await
        })
        .await
}

/// Takes a user who is about to be removed out of all groups, and removes those left with fewer than two members.
pub(crate) async fn forget_member(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: Who,
    user: UserId,
) -> Result<()> {
    let affected = groups::Entity::find()
        .filter(groups::COLUMN.id.in_subquery(groups_of(user)))
        .order_by_asc(groups::COLUMN.id)
        .lock_exclusive()
        .all(txn)
        .await?;
    for group in affected {
        // Counted after the lock: the user, or others, may have left while this waited for it.
        let others = group_members::Entity::find()
            .filter(group_members::COLUMN.group_id.eq(group.id))
            .filter(group_members::COLUMN.user_id.ne(user))
            .count(txn)
            .await?;
        if others < MIN_MEMBERS {
            groups::Entity::delete_by_id(group.id).exec(txn).await?;
            audit::record_all(core, txn, by, audited::gone(&group, [user])).await?;
        } else {
            group_members::Entity::delete_by_id((group.id, user))
                .exec(txn)
                .await?;
            let group = save(core, txn, group).await?;
            audit::record(core, txn, by, audited::left(&group, user)).await?;
        }
    }
    Ok(())
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

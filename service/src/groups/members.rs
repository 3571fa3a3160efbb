//! The members of a group: who they are, who joins and who leaves.

use entity::ids::{GroupId, UserId};
use entity::values::{AuditAction, MemberRole, PassportStatus};
use entity::{group_members, groups, loyalties, passports as documents, users};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

use super::commands::GroupMembership;
use super::{Companion, Group, MIN_MEMBERS, Shown, audited, groups_of, lock, order, save, visible_to};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::documents::Document as _;
use crate::error::{Conflict, Denial, Error, Result};
use crate::input::Valid;
use crate::loyalties::with_programs;
use crate::policy::{Actor, Permit, Reach, ReadGroups, RemoveGroupMember, WriteGroups};
use crate::privacy::restriction;
use crate::sealing::{self, Keyed};
use crate::users as people;
use crate::version::Precondition;

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

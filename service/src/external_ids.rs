//! Under which numbers other systems know a record: its external ids.
//!
//! The numbers stand in the record, so that whoever reads it has them. The table `external_ids` leads from a keyed digest of
//! each to the record: it keeps a number unique in its system, finds the record, and, where a user was erased, still knows
//! that the number was somebody's. Several numbers of one system can lead to one record, since two records may have been
//! merged.

use std::collections::BTreeSet;

use entity::external_ids::{self, Column};
use entity::ids::{GroupId, LoyaltyId, PassportId, UserId};
use entity::values::{BlindIndex, ExternalId, ExternalIdChanges, ExternalIds};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QuerySelect as _,
};
use serde_json::Value;

use crate::audit::field;
use crate::core::Core;
use crate::db::Violations as _;
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::input::Input;
use crate::policy::Reach;

/// A record that other systems know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A user.
    User(UserId),
    /// A passport.
    Passport(PassportId),
    /// A membership.
    Loyalty(LoyaltyId),
    /// A group.
    Group(GroupId),
}

/// The kinds of records that other systems know: a number is unique among the records of one kind.
pub(crate) trait Known: Into<Owner> {
    /// Name of the kind, in digests: never to be changed.
    const KIND: &'static str;
    /// The column that refers to a record of the kind.
    const COLUMN: Column;
}

macro_rules! known {
    ($($owner:ident $id:ident $kind:literal $column:ident;)+) => {
        $(
            impl Known for $id {
                const KIND: &'static str = $kind;
                const COLUMN: Column = Column::$column;
            }

            impl From<$id> for Owner {
                fn from(id: $id) -> Self {
                    Self::$owner(id)
                }
            }
        )+

        impl Owner {
            const fn kind(self) -> &'static str {
                match self { $(Self::$owner(_) => $id::KIND,)+ }
            }

            fn is_it(self) -> sea_orm::sea_query::SimpleExpr {
                match self { $(Self::$owner(id) => Column::$column.eq(id),)+ }
            }
        }
    };
}

known! {
    User UserId "users" UserId;
    Passport PassportId "passports" PassportId;
    Loyalty LoyaltyId "loyalties" LoyaltyId;
    Group GroupId "groups" GroupId;
}

impl Owner {
    fn row(self, digest: BlindIndex) -> external_ids::ActiveModel {
        let mut row = external_ids::ActiveModel {
            digest: Set(digest),
            user_id: Set(None),
            passport_id: Set(None),
            loyalty_id: Set(None),
            group_id: Set(None),
        };
        match self {
            Self::User(id) => row.user_id = Set(Some(id)),
            Self::Passport(id) => row.passport_id = Set(Some(id)),
            Self::Loyalty(id) => row.loyalty_id = Set(Some(id)),
            Self::Group(id) => row.group_id = Set(Some(id)),
        }
        row
    }
}

/// Customers do not say how other systems know them.
///
/// # Errors
/// `Denied`, naming the field.
pub(crate) fn check_rights(reach: Reach, are_sent: bool) -> Result<()> {
    if are_sent && reach <= Reach::Own {
        Err(Error::Denied(Denial::Fields(vec![denied()])))
    } else {
        Ok(())
    }
}

/// What is said of the field to whom it is denied.
pub(crate) fn denied() -> FieldError {
    FieldError::field(
        "external_ids",
        "not_permitted",
        "You may not set this field; leave it out, or ask somebody who may.",
    )
}

/// The numbers as the trail keeps them: of a record that no other system knows, there is nothing to keep.
pub(crate) fn audited(ids: &ExternalIds) -> (&'static str, Value) {
    field("external_ids", &(!ids.is_empty()).then_some(ids))
}

/// Changes the numbers of a record, system by system.
///
/// # Errors
/// `Invalid` when there would be too many.
pub(crate) fn patch(ids: &mut ExternalIds, changes: Input<ExternalIdChanges>) -> Result<()> {
    match changes {
        Input::Value(changes) => {
            *ids = changes
                .applied_to(ids)
                .map_err(|error| FieldError::field("external_ids", "too_many_systems", error.detail))?;
        }
        Input::Null => *ids = ExternalIds::default(),
        Input::Absent | Input::Refused(_) => {}
    }
    Ok(())
}

/// Enters the numbers of a new record.
///
/// # Errors
/// `external_id_taken`, `external_id_erased`.
pub(crate) async fn add(
    core: &Core,
    txn: &impl ConnectionTrait,
    owner: Owner,
    ids: &ExternalIds,
) -> Result<()> {
    follow(core, txn, owner, &ExternalIds::default(), ids).await
}

/// Enters what has become of the numbers of a record.
///
/// # Errors
/// `external_id_taken`, `external_id_erased`.
pub(crate) async fn follow(
    core: &Core,
    txn: &impl ConnectionTrait,
    owner: Owner,
    before: &ExternalIds,
    after: &ExternalIds,
) -> Result<()> {
    let only = |these: &ExternalIds, those: &ExternalIds| -> Vec<BlindIndex> {
        let new = these
            .as_slice()
            .iter()
            .filter(|id| !those.as_slice().contains(id));
        new.map(|id| core.vault.external_id_index(owner.kind(), id))
            .collect()
    };
    let (gone, new) = (only(before, after), only(after, before));
    // A number that leads here since a merge becomes the record's own again.
    let dropped: Vec<_> = gone.into_iter().chain(new.iter().cloned()).collect();
    if dropped.is_empty() {
        return Ok(());
    }
    external_ids::Entity::delete_many()
        .filter(Column::Digest.is_in(dropped))
        .filter(owner.is_it())
        .exec(txn)
        .await?;
    if new.is_empty() {
        return Ok(());
    }
    if are_erased(txn, &new).await? {
        return Err(Conflict::ExternalIdErased.into());
    }
    external_ids::Entity::insert_many(new.into_iter().map(|digest| owner.row(digest)))
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::ExternalIdTaken)?;
    Ok(())
}

/// The ids of the record that a number stands for: one or none, whoever may see it.
pub(crate) fn ids_of<T: Known>(core: &Core, id: &ExternalId) -> SelectStatement {
    Query::select()
        .column(T::COLUMN)
        .from(external_ids::Entity)
        .and_where(Column::Digest.eq(core.vault.external_id_index(T::KIND, id)))
        // A set with NULL in it is not what `IN` is for.
        .and_where(T::COLUMN.is_not_null())
        .take()
}

/// The user whom a number stands for, whoever may see the user.
///
/// # Errors
/// `Erased`, when it was somebody's who is erased.
pub(crate) async fn user_of(
    core: &Core,
    db: &impl ConnectionTrait,
    id: &ExternalId,
) -> Result<Option<UserId>> {
    let digest = user_index(core, id);
    match external_ids::Entity::find_by_id(digest).one(db).await? {
        Some(found) => found.user_id.map(Some).ok_or(Error::Erased),
        None => Ok(None),
    }
}

/// The digest of a user's number.
pub(crate) fn user_index(core: &Core, id: &ExternalId) -> BlindIndex {
    core.vault.external_id_index(UserId::KIND, id)
}

/// Whom digests of users' numbers stand for, whoever may see them; nobody, where the user is erased.
pub(crate) async fn users_of(
    db: &impl ConnectionTrait,
    digests: BTreeSet<BlindIndex>,
) -> Result<Vec<(BlindIndex, Option<UserId>)>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    Ok(external_ids::Entity::find()
        .select_only()
        .columns([Column::Digest, Column::UserId])
        .filter(Column::Digest.is_in(digests))
        .into_tuple()
        .all(db)
        .await?)
}

/// Enters the numbers of new users at once. None of them is anybody's yet.
///
/// # Errors
/// `external_id_taken`.
pub(crate) async fn add_all(
    core: &Core,
    txn: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = (UserId, &ExternalIds)>,
) -> Result<()> {
    let mut rows = ids
        .into_iter()
        .flat_map(|(user, ids)| {
            let digests = ids.as_slice().iter().map(|id| user_index(core, id));
            digests.map(move |digest| Owner::User(user).row(digest))
        })
        .peekable();
    while rows.peek().is_some() {
        external_ids::Entity::insert_many(rows.by_ref().take(AT_ONCE))
            .exec_without_returning(txn)
            .await
            .or_conflict(Conflict::ExternalIdTaken)?;
    }
    Ok(())
}

/// Numbers that are written in one statement: five parameters each, of which SQLite takes 32,766.
const AT_ONCE: usize = 5000;

/// Whether one of some digests stands for somebody who was erased.
async fn are_erased(txn: &impl ConnectionTrait, digests: &[BlindIndex]) -> Result<bool> {
    let erased = external_ids::Entity::find()
        .filter(Column::Digest.is_in(digests.iter().cloned()))
        .filter(Column::UserId.is_null())
        .filter(Column::PassportId.is_null())
        .filter(Column::LoyaltyId.is_null())
        .filter(Column::GroupId.is_null());
    Ok(erased.count(txn).await? > 0)
}

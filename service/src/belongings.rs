//! What belongs to persons, as documents and memberships do: who reaches it, and the lock under which it changes.

use entity::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, ExprTrait as _, QueryFilter as _, QuerySelect as _, Select,
};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::policy::{Permission, Permit, Reach};
use crate::privacy::restriction;
use crate::sealing::{Held, Vaulted};
use crate::users::{self, User};

/// The records of a table that a permit reaches: whose person is out of reach, or restricted, is not found.
pub(crate) fn visible_to<E: Vaulted, P: Permission>(by: &Permit<P>) -> Select<E> {
    let find = E::find();
    match (by.reach(), by.actor().user_id()) {
        (Reach::All, _) => match restriction::hidden_ids(by.actor()) {
            Some(hidden) => find.filter(E::PERSON.not_in_subquery(hidden)),
            None => find,
        },
        (Reach::Customers, _) => find.filter(E::PERSON.in_subquery(users::ids_visible_to(by))),
        (Reach::Own, Some(me)) => find.filter(E::PERSON.eq(me)),
        (Reach::Nothing | Reach::Own, _) => find.filter(Expr::val(1).eq(0)),
    }
}

/// Locks the person to whom the record of a query belongs: first the person, then what hangs on the person.
///
/// # Errors
/// `NotFound` when the query finds nothing, or the person is out of reach; `restricted`.
pub(crate) async fn lock_person<E: Vaulted, P: Permission>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    record: Select<E>,
) -> Result<Held<User>> {
    let person: UserId = record
        .select_only()
        .column(E::PERSON)
        .into_tuple()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)?;
    users::lock(core, txn, by, person).await
}

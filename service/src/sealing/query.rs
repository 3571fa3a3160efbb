//! Reads rows together with the wrapped keys of their persons, in one statement, and opens them.

use std::ops::{Deref, DerefMut};

use entity::data_keys;
use entity::ids::UserId;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic as _, Iterable as _, JoinType,
    QueryResult, QuerySelect, Select, TryGetError,
};

use super::data_key::DataKey;
use super::vault::Vault;
use crate::core::Core;
use crate::error::{Error, Result};

/// An entity with sealed columns.
pub trait Vaulted: EntityTrait<Model: FromQueryResult + Send + Sync> {
    /// A record whose sealed columns are open.
    type Opened;
    /// The column that names the person whose key seals the others.
    const PERSON: Self::Column;

    /// Opens a row.
    ///
    /// # Errors
    /// `Tampered` when a value was changed or moved.
    fn open(row: Self::Model, key: &DataKey) -> Result<Self::Opened>;

    /// The row of a record.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    fn seal(record: &Self::Opened, key: &DataKey, vault: &Vault) -> Result<Self::Model>;
}

/// A record that is about to be changed, with the key to seal it again.
#[derive(Debug, Clone)]
pub(crate) struct Held<T> {
    /// The record.
    pub(crate) record: T,
    /// The key of its person.
    pub(crate) key: DataKey,
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

impl<T> DerefMut for Held<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.record
    }
}

/// A row, and the wrapped key of the person whom it concerns.
#[derive(Debug)]
pub(crate) struct Keyed<M> {
    row: M,
    key: data_keys::Model,
}

/// What stands before the columns of the key.
const KEY: &str = "data_key_";

impl<M: FromQueryResult> FromQueryResult for Keyed<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: M::from_query_result(result, prefix)?,
            key: data_keys::Model::from_query_result(result, &format!("{prefix}{KEY}"))?,
        })
    }

    // That of the trait takes a row that cannot be read for none.
    fn from_query_result_optional(result: &QueryResult, prefix: &str) -> Result<Option<Self>, DbErr> {
        match M::from_query_result_nullable(result, prefix) {
            Ok(row) => Ok(Some(Self {
                row,
                key: data_keys::Model::from_query_result(result, &format!("{prefix}{KEY}"))?,
            })),
            Err(TryGetError::Null(_)) => Ok(None),
            Err(TryGetError::DbErr(error)) => Err(error),
        }
    }
}

impl<M> Keyed<M> {
    /// Opens the row.
    pub(crate) async fn open<E: Vaulted<Model = M>>(self, core: &Core) -> Result<Held<E::Opened>> {
        let key = core.vault.data_key(&self.key).await?;
        self.open_under::<E>(key)
    }

    fn open_under<E: Vaulted<Model = M>>(self, key: DataKey) -> Result<Held<E::Opened>> {
        Ok(Held {
            record: E::open(self.row, &key)?,
            key,
        })
    }
}

/// Brings the keys along. `prefix` is what stands before the columns of `E` in a query of several entities.
pub(crate) fn with_key<E: Vaulted, Q: QuerySelect>(query: Q, prefix: &str) -> Q {
    join_key::<E, Q>(query, prefix, JoinType::InnerJoin)
}

/// The same for a query that may find nothing of `E` beside the other entity, and does not lose the other one by it.
pub(crate) fn with_key_if_any<E: Vaulted, Q: QuerySelect>(query: Q, prefix: &str) -> Q {
    join_key::<E, Q>(query, prefix, JoinType::LeftJoin)
}

fn join_key<E: Vaulted, Q: QuerySelect>(query: Q, prefix: &str, join: JoinType) -> Q {
    let relation = E::belongs_to(data_keys::Entity)
        .from(E::PERSON)
        .to(data_keys::Column::UserId);
    let query = query.join(join, relation.into());
    data_keys::Column::iter().fold(query, |query, column| {
        query.column_as(column, format!("{prefix}{KEY}{}", column.as_str()))
    })
}

/// The one record of a query.
pub(crate) async fn one<E: Vaulted>(
    core: &Core,
    db: &impl ConnectionTrait,
    query: Select<E>,
) -> Result<Option<E::Opened>> {
    Ok(held(core, db, query).await?.map(|held| held.record))
}

/// The one record of a query that finds something of this person alone. With a key of a moment ago the query need not
/// bring the key along. It is made by a function because most callers need it once, and to clone one costs more than to
/// open the record.
pub(crate) async fn one_of<E: Vaulted>(
    core: &Core,
    db: &impl ConnectionTrait,
    person: UserId,
    query: impl Fn() -> Select<E>,
) -> Result<Option<E::Opened>> {
    if let Some(key) = core.vault.recent(person) {
        let Some(row) = query().one(db).await? else {
            return Ok(None);
        };
        // What does not open was changed, or sealed under another key since: that is for the key of the database to say.
        if let Ok(opened) = E::open(row, &key) {
            return Ok(Some(opened));
        }
    }
    let found = with_key::<E, _>(query(), "").into_model::<Keyed<E::Model>>();
    // On the heap, so that those who come with a key do not carry its state about.
    let Some(found) = Box::pin(found.one(db)).await? else {
        return Ok(None);
    };
    let key = core.vault.kept_data_key(&found.key).await?;
    Ok(Some(found.open_under::<E>(key)?.record))
}

/// All records of a query.
pub(crate) async fn all<E: Vaulted>(
    core: &Core,
    db: &impl ConnectionTrait,
    query: Select<E>,
) -> Result<Vec<E::Opened>> {
    let found = with_key::<E, _>(query, "")
        .into_model::<Keyed<E::Model>>()
        .all(db)
        .await?;
    let mut opened = Vec::with_capacity(found.len());
    for row in found {
        opened.push(row.open::<E>(core).await?.record);
    }
    Ok(opened)
}

/// The one record of a query, with its key.
pub(crate) async fn held<E: Vaulted>(
    core: &Core,
    db: &impl ConnectionTrait,
    query: Select<E>,
) -> Result<Option<Held<E::Opened>>> {
    let found = with_key::<E, _>(query, "")
        .into_model::<Keyed<E::Model>>()
        .one(db)
        .await?;
    match found {
        Some(row) => row.open::<E>(core).await.map(Some),
        None => Ok(None),
    }
}

/// The one record of a query, with its key, and locked until the end of the transaction. The row of the key is not:
/// keys are wrapped anew while commands run.
pub(crate) async fn locked<E: Vaulted>(
    core: &Core,
    txn: &impl ConnectionTrait,
    mut query: Select<E>,
) -> Result<Option<Held<E::Opened>>> {
    QuerySelect::query(&mut query).lock_with_tables(LockType::Update, [E::default()]);
    held(core, txn, query).await
}

/// The key of a person whose record is not read.
pub(crate) async fn key_of(core: &Core, db: &impl ConnectionTrait, user: UserId) -> Result<DataKey> {
    let row = data_keys::Entity::find_by_id(user).one(db).await?;
    core.vault.data_key(&row.ok_or(Error::NotFound)?).await
}

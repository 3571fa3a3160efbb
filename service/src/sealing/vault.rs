//! Data keys of persons, and the indexes that sealed values are found by.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{DataKeyId, UserId};
use entity::values::{
    BlindIndex, CountryCode, ExternalId, IdentityCardNumber, MembershipNumber, PassportNumber, PhoneNumber,
    TravellerNumberType, TravellerNumberValue, VisaNumber,
};
use entity::{data_keys, index_keys};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use zeroize::Zeroizing;

use super::cipher::{KEY_LENGTH, bound};
use super::data_key::{DataKey, Place};
use super::index::Indexer;
use super::keyring::{FILE, KeyProvider as _, Keyring};
use super::recent::Recent;
use crate::db::{Db, row_of};
use crate::error::{Error, Result};
use crate::migrations;

/// Makes and unwraps the data keys of persons, and makes blind indexes. Cheap to clone.
///
/// Reads bring the wrapped key of the person along with each record, in the same statement, so that an erasure is honoured
/// everywhere with the next one. Only who is read by id, again and again, is opened with a key of a moment ago.
#[derive(Clone)]
pub struct Vault {
    keyring: Arc<Keyring>,
    indexer: Indexer,
    recent: Arc<Recent>,
}

impl Vault {
    /// Opens the keyring for a database: that of the setting or the file, or a new one where nothing is sealed yet.
    ///
    /// # Errors
    /// A sentence that says what to do, when the keyring lacks a key that the database needs. The database is only read.
    pub async fn open(db: &Db, data_dir: &Path, setting: Option<&str>) -> Result<Self, String> {
        let needed = Needed::by(db).await.map_err(|error| {
            format!("The database cannot be opened: {error}. Check DATABASE_URL and that the server runs.")
        })?;
        let keyring = match Keyring::load(data_dir, setting)? {
            Some(keyring) => keyring,
            None if needed.is_nothing() => Keyring::create(data_dir, Utc::now())?,
            None => {
                return Err(format!(
                    "The database holds personal data sealed under keys of a keyring, and there is none: neither {} nor \
                     the setting KEYRING. Bring back the keyring that belongs to this database; without it the data \
                     cannot be read.",
                    data_dir.join(FILE).display()
                ));
            }
        };
        let vault = Self::with(keyring);
        needed.check(&vault).await?;
        Ok(vault)
    }

    /// Looks whether the keyring is the one of a database, which is only read.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub(crate) async fn check(&self, db: &Db) -> Result<(), String> {
        let needed = Needed::by(db)
            .await
            .map_err(|error| format!("The database cannot be read: {error}."))?;
        needed.check(self).await
    }

    /// The vault of a keyring.
    pub fn with(keyring: Keyring) -> Self {
        let (_, key) = keyring.index_key();
        Self {
            indexer: Indexer::new(&key),
            keyring: Arc::new(keyring),
            recent: Arc::default(),
        }
    }

    /// The key of a person, if it was unwrapped a moment ago.
    pub(super) fn recent(&self, person: UserId) -> Option<DataKey> {
        self.recent.get(person, Instant::now())
    }

    /// The keys that wrap.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Writes down by what the key of the blind indexes is recognised, on the first start.
    ///
    /// # Errors
    /// A sentence, inside, when another one is written down: of processes that make a keyring each, one is too late.
    pub async fn remember_index_key(&self, db: &Db) -> Result<Result<(), String>> {
        let (id, _) = self.keyring.index_key();
        let check = self.indexer.check();
        let known = || index_keys::Entity::find().all(db.writer());
        if known().await?.is_empty() {
            let row = index_keys::ActiveModel {
                id: Set(id.clone()),
                check: Set(check.clone()),
            };
            index_keys::Entity::insert(row)
                .on_conflict_do_nothing()
                .exec_without_returning(db.writer())
                .await?;
        }
        let is_known = known()
            .await?
            .iter()
            .any(|known| known.id == id && known.check == check);
        Ok(if is_known {
            Ok(())
        } else {
            Err(other_index_key(&id))
        })
    }

    /// Writes a new data key down.
    ///
    /// Its wrapping key may have been retired since: whoever retires one locks the table and counts, and so either sees
    /// this row or has taken the key out of the file by now ([`rotation::retire`](super::rotation::retire)).
    ///
    /// # Errors
    /// `Unavailable` when the wrapping key has been retired meanwhile.
    pub(crate) async fn insert(&self, txn: &impl ConnectionTrait, row: &data_keys::Model) -> Result<()> {
        data_keys::Entity::insert(row_of(row))
            .exec_without_returning(txn)
            .await?;
        if self.keyring.still_has(&row.wrapping_key_id)? {
            Ok(())
        } else {
            Err(Error::Unavailable("the wrapping key has just been retired"))
        }
    }

    /// Writes many new data keys down.
    ///
    /// # Errors
    /// As [`Self::insert`].
    pub(crate) async fn insert_all(
        &self,
        txn: &impl ConnectionTrait,
        rows: &[data_keys::Model],
    ) -> Result<()> {
        data_keys::Entity::insert_many(rows.iter().map(row_of::<_, data_keys::ActiveModel>))
            .exec_without_returning(txn)
            .await?;
        let wrapping: BTreeSet<_> = rows.iter().map(|row| &row.wrapping_key_id).collect();
        for id in wrapping {
            if !self.keyring.still_has(id)? {
                return Err(Error::Unavailable("the wrapping key has just been retired"));
            }
        }
        Ok(())
    }

    /// Many new data keys, and the rows that keep them. The file of the keyring is looked at once for all of them.
    ///
    /// # Errors
    /// As [`Self::new_data_key`].
    pub(crate) fn new_data_keys(
        &self,
        users: impl IntoIterator<Item = (UserId, DateTime<Utc>)>,
    ) -> Result<Vec<(DataKey, data_keys::Model)>> {
        self.keyring.look()?;
        let mut made = Vec::new();
        for (user, now) in users {
            let (id, key) = random_key()?;
            let (wrapping_key_id, wrapped) = self.keyring.wrap_as_known(&context(user, id), key.as_ref())?;
            made.push(keep_as(user, id, &key, wrapping_key_id, wrapped, now)?);
        }
        Ok(made)
    }

    /// A new data key, and the row that keeps it.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers, `Unavailable` when the keys are out of reach.
    pub async fn new_data_key(
        &self,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<(DataKey, data_keys::Model)> {
        let (id, key) = random_key()?;
        let (wrapping_key_id, wrapped) = self.keyring.wrap(&context(user, id), key.as_ref()).await?;
        keep_as(user, id, &key, wrapping_key_id, wrapped, now)
    }

    /// Unwraps a data key.
    ///
    /// # Errors
    /// `Internal` when the keyring has no such key, `Tampered` when the row was changed; `Unavailable`.
    pub async fn data_key(&self, row: &data_keys::Model) -> Result<DataKey> {
        DataKey::new(row.key_id, row.user_id, &self.unwrap(row).await?)
    }

    /// The same, kept for the next reader of the same person.
    ///
    /// # Errors
    /// As [`Self::data_key`].
    pub(super) async fn kept_data_key(&self, row: &data_keys::Model) -> Result<DataKey> {
        let unwrapped = self.unwrap(row).await?;
        self.recent.keep(row, &unwrapped, Instant::now());
        DataKey::new(row.key_id, row.user_id, &unwrapped)
    }

    /// The same key, wrapped under the key that is active now.
    ///
    /// # Errors
    /// As [`Self::data_key`].
    pub async fn rewrap(&self, row: &data_keys::Model) -> Result<data_keys::Model> {
        let key = self.unwrap(row).await?;
        let (wrapping_key_id, wrapped) = self.keyring.wrap(&context(row.user_id, row.key_id), &key).await?;
        Ok(data_keys::Model {
            wrapping_key_id,
            wrapped_key: wrapped.into(),
            ..row.clone()
        })
    }

    async fn unwrap(&self, row: &data_keys::Model) -> Result<Zeroizing<Vec<u8>>> {
        let (id, context) = (&row.wrapping_key_id, context(row.user_id, row.key_id));
        let unwrapped = self
            .keyring
            .unwrap(id, &context, row.wrapped_key.as_bytes())
            .await;
        match unwrapped {
            // The key is there: the row was changed, or belongs to somebody else.
            Err(Error::Internal(_)) if self.keyring.has(id) => Err(Error::Tampered {
                place: Place {
                    table: "data_keys",
                    column: "wrapped_key",
                    row: row.user_id.uuid(),
                },
                user: row.user_id,
            }),
            unwrapped => unwrapped,
        }
    }

    /// Makes indexes of values as texts, whatever their types say.
    pub(super) const fn indexer(&self) -> &Indexer {
        &self.indexer
    }

    /// What a passport is found by and unique through.
    pub fn passport_index(&self, issuing_country: CountryCode, number: &PassportNumber) -> BlindIndex {
        self.indexer
            .passport(&issuing_country.to_string(), number.as_str())
    }

    /// What a visa is found by and unique through.
    pub fn visa_index(&self, country: CountryCode, number: &VisaNumber) -> BlindIndex {
        self.indexer.visa(&country.to_string(), number.as_str())
    }

    /// What an identity card is found by and unique through.
    pub fn identity_card_index(
        &self,
        issuing_country: CountryCode,
        number: &IdentityCardNumber,
    ) -> BlindIndex {
        self.indexer
            .identity_card(&issuing_country.to_string(), number.as_str())
    }

    /// What a traveller's number is found by.
    pub fn traveller_number_index(
        &self,
        kind: TravellerNumberType,
        number: &TravellerNumberValue,
    ) -> BlindIndex {
        self.indexer.traveller_number(kind.as_str(), number.as_str())
    }

    /// What a user is found by, by telephone number.
    pub fn phone_index(&self, phone: &PhoneNumber) -> BlindIndex {
        self.indexer.phone(phone.as_str())
    }

    /// What a user is found by, by date of birth.
    pub fn date_of_birth_index(&self, born: NaiveDate) -> BlindIndex {
        self.indexer.date_of_birth(&born.to_string())
    }

    /// What a record of a kind is found by, by the number that another system has given it.
    pub fn external_id_index(&self, kind: &str, id: &ExternalId) -> BlindIndex {
        self.indexer.external_id(kind, id.system.as_str(), id.id.as_str())
    }

    /// What a membership is found by, however its number is spaced.
    pub fn membership_index(&self, number: &MembershipNumber) -> BlindIndex {
        self.indexer.membership(&number.normalized())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("keyring", &self.keyring)
            .finish_non_exhaustive()
    }
}

/// A key that nobody has had.
fn random_key() -> Result<(DataKeyId, Zeroizing<[u8; KEY_LENGTH]>)> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    SystemRandom::new()
        .fill(key.as_mut())
        .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
    Ok((DataKeyId::new(), key))
}

/// A data key, and the row that keeps it.
fn keep_as(
    user: UserId,
    id: DataKeyId,
    key: &[u8; KEY_LENGTH],
    wrapping_key_id: String,
    wrapped: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(DataKey, data_keys::Model)> {
    let row = data_keys::Model {
        user_id: user,
        key_id: id,
        wrapping_key_id,
        wrapped_key: wrapped.into(),
        created_at: now,
    };
    Ok((DataKey::new(id, user, key)?, row))
}

/// What is bound to a wrapped key.
fn context(user: UserId, id: DataKeyId) -> Vec<u8> {
    bound(&[user.uuid().as_bytes(), id.uuid().as_bytes()])
}

/// What a database needs of a keyring: a data key of each wrapping key that is in use, and the keys of its indexes.
#[derive(Default)]
struct Needed {
    wrapped: Vec<data_keys::Model>,
    indexes: Vec<index_keys::Model>,
}

impl Needed {
    async fn by(db: &Db) -> Result<Self> {
        if !migrations::has_table(db, "index_keys").await? {
            return Ok(Self::default());
        }
        let ids: Vec<String> = data_keys::Entity::find()
            .select_only()
            .column(data_keys::Column::WrappingKeyId)
            .distinct()
            .into_tuple()
            .all(db.read())
            .await?;
        let mut wrapped = Vec::new();
        for id in ids {
            wrapped.extend(one_under(db.read(), &id).await?);
        }
        Ok(Self {
            wrapped,
            indexes: index_keys::Entity::find().all(db.read()).await?,
        })
    }

    fn is_nothing(&self) -> bool {
        self.wrapped.is_empty() && self.indexes.is_empty()
    }

    async fn check(&self, vault: &Vault) -> Result<(), String> {
        for row in &self.wrapped {
            let id = &row.wrapping_key_id;
            if !vault.keyring.has(id) {
                return Err(format!(
                    "The keyring lacks the key {id}, under which personal data in the database is sealed. Bring back the \
                     keyring that belongs to this database."
                ));
            }
            vault.unwrap(row).await.map_err(|_| {
                format!(
                    "The key {id} of the keyring is not the one under which personal data in the database is sealed. \
                     Bring back the keyring that belongs to this database."
                )
            })?;
        }
        let (id, _) = vault.keyring.index_key();
        let known = self.indexes.iter().find(|known| known.id == id);
        let is_known = known.is_some_and(|known| known.check == vault.indexer.check());
        if is_known || self.is_nothing() {
            return Ok(());
        }
        Err(other_index_key(&id))
    }
}

/// The sentence for whoever starts with an index key that is not the database's.
fn other_index_key(id: &str) -> String {
    format!(
        "The index key {id} of the keyring is not the one that this database was made with: nobody would be found by it. \
         Bring back the keyring that belongs to this database."
    )
}

async fn one_under(db: &impl ConnectionTrait, id: &str) -> Result<Option<data_keys::Model>> {
    Ok(data_keys::Entity::find()
        .filter(data_keys::COLUMN.wrapping_key_id.eq(id))
        .one(db)
        .await?)
}

//! Whom the rows of a file mean, of those who are there already: by the numbers of other systems, and by e-mail.

use std::collections::{BTreeMap, BTreeSet};

use entity::ids::UserId;
use entity::users;
use entity::values::{BlindIndex, Email, ExternalId, Hidden};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::{Map, Value};

use crate::core::Core;
use crate::error::{Conflict, Error, FieldError, Result};
use crate::external_ids;

/// What only one user can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// An address, in the form by which it is found.
    Email(String),
    /// A number of another system.
    Number(BlindIndex),
}

/// What a row says that only one user can have. What is malformed is left to whoever reads the row.
pub(super) fn keys(core: &Core, fields: &Map<String, Value>) -> Vec<Key> {
    let email = fields.get("email").and_then(Value::as_str);
    let email = email.and_then(|email| email.parse::<Email>().ok());
    let numbers = fields.get("external_ids").and_then(Value::as_array);
    let numbers = numbers
        .into_iter()
        .flatten()
        .filter_map(|id| serde_json::from_value::<ExternalId>(id.clone()).ok());
    numbers
        .map(|id| Key::Number(external_ids::user_index(core, &id)))
        .chain(email.map(|email| Key::Email(email.normalized())))
        .collect()
}

/// Who is there. Whoever had a number and is erased is nobody.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<Key, Option<UserId>>);

impl Known {
    /// Looks the keys up.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn look_up(
        &mut self,
        txn: &impl ConnectionTrait,
        keys: impl IntoIterator<Item = &Key>,
    ) -> Result<()> {
        let (mut emails, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        for key in keys {
            match key {
                Key::Email(email) => drop(emails.insert(email.clone())),
                Key::Number(number) => drop(numbers.insert(number.clone())),
            }
        }
        if !emails.is_empty() {
            let found: Vec<(UserId, Hidden)> = users::Entity::find()
                .select_only()
                .column(users::Column::Id)
                .column(users::Column::EmailKey)
                .filter(users::COLUMN.email_key.is_in(emails))
                .into_tuple()
                .all(txn)
                .await?;
            let found = found.into_iter();
            self.0
                .extend(found.map(|(id, key)| (Key::Email(key.expose().to_owned()), Some(id))));
        }
        let found = external_ids::users_of(txn, numbers).await?.into_iter();
        self.0
            .extend(found.map(|(number, user)| (Key::Number(number), user)));
        Ok(())
    }

    /// Whom a row means, and by what.
    ///
    /// # Errors
    /// `ambiguous` when it means two; `external_id_erased`.
    pub(super) fn meant<'a>(&self, keys: &'a [Key]) -> Result<Option<(UserId, &'a Key)>> {
        let mut meant = None;
        for key in keys {
            let Some(user) = self.0.get(key) else { continue };
            let user = user.ok_or(Error::Conflict(Conflict::ExternalIdErased))?;
            if meant.is_some_and(|(other, _)| other != user) {
                return Err(FieldError {
                    pointer: String::new(),
                    code: "ambiguous".into(),
                    detail: "E-mail and numbers of other systems lead to different users; correct them, or merge the two."
                        .into(),
                }
                .into());
            }
            meant = meant.or(Some((user, key)));
        }
        Ok(meant)
    }
}

impl Key {
    /// What is said of a row that must not mean anybody who is there.
    pub(super) fn taken(&self) -> Error {
        let (field, conflict) = match self {
            Self::Email(_) => ("email", Conflict::EmailTaken),
            Self::Number(_) => ("external_ids", Conflict::ExternalIdTaken),
        };
        FieldError::field(field, conflict.code(), conflict.detail()).into()
    }
}

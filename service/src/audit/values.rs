//! What fields were and are, and what something was done for, sealed: under the key of the person whom it concerns, or where
//! it concerns nobody, under the installation's.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::audit_events::Model;
use entity::data_keys;
use entity::ids::{AuditEventId, UserId};
use entity::values::{Hidden, Sealed};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::sealing::{DataKey, Place, Sealer};

/// What is sealed under a person's key begins with this, which base64 does not have.
const PERSON: &str = "p.";
/// The columns.
const CHANGES: &str = "changes";
const PURPOSE: &str = "sealed_purpose";

/// Seals the values of an entry.
pub(super) fn seal(
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &[u8],
) -> Result<Hidden> {
    seal_in(CHANGES, installation, person, id, values)
}

/// Seals what an entry says that something was done for: words of people, which may name whom it concerns.
pub(super) fn seal_purpose(
    installation: &Sealer,
    person: &DataKey,
    id: AuditEventId,
    words: &str,
) -> Result<Hidden> {
    seal_in(PURPOSE, installation, Some(person), id, words.as_bytes())
}

fn seal_in(
    column: &'static str,
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &[u8],
) -> Result<Hidden> {
    let Some(key) = person else {
        return installation.seal(&name(column, id), values);
    };
    let bytes = key.seal(place(column, id), values)?;
    Ok(format!("{PERSON}{}", URL_SAFE_NO_PAD.encode(bytes.as_bytes())).into())
}

/// Opens the values of an entry; nothing where they cannot be opened, because the key is gone with the person.
pub(super) fn open(
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &Hidden,
) -> Option<Vec<u8>> {
    open_in(CHANGES, installation, person, id, values)
}

fn open_in(
    column: &'static str,
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &Hidden,
) -> Option<Vec<u8>> {
    let Some(text) = values.expose().strip_prefix(PERSON) else {
        return installation.open(&name(column, id), values).ok();
    };
    let bytes = Sealed::from(URL_SAFE_NO_PAD.decode(text).ok()?);
    person?.open(place(column, id), &bytes).ok()
}

/// Lets entries say what they were done for, where it was sealed.
pub(super) fn open_purposes(core: &Core, keys: &BTreeMap<UserId, DataKey>, entries: &mut [Model]) {
    for entry in entries {
        if let Some(sealed) = &entry.sealed_purpose {
            let key = entry.user_id.and_then(|user| keys.get(&user));
            let words = open_in(PURPOSE, &core.sealer, key, entry.id, sealed);
            entry.purpose = words.and_then(|words| String::from_utf8(words).ok());
        }
    }
}

/// The keys of the people whom some entries concern, of those who still have one that opens.
pub(super) async fn keys_of_entries(
    core: &Core,
    db: &impl ConnectionTrait,
    entries: &[Model],
) -> Result<BTreeMap<UserId, DataKey>> {
    let with_purpose = entries.iter().filter(|entry| entry.sealed_purpose.is_some());
    keys_of(core, db, with_purpose.filter_map(|entry| entry.user_id).collect()).await
}

async fn keys_of(
    core: &Core,
    db: &impl ConnectionTrait,
    people: BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, DataKey>> {
    let mut keys = BTreeMap::new();
    if people.is_empty() {
        return Ok(keys);
    }
    let rows = data_keys::Entity::find()
        .filter(data_keys::COLUMN.user_id.is_in(people))
        .all(db)
        .await?;
    for row in rows {
        match core.vault.data_key(&row).await {
            Ok(key) => drop(keys.insert(row.user_id, key)),
            Err(error @ Error::Unavailable(_)) => return Err(error),
            // Changed past the program: what reads the person's records says so. The trail stays readable.
            Err(_) => {}
        }
    }
    Ok(keys)
}

fn name(column: &str, id: AuditEventId) -> String {
    format!("audit_events/{column}/{id}")
}

const fn place(column: &'static str, id: AuditEventId) -> Place {
    Place {
        table: "audit_events",
        column,
        row: id.uuid(),
    }
}

//! What fields were and are, sealed: under the key of the person whom it concerns, or where it concerns nobody, under the
//! installation's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::AuditEventId;
use entity::values::{Hidden, Sealed};

use crate::error::Result;
use crate::sealing::{DataKey, Place, Sealer};

/// What is sealed under a person's key begins with this, which base64 does not have.
const PERSON: &str = "p.";

/// Seals the values of an entry.
pub(super) fn seal(
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &[u8],
) -> Result<Hidden> {
    let Some(key) = person else {
        return installation.seal(&name(id), values);
    };
    let bytes = key.seal(place(id), values)?;
    Ok(format!("{PERSON}{}", URL_SAFE_NO_PAD.encode(bytes.as_bytes())).into())
}

/// Opens the values of an entry; nothing where they cannot be opened, because the key is gone with the person.
pub(super) fn open(
    installation: &Sealer,
    person: Option<&DataKey>,
    id: AuditEventId,
    values: &Hidden,
) -> Option<Vec<u8>> {
    let Some(text) = values.expose().strip_prefix(PERSON) else {
        return installation.open(&name(id), values).ok();
    };
    let bytes = Sealed::from(URL_SAFE_NO_PAD.decode(text).ok()?);
    person?.open(place(id), &bytes).ok()
}

fn name(id: AuditEventId) -> String {
    format!("audit_events/changes/{id}")
}

const fn place(id: AuditEventId) -> Place {
    Place {
        table: "audit_events",
        column: "changes",
        row: id.uuid(),
    }
}

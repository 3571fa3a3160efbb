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
    sealer: &Sealer,
    key: Option<&DataKey>,
    id: AuditEventId,
    values: &[u8],
) -> Result<Hidden> {
    let Some(key) = key else {
        return sealer.seal(&format!("audit_events/changes/{id}"), values);
    };
    let sealed = key.seal(place(id), values)?;
    Ok(format!("{PERSON}{}", URL_SAFE_NO_PAD.encode(sealed.as_bytes())).into())
}

/// Opens the values of an entry; nothing where they cannot be opened, because the key is gone with the person.
pub(super) fn open(
    sealer: &Sealer,
    key: Option<&DataKey>,
    id: AuditEventId,
    sealed: &Hidden,
) -> Option<Vec<u8>> {
    let Some(sealed) = sealed.expose().strip_prefix(PERSON) else {
        return sealer.open(&format!("audit_events/changes/{id}"), sealed).ok();
    };
    let sealed = Sealed::from(URL_SAFE_NO_PAD.decode(sealed).ok()?);
    key?.open(place(id), &sealed).ok()
}

const fn place(id: AuditEventId) -> Place {
    Place {
        table: "audit_events",
        column: "changes",
        row: id.uuid(),
    }
}

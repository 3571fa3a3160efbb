//! An entry as bytes: what its code and its hash are made of.

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::audit_events::Model;
use entity::values::Hidden;

/// First byte of the encoding, so that one cannot be taken for the other: entries before purposes were sealed, and those
/// without one, lack the last column.
const FORM: u8 = 1;
const FORM_WITH_SEALED_PURPOSE: u8 = 2;

/// All columns but those that are made of them, each with its length, so that no two entries share an encoding.
pub(super) fn canonical(entry: &Model) -> Vec<u8> {
    let Model {
        id,
        occurred_at,
        action,
        outcome,
        actor_kind,
        actor_id,
        session_id,
        subject_type,
        subject_id,
        user_id,
        request_id,
        address_class,
        purpose,
        detail,
        changed_fields,
        changes,
        sealed_purpose,
        mac: _,
        seq: _,
        hash: _,
    } = entry;
    let text = |it: &'_ Option<String>| it.as_ref().map(|it| it.as_bytes().to_vec());
    let hidden = |it: &'_ Option<Hidden>| it.as_ref().map(|it| it.expose().as_bytes().to_vec());
    let mut columns = vec![
        Some(id.uuid().as_bytes().to_vec()),
        Some(occurred_at.timestamp_micros().to_be_bytes().to_vec()),
        Some(action.as_bytes().to_vec()),
        Some(outcome.as_bytes().to_vec()),
        Some(actor_kind.as_bytes().to_vec()),
        actor_id.map(|id| id.as_bytes().to_vec()),
        session_id.map(|id| id.uuid().as_bytes().to_vec()),
        text(subject_type),
        subject_id.map(|id| id.as_bytes().to_vec()),
        user_id.map(|id| id.uuid().as_bytes().to_vec()),
        text(request_id),
        text(address_class),
        text(purpose),
        text(detail),
        text(changed_fields),
        hidden(changes),
    ];
    let form = if sealed_purpose.is_some() {
        columns.push(hidden(sealed_purpose));
        FORM_WITH_SEALED_PURPOSE
    } else {
        FORM
    };
    let mut bytes = vec![form];
    for column in columns {
        match column {
            None => bytes.push(0),
            Some(value) => {
                bytes.push(1);
                bytes.extend((value.len() as u64).to_be_bytes());
                bytes.extend(value);
            }
        }
    }
    bytes
}

/// What tells that this program wrote the entry.
pub(super) fn mac(key: &hmac::Key, canonical: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(key, canonical))
}

/// What binds an entry to its place and to all entries before.
pub(super) fn hash(previous: &str, seq: i64, canonical: &[u8], mac: &str) -> String {
    let mut context = digest::Context::new(&SHA256);
    context.update(&(previous.len() as u64).to_be_bytes());
    context.update(previous.as_bytes());
    context.update(&seq.to_be_bytes());
    context.update(&(canonical.len() as u64).to_be_bytes());
    context.update(canonical);
    context.update(mac.as_bytes());
    URL_SAFE_NO_PAD.encode(context.finish())
}

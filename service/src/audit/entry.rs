//! An entry as bytes: what its code and its hash are made of.

use aws_lc_rs::digest::{self, SHA256};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::audit_events::Model;

/// First byte of the encoding, so that a later one cannot be taken for this one.
const FORM: u8 = 1;

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
        mac: _,
        seq: _,
        hash: _,
    } = entry;
    let text = |it: &'_ Option<String>| it.as_ref().map(|it| it.as_bytes().to_vec());
    let columns = [
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
        changes.as_ref().map(|sealed| sealed.expose().as_bytes().to_vec()),
    ];
    let mut bytes = vec![FORM];
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

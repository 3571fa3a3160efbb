//! Checkpoints: how far the chain has come, signed, in the database and in a file beside the keys.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use entity::audit_checkpoints::Model;
use serde::{Deserialize, Serialize};

use super::Trail;

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    seq: i64,
    hash: String,
    previous_seq: i64,
    created_at: DateTime<Utc>,
    signature: String,
}

impl From<Line> for Model {
    fn from(line: Line) -> Self {
        Self {
            seq: line.seq,
            hash: line.hash,
            previous_seq: line.previous_seq,
            signature: line.signature,
            created_at: line.created_at,
        }
    }
}

/// A checkpoint after the one before.
pub(super) fn sign(trail: &Trail, seq: i64, hash: String, previous_seq: i64, now: DateTime<Utc>) -> Model {
    let signature = trail.sign(&message(seq, &hash, previous_seq, now));
    Model {
        seq,
        hash,
        previous_seq,
        signature,
        created_at: now,
    }
}

/// Whether this installation has signed a checkpoint.
pub(super) fn is_genuine(trail: &Trail, it: &Model) -> bool {
    let message = message(it.seq, &it.hash, it.previous_seq, it.created_at);
    trail.is_signed(&message, &it.signature)
}

/// One line per field, none of which can hold a line break.
fn message(seq: i64, hash: &str, previous_seq: i64, at: DateTime<Utc>) -> Vec<u8> {
    let micros = at.timestamp_micros();
    format!("customer-profile audit checkpoint 1\n{seq}\n{hash}\n{previous_seq}\n{micros}").into_bytes()
}

/// Adds a checkpoint to the file, which nobody but this user may read.
pub(super) fn append(file: &Path, checkpoint: &Model) -> io::Result<()> {
    let line = Line {
        seq: checkpoint.seq,
        hash: checkpoint.hash.clone(),
        previous_seq: checkpoint.previous_seq,
        created_at: checkpoint.created_at,
        signature: checkpoint.signature.clone(),
    };
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // In one call, so that lines of several processes do not run into each other.
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

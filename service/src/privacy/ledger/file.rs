//! The file: a line of JSON for each erasure, chained by a keyed hash so that none can be added, changed or taken out
//! of the middle.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::ids::{ErasureId, UserId};
use serde::{Deserialize, Serialize};

use super::Erased;

/// Name of the file in `DATA_DIR`.
const FILE: &str = "erasures.log";

/// A line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    user_id: UserId,
    erasure_id: ErasureId,
    erased_at: DateTime<Utc>,
    /// The `mac` of the line before; empty in the first.
    prev: String,
    mac: String,
}

/// What is known of the file: all up to `offset` has been read and is good.
pub(super) struct LedgerFile {
    path: PathBuf,
    key: hmac::Key,
    offset: u64,
    last: String,
    known: BTreeSet<UserId>,
    entries: Vec<Erased>,
}

impl LedgerFile {
    pub(super) fn new(data_dir: &Path, key: &[u8]) -> Self {
        Self {
            path: data_dir.join(FILE),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            offset: 0,
            last: String::new(),
            known: BTreeSet::new(),
            entries: Vec::new(),
        }
    }

    pub(super) fn entries(&self) -> &[Erased] {
        &self.entries
    }

    /// Reads what has been added since. A last line without its end is one that somebody is writing, or died while
    /// writing: it is left for whoever writes next.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn read_on(&mut self) -> Result<(), String> {
        match File::open(&self.path) {
            Ok(mut file) => self.read_from(&mut file),
            Err(error) if error.kind() == ErrorKind::NotFound && self.offset == 0 => Ok(()),
            Err(error) => Err(self.unusable(&error.to_string())),
        }
    }

    fn read_from(&mut self, file: &mut File) -> Result<(), String> {
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(self.offset))
            .and_then(|_| file.read_to_end(&mut text))
            .map_err(|error| self.unusable(&error.to_string()))?;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if line.ends_with(b"\n") {
                self.take(line)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let number = self.entries.len() + 1;
        let line: Line = serde_json::from_slice(bytes)
            .map_err(|_| self.broken(&format!("line {number} is not one of its lines")))?;
        let entry = Erased {
            user_id: line.user_id,
            erasure_id: line.erasure_id,
            erased_at: line.erased_at,
        };
        let is_next = line.seq == number as u64 && line.prev == self.last;
        let mac = URL_SAFE_NO_PAD.decode(&line.mac).unwrap_or_default();
        let is_ours = hmac::verify(&self.key, &content(line.seq, &entry, &line.prev), &mac).is_ok();
        if !is_next || !is_ours {
            return Err(self.broken(&format!("line {number} does not follow from the lines before it")));
        }
        self.offset += bytes.len() as u64;
        self.last = line.mac;
        self.known.insert(entry.user_id);
        self.entries.push(entry);
        Ok(())
    }

    /// Adds those who are not in the file, whichever process has put them there.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn append(&mut self, new: &[Erased]) -> Result<(), String> {
        if new.iter().all(|entry| self.known.contains(&entry.user_id)) && self.path.exists() {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let io = |error: std::io::Error| error.to_string();
        let mut before = Vec::new();
        let mut file = options
            .open(&self.path)
            .map_err(|error| self.unusable(&io(error)))?;
        // Processes that share the folder take turns; the lock goes with the file.
        file.lock().map_err(|error| self.unusable(&io(error)))?;
        if file.metadata().map_err(|error| self.unusable(&io(error)))?.len() < self.offset {
            // Taken away while the service runs: it is written anew, from what this process knows and the table says.
            before = self.forget();
        }
        self.read_from(&mut file)?;
        let text = self.compose(before.iter().chain(new))?;
        self.write(&mut file, &text)
            .map_err(|error| self.unusable(&io(error)))?;
        // Read back: what counts is what stands there.
        self.read_from(&mut file)
    }

    fn forget(&mut self) -> Vec<Erased> {
        (self.offset, self.last) = (0, String::new());
        self.known.clear();
        std::mem::take(&mut self.entries)
    }

    /// The lines of those who are not in the file yet.
    fn compose<'a>(&self, new: impl Iterator<Item = &'a Erased>) -> Result<Vec<u8>, String> {
        let (mut text, mut prev, mut seq) = (Vec::new(), self.last.clone(), self.entries.len() as u64);
        let mut added = BTreeSet::new();
        for entry in new {
            if self.known.contains(&entry.user_id) || !added.insert(entry.user_id) {
                continue;
            }
            seq += 1;
            let mac = hmac::sign(&self.key, &content(seq, entry, &prev));
            let line = Line {
                seq,
                user_id: entry.user_id,
                erasure_id: entry.erasure_id,
                erased_at: entry.erased_at,
                prev,
                mac: URL_SAFE_NO_PAD.encode(mac),
            };
            serde_json::to_writer(&mut text, &line).map_err(|error| error.to_string())?;
            text.push(b'\n');
            prev = line.mac;
        }
        Ok(text)
    }

    fn write(&self, file: &mut File, text: &[u8]) -> std::io::Result<()> {
        // What follows the last whole line is the beginning of one whose writer has died.
        file.set_len(self.offset)?;
        file.seek(SeekFrom::Start(self.offset))?;
        file.write_all(text)?;
        file.sync_all()?;
        // The name of a new file is in its folder.
        match self.path.parent() {
            Some(folder) if self.offset == 0 => File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    fn unusable(&self, why: &str) -> String {
        format!("{} cannot be read or written: {why}.", self.path.display())
    }

    fn broken(&self, what: &str) -> String {
        format!(
            "{} has been changed, or belongs to another master key: {what}. Restore it with its master key; if there is \
             no good copy, move it away, and it is made anew from the database.",
            self.path.display()
        )
    }
}

/// What the keyed hash of a line is of.
fn content(seq: u64, entry: &Erased, prev: &str) -> Vec<u8> {
    let at = entry.erased_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!("{seq}\n{}\n{}\n{at}\n{prev}", entry.user_id, entry.erasure_id).into_bytes()
}

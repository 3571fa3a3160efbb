//! The master key, and the keys derived from it: each for one purpose, so that none can stand in for another.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use entity::values::Hidden;

/// Name of the file in `DATA_DIR`.
const FILE: &str = "master.key";
/// Bytes of the master key.
const LENGTH: usize = 32;

/// Keys of one installation. Processes that share a database share the master key.
#[derive(Clone)]
pub struct Keys {
    master: Arc<hmac::Key>,
    cursor: Arc<hmac::Key>,
}

impl Keys {
    /// Reads the master key from the setting, or from its file; `None` where there is neither.
    ///
    /// # Errors
    /// A sentence that says what to do. It never holds the key.
    pub fn read(data_dir: &Path, setting: Option<&str>) -> Result<Option<Self>, String> {
        let master =
            match setting {
                Some(text) => Some(decode(text).ok_or(
                    "MASTER_KEY must be 32 bytes in base64: make one with `openssl rand -base64 32`.",
                )?),
                None => from_file(&data_dir.join(FILE))?,
            };
        Ok(master.as_deref().map(Self::of))
    }

    /// Makes the file of a new master key. Of processes that start at once, one makes it, and the others read it.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn create(data_dir: &Path) -> Result<Self, String> {
        Ok(Self::of(&create(&data_dir.join(FILE))?))
    }

    /// Reads the master key, and makes none: for what only the right one opens.
    ///
    /// # Errors
    /// A sentence that says what to do. It never holds the key.
    pub fn existing(data_dir: &Path, setting: Option<&str>) -> Result<Self, String> {
        Self::read(data_dir, setting)?.ok_or_else(|| {
            format!(
                "There is no master key at {}. Put the one that belongs to the database there, or set MASTER_KEY.",
                data_dir.join(FILE).display()
            )
        })
    }

    fn of(master: &[u8]) -> Self {
        let master = hmac::Key::new(hmac::HMAC_SHA256, master);
        let cursor = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&master, b"cursor").as_ref());
        Self {
            master: Arc::new(master),
            cursor: Arc::new(cursor),
        }
    }

    /// 32 bytes for one purpose.
    pub fn derive(&self, purpose: &str) -> Vec<u8> {
        hmac::sign(&self.master, purpose.as_bytes()).as_ref().to_vec()
    }

    /// The first 16 bytes of the tag that binds a cursor to its list.
    pub(crate) fn cursor_tag(&self, scope: &[u8], id: &[u8]) -> Vec<u8> {
        self.cursor_hmac(scope, id)
            .as_ref()
            .iter()
            .take(16)
            .copied()
            .collect()
    }

    /// Under what mails of one kind to one address are counted: it tells the address to nobody without the key.
    pub(crate) fn mail_tag(&self, kind: &str, address: &str) -> Hidden {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive("mail-counts"));
        let tag = hmac::sign(&key, format!("{kind}\n{address}").as_bytes());
        URL_SAFE_NO_PAD.encode(tag).into()
    }

    /// Whether the tag belongs to the list and the id, in constant time.
    pub(crate) fn verify_cursor_tag(&self, scope: &[u8], id: &[u8], tag: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.cursor_tag(scope, id), tag).is_ok()
    }

    fn cursor_hmac(&self, scope: &[u8], id: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.cursor);
        context.update(id);
        context.update(scope);
        context.sign()
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD
        .decode(text.trim())
        .ok()
        .filter(|bytes| bytes.len() == LENGTH)
}

fn from_file(path: &Path) -> Result<Option<Vec<u8>>, String> {
    let name = path.display();
    match fs::read_to_string(path) {
        Ok(text) => {
            refuse_if_shared(path)?;
            decode(&text).map(Some).ok_or_else(|| {
                format!("{name} is no master key (32 bytes in base64). Restore it from your backup; do not delete it, or all sign-ins and cursors end.")
            })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{name} cannot be read: {error}.")),
    }
}

fn create(path: &Path) -> Result<Vec<u8>, String> {
    let mut key = vec![0; LENGTH];
    SystemRandom::new()
        .fill(&mut key)
        .map_err(|_| "The system gives no random numbers.".to_owned())?;
    if publish_secret(path, &STANDARD.encode(&key))? {
        Ok(key)
    } else {
        from_file(path)?.ok_or_else(|| format!("{} is gone again.", path.display()))
    }
}

/// Makes a file that only its owner may read, unless there is one. Of processes that start at once, one makes it, and
/// the others never read half of it. Tells whether it was this one.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn publish_secret(path: &Path, text: &str) -> Result<bool, String> {
    let draft = draft_of(path);
    write_secret(&draft, text)?;
    let published = fs::hard_link(&draft, path).and_then(|()| keep_name(path));
    let _ = fs::remove_file(&draft);
    match published {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(format!("{} cannot be written: {error}.", path.display())),
    }
}

/// Writes a file that only its owner may read, and refuses to overwrite one.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn write_secret(path: &Path, text: &str) -> Result<(), String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()))
        .map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}

/// Replaces a file by one that only its owner may read; whoever reads meanwhile finds the one or the other. When it has
/// returned, a power failure does not bring the old one back.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn replace_secret(path: &Path, text: &str) -> Result<(), String> {
    let draft = draft_of(path);
    write_secret(&draft, text)?;
    fs::rename(&draft, path)
        .and_then(|()| keep_name(path))
        .map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}

/// Where a file is written before it gets its name: a name that no other thread or process uses.
fn draft_of(path: &Path) -> PathBuf {
    path.with_extension(format!("draft-{}", uuid::Uuid::now_v7().simple()))
}

/// Writes the names of a folder to the disk: else a power failure could take back the name of a new file.
fn keep_name(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// # Errors
/// A sentence, when others than the owner may read the file.
#[cfg(unix)]
pub(crate) fn refuse_if_shared(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    // The last six bits are the rights of the group and of everybody else.
    let mode = fs::metadata(path).map_or(0, |about| about.permissions().mode());
    if mode.trailing_zeros() >= 6 {
        Ok(())
    } else {
        Err(format!(
            "{0} can be read by other users of this machine; run `chmod 600 {0}`.",
            path.display()
        ))
    }
}

#[cfg(not(unix))]
pub(crate) fn refuse_if_shared(_: &Path) -> Result<(), String> {
    Ok(())
}

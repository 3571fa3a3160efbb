//! Files that are private from their first byte, gone unless they are finished, and never take the place of another.

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::Refused;

/// A file that is removed unless it is published.
pub(super) struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    /// Makes an empty file that only this user may read. It is locked, so that a leftover of a process that was killed
    /// can be told from one that is still being written.
    pub(super) fn create(path: PathBuf) -> Result<Self, Refused> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let made = options.open(&path);
        let file = made.map_err(|error| Refused::io("cannot be written", &path, &error))?;
        // Where the file system knows no locks, leftovers stay.
        let _ = file.try_lock();
        Ok(Self { path, file })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Gives the file its name for good, once it is on the disk.
    pub(super) fn publish(self, name: &Path) -> Result<(), Refused> {
        let failed = |error: std::io::Error| {
            if error.kind() == ErrorKind::AlreadyExists {
                Refused(format!("{} is there already.", name.display()))
            } else {
                Refused::io("cannot be written", name, &error)
            }
        };
        self.file.sync_all().map_err(failed)?;
        match fs::hard_link(&self.path, name) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists || name.exists() => {
                return Err(failed(ErrorKind::AlreadyExists.into()));
            }
            // A file system without links. Renaming would overwrite, hence the look before.
            Err(_) => fs::rename(&self.path, name).map_err(failed)?,
        }
        // The name is not on the disk before the folder is.
        #[cfg(unix)]
        File::open(folder(name))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A name in the same folder, so that the file can take its own name in one step.
pub(super) fn beside(name: &Path) -> PathBuf {
    let mut draft = name.file_name().unwrap_or_default().to_owned();
    draft.push(format!(".{}.draft", Uuid::now_v7().simple()));
    name.with_file_name(draft)
}

fn folder(name: &Path) -> &Path {
    name.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// Removes what a process that was killed has left.
pub(super) fn remove_leftovers(folder: &Path, (begin, end): (&str, &str)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_one = name
            .to_str()
            .is_some_and(|name| name.starts_with(begin) && name.ends_with(end));
        if is_one && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
            // What SQLite kept beside a copy that it had not finished.
            let mut journal = entry.path().into_os_string();
            journal.push("-journal");
            let _ = fs::remove_file(journal);
        }
    }
}

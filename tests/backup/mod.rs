//! What is backed up comes back, all of it, and nothing else comes out of a backup.

mod hostile;
mod load;
mod postgres;
mod refused;

use std::path::{Path, PathBuf};

use actix_web::rt::System;
use tempfile::TempDir;

use crate::command_line::{PASSWORD, serve, succeed};

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A folder with a database and a backup of it.
fn backed_up() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    System::new().block_on(async {
        drop(serve(folder.path(), &[("ADMIN_PASSWORD", PASSWORD)]));
    });
    let file = folder.path().join("one.backup");
    succeed(folder.path(), &["backup", "one.backup"]);
    (folder, file)
}

/// The keys of an installation, which no backup holds.
const KEYS: [&str; 2] = ["keyring.json", "master.key"];

/// A folder for a restored database, with the keys of `other`.
fn with_keys_of(other: &Path) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    for key in KEYS {
        let (from, to) = (other.join("data").join(key), folder.path().join("data").join(key));
        std::fs::copy(from, to).unwrap();
    }
    folder
}

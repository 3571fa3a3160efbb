//! When there is nothing to back up, or no place to restore to.

use std::path::Path;

use tempfile::TempDir;

use super::{backed_up, names, with_keys_of};
use crate::command_line::{err, succeed};
use crate::support::program::{finish, program};

/// Runs the program, which refuses with a sentence.
#[track_caller]
fn refused(folder: &Path, args: &[&str], settings: &[(&str, &str)]) -> String {
    let output = finish(program(folder, args).envs(settings.iter().copied()));
    let said = err(&output);
    assert!(!output.status.success(), "{args:?}");
    assert!(
        said.trim_end().ends_with('.') && said.lines().count() == 1,
        "{said}"
    );
    said
}

#[test]
fn nothing_is_overwritten() {
    let (folder, file) = backed_up();
    let backup = std::fs::read(&file).unwrap();
    assert!(refused(folder.path(), &["backup", "one.backup"], &[]).contains("there already"));
    assert_eq!(std::fs::read(&file).unwrap(), backup);
    for there in [
        "customer-profile.db",
        "customer-profile.db-wal",
        "customer-profile.db-shm",
    ] {
        let restored = with_keys_of(folder.path());
        std::fs::write(restored.path().join("data").join(there), "mine").unwrap();
        let before = names(&restored.path().join("data"));
        let said = refused(restored.path(), &["restore", file.to_str().unwrap()], &[]);
        assert!(said.contains(there) && said.contains("move it away"), "{said}");
        assert_eq!(names(&restored.path().join("data")), before);
        assert_eq!(
            std::fs::read(restored.path().join("data").join(there)).unwrap(),
            b"mine"
        );
    }
}

#[test]
fn the_master_key_has_to_be_there_and_the_right_one() {
    let (folder, file) = backed_up();
    let file = file.to_str().unwrap();
    let empty = TempDir::new().unwrap();
    let said = refused(empty.path(), &["restore", file], &[]);
    assert!(
        said.contains("master.key") && said.contains("MASTER_KEY"),
        "{said}"
    );
    assert_eq!(names(empty.path()), Vec::<String>::new(), "no key is made");

    let wrong = [("MASTER_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    for args in [&["restore", file][..], &["restore", "--check", file]] {
        let said = refused(empty.path(), args, &wrong);
        assert!(said.contains("another master key"), "{said}");
    }
    assert!(
        !names(empty.path()).iter().any(|name| name != "data")
            && (!empty.path().join("data").exists() || names(&empty.path().join("data")).is_empty()),
        "nothing is written"
    );
    let right = std::fs::read_to_string(folder.path().join("data/master.key")).unwrap();
    let right = [("MASTER_KEY", right.trim())];
    for args in [&["restore", file][..], &["restore", "--check", file]] {
        let said = refused(empty.path(), args, &right);
        assert!(
            said.contains("keyring.json") && said.contains("KEYRING"),
            "{said}"
        );
    }
    assert_eq!(names(&empty.path().join("data")), Vec::<String>::new());
    let keyring = std::fs::read_to_string(folder.path().join("data/keyring.json")).unwrap();
    // Another key under the same name opens nothing either, and is known before there is a database.
    for name in ["/keys/0/key", "/index_key/key"] {
        let mut other: serde_json::Value = serde_json::from_str(&keyring).unwrap();
        *other.pointer_mut(name).unwrap() = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
        let other = other.to_string();
        for args in [&["restore", file][..], &["restore", "--check", file]] {
            let said = refused(empty.path(), args, &[right[0], ("KEYRING", &other)]);
            assert!(
                said.contains("keyring.json") && said.contains("KEYRING"),
                "{said}"
            );
        }
    }
    assert_eq!(names(&empty.path().join("data")), Vec::<String>::new());
    let mut command = program(empty.path(), &["restore", file]);
    let output = finish(command.envs(right).env("KEYRING", keyring.trim()));
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(names(&empty.path().join("data")), ["customer-profile.db"]);
}

/// Else it would name keys that open nothing of it, and be refused where the right ones are.
#[test]
fn a_backup_is_made_with_the_keys_of_its_database() {
    let (folder, _) = backed_up();
    let file = folder.path().join("other.backup");
    let file = file.to_str().unwrap();
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let said = refused(folder.path(), &["backup", file], &[("MASTER_KEY", other)]);
    assert!(said.contains("sealed under another master key"), "{said}");
    let keyring = std::fs::read_to_string(folder.path().join("data/keyring.json")).unwrap();
    for name in ["/keys/0/key", "/index_key/key"] {
        let mut wrong: serde_json::Value = serde_json::from_str(&keyring).unwrap();
        *wrong.pointer_mut(name).unwrap() = other.into();
        let said = refused(
            folder.path(),
            &["backup", file],
            &[("KEYRING", &wrong.to_string())],
        );
        assert!(said.contains("is not the one"), "{said}");
    }
    assert!(!Path::new(file).exists());
    let output = finish(&mut program(folder.path(), &["backup", file]));
    assert!(output.status.success(), "{}", err(&output));
}

#[test]
fn there_has_to_be_a_database_and_a_backup() {
    let (folder, file) = backed_up();
    let restored = with_keys_of(folder.path());
    assert!(refused(restored.path(), &["backup", "two.backup"], &[]).contains("There is no database"));
    assert_eq!(names(restored.path()), ["data"]);
    assert_eq!(names(&restored.path().join("data")), super::KEYS);
    let said = refused(folder.path(), &["backup", "nowhere/two.backup"], &[]);
    assert!(said.contains("nowhere/two.backup"), "{said}");
    for (name, content) in [
        ("none", None),
        ("empty", Some("")),
        (
            "text",
            Some("a text that is long enough to be a header, if it were one. But it is none."),
        ),
    ] {
        if let Some(content) = content {
            std::fs::write(restored.path().join(name), content).unwrap();
        }
        refused(restored.path(), &["restore", name], &[]);
        refused(restored.path(), &["restore", "--check", name], &[]);
    }
    assert_eq!(names(&restored.path().join("data")), super::KEYS);
    // A check writes nothing, wherever it is run.
    succeed(restored.path(), &["restore", "--check", file.to_str().unwrap()]);
    assert_eq!(names(&restored.path().join("data")), super::KEYS);
}

#[test]
fn postgres_is_backed_up_by_its_own_programs() {
    let folder = TempDir::new().unwrap();
    let settings = [("DATABASE_URL", "postgres://u:hunter2@h/d")];
    for args in [
        &["backup", "x"][..],
        &["restore", "x"],
        &["restore", "--check", "x"],
    ] {
        let said = refused(folder.path(), args, &settings);
        assert!(
            said.contains("pg_dump") && said.contains("OPERATIONS.md"),
            "{said}"
        );
        assert!(!said.contains("hunter2"));
    }
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

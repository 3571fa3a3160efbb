//! Backups that were changed, cut off, or made of something else.

use std::path::Path;

use actix_web::rt::System;
use service::backup::{self, Place, Refused, Stop};
use service::db::Target;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;

use super::{backed_up, names, with_keys_of};
use crate::command_line::{err, succeed};
use crate::support::program::{finish, program};

fn place(folder: &Path) -> Place {
    let data = folder.join("data");
    let url = format!("sqlite://{}", data.join("customer-profile.db").display());
    Place::new(Target::parse(&url, None).unwrap(), &data, None, None).unwrap()
}

async fn check(folder: &TempDir, archive: &[u8]) -> Result<(), Refused> {
    let file = folder.path().join("archive");
    std::fs::write(&file, archive).unwrap();
    let (place, stop) = (place(folder.path()), Stop::default());
    let checked = backup::check(&place, &file, Box::new(|_, _| {}), &stop).await;
    checked.map(drop)
}

async fn restore(folder: &TempDir, archive: &[u8]) -> Result<(), Refused> {
    let checked = check(folder, archive).await;
    let file = folder.path().join("archive");
    let (place, stop) = (place(folder.path()), Stop::default());
    let restored = backup::restore(&place, &file, Box::new(|_, _| {}), &stop).await;
    assert_eq!(checked.is_ok(), restored.is_ok(), "both say the same");
    restored.map(drop)
}

#[test]
fn what_was_changed_or_cut_off_is_not_restored() {
    let (folder, file) = backed_up();
    let archive = std::fs::read(&file).unwrap();
    let target = with_keys_of(folder.path());
    System::new().block_on(async {
        // Header and manifest byte by byte, the rest in steps.
        let positions = (0..300)
            .chain((300..archive.len()).step_by(9_007))
            .chain([archive.len() - 1]);
        for position in positions {
            let mut changed = archive.clone();
            changed[position] ^= 0x10;
            let refused = if position % 20 == 0 {
                restore(&target, &changed).await
            } else {
                check(&target, &changed).await
            };
            refused.expect_err("a changed byte");
        }
        let chunk = 64 * 1024 + 16;
        let place = place(target.path());
        let manifest = backup::check(&place, &file, Box::new(|_, _| {}), &Stop::default()).await;
        let database = manifest.unwrap().database.bytes;
        assert!(database > 2 * 64 * 1024, "there is more than one chunk");
        let chunks = usize::try_from(database).unwrap().div_ceil(64 * 1024);
        let first = archive.len() - usize::try_from(database).unwrap() - chunks * 16;
        for boundary in (first..archive.len()).step_by(chunk) {
            restore(&target, &archive[..boundary]).await.expect_err("cut off");
        }
        restore(&target, &[&archive[..], b"0"].concat())
            .await
            .expect_err("added to");
        assert_eq!(
            names(&target.path().join("data")),
            super::KEYS,
            "nothing is written"
        );
        restore(&target, &archive).await.expect("what nobody has changed");
    });
}

async fn change(folder: &Path, sql: &'static str) {
    let file = folder.join("data/customer-profile.db");
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    database.execute(sql).await.unwrap();
    database.close().await.unwrap();
}

#[test]
fn a_backup_of_a_later_version_is_for_that_version() {
    let (folder, _) = backed_up();
    System::new().block_on(change(
        folder.path(),
        "INSERT INTO seaql_migrations VALUES ('m29990101_000099_create_teleporters', 0)",
    ));
    succeed(folder.path(), &["backup", "later.backup"]);
    let restored = with_keys_of(folder.path());
    let file = folder.path().join("later.backup");
    let output = finish(&mut program(
        restored.path(),
        &["restore", file.to_str().unwrap()],
    ));
    assert!(err(&output).contains("create_teleporters"), "{}", err(&output));
    assert_eq!(names(&restored.path().join("data")), super::KEYS);
}

/// Whoever takes a backup learns at once that it would be of no use.
#[test]
fn a_damaged_database_is_not_backed_up() {
    let (folder, _) = backed_up();
    System::new().block_on(change(
        folder.path(),
        "PRAGMA foreign_keys = OFF; INSERT INTO recovery_codes VALUES ('nobody''s', zeroblob(16))",
    ));
    let output = finish(&mut program(folder.path(), &["backup", "two.backup"]));
    assert!(err(&output).contains("damaged"), "{}", err(&output));
    let database = folder.path().join("data/customer-profile.db");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[4096..40_960].fill(0xAA);
    std::fs::write(&database, bytes).unwrap();
    let output = finish(&mut program(folder.path(), &["backup", "two.backup"]));
    assert!(
        !output.status.success() && err(&output).contains("database"),
        "{}",
        err(&output)
    );
    assert!(!folder.path().join("two.backup").exists());
    assert!(
        !names(&folder.path().join("data"))
            .iter()
            .any(|name| name.starts_with("backup-"))
    );
}

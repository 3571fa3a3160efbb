//! A backup that is taken while everybody writes.

use std::process::Command;
use std::time::Duration;

use actix_web::rt::System;
use serde_json::json;
use tempfile::TempDir;

use super::{names, with_keys_of};
use crate::command_line::{PASSWORD, login, serve, succeed};
use crate::support::program::program;
use crate::support::world::Canaries;
use crate::support::writers::{Writers, ids_of_users};
use crate::support::{Caller, anna_passport};

/// Issuer of tokens: the same before and after.
const PUBLIC_URL: (&str, &str) = ("PUBLIC_URL", "http://profiles.agency.example");
const ADMIN: &str = "admin@agency.example";

#[test]
fn every_write_that_was_acknowledged_before_is_there_after_a_restore() {
    let folder = TempDir::new().unwrap();
    let mut server = serve(folder.path(), &[("ADMIN_PASSWORD", PASSWORD), PUBLIC_URL]);
    let canaries = Canaries::new();
    let (token, user, passport) = System::new().block_on(async {
        let admin = login(server.addr, ADMIN, PASSWORD).await;
        let anna = json!({
            "first_name": canaries.first_name, "last_name": canaries.last_name, "email": canaries.email, "phone": canaries.phone,
        });
        let anna = admin.post("/v1/users", anna).await;
        let passport = anna_passport(anna.id().parse().unwrap(), &canaries.passport_number);
        let mut passport = passport;
        passport["issuing_country"] = "D".into();
        passport["nationality"] = "D".into();
        let recorded = admin.post("/v1/passports", passport).await;
        recorded.expect(201);
        let passport = admin.get(format!("/v1/passports/{}", recorded.id())).await.expect(200).clone();
        let user = admin.get(format!("/v1/users/{}", anna.id())).await.expect(200).clone();
        (admin.token.clone().unwrap(), user, passport)
    });
    let writers = Writers::start(server.addr, &token);
    std::thread::sleep(Duration::from_millis(1500));
    let acknowledged = writers.acknowledged();
    assert!(acknowledged.len() > 50, "only {} writes", acknowledged.len());
    let said = succeed(folder.path(), &["backup", "one.backup"]);
    assert!(said.contains("one.backup") && said.contains("users"), "{said}");
    let later = writers.stop();
    assert!(later.len() > acknowledged.len(), "nobody was kept from writing");
    let left = names(&folder.path().join("data"));
    assert!(!left.iter().any(|name| name.starts_with("backup-")), "{left:?}");
    server.kill();

    let archive = std::fs::read(folder.path().join("one.backup")).unwrap();
    for canary in canaries
        .all()
        .into_iter()
        .chain(["CREATE TABLE", "SQLite format 3", ADMIN])
    {
        let canary = canary.as_bytes();
        assert!(!archive.windows(canary.len()).any(|window| window == canary));
    }

    let restored = with_keys_of(folder.path());
    let file = folder.path().join("one.backup");
    let said = succeed(restored.path(), &["restore", file.to_str().unwrap()]);
    assert!(said.contains("SHA-256") && said.contains("passports 1"), "{said}");
    assert_eq!(
        names(&restored.path().join("data")),
        ["customer-profile.db", "keyring.json", "master.key"]
    );
    let server = serve(restored.path(), &[PUBLIC_URL]);
    System::new().block_on(async {
        let admin = login(server.addr, ADMIN, PASSWORD).await;
        let stored = ids_of_users(&admin).await;
        let lost = acknowledged.iter().filter(|id| !stored.contains(*id)).count();
        assert_eq!(lost, 0, "of {} acknowledged users", acknowledged.len());
        // Who was signed in stays signed in, and records are what they were.
        let admin = Caller::new(server.addr, None, Some(token));
        for record in [("users", &user), ("passports", &passport)] {
            let path = format!("/v1/{}/{}", record.0, record.1["id"].as_str().unwrap());
            assert_eq!(&admin.get(path).await.expect(200), record.1);
        }
    });
}

/// Both the archive and what is restored are for their owner's eyes.
#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, file) = super::backed_up();
    let restored = with_keys_of(folder.path());
    succeed(restored.path(), &["restore", file.to_str().unwrap()]);
    for file in [file, restored.path().join("data/customer-profile.db")] {
        assert_eq!(
            std::fs::metadata(file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

/// What a process that was killed has left goes with the next backup; what another one is writing stays.
#[test]
fn leftovers_are_removed() {
    let (folder, _) = super::backed_up();
    let data = folder.path().join("data");
    std::fs::write(data.join("backup-dead.tmp"), "left").unwrap();
    let busy = std::fs::File::create(data.join("backup-busy.tmp")).unwrap();
    busy.try_lock().unwrap();
    succeed(folder.path(), &["backup", "two.backup"]);
    let names = names(&data);
    assert!(!names.contains(&"backup-dead.tmp".to_owned()), "{names:?}");
    assert!(names.contains(&"backup-busy.tmp".to_owned()), "{names:?}");
}

/// Whenever it is stopped, there is a whole backup or none, and nothing beside it.
#[cfg(unix)]
#[test]
fn a_backup_that_is_stopped_leaves_nothing() {
    let (folder, _) = super::backed_up();
    let before = names(&folder.path().join("data"));
    for delay in [0, 5, 10, 15, 20, 25, 30, 40, 60] {
        let name = format!("stopped-{delay}.backup");
        let mut child = program(folder.path(), &["backup", &name]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        if child.wait().unwrap().success() {
            succeed(folder.path(), &["restore", "--check", &name]);
        } else {
            assert!(!folder.path().join(&name).exists(), "{name}");
        }
        assert!(
            !names(folder.path()).iter().any(|name| name.contains("draft")),
            "{name}"
        );
        assert_eq!(names(&folder.path().join("data")), before, "{name}");
    }
}

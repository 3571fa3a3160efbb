//! The ledger of erasures: backups bring nobody back.

use std::path::PathBuf;
use std::time::Duration;

use actix_web::rt::System;
use api::app::Application;
use api::config::Config;
use serde_json::json;
use service::input::Secret;

use super::{dump, may_stay};
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, Backend, Running, TestDatabase, config};

fn log_of(config: &Config) -> PathBuf {
    config.data_dir.join("erasures.log")
}

fn lines(config: &Config) -> Vec<String> {
    let text = std::fs::read_to_string(log_of(config)).unwrap();
    assert!(text.ends_with('\n'), "{text:?}");
    text.lines().map(str::to_owned).collect()
}

async fn erase(app: &App, user: impl std::fmt::Display) {
    let admin = app.admin().await;
    let reason = json!({"reason": "Asked for by letter"});
    admin
        .post(format!("/v1/users/{user}/erase"), reason)
        .await
        .expect(200);
}

fn on(backend: Backend, body: impl AsyncFnOnce(&TestDatabase, Config)) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        body(&database, config(&database)).await;
        database.remove().await;
    });
}

async fn a_backup(database: &TestDatabase, config: Config) {
    let server = Running::start(&config, database).await;
    let admin = server.app.admin().await;
    let (mine, others) = (Canaries::new(), Canaries::new());
    let (rosa, _) = Belongings::of_a_new_customer(&server.app, &admin, &mine).await;
    let (ida, _) = Belongings::of_a_new_customer(&server.app, &admin, &others).await;
    server.stop().await;
    let yesterday = database.copy().await;

    let server = Running::start(&config, database).await;
    erase(&server.app, &rosa.user).await;
    let erasure = server
        .app
        .admin()
        .await
        .get("/v1/erasures?status=done")
        .await
        .expect(200)["data"][0]
        .clone();
    server.stop().await;
    let log = lines(&config);

    // Yesterday's copy still has all of it.
    let restored = Config {
        database_url: Secret::new(yesterday.clone()),
        ..config.clone()
    };
    let server = Running::start(&restored, database).await;
    let admin = server.app.admin().await;
    for path in [
        format!("/v1/users/{}", rosa.user),
        format!("/v1/passports/{}", rosa.passport),
        format!("/v1/loyalties/{}", rosa.loyalty),
    ] {
        assert_eq!(admin.get(path).await.problem(404), "not_found");
    }
    let found = admin
        .post("/v1/users/search", json!({"q": mine.last_name}))
        .await
        .expect(200);
    assert_eq!(found["data"], json!([]));
    let number = json!({"issuing_country": "UTO", "passport_number": mine.passport_number});
    assert_eq!(
        admin.post("/v1/passports/search", number).await.expect(200)["data"],
        json!([])
    );
    let stored = dump(&server.app).await;
    assert_eq!(mine.found_in(&stored), Vec::<String>::new());
    // Neither a row nor the key of what was sealed; nobody else is gone.
    let simple = rosa.user.replace('-', "");
    for line in stored
        .lines()
        .filter(|line| line.contains(&rosa.user) || line.to_lowercase().contains(&simple))
    {
        assert!(may_stay(line), "{line}");
    }
    let profile = admin
        .get(format!("/v1/users/{}/profile", ida.user))
        .await
        .expect(200)
        .to_string();
    // All but the numbers of passport, visa, card and traveller, which are masked.
    assert_eq!(
        others.found_in(&profile).len(),
        others.all().len() - 4,
        "{profile}"
    );
    // The table has its row again, under its own address.
    let again = admin
        .get(format!("/v1/erasures/{}", erasure["id"].as_str().unwrap()))
        .await
        .expect(200);
    for field in ["user_id", "status", "decided_at"] {
        assert_eq!(again[field], erasure[field], "{field}");
    }
    assert_eq!(again["reason"], "restored");
    server.stop().await;
    assert_eq!(lines(&config), log);
    // And once more, with nothing left to do.
    let server = Running::start(&restored, database).await;
    assert_eq!(
        server
            .app
            .admin()
            .await
            .get("/v1/erasures?status=done")
            .await
            .expect(200)["data"],
        json!([again])
    );
    server.stop().await;
}

async fn a_lost_or_torn_file(database: &TestDatabase, config: Config) {
    let server = Running::start(&config, database).await;
    let ida = server.app.profile("Ida").await;
    let eva = server.app.profile("Eva").await;
    erase(&server.app, ida).await;
    erase(&server.app, eva).await;
    server.stop().await;
    let log = lines(&config);
    assert_eq!(log.len(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(log_of(&config)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_file(log_of(&config)).unwrap();
    Running::start(&config, database).await.stop().await;
    assert_eq!(lines(&config), log, "made anew from the table");

    // The process died while it wrote the second line.
    for cut in [1, 20, log[1].len()] {
        let torn = format!("{}\n{}", log[0], &log[1][..log[1].len() - cut]);
        std::fs::write(log_of(&config), torn).unwrap();
        Running::start(&config, database).await.stop().await;
        assert_eq!(lines(&config), log, "cut by {cut}");
    }
}

async fn a_changed_file(database: &TestDatabase, config: Config) {
    let server = Running::start(&config, database).await;
    for name in ["Ida", "Eva", "Ada"] {
        let user = server.app.profile(name).await;
        erase(&server.app, user).await;
    }
    let bystander = server.app.profile("Ebba").await;
    server.stop().await;
    let log = lines(&config);
    let other = log[2].replace(log[2].split('"').nth(5).unwrap(), &bystander.to_string());
    assert_ne!(other, log[2]);
    for (what, changed) in [
        (
            "another person in a line",
            vec![log[0].clone(), log[1].clone(), other],
        ),
        ("a line taken out", vec![log[0].clone(), log[2].clone()]),
        ("the first line taken out", vec![log[1].clone(), log[2].clone()]),
        (
            "lines in another order",
            vec![log[1].clone(), log[0].clone(), log[2].clone()],
        ),
        ("a line twice", vec![log[0].clone(), log[0].clone()]),
        ("no line at all", vec!["hello".to_owned(), log[0].clone()]),
    ] {
        std::fs::write(log_of(&config), changed.join("\n") + "\n").unwrap();
        let refusal = Application::build(&config)
            .await
            .err()
            .unwrap_or_else(|| panic!("{what} was taken"));
        let refusal = refusal.to_string();
        assert!(
            refusal.contains("erasures.log") && refusal.contains("line"),
            "{what}: {refusal}"
        );
    }
    std::fs::write(log_of(&config), log.join("\n") + "\n").unwrap();
    let server = Running::start(&config, database).await;
    server
        .app
        .admin()
        .await
        .get(format!("/v1/users/{bystander}"))
        .await
        .expect(200);
    server.stop().await;
}

/// Each process has a ledger of its own, or shares a folder with another; all of them have everybody.
async fn several_processes(database: &TestDatabase, config: Config) {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
    let first = Config {
        master_key: Some(Secret::new(key)),
        ..config
    };
    let apart = Config {
        data_dir: first.data_dir.join("apart"),
        ..first.clone()
    };
    let one = Running::start(&first, database).await;
    std::fs::create_dir(&apart.data_dir).unwrap();
    let keyring = std::fs::read(first.data_dir.join("keyring.json")).unwrap();
    std::fs::write(apart.data_dir.join("keyring.json"), keyring).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(apart.data_dir.join("keyring.json"), private).unwrap();
    }
    let beside = Running::start(&first, database).await;
    let other = Running::start(&apart, database).await;
    let mut erased = Vec::new();
    for app in [&one.app, &beside.app, &other.app, &one.app, &beside.app] {
        let user = app.profile("Ida").await;
        erase(app, user).await;
        erased.push(user.to_string());
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while lines(&apart).len() < 5 || lines(&first).len() < 5 {
        assert!(
            std::time::Instant::now() < deadline,
            "{:?} {:?}",
            lines(&first),
            lines(&apart)
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for server in [one, beside, other] {
        server.stop().await;
    }
    for config in [&first, &apart] {
        let log = lines(config).join("\n");
        assert!(
            erased.iter().all(|user| log.matches(user.as_str()).count() == 1),
            "{log}"
        );
        // The chain is whole.
        Running::start(config, database).await.stop().await;
    }
}

macro_rules! on_both {
    ($($name:ident: $body:ident,)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                on(Backend::Sqlite, $body);
            }

            #[test]
            fn postgres() {
                on(Backend::Postgres, $body);
            }
        }
    )+};
}

on_both! {
    a_backup_brings_nobody_back: a_backup,
    a_lost_or_torn_file_is_completed_from_the_table: a_lost_or_torn_file,
    a_changed_file_stops_the_start: a_changed_file,
    several_processes_have_everybody: several_processes,
}

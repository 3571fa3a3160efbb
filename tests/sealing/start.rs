//! With the wrong keys the program does not start, and leaves everything as it is.

use std::fs;
use std::path::Path;

use actix_web::rt::System;
use serde_json::json;
use service::Core;
use service::db::{Db, PoolSizes, Target};

use super::{run, stolen};
use crate::support::{Backend, Running, TestDatabase, config};

/// What is in the database: its file, with its log written into it, or all rows of all tables.
async fn state(database: &TestDatabase) -> Vec<u8> {
    if database.backend == Backend::Sqlite {
        let db = Db::open(
            Target::parse(&database.url, None).unwrap(),
            PoolSizes { read: 1, write: 1 },
        );
        run(db.writer(), "PRAGMA wal_checkpoint(TRUNCATE)").await;
        db.close().await;
        return fs::read(database.folder().join("test.db")).unwrap();
    }
    stolen(database.backend, &database.url, &database.folder()).await
}

/// Changes the keyring in a way that must stop the start, and says what the sentence has to name.
type Spoil = fn(&Path) -> &'static str;

fn edit(file: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut keyring: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    change(&mut keyring);
    fs::write(file, keyring.to_string()).unwrap();
}

const OTHER_KEY: &str = "YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDI=";

const CASES: &[(&str, Spoil)] = &[
    ("missing", |file| {
        fs::remove_file(file).unwrap();
        "Bring back the keyring"
    }),
    ("of another database", |file| {
        let other = tempfile::tempdir().unwrap();
        service::sealing::Keyring::create(other.path(), chrono::Utc::now()).unwrap();
        fs::copy(other.path().join("keyring.json"), file).unwrap();
        "lacks the key"
    }),
    ("another key of the same name", |file| {
        edit(file, |keyring| keyring["keys"][0]["key"] = json!(OTHER_KEY));
        "is not the one"
    }),
    ("another index key", |file| {
        edit(file, |keyring| keyring["index_key"]["key"] = json!(OTHER_KEY));
        "index key"
    }),
    ("another name of the index key", |file| {
        edit(file, |keyring| keyring["index_key"]["id"] = json!("index-2"));
        "index key"
    }),
    ("broken", |file| {
        fs::write(file, "{").unwrap();
        "is no keyring"
    }),
    ("empty", |file| {
        fs::write(file, "").unwrap();
        "is no keyring"
    }),
    #[cfg(unix)]
    ("readable by others", |file| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        "chmod 600"
    }),
];

fn refuses(backend: Backend) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let config = config(&database);
        let running = Running::start(&config, &database).await;
        running.app.customer("Anna").await;
        running.app.core.clone().close().await;
        running.stop().await;

        let file = database.folder().join("keyring.json");
        let (good, before) = (fs::read(&file).unwrap(), state(&database).await);
        for (case, spoil) in CASES {
            let says = spoil(&file);
            let spoilt = fs::read(&file).ok();
            let options = config.options(([127, 0, 0, 1], 0).into());
            let why = Core::open(options)
                .await
                .err()
                .unwrap_or_else(|| panic!("{case}: starts"))
                .to_string();
            assert!(why.contains(says) && why.ends_with('.'), "{case}: {why}");
            assert!(!why.contains(OTHER_KEY), "{case}: {why}");
            assert_eq!(fs::read(&file).ok(), spoilt, "{case}: the keyring was written");
            assert!(
                state(&database).await == before,
                "{case}: the database was changed"
            );
            fs::remove_file(&file).ok();
            put_back(&file, &good);
        }
        // And with the right one it goes on.
        let running = Running::start(&config, &database).await;
        let agent = running.app.agent().await;
        let people = agent.get("/v1/users?limit=50").await.expect(200);
        assert!(
            people["data"]
                .as_array()
                .unwrap()
                .iter()
                .any(|user| user["first_name"] == "Anna")
        );
        running.app.core.clone().close().await;
        running.stop().await;
        database.remove().await;
    });
}

/// Puts the keyring back as it was: for its owner alone.
fn put_back(file: &Path, bytes: &[u8]) {
    fs::write(file, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[test]
fn with_a_missing_or_wrong_keyring_nothing_starts_and_nothing_changes_on_sqlite() {
    refuses(Backend::Sqlite);
}

#[test]
fn with_a_missing_or_wrong_keyring_nothing_starts_and_nothing_changes_on_postgres() {
    refuses(Backend::Postgres);
}

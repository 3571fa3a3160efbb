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

/// Changes a file of keys in a way that must stop the start, and says what the sentence has to name.
type Spoil = fn(&Path) -> &'static str;

const KEYRING: &str = "keyring.json";
const MASTER: &str = "master.key";

fn edit(file: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut keyring: serde_json::Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    change(&mut keyring);
    fs::write(file, keyring.to_string()).unwrap();
}

const OTHER_KEY: &str = "YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDI=";

const CASES: &[(&str, &str, Spoil)] = &[
    ("missing", KEYRING, |file| {
        fs::remove_file(file).unwrap();
        "Bring back the keyring"
    }),
    ("of another database", KEYRING, |file| {
        let other = tempfile::tempdir().unwrap();
        service::sealing::Keyring::create(other.path(), chrono::Utc::now()).unwrap();
        fs::copy(other.path().join("keyring.json"), file).unwrap();
        "lacks the key"
    }),
    ("another key of the same name", KEYRING, |file| {
        edit(file, |keyring| keyring["keys"][0]["key"] = json!(OTHER_KEY));
        "is not the one"
    }),
    ("another index key", KEYRING, |file| {
        edit(file, |keyring| keyring["index_key"]["key"] = json!(OTHER_KEY));
        "index key"
    }),
    ("another name of the index key", KEYRING, |file| {
        edit(file, |keyring| keyring["index_key"]["id"] = json!("index-2"));
        "index key"
    }),
    ("broken", KEYRING, |file| {
        fs::write(file, "{").unwrap();
        "is no keyring"
    }),
    ("empty", KEYRING, |file| {
        fs::write(file, "").unwrap();
        "is no keyring"
    }),
    #[cfg(unix)]
    ("readable by others", KEYRING, |file| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        "chmod 600"
    }),
    ("missing", MASTER, |file| {
        fs::remove_file(file).unwrap();
        "There is no master key"
    }),
    ("of another database", MASTER, |file| {
        fs::write(file, OTHER_KEY).unwrap();
        "sealed under another master key"
    }),
    ("broken", MASTER, |file| {
        fs::write(file, "{").unwrap();
        "is no master key"
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

        let before = state(&database).await;
        for (case, name, spoil) in CASES {
            let file = database.folder().join(name);
            let good = fs::read(&file).unwrap();
            let case = format!("{name} {case}");
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
            assert_eq!(fs::read(&file).ok(), spoilt, "{case}: it was written");
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
fn with_missing_or_wrong_keys_nothing_starts_and_nothing_changes_on_sqlite() {
    refuses(Backend::Sqlite);
}

#[test]
fn with_missing_or_wrong_keys_nothing_starts_and_nothing_changes_on_postgres() {
    refuses(Backend::Postgres);
}

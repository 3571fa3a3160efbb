use service::db::Target;
use service::migrations;

use super::{on_empty_database, open, tables};
use crate::support::Backend;

const TABLES: &[&str] = &[
    "audit_chain",
    "audit_checkpoints",
    "audit_events",
    "calendar_feeds",
    "client_secrets",
    "client_tokens",
    "clients",
    "consents",
    "credentials",
    "data_keys",
    "emergency_contacts",
    "entry_rules",
    "erasures",
    "event_head",
    "events",
    "external_ids",
    "group_members",
    "groups",
    "idempotency_keys",
    "identity_cards",
    "imports",
    "index_keys",
    "loyalties",
    "loyalty_programs",
    "mail_counts",
    "mail_tokens",
    "mails",
    "passports",
    "recovery_codes",
    "refresh_tokens",
    "second_factors",
    "sessions",
    "signing_keys",
    "throttles",
    "travel_preferences",
    "traveller_numbers",
    "user_search_terms",
    "users",
    "visas",
    "webhook_deliveries",
    "webhook_endpoints",
];

async fn applied(target: &Target) -> Vec<bool> {
    let db = open(target);
    let status = migrations::status(&db).await.unwrap();
    db.close().await;
    status.into_iter().map(|(_, applied)| applied).collect()
}

async fn present(target: &Target) -> Vec<String> {
    let db = open(target);
    let tables = tables(db.read()).await;
    db.close().await;
    tables
}

async fn up_down_and_up(target: Target) {
    migrations::up(&target).await.unwrap();
    let all = applied(&target).await;
    assert!(!all.is_empty() && all.iter().all(|applied| *applied));
    assert_eq!(present(&target).await, TABLES);
    // Again, nothing is missing.
    migrations::up(&target).await.unwrap();

    migrations::down(&target, 1).await.unwrap();
    let after_one = applied(&target).await;
    assert_eq!(
        after_one.iter().filter(|applied| **applied).count(),
        all.len() - 1
    );
    assert_eq!(after_one.last(), Some(&false));
    migrations::down(&target, u32::try_from(all.len()).unwrap() - 1)
        .await
        .unwrap();
    assert!(applied(&target).await.iter().all(|applied| !applied));
    assert_eq!(present(&target).await, Vec::<String>::new());

    migrations::up(&target).await.unwrap();
    assert_eq!(applied(&target).await, all);
    assert_eq!(present(&target).await, TABLES);
}

async fn status_of_an_empty_database(target: Target) {
    // Migrating nothing makes the file; reading the status changes nothing.
    let db = open(&target);
    db.writer().ping().await.unwrap();
    let status = migrations::status(&db).await.unwrap();
    assert!(
        status
            .iter()
            .all(|(name, applied)| name.starts_with("m20") && !applied),
        "{status:?}"
    );
    assert_eq!(tables(db.read()).await, Vec::<String>::new());
    db.close().await;
}

/// Several tasks of one process.
async fn at_once(target: Target) {
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let target = target.clone();
            actix_web::rt::spawn(async move { migrations::up(&target).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(present(&target).await, TABLES);
}

/// Four processes that start at once on an empty database.
async fn processes_at_once(target: Target) {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let target = target.clone();
            std::thread::spawn(move || {
                let result = actix_web::rt::System::new().block_on(migrations::up(&target));
                result.map_err(|error| error.to_string())
            })
        })
        .collect();
    let results = tokio::task::spawn_blocking(move || {
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(results.await.unwrap(), vec![Ok(()); 4]);
    assert_eq!(present(&target).await, TABLES);
}

#[test]
fn migrations_go_up_down_and_up_again_on_sqlite() {
    on_empty_database(Backend::Sqlite, up_down_and_up);
}

#[test]
fn migrations_go_up_down_and_up_again_on_postgres() {
    on_empty_database(Backend::Postgres, up_down_and_up);
}

#[test]
fn the_status_of_an_empty_sqlite_database_is_that_nothing_has_run() {
    on_empty_database(Backend::Sqlite, status_of_an_empty_database);
}

#[test]
fn the_status_of_an_empty_postgres_database_is_that_nothing_has_run() {
    on_empty_database(Backend::Postgres, status_of_an_empty_database);
}

#[test]
fn tasks_that_migrate_sqlite_at_once_wait_for_each_other() {
    on_empty_database(Backend::Sqlite, at_once);
}

#[test]
fn tasks_that_migrate_postgres_at_once_wait_for_each_other() {
    on_empty_database(Backend::Postgres, at_once);
}

#[test]
fn processes_that_migrate_sqlite_at_once_wait_for_each_other() {
    on_empty_database(Backend::Sqlite, processes_at_once);
}

#[test]
fn processes_that_migrate_postgres_at_once_wait_for_each_other() {
    on_empty_database(Backend::Postgres, processes_at_once);
}

//! The role that docs/OPERATIONS.md gives the server on PostgreSQL cannot rewrite the trail.

use sea_orm::ConnectionTrait as _;
use serde_json::json;
use service::Core;
use service::audit::chain::settle;
use service::audit::{Event, Who, record};
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use super::{check, entries, sql};
use crate::support::{App, Backend, on_both_databases};

/// The statements of the paper that concern the tables, for another role.
fn grants(role: &str) -> String {
    let paper = include_str!("../../docs/OPERATIONS.md");
    let statements: Vec<_> = paper
        .lines()
        .filter(|line| line.starts_with("GRANT ") || line.starts_with("REVOKE "))
        .collect();
    assert_eq!(statements.len(), 6, "{statements:?}");
    statements.join("\n").replace("customer_profile_app", role)
}

async fn restricted(app: &App, role: &str) {
    sql(app, &format!("CREATE ROLE {role} LOGIN PASSWORD '{role}'")).await;
    sql(app, &grants(role)).await;
    let server: PgConnectOptions = app.database_url.parse().unwrap();
    let url = server.username(role).password(role).to_url_lossy();
    let mut config = app.config.clone();
    config.database_url = service::input::Secret::new(url.to_string());
    let core = Core::open(config.options(app.addr)).await.unwrap();
    let event = Event::new(entity::values::AuditAction::KeysRotated);
    core.db
        .write(async |txn| record(&core, txn, Who::SYSTEM, event).await)
        .await
        .unwrap();
    settle(&core).await.unwrap();
    assert!(entries(app).await.iter().all(|entry| entry.seq.is_some()));
    for forbidden in [
        "UPDATE audit_events SET detail = 'x'",
        "UPDATE audit_events SET mac = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "DROP TABLE audit_events",
        "ALTER TABLE audit_events ADD COLUMN x text",
        "UPDATE audit_checkpoints SET hash = 'x'",
        "DELETE FROM audit_checkpoints",
        "DELETE FROM audit_chain",
    ] {
        assert!(
            core.db.writer().execute_unprepared(forbidden).await.is_err(),
            "{forbidden}"
        );
    }
    core.close().await;
    check(app).await.unwrap();
}

on_both_databases! {
    async fn the_server_s_role_adds_entries_and_changes_none(app: &App) {
        let admin = app.admin().await;
        let program = json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"});
        admin.post("/v1/loyalty-programs", program).await.expect(201);
        if app.backend == Backend::Postgres {
            let role = format!("audit_test_{}", Uuid::now_v7().simple());
            restricted(app, &role).await;
            sql(app, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
        }
    }
}

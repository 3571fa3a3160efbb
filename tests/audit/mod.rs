//! The audit trail: that everything is noted, that nobody rewrites it unnoticed, and who may read it.

mod chain;
mod command_line;
mod commands;
mod people;
mod read;
mod refusals;
mod role;
mod tamper;

use entity::audit_checkpoints;
use entity::audit_events::{self, Model};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryOrder as _};
use serde_json::Value;
use service::audit::chain::settle;
use service::audit::verify::{Fault, Verified, verify};

use crate::support::App;

/// All entries, the oldest first.
async fn entries(app: &App) -> Vec<Model> {
    audit_events::Entity::find()
        .order_by_asc(audit_events::COLUMN.id)
        .all(app.core.db.read())
        .await
        .unwrap()
}

/// The entries that some work makes.
async fn made_by<F: Future>(app: &App, work: F) -> (F::Output, Vec<Model>) {
    let before = entries(app).await.len();
    let output = work.await;
    (output, entries(app).await.split_off(before))
}

/// The one entry that some work makes.
async fn one_by<F: Future>(app: &App, work: F) -> (F::Output, Model) {
    let (output, mut made) = made_by(app, work).await;
    assert_eq!(made.len(), 1, "{made:#?}");
    (output, made.pop().unwrap())
}

/// Changes the database as somebody would who has got hold of it.
async fn sql(app: &App, sql: &str) {
    app.core.db.writer().execute_unprepared(sql).await.unwrap();
}

async fn check(app: &App) -> Result<Verified, Fault> {
    verify(&app.core, |_| {}).await.unwrap()
}

/// How an id is written in the SQL of the database at hand.
fn quoted(app: &App, id: impl Into<uuid::Uuid>) -> String {
    let id: uuid::Uuid = id.into();
    match app.backend {
        crate::support::Backend::Sqlite => format!("X'{}'", id.simple()),
        crate::support::Backend::Postgres => format!("'{id}'"),
    }
}

fn fields(entry: &Model) -> Vec<String> {
    let names: Option<Value> = entry
        .changed_fields
        .as_deref()
        .map(|names| serde_json::from_str(names).unwrap());
    names
        .iter()
        .flat_map(|names| names.as_array().unwrap())
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Waits until nothing is left to be chained, and signs how far that is.
async fn settled(app: &App) {
    // The server's own worker may be at it, and is left to it.
    for _ in 0..100 {
        settle(&app.core).await.unwrap();
        let last = audit_checkpoints::Entity::find()
            .order_by_desc(audit_checkpoints::COLUMN.seq)
            .one(app.core.db.read())
            .await
            .unwrap();
        let all = entries(app).await;
        let end = all.iter().filter_map(|entry| entry.seq).max();
        if all.iter().all(|entry| entry.seq.is_some()) && last.map(|it| it.seq) == end {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("entries are left");
}

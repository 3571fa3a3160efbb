//! docs/DATA-MODEL.md shows the entities as they are, and what is said of every column in `service::classification`.

use std::collections::BTreeSet;
use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend};
use service::classification::{EXCEPTIONS, Storage, TABLES, column};
use service::data_model::{entities, record_of_processing, renewed};
use service::db::Target;
use service::migrations;

use super::{on_empty_database, open, tables, texts};
use crate::support::Backend;

const UPDATE: &str = "cargo run -- data-model --into docs/DATA-MODEL.md";

#[test]
fn the_page_of_the_data_model_is_the_generated_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/DATA-MODEL.md");
    let page = std::fs::read_to_string(file).expect("docs/DATA-MODEL.md");
    let renewed = renewed(&page).unwrap();
    let line = page
        .lines()
        .zip(renewed.lines())
        .find(|(is, should)| is != should);
    assert!(
        page == renewed,
        "docs/DATA-MODEL.md is not up to date ({line:?}): {UPDATE}"
    );
    assert!(
        !page.contains(" unknown "),
        "a type that the diagram does not know yet"
    );
}

#[test]
fn a_page_without_marks_is_refused() {
    assert!(
        renewed("# Data model")
            .unwrap_err()
            .contains("generated: diagram")
    );
}

/// A table that is added to the migrations and forgotten in the list of entities would not be drawn.
#[test]
fn no_entity_is_forgotten() {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src")).unwrap();
    let names: BTreeSet<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(ToOwned::to_owned))
        .filter(|name| !["lib", "ids"].contains(&name.as_str()))
        .collect();
    let drawn: BTreeSet<_> = entities().into_iter().map(|entity| entity.name).collect();
    assert_eq!(names, drawn);
}

/// `table.column` of the database.
async fn stored(db: &impl ConnectionTrait) -> BTreeSet<String> {
    if db.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns \
                   WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'";
        return texts(db, sql).await.unwrap().into_iter().collect();
    }
    let mut columns = BTreeSet::new();
    for table in tables(db).await {
        let sql = format!("SELECT '{table}.' || name FROM pragma_table_info('{table}')");
        columns.extend(texts(db, &sql).await.unwrap());
    }
    columns
}

async fn every_column_is_classified(target: Target) {
    migrations::up(&target).await.unwrap();
    let db = open(&target);
    let stored = stored(db.read()).await;
    db.close().await;
    let classified: BTreeSet<String> = TABLES
        .iter()
        .flat_map(|table| {
            table
                .columns
                .iter()
                .map(|column| format!("{}.{}", table.name, column.name))
        })
        .collect();
    assert_eq!(
        (
            stored.difference(&classified).collect::<Vec<_>>(),
            classified.difference(&stored).collect::<Vec<_>>()
        ),
        (vec![], vec![]),
        "columns without a line in service/src/classification/tables.rs, lines without a column"
    );
    // What is sealed has no form that could be taken for the value itself.
    for entity in entities() {
        for drawn in entity.columns {
            let storage = column(&entity.name, &drawn.name).unwrap().storage;
            let is_fit = ["bytea", "varchar"].contains(&drawn.kind);
            assert!(
                storage == Storage::Clear || is_fit,
                "{}.{}",
                entity.name,
                drawn.name
            );
        }
    }
    for (table, name, _) in EXCEPTIONS {
        assert!(column(table, name).is_some(), "{table}.{name}");
    }
}

#[test]
fn every_column_is_classified_on_sqlite() {
    on_empty_database(Backend::Sqlite, every_column_is_classified);
}

#[test]
fn every_column_is_classified_on_postgres() {
    on_empty_database(Backend::Postgres, every_column_is_classified);
}

#[test]
fn the_record_of_processing_names_every_column() {
    let record = record_of_processing();
    let tables = record["tables"].as_array().unwrap();
    assert_eq!(tables.len(), TABLES.len());
    let users = tables.iter().find(|table| table["name"] == "users").unwrap();
    let email = users["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == "email");
    let email = email.unwrap();
    assert_eq!(
        (email["class"].as_str(), email["stored"].as_str()),
        (Some("personal"), Some("clear"))
    );
    assert!(!email["purpose"].as_str().unwrap().is_empty() && !email["kept"].as_str().unwrap().is_empty());
}

//! What is sealed, and what becomes of it when keys change, rows are moved, or the database is stolen.

mod convert;
mod dump;
mod moved;
mod replicas;
mod rotation;
mod start;
mod unique;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use uuid::Uuid;

use crate::support::{App, Backend};

/// An id as it stands in a statement.
fn literal(backend: Backend, id: impl Into<Uuid>) -> String {
    let id: Uuid = id.into();
    match backend {
        Backend::Sqlite => format!("X'{}'", id.simple()),
        Backend::Postgres => format!("'{id}'"),
    }
}

async fn run(db: &DatabaseConnection, sql: &str) -> u64 {
    db.execute_unprepared(sql).await.unwrap().rows_affected()
}

async fn count(db: &DatabaseConnection, sql: &str) -> i64 {
    let rows = Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(rows)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap()
}

/// All rows of a table as the database has them, with bytes also as the text that they would be if nothing sealed them.
pub async fn stored(app: &App, table: &str) -> String {
    let all = crate::privacy::dump(app).await;
    let name = format!("{table} ");
    let mut text: String = all.lines().filter(|line| line.starts_with(&name)).collect();
    let runs: Vec<String> = text
        .split(|letter: char| !letter.is_ascii_hexdigit())
        .filter(|run| run.len() >= 8)
        .map(str::to_owned)
        .collect();
    for run in runs {
        let bytes: Vec<u8> = (0..run.len() / 2)
            .filter_map(|at| u8::from_str_radix(&run[2 * at..2 * at + 2], 16).ok())
            .collect();
        text += &String::from_utf8_lossy(&bytes);
    }
    text
}

/// All that a thief of the database gets: on SQLite its files, on PostgreSQL every table as text and as bytes.
async fn stolen(backend: Backend, url: &str, folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    match backend {
        Backend::Sqlite => {
            for file in std::fs::read_dir(folder).unwrap() {
                let file = file.unwrap().path();
                if file.file_name().unwrap().to_string_lossy().starts_with("test.db") {
                    all.extend(std::fs::read(file).unwrap());
                }
            }
        }
        Backend::Postgres => {
            use futures_util::TryStreamExt as _;
            use sqlx::postgres::PgPoolCopyExt as _;
            let pool = sqlx::PgPool::connect(url).await.unwrap();
            let tables =
                "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&pool).await.unwrap();
            assert!(tables.len() > 10);
            for table in tables {
                for format in ["text", "binary"] {
                    let copy = format!("COPY \"{table}\" TO STDOUT (FORMAT {format})");
                    let mut rows = pool.copy_out_raw(&copy).await.unwrap();
                    while let Some(bytes) = rows.try_next().await.unwrap() {
                        all.extend_from_slice(&bytes);
                    }
                }
            }
            pool.close().await;
        }
    }
    all
}

/// Which of the values a text or its bytes hold, in any of the forms that programs write them in.
fn found(haystack: &[u8], values: &[String]) -> Vec<String> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let mut by_first: Vec<Vec<(Vec<u8>, String)>> = vec![Vec::new(); 256];
    let mut add = |form: &str, value: &str, bytes: Vec<u8>| {
        assert!(
            bytes.len() >= 8,
            "{form} of {value} is too short to mean anything"
        );
        by_first[usize::from(bytes[0])].push((bytes, format!("{form} of {value}")));
    };
    for value in values {
        let bytes = value.as_bytes();
        add("UTF-8", value, bytes.to_vec());
        add(
            "UTF-16LE",
            value,
            value.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        );
        add(
            "UTF-16BE",
            value,
            value.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        );
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        add("hex", value, hex.clone().into_bytes());
        add("HEX", value, hex.to_uppercase().into_bytes());
        for before in 0..3_usize {
            let coded = STANDARD_NO_PAD.encode([&vec![0; before], bytes].concat());
            // The outer letters depend on the neighbours.
            let from = (before * 8).div_ceil(6);
            let to = (before + bytes.len()) * 8 / 6;
            add("base64", value, coded.as_bytes()[from..to].to_vec());
        }
    }
    let mut found = Vec::new();
    for at in 0..haystack.len() {
        for (bytes, name) in &by_first[usize::from(haystack[at])] {
            if haystack[at..].starts_with(bytes) && !found.contains(name) {
                found.push(name.clone());
            }
        }
    }
    found
}

#[test]
fn the_search_finds_every_form() {
    use base64::Engine as _;
    let value = ["CANARY0001".to_owned()];
    let hex: String = value[0].bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        b"xxCANARY0001".to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    all.push(value[0].encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(value[0].encode_utf16().flat_map(u16::to_be_bytes).collect());
    for before in ["", "x", "xy"] {
        let text = format!("{before}CANARY0001 and more");
        all.push(
            base64::engine::general_purpose::STANDARD
                .encode(text)
                .into_bytes(),
        );
    }
    for haystack in all {
        assert_eq!(
            found(&haystack, &value).len(),
            1,
            "{}",
            String::from_utf8_lossy(&haystack)
        );
    }
    assert_eq!(found(b"CANARY000 CANARY0002", &value), Vec::<String>::new());
}

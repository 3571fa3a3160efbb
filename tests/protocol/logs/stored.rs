//! What a stolen database would show.

use sea_orm::ConnectionTrait as _;
use sea_orm::DbBackend;
use service::classification::{Storage, TABLES};

use super::{Planted, Search};
use crate::storage::texts;
use crate::support::App;

/// The canaries that stand in a column which says of itself that it is sealed or hashed. A value that was turned into
/// bytes is as readable as a text.
pub async fn in_columns_that_are_not_readable(app: &App, planted: &Planted, search: &Search) -> Vec<String> {
    let db = app.core.db.read();
    let mut found = Vec::new();
    for table in TABLES {
        for column in table.columns {
            let (name, column_name) = (table.name, column.name);
            let sql = match db.get_database_backend() {
                DbBackend::Sqlite => {
                    format!(
                        "SELECT quote(\"{column_name}\") FROM \"{name}\" WHERE \"{column_name}\" IS NOT NULL"
                    )
                }
                _ => format!(
                    "SELECT \"{column_name}\"::text FROM \"{name}\" WHERE \"{column_name}\" IS NOT NULL"
                ),
            };
            let values = texts(db, &sql).await.unwrap().join("\n");
            let opens = planted.secrets.iter().any(|secret| values.contains(secret));
            let readable =
                !search.found_in(&values).is_empty() || !search.found_in(&of_bytes(&values)).is_empty();
            if opens || (readable && column.storage != Storage::Clear) {
                found.push(format!("{name}.{column_name}"));
            }
        }
    }
    found
}

/// Every run of hexadecimal digits as the text that it may be.
fn of_bytes(values: &str) -> String {
    let runs = values.split(|letter: char| !letter.is_ascii_hexdigit());
    let mut text = String::new();
    for run in runs.filter(|run| run.len() >= 8) {
        let bytes: Vec<u8> = (0..run.len() / 2)
            .filter_map(|at| u8::from_str_radix(&run[2 * at..2 * at + 2], 16).ok())
            .collect();
        text += &String::from_utf8_lossy(&bytes);
        text.push('\n');
    }
    text
}

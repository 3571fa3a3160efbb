//! The data model as it is, written from the entities and from what [`crate::classification`] says of each column: the
//! diagram and the list of columns in `docs/DATA-MODEL.md`, and the record of processing (GDPR Art. 30).

mod diagram;
mod entities;

use std::fmt::Write as _;

use serde_json::{Value, json};

pub use self::diagram::diagram;
pub use self::entities::{Entity, entities};
use crate::classification::{Class, EXCEPTIONS, Storage, TABLES};

/// Writes a part of the page.
type Written = fn() -> String;

/// What is written between two marks of the page, and what stands around it is written by hand.
const SECTIONS: [(&str, Written); 2] = [("diagram", diagram), ("columns", columns)];

/// The page with everything between its marks written anew.
///
/// # Errors
/// A sentence, when a mark is missing.
pub fn renewed(page: &str) -> Result<String, String> {
    let mut page = page.to_owned();
    for (name, written) in SECTIONS {
        let (begin, end) = (
            format!("<!-- generated: {name} -->"),
            format!("<!-- end: {name} -->"),
        );
        let (before, rest) = page
            .split_once(&begin)
            .ok_or_else(|| format!("The page lacks the mark {begin}."))?;
        let (_, after) = rest
            .split_once(&end)
            .ok_or_else(|| format!("The page lacks the mark {end}."))?;
        page = format!("{before}{begin}\n\n{}\n{end}{after}", written());
    }
    Ok(page)
}

/// The list of all columns as Markdown.
pub fn columns() -> String {
    let mut text = String::from("| Class | What it says of a value |\n|---|---|\n");
    for class in Class::ALL {
        let _ = writeln!(text, "| {} | {} |", class.as_str(), class.meaning());
    }
    text += "\n| Stored | What it means |\n|---|---|\n";
    for storage in Storage::ALL {
        let _ = writeln!(text, "| {} | {} |", storage.as_str(), storage.meaning());
    }
    for table in TABLES {
        let _ = writeln!(
            text,
            "\n### `{}`: {}\n\n| Column | Class | Stored | What it is for | Kept |\n|---|---|---|---|---|",
            table.name, table.about
        );
        for column in table.columns {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} |",
                column.name,
                column.class.as_str(),
                column.storage.as_str(),
                column.purpose,
                column.kept
            );
        }
    }
    for (table, column, reason) in EXCEPTIONS {
        let _ = writeln!(text, "\n`{table}.{column}` is stored as it is: {reason}.");
    }
    text
}

/// What the program processes about whom, what for and for how long: the part of the record of processing (GDPR
/// Art. 30(1)) that the program knows. Controller, recipients and transfers are the agency's to add.
pub fn record_of_processing() -> Value {
    let tables: Vec<Value> = TABLES
        .iter()
        .map(|table| {
            let columns: Vec<Value> = table
                .columns
                .iter()
                .map(|column| {
                    json!({
                        "name": column.name,
                        "class": column.class.as_str(),
                        "stored": column.storage.as_str(),
                        "purpose": column.purpose,
                        "kept": column.kept,
                    })
                })
                .collect();
            json!({ "name": table.name, "about": table.about, "columns": columns })
        })
        .collect();
    json!({ "program": env!("CARGO_PKG_VERSION"), "tables": tables })
}

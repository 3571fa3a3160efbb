//! Imports as callers see them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use entity::ids::ImportId;
use entity::values::{ExistingRecords, ImportStatus};
use serde::Serialize;
use service::spreadsheet::{Cell, Table};
use service::user_imports;
use utoipa::ToSchema;

use crate::error::Result;

/// A file of users, and what has become of its rows so far: `rows` is the sum of the four that follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000001101")]
    pub id: ImportId,
    /// What happens to rows about somebody who is known.
    pub existing: ExistingRecords,
    /// Whether nothing is written.
    #[schema(example = true)]
    pub dry_run: bool,
    /// Whether all rows have been looked at.
    pub status: ImportStatus,
    /// How many rows have been looked at.
    #[schema(example = 1200)]
    pub rows: u64,
    /// How many of them have added somebody.
    #[schema(example = 1000)]
    pub added: u64,
    /// How many have changed somebody.
    #[schema(example = 150)]
    pub updated: u64,
    /// How many were about somebody who is known, and have changed nothing.
    #[schema(example = 45)]
    pub skipped: u64,
    /// How many could not be taken.
    #[schema(example = 5)]
    pub failed: u64,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When rows were last looked at.
    pub updated_at: DateTime<Utc>,
}

impl From<user_imports::Import> for Import {
    fn from(it: user_imports::Import) -> Self {
        Self {
            id: it.id,
            existing: it.existing,
            dry_run: it.dry_run,
            status: it.status,
            rows: it.rows,
            added: it.added,
            updated: it.updated,
            skipped: it.skipped,
            failed: it.failed,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// The problems of an import, in the shape of a list that has one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProblems {
    /// The first thousand, in the order of the rows.
    #[schema(max_items = 1000)]
    pub data: Vec<ImportProblem>,
    /// Always null: they fit on one page.
    #[schema(required, max_length = 200, example = json!(null))]
    pub next_cursor: Option<String>,
    /// Always false.
    pub has_more: bool,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProblem {
    /// Place of the row in the file, from 1; a header row is none.
    #[schema(minimum = 1, example = 17)]
    pub row: u64,
    /// The field, as a JSON Pointer; empty for the row as a whole.
    #[schema(max_length = 1000, example = "/date_of_birth")]
    pub field: String,
    /// Stable code, for programs.
    #[schema(min_length = 1, max_length = 100, example = "in_the_future")]
    pub code: String,
    /// One sentence for people.
    #[schema(max_length = 1000, example = "A date of birth cannot lie in the future.")]
    pub detail: String,
}

impl From<Vec<user_imports::RowProblem>> for ImportProblems {
    fn from(problems: Vec<user_imports::RowProblem>) -> Self {
        let problem = |it: user_imports::RowProblem| ImportProblem {
            row: it.row,
            field: it.field,
            code: it.code,
            detail: it.detail,
        };
        Self {
            data: problems.into_iter().map(problem).collect(),
            next_cursor: None,
            has_more: false,
        }
    }
}

/// A row for each problem under a header row (RFC 4180, UTF-8 with a byte order mark).
#[derive(ToSchema)]
#[schema(
    example = "row,field,code,detail\r\n17,/date_of_birth,in_the_future,A date of birth cannot lie in the future.\r\n"
)]
pub struct ProblemTable(#[allow(dead_code)] String); // For the document alone.

/// A JSON object with the fields of a user on each line.
#[derive(ToSchema)]
#[schema(
    max_length = 1_073_741_824,
    example = "{\"first_name\":\"Ebba\",\"email\":\"ebba@mail.example\"}\n{\"first_name\":\"Otto\"}\n"
)]
pub struct RowsAsLines(#[allow(dead_code)] String); // For the document alone.

/// A table with a header row (RFC 4180, UTF-8).
#[derive(ToSchema)]
#[schema(
    max_length = 1_073_741_824,
    example = "first_name,email\r\nEbba,ebba@mail.example\r\nOtto,\r\n"
)]
pub struct RowsAsTable(#[allow(dead_code)] String); // For the document alone.

/// The problems as a spreadsheet opens them.
pub(super) fn table(problems: &[user_imports::RowProblem]) -> Result<Vec<u8>> {
    let mut table = Table::new(["row", "field", "code", "detail"])?;
    for it in problems {
        table.row(&[
            Cell::Count(usize::try_from(it.row).unwrap_or(usize::MAX)),
            Cell::Text(Cow::Borrowed(&it.field)),
            Cell::Text(Cow::Borrowed(&it.code)),
            Cell::Text(Cow::Borrowed(&it.detail)),
        ])?;
    }
    Ok(table.finish()?)
}

//! Tables for spreadsheets: CSV (RFC 4180) that shows what was stored, and runs none of it.
//!
//! Spreadsheets take a cell for a formula that begins with `=`, `+`, `-` or `@`, and whoever has written a name into a
//! profile would have written a program for the colleague who opens the file (OWASP, CSV injection). They also take texts
//! for numbers: `000000014` loses its zeros, `12345678901234567` its last digits. An apostrophe before such a text keeps it
//! what it is; telephone numbers (`'+4670…`) get one too. Who reads the file by program takes it off with [`text_of`], or
//! rather asks for JSON.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::error::{Error, Result};

/// What a file begins with: without it Excel reads UTF-8 as the code page of the machine, and `Jürgen` as `JÃ¼rgen`.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What keeps a text a text.
const GUARD: char = '\'';

/// What stands in one place of a table.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, whatever it looks like.
    Text(Cow<'a, str>),
    /// A day (ISO 8601), which spreadsheets show as they are set up.
    Day(NaiveDate),
    /// How many.
    Count(usize),
}

impl<'a> Cell<'a> {
    /// A text, or nothing.
    pub fn text<T: AsRef<str> + ?Sized>(text: Option<&'a T>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(Cow::Borrowed(text.as_ref())))
    }

    /// A day, or nothing.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }

    /// Several texts in one place.
    pub fn list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let texts: Vec<_> = texts.into_iter().map(|text| text.as_ref().to_owned()).collect();
        Self::Text(Cow::Owned(texts.join("; ")))
    }

    fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => guarded(text),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Count(count) => Cow::Owned(count.to_string()),
        }
    }
}

/// A table with a header row.
pub struct Table<const COLUMNS: usize>(csv::Writer<Vec<u8>>);

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// A table with the names of its columns.
    ///
    /// # Errors
    /// `Internal`; writing to memory does not fail.
    pub fn new(names: [&str; COLUMNS]) -> Result<Self> {
        let mut writer = writer(BYTE_ORDER_MARK.as_bytes().to_vec());
        writer.write_record(names).map_err(fault)?;
        Ok(Self(writer))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// `Internal`; writing to memory does not fail.
    pub fn row(&mut self, cells: &[Cell<'_>; COLUMNS]) -> Result<()> {
        let cells = cells.iter().map(Cell::written);
        self.0
            .write_record(cells.map(|cell| cell.as_bytes().to_vec()))
            .map_err(fault)
    }

    /// The file.
    ///
    /// # Errors
    /// `Internal`; writing to memory does not fail.
    pub fn finish(self) -> Result<Vec<u8>> {
        self.0.into_inner().map_err(fault)
    }
}

/// The beginning of a table that is written bit by bit: the names of its columns.
///
/// # Errors
/// `Internal`; writing to memory does not fail.
pub fn header<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<u8>> {
    let mut writer = writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(names).map_err(fault)?;
    writer.into_inner().map_err(fault)
}

/// Rows of a table that is written bit by bit; each has as many cells as there are columns.
///
/// # Errors
/// `Internal`; writing to memory does not fail.
pub fn rows<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Result<Vec<u8>> {
    let mut writer = writer(Vec::new());
    for cells in rows {
        let cells = cells.iter().map(|cell| cell.written().into_owned());
        writer.write_record(cells).map_err(fault)?;
    }
    writer.into_inner().map_err(fault)
}

fn writer(start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(start)
}

/// The kind of the failure alone: its text could hold a cell.
#[allow(clippy::needless_pass_by_value)] // As `map_err` hands it over.
fn fault<E>(_: E) -> Error {
    Error::Internal("a table could not be written".into())
}

/// The text as it stands in a cell.
fn guarded(text: &str) -> Cow<'_, str> {
    if needs_guard(text) {
        Cow::Owned(format!("{GUARD}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that a cell was written from.
pub fn text_of(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(text) if needs_guard(text) => text,
        _ => cell,
    }
}

/// A text that looks guarded already gets a second guard, so that [`text_of`] gives back what there was; `'t Hooft` gets
/// none.
fn needs_guard(text: &str) -> bool {
    is_formula(text) || is_number(text) || text.strip_prefix(GUARD).is_some_and(needs_guard)
}

/// Whether a spreadsheet could run it. Some of them pass over blanks first, and take full-width signs for plain ones.
fn is_formula(text: &str) -> bool {
    let is_blank = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let is_sign = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\u{2212}' | '＝' | '＋' | '－' | '＠' | '﹢' | '﹣' | '﹦' | '﹫'
        )
    };
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_blank).starts_with(is_sign)
}

/// Whether a spreadsheet could read a number, a date or a time.
fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| {
            c.is_ascii_digit() || matches!(c, ' ' | '.' | ',' | ':' | '/' | '-' | '+' | 'e' | 'E' | '%')
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(rows: &[[&str; 2]]) -> Vec<u8> {
        let mut table = Table::new(["one", "two"]).unwrap();
        for row in rows {
            table
                .row(&row.map(|text| Cell::Text(Cow::Borrowed(text))))
                .unwrap();
        }
        table.finish().unwrap()
    }

    fn cells(file: &[u8]) -> Vec<Vec<String>> {
        let file = file.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_table_is_rfc_4180_with_a_byte_order_mark() {
        let file = file(&[["Zoë, \"Z\"", "two\r\nlines"], ["", "ends "]]);
        assert_eq!(
            String::from_utf8(file).unwrap(),
            "\u{feff}one,two\r\n\"Zoë, \"\"Z\"\"\",\"two\r\nlines\"\r\n,ends \r\n"
        );
    }

    #[test]
    fn what_a_spreadsheet_would_run_or_round_is_guarded() {
        for text in [
            "=HYPERLINK(\"http://evil.example\")",
            "+46701740605",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r",
            "\n=1",
            " =1",
            "\u{feff}=1",
            "\u{200b}+1",
            "＝1+1",
            "－1",
            "\u{2212}1",
            "000000014",
            "12345678901234567",
            "12E45678",
            "1-2",
            "10:30",
            "'=1",
            "''-1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
            assert_eq!(text_of(&guarded(text)), text, "{text:?}");
        }
        for text in [
            "",
            "Anna",
            "'t Hooft",
            "O'Connor",
            "L898902C3",
            "U0 1234-5678",
            "••••0014",
            "E",
            "'",
        ] {
            assert_eq!(guarded(text), text);
            assert_eq!(text_of(text), text);
        }
    }

    #[test]
    fn days_and_counts_stay_what_they_are() {
        let mut table = Table::new(["day", "count", "nothing", "list"]).unwrap();
        let cells = [
            Cell::day("2034-04-15".parse().ok()),
            Cell::Count(7),
            Cell::text::<str>(None),
            Cell::list(["=1", "two"]),
        ];
        table.row(&cells).unwrap();
        let file = String::from_utf8(table.finish().unwrap()).unwrap();
        assert!(file.ends_with("\r\n2034-04-15,7,,'=1; two\r\n"), "{file}");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_is_a_formula(rows in prop::collection::vec([r"[\PC\t\r\n=+@'0-9-]{0,12}", r"\PC*"], 0..5)) {
            let rows: Vec<_> = rows.iter().map(|row| [row[0].as_str(), row[1].as_str()]).collect();
            let found = cells(&file(&rows));
            prop_assert_eq!(found.len(), rows.len() + 1);
            for (row, found) in rows.iter().zip(&found[1..]) {
                for (text, cell) in row.iter().zip(found) {
                    prop_assert_eq!(text_of(cell), *text);
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
                }
            }
        }
    }
}

//! Rows of a file that arrives piece by piece: lines of JSON, or records of a table.

use std::collections::BTreeMap;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::{Map, Value};

use crate::error::{Error, FieldError, Result};
use crate::spreadsheet;

/// Most bytes of a row.
const MAX_ROW: usize = 64 * 1024;
/// Most columns of a table.
const MAX_COLUMNS: usize = 200;
/// What an export has and no import takes: it is made here, or decided here.
const MADE_HERE: [&str; 9] = [
    "id",
    "nationality_alpha2",
    "address.country_alpha2",
    "status",
    "version",
    "created_at",
    "updated_at",
    "email_verified",
    "restricted",
];
/// What an import takes of a user.
const FIELDS: [&str; 18] = [
    "email",
    "first_name",
    "last_name",
    "middle_names",
    "preferred_name",
    "title",
    "date_of_birth",
    "gender",
    "nationality",
    "phone",
    "language",
    "address.street",
    "address.city",
    "address.region",
    "address.postal_code",
    "address.country",
    "role",
    NUMBERS,
];
/// The field that stands in one cell although it is a list: `crm 10003; gds K7`, as exports write it.
const NUMBERS: &str = "external_ids";

/// Which field stands in a column of another name; nothing for a column that is passed over.
pub(super) type Mapping = BTreeMap<String, Option<String>>;

/// A row of the file.
pub(super) struct Row {
    /// Its place in the file, from 1.
    pub(super) number: u64,
    /// What is told apart from another row.
    pub(super) bytes: Vec<u8>,
    /// Its fields, or why it has none.
    pub(super) fields: Result<Map<String, Value>, FieldError>,
}

/// The form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFormat {
    /// A JSON object on each line.
    Ndjson,
    /// A table with a header row (RFC 4180), with commas, semicolons or tabs.
    Csv,
}

/// Cuts what arrives into rows.
pub(super) struct Rows {
    form: Form,
    number: u64,
}

enum Form {
    Lines(Vec<u8>),
    /// Until the header row is there, whose separators tell the table's.
    Header(Vec<u8>, Mapping),
    Table(Box<Table>),
}

struct Table {
    reader: Reader,
    columns: Vec<Option<&'static str>>,
    text: Vec<u8>,
    text_length: usize,
    ends: Vec<usize>,
    ends_length: usize,
}

impl Rows {
    pub(super) fn new(format: ImportFormat, mapping: Mapping) -> Self {
        Self {
            form: match format {
                ImportFormat::Ndjson => Form::Lines(Vec::new()),
                ImportFormat::Csv => Form::Header(Vec::new(), mapping),
            },
            number: 0,
        }
    }

    /// Takes the next piece, and hands out the rows that end in it.
    ///
    /// # Errors
    /// `Invalid` when a row is too long to be one, or the header row is not good.
    pub(super) fn push(&mut self, piece: &[u8], out: &mut Vec<Row>) -> Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        match &mut self.form {
            Form::Lines(rest) => {
                rest.extend_from_slice(piece);
                let end = rest
                    .iter()
                    .rposition(|byte| *byte == b'\n')
                    .map_or(0, |at| at + 1);
                let tail = rest.split_off(end);
                let lines = std::mem::replace(rest, tail);
                for line in lines.split(|byte| *byte == b'\n') {
                    line_row(line, &mut self.number, out)?;
                }
                refuse_too_long(rest.len())
            }
            Form::Header(start, mapping) => {
                start.extend_from_slice(piece);
                let Some(end) = start.iter().position(|byte| *byte == b'\n') else {
                    return refuse_too_long(start.len());
                };
                refuse_too_long(end)?;
                let mut table = Table::new(start.get(..end).unwrap_or_default(), mapping)?;
                let rest = start.split_off(end + 1);
                let read = if rest.is_empty() {
                    Ok(())
                } else {
                    table.read(&rest, &mut self.number, out)
                };
                self.form = Form::Table(Box::new(table));
                read
            }
            Form::Table(table) => table.read(piece, &mut self.number, out),
        }
    }

    /// How many rows there have been.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The rest, when nothing follows.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(super) fn finish(&mut self, out: &mut Vec<Row>) -> Result<()> {
        match &mut self.form {
            Form::Lines(rest) => {
                let line = std::mem::take(rest);
                line_row(&line, &mut self.number, out)
            }
            Form::Header(start, _) if start.is_empty() => Ok(()),
            Form::Header(..) => self.push(b"\n", out),
            // What nothing ends is ended by the end of the file, which the reader knows by a piece without bytes.
            Form::Table(table) => table.read(b"", &mut self.number, out),
        }
    }
}

fn refuse_too_long(length: usize) -> Result<()> {
    if length <= MAX_ROW {
        return Ok(());
    }
    Err(body(
        "row_too_long",
        format!("A row has at most {MAX_ROW} bytes; is the file what its media type says?"),
    ))
}

/// An error of the file as a whole.
fn body(code: &'static str, detail: String) -> Error {
    Error::Invalid(vec![FieldError {
        pointer: String::new(),
        code: code.into(),
        detail: detail.into(),
    }])
}

fn line_row(line: &[u8], number: &mut u64, out: &mut Vec<Row>) -> Result<()> {
    refuse_too_long(line.len())?;
    let line = line.trim_ascii();
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    if line.is_empty() {
        return Ok(());
    }
    let read: Result<Map<String, Value>, _> = serde_json::from_slice(line);
    // The last line of an export tells of the others, and is no row.
    if read
        .as_ref()
        .is_ok_and(|fields| fields.get("end") == Some(&Value::Bool(true)))
    {
        return Ok(());
    }
    *number += 1;
    let fields = read.map(without_what_is_made_here).map_err(|_| FieldError {
        pointer: String::new(),
        code: "malformed_json".into(),
        detail: "This line is no JSON object; write each row as one, without line breaks.".into(),
    });
    out.push(Row {
        number: *number,
        bytes: line.to_vec(),
        fields,
    });
    Ok(())
}

fn without_what_is_made_here(mut fields: Map<String, Value>) -> Map<String, Value> {
    for name in MADE_HERE {
        match name.split_once('.') {
            None => drop(fields.shift_remove(name)),
            Some((outer, inner)) => {
                if let Some(Value::Object(outer)) = fields.get_mut(outer) {
                    outer.shift_remove(inner);
                }
            }
        }
    }
    fields
}

impl Table {
    fn new(header: &[u8], mapping: &Mapping) -> Result<Self> {
        let text = std::str::from_utf8(header).map_err(|_| {
            body(
                "invalid_character",
                "The file is not UTF-8; save it as CSV UTF-8.".into(),
            )
        })?;
        let text = text.trim_start_matches('\u{feff}').trim_end_matches('\r');
        let separator = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|separator| text.bytes().filter(|byte| byte == separator).count())
            .unwrap_or(b',');
        let names = text
            .split(char::from(separator))
            .map(|name| name.trim().trim_matches('"'));
        let mut columns = Vec::new();
        let mut unknown = Vec::new();
        for name in names {
            match column(name, mapping) {
                Ok(field) => columns.push(field),
                Err(()) => unknown.push(FieldError {
                    pointer: String::new(),
                    code: "unknown_column".into(),
                    detail: format!(
                        "Column {} is none that is known; say in columns which field it holds, or that it holds none.",
                        columns.len() + unknown.len() + 1
                    )
                    .into(),
                }),
            }
        }
        if columns.len() + unknown.len() > MAX_COLUMNS {
            return Err(body(
                "too_many",
                format!("A table has at most {MAX_COLUMNS} columns."),
            ));
        }
        let is_twice = columns
            .iter()
            .enumerate()
            .any(|(at, field)| field.is_some() && columns.iter().skip(at + 1).any(|other| other == field));
        if is_twice {
            return Err(body(
                "duplicate",
                "Two columns hold the same field; leave one out.".into(),
            ));
        }
        if !unknown.is_empty() {
            return Err(Error::Invalid(unknown));
        }
        Ok(Self {
            reader: ReaderBuilder::new().delimiter(separator).build(),
            columns,
            text: vec![0; MAX_ROW],
            text_length: 0,
            ends: vec![0; MAX_COLUMNS + 1],
            ends_length: 0,
        })
    }

    fn read(&mut self, mut piece: &[u8], number: &mut u64, out: &mut Vec<Row>) -> Result<()> {
        loop {
            let text = self.text.get_mut(self.text_length..).unwrap_or_default();
            let ends = self.ends.get_mut(self.ends_length..).unwrap_or_default();
            let (result, taken, written, ended) = self.reader.read_record(piece, text, ends);
            piece = piece.get(taken..).unwrap_or_default();
            self.text_length += written;
            self.ends_length += ended;
            match result {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(()),
                ReadRecordResult::OutputFull => return refuse_too_long(MAX_ROW + 1),
                ReadRecordResult::OutputEndsFull => {
                    return Err(body(
                        "too_many",
                        format!("A row has at most {MAX_COLUMNS} columns."),
                    ));
                }
                ReadRecordResult::Record => {
                    *number += 1;
                    out.push(self.row(*number));
                    self.text_length = 0;
                    self.ends_length = 0;
                    if piece.is_empty() {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn row(&self, number: u64) -> Row {
        let ends = self.ends.get(..self.ends_length).unwrap_or_default();
        let mut start = 0;
        let mut cells = Vec::with_capacity(ends.len());
        for end in ends {
            cells.push(self.text.get(start..*end).unwrap_or_default());
            start = *end;
        }
        let mut bytes = Vec::new();
        for cell in &cells {
            bytes.extend((cell.len() as u64).to_be_bytes());
            bytes.extend_from_slice(cell);
        }
        Row {
            number,
            fields: self.fields(&cells),
            bytes,
        }
    }

    fn fields(&self, cells: &[&[u8]]) -> Result<Map<String, Value>, FieldError> {
        if cells.len() != self.columns.len() {
            return Err(FieldError {
                pointer: String::new(),
                code: "wrong_length".into(),
                detail: format!(
                    "This row has {} columns, the header row {}.",
                    cells.len(),
                    self.columns.len()
                )
                .into(),
            });
        }
        let mut fields = Map::new();
        for (field, cell) in self.columns.iter().zip(cells) {
            let Some(field) = field else { continue };
            let text = std::str::from_utf8(cell).map_err(|_| {
                FieldError::field(
                    &field.replace('.', "/"),
                    "invalid_character",
                    "This is not UTF-8; save the file as CSV UTF-8.",
                )
            })?;
            let text = spreadsheet::text_of(text.trim());
            if text.is_empty() {
                continue;
            }
            match field.split_once('.') {
                None if *field == NUMBERS => drop(fields.insert((*field).to_owned(), numbers(text))),
                None => drop(fields.insert((*field).to_owned(), text.into())),
                Some((outer, inner)) => {
                    let outer = fields.entry(outer).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(outer) = outer {
                        outer.insert(inner.to_owned(), text.into());
                    }
                }
            }
        }
        Ok(fields)
    }
}

/// The list that a cell of numbers of other systems holds.
fn numbers(text: &str) -> Value {
    let pair = |pair: &str| {
        let (system, id) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
        serde_json::json!({ "system": system, "id": id.trim() })
    };
    text.split(';').map(pair).collect()
}

/// The field that a column holds, if it holds one.
fn column(name: &str, mapping: &Mapping) -> Result<Option<&'static str>, ()> {
    let known = |name: &str| {
        let is_it = |field: &&&str| field.replace('.', "_") == name;
        let made_here = MADE_HERE.iter().find(is_it).map(|_| None);
        FIELDS.iter().find(is_it).map(|field| Some(*field)).or(made_here)
    };
    match mapping.get(name) {
        Some(None) => Ok(None),
        Some(Some(field)) => known(field).ok_or(()),
        None => known(name).ok_or(()),
    }
}

/// Whether a column of this name can be named in a mapping.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|field| field.replace('.', "_") == name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// The rows of a file that arrives in pieces of so many bytes.
    fn rows(
        format: ImportFormat,
        mapping: &[(&str, Option<&str>)],
        file: &str,
        size: usize,
    ) -> Result<Vec<Row>> {
        let mapping = mapping
            .iter()
            .map(|(name, field)| ((*name).to_owned(), field.map(str::to_owned)))
            .collect();
        let (mut rows, mut out) = (Rows::new(format, mapping), Vec::new());
        for piece in file.as_bytes().chunks(size) {
            rows.push(piece, &mut out)?;
        }
        rows.finish(&mut out)?;
        Ok(out)
    }

    fn texts(rows: &[Row]) -> Vec<String> {
        rows.iter()
            .map(|row| match &row.fields {
                Ok(fields) => Value::Object(fields.clone()).to_string(),
                Err(error) => error.code.to_string(),
            })
            .collect()
    }

    #[test]
    fn a_table_is_read_however_it_arrives() {
        let file = "\u{feff}first_name;last_name;address_city;id\r\n\"Zoë \"\"Z\"\"\";\"two\r\nlines\";Oslo;7\r\nBo;'=1;;\r\nx\r\nOtto;;;";
        for size in [1, 2, 3, 7, 1000] {
            let rows = rows(ImportFormat::Csv, &[], file, size).unwrap();
            assert_eq!(
                texts(&rows),
                [
                    "{\"first_name\":\"Zoë \\\"Z\\\"\",\"last_name\":\"two\\r\\nlines\",\"address\":{\"city\":\"Oslo\"}}",
                    "{\"first_name\":\"Bo\",\"last_name\":\"=1\"}",
                    "wrong_length",
                    "{\"first_name\":\"Otto\"}",
                ],
                "{size}"
            );
            assert_eq!(rows.last().unwrap().number, 4);
        }
    }

    #[test]
    fn columns_have_the_names_that_they_have() {
        let mapping = [("Vorname", Some("first_name")), ("Notiz", None)];
        let rows = rows(
            ImportFormat::Csv,
            &mapping,
            "Vorname,Notiz,last_name\nAnna,x,Berg\n",
            4,
        )
        .unwrap();
        assert_eq!(texts(&rows), ["{\"first_name\":\"Anna\",\"last_name\":\"Berg\"}"]);
        for (header, code) in [
            ("first_name,shoe_size\n", "unknown_column"),
            ("first_name,first_name\n", "duplicate"),
            ("first_name\n", ""),
        ] {
            let read = super::tests::rows(ImportFormat::Csv, &[], header, 5);
            match read {
                Err(Error::Invalid(errors)) => assert_eq!(errors[0].code, code),
                _ => assert_eq!(code, ""),
            }
        }
    }

    #[test]
    fn a_line_is_a_row_and_the_last_one_of_an_export_is_none() {
        let file =
            "{\"first_name\":\"A\",\"version\":3}\n\n[1]\n{\"end\":true,\"count\":2}\n{\"first_name\":\"B\"}";
        for size in [1, 5, 1000] {
            let rows = rows(ImportFormat::Ndjson, &[], file, size).unwrap();
            assert_eq!(
                texts(&rows),
                [
                    "{\"first_name\":\"A\"}",
                    "malformed_json",
                    "{\"first_name\":\"B\"}"
                ]
            );
        }
        let endless = "x".repeat(MAX_ROW + 2);
        assert!(rows(ImportFormat::Ndjson, &[], &endless, 1000).is_err());
        assert!(rows(ImportFormat::Csv, &[], &endless, 1000).is_err());
    }
}

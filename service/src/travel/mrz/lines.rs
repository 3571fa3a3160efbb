//! From text to the lines of a format.

use super::layout::Format;
use super::verdict::{Warning, WarningCode};
use super::zone::Zone;
use crate::travel::check_digit::{FILLER, value};

/// The text is no machine readable zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotMrz(
    /// One sentence for people: why, and what to send.
    pub String,
);

/// What makes a zone of lines that were broken elsewhere, or not at all.
const JOINED: [Format; 3] = [Format::Td3, Format::Td2, Format::Td1];

pub(super) fn zone(text: &str) -> Result<(Zone, Vec<Warning>), NotMrz> {
    let mut lines = lines(text)?;
    let first = lines.first().and_then(|line| line.first()).copied();
    // Or with a digit that a reader has taken for one.
    let begins = |first: u8| first.is_ascii_alphabetic() || matches!(first, b'0' | b'1' | b'2' | b'5' | b'8');
    if !first.is_some_and(begins) {
        return Err(NotMrz(
            "A machine readable zone begins with a letter; send its two or three lines as printed.".into(),
        ));
    }
    let is_visa = first == Some(b'V');
    let mut warnings = Vec::new();
    let format = match by_lines(&lines, is_visa).or_else(|| joined(&lines, is_visa)) {
        Some(format) => format,
        None => fitted(&mut lines, is_visa, &mut warnings)?,
    };
    Ok((Zone::new(format, lines.concat()), warnings))
}

/// The lines that are not empty, in upper case and without white space.
fn lines(text: &str) -> Result<Vec<Vec<u8>>, NotMrz> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for text in text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let mut line = Vec::with_capacity(44);
        for character in text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}') {
            let upper = u8::try_from(character).unwrap_or(0).to_ascii_uppercase();
            if value(upper).is_none() {
                return Err(NotMrz(format!(
                    "Line {}, position {} holds a character that no machine readable zone has; it has only A to Z, 0 to 9 and <.",
                    lines.len() + 1,
                    line.len() + 1
                )));
            }
            line.push(upper);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}

const fn or_visa(format: Format, is_visa: bool) -> Format {
    match (format, is_visa) {
        (Format::Td3, true) => Format::MrvA,
        (Format::Td2, true) => Format::MrvB,
        (format, _) => format,
    }
}

fn by_lines(lines: &[Vec<u8>], is_visa: bool) -> Option<Format> {
    JOINED
        .into_iter()
        .find(|format| lines.len() == format.lines() && lines.iter().all(|line| line.len() == format.width()))
        .map(|format| or_visa(format, is_visa))
}

/// Line breaks that are missing, or too many. Where there are as many lines as the format has, one too short and one too
/// long are two mistakes rather than a break in the wrong place.
fn joined(lines: &[Vec<u8>], is_visa: bool) -> Option<Format> {
    let length: usize = lines.iter().map(Vec::len).sum();
    JOINED
        .into_iter()
        .find(|format| lines.len() != format.lines() && length == format.lines() * format.width())
        .map(|format| or_visa(format, is_visa))
}

/// Who types a line of names does not count the fillers at its end: they are made to fit, if all other lines are good.
fn fitted(lines: &mut [Vec<u8>], is_visa: bool, warnings: &mut Vec<Warning>) -> Result<Format, NotMrz> {
    let fits = |format: &Format| {
        lines.len() == format.lines()
            && lines.iter().enumerate().all(|(index, line)| {
                if index == format.line_of_names() {
                    let letters = line.iter().rposition(|character| *character != FILLER);
                    line.ends_with(b"<") && letters.is_some_and(|last| last < format.width())
                } else {
                    line.len() == format.width()
                }
            })
    };
    let Some(format) = JOINED.into_iter().find(fits) else {
        return Err(not_mrz(lines));
    };
    if let Some(names) = lines.get_mut(format.line_of_names()) {
        warnings.push(Warning::new(
            WarningCode::LineLength,
            format!(
                "Line {} has {} characters instead of {}; fillers at its end were added or dropped.",
                format.line_of_names() + 1,
                names.len(),
                format.width()
            ),
        ));
        names.resize(format.width(), FILLER);
    }
    Ok(or_visa(format, is_visa))
}

fn not_mrz(lines: &[Vec<u8>]) -> NotMrz {
    let lengths: Vec<String> = lines.iter().take(4).map(|line| line.len().to_string()).collect();
    NotMrz(format!(
        "A machine readable zone has 2 lines of 44 or 36 characters, or 3 of 30; this text has {} with {}.",
        match lines.len() {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        },
        lengths.join(", ")
    ))
}

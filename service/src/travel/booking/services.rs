//! Meals and assistance: a line for each.

use entity::values::{BookingLineKind, ServiceNote, SpecialServiceCode};

use super::Facts;
use super::lines::Content;
use super::template::Values;
use super::text::plain;
use crate::travel::warning::{Code, Warning};

/// The lines of what somebody has asked for once and for all.
pub(super) fn lines(facts: &Facts<'_>) -> Vec<Content> {
    let Some(wishes) = facts.traveller.preferences else {
        return Vec::new();
    };
    let meal = wishes.meal.as_ref().map(|code| {
        let fields = ["preferences.meal", "preferences.meal_note"];
        line(
            facts,
            BookingLineKind::Meal,
            code,
            wishes.meal_note.as_ref(),
            fields,
        )
    });
    let assistance = wishes.assistance.iter().map(|it| {
        let fields = ["preferences.assistance.code", "preferences.assistance.note"];
        line(
            facts,
            BookingLineKind::Assistance,
            &it.code,
            it.note.as_ref(),
            fields,
        )
    });
    meal.into_iter().chain(assistance).collect()
}

fn line(
    facts: &Facts<'_>,
    kind: BookingLineKind,
    code: &SpecialServiceCode,
    note: Option<&ServiceNote>,
    [code_field, note_field]: [&'static str; 2],
) -> Content {
    let written = note.map(|note| plain(note.as_str(), facts.name.language));
    let mut source_fields = vec![code_field];
    let mut warnings = Vec::new();
    match &written {
        Some(Some(_)) => source_fields.push(note_field),
        Some(None) => warnings.push(Warning::new(
            Code::UnsupportedCharacter,
            "The note has letters that cannot be written as A to Z, and was left out; tell the airline another way.",
        )),
        None => {}
    }
    Content {
        kind,
        template: "service",
        values: Values::from([
            ("code", code.as_str().to_owned()),
            ("note", written.flatten().unwrap_or_default()),
        ]),
        source_fields,
        warnings,
    }
}

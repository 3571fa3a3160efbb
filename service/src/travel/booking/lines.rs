//! Lines to copy into a booking.

use std::fmt;

use entity::values::BookingLineKind;

use super::template::{Values, names, render};
use super::{
    Facts, Format, Seating, Written, contact, documents, emergency, infants, loyalty, residence, services,
    traveller_numbers, visas,
};
use crate::travel::names::{Form, ticket};
use crate::travel::warning::{Code, Warning};

/// A line to copy.
#[derive(Clone)]
pub struct Line {
    /// What it says.
    pub kind: BookingLineKind,
    /// As the system takes it.
    pub text: String,
    /// The fields that it was made of.
    pub source_fields: Vec<&'static str>,
    /// What was changed or is doubtful.
    pub warnings: Vec<Warning>,
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({})", self.kind.as_str())
    }
}

/// What goes into a line.
pub(super) struct Content {
    pub(super) kind: BookingLineKind,
    /// Its template.
    pub(super) template: &'static str,
    pub(super) values: Values,
    pub(super) source_fields: Vec<&'static str>,
    pub(super) warnings: Vec<Warning>,
}

/// Where a line goes.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) format: &'static Format,
    /// The airline, or `YY`.
    pub(super) carrier: &'a str,
    /// Place of the traveller in the booking, from 1.
    pub(super) number: usize,
    /// Whether the traveller is an infant without a seat.
    pub(super) is_on_lap: bool,
}

/// Writes every line that the system takes and that there is data for.
pub(super) fn write(facts: &Facts<'_>, written: &mut Written) {
    if facts.format.lines.is_empty() {
        return;
    }
    let (doco, shown): (Vec<_>, Vec<_>) = visas::lines(facts).into_iter().unzip();
    written.visas = shown;
    let (known, shown): (Vec<_>, Vec<_>) = traveller_numbers::lines(facts).into_iter().unzip();
    written.traveller_numbers = shown;
    let (names, contact) = if facts.is_on_lap() {
        // The airline reaches an infant through the adult.
        (infants::lines(facts), Vec::new())
    } else {
        let names = name(facts).into_iter().collect();
        (names, contact::lines(facts, &mut written.warnings))
    };
    let has_name = !names.is_empty() || matches!(facts.traveller.seating, Seating::OnLap { is_held: true });
    let contents = names
        .into_iter()
        .chain(documents::docs(facts))
        .chain(contact)
        .chain(doco)
        .chain(known)
        .chain(residence::doca(facts))
        .chain(emergency::pctc(facts, &mut written.warnings))
        .chain(services::lines(facts))
        .chain(loyalty::lines(facts, &mut written.warnings));
    written.lines = contents
        .filter_map(|content| line(facts.place(), content))
        .collect();
    if !has_name {
        written.warnings.push(Warning::new(
            Code::NoTransliteration,
            "The standard has no letters A to Z for this name, so that lines with it are missing; take it from the passport.",
        ));
    }
}

pub(super) fn line(place: Place<'_>, content: Content) -> Option<Line> {
    let form = place.format.lines.get(content.template)?;
    let mut values = content.values;
    values.insert("n", place.number.to_string());
    values.insert("carrier", place.carrier.to_owned());
    if let Some(choices) = place.format.variables.get("prefix") {
        let own = choices.get(place.carrier).or_else(|| choices.get(""));
        values.insert("prefix", own.cloned().unwrap_or_default());
    }
    let mut is_confirmed = form.confirmed;
    if place.is_on_lap && names(&form.template).any(|name| name == "lap") {
        // Messages have the place for it; how systems take it, no source shows.
        values.insert("lap", "I".to_owned());
        is_confirmed = false;
    }
    let mut warnings = content.warnings;
    if !is_confirmed {
        warnings.push(Warning::new(
            Code::UnconfirmedFormat,
            "This form is what is commonly known; no source of the system confirms it.",
        ));
    }
    Some(Line {
        kind: content.kind,
        text: render(&form.template, &values),
        source_fields: content.source_fields,
        warnings,
    })
}

fn name(facts: &Facts<'_>) -> Option<Content> {
    let form = facts.format.lines.get("name")?;
    let mut warnings = Vec::new();
    let form = Form {
        rule: facts.rule,
        separator: &form.separator,
        max_length: form.max_length.min(facts.rule.max_length),
    };
    let name = ticket(&facts.name, &form, &mut warnings)?;
    let mut source_fields = facts.name_fields().to_vec();
    if name.title.is_some() {
        source_fields.push("user.title");
    }
    let infant = match facts.traveller.seating {
        Seating::With(infant) => infants::in_name(infant, facts.format, facts.rule, &mut warnings),
        Seating::Alone | Seating::OnLap { .. } => None,
    };
    if infant.is_some() {
        source_fields.push("infant");
    }
    Some(Content {
        kind: BookingLineKind::Name,
        template: "name",
        values: Values::from([
            ("surname", name.surname),
            ("given", name.given_names),
            ("title", name.title.unwrap_or_default()),
            ("infant", infant.unwrap_or_default()),
        ]),
        source_fields,
        warnings,
    })
}

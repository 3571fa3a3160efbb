//! FQTV: memberships in the programmes of airlines.

use entity::loyalty_programs;
use entity::values::{BookingLineKind, LoyaltyStatus, ProgramType, SupplierCode};

use super::Facts;
use super::lines::Content;
use super::template::{Values, names};
use crate::loyalties::Loyalty;
use crate::travel::warning::{Code, Warning};

/// Most characters of a number in a message.
const MAX_NUMBER: usize = 25;

/// A line for each membership that an airline credits.
pub(super) fn lines(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<Content> {
    let Some(form) = facts.format.lines.get("fqtv") else {
        return Vec::new();
    };
    let takes_others = names(&form.template).any(|name| name == "accrual");
    let write = |(program, number): (String, String)| {
        let other = facts.request.carrier.filter(|carrier| *carrier != program);
        let mut warnings = Vec::new();
        if other.is_some() {
            warnings.push(Warning::new(
                Code::OtherProgram,
                "The programme is another airline's; look whether it credits flights of this one.",
            ));
        }
        Content {
            kind: BookingLineKind::Fqtv,
            template: "fqtv",
            values: Values::from([
                ("ff_carrier", facts.request.carrier.unwrap_or(&program).to_owned()),
                (
                    "accrual",
                    other.filter(|_| takes_others).unwrap_or_default().to_owned(),
                ),
                ("program", program),
                ("membership", number),
            ]),
            source_fields: vec!["loyalty.membership_number", "loyalty_program.supplier_code"],
            warnings,
        }
    };
    accounts(facts, warnings).into_iter().map(write).collect()
}

/// Airline and number of each membership that can be used.
pub(super) fn accounts(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut is_any_left_out = false;
    for (loyalty, program) in facts.traveller.memberships {
        let Some(carrier) = airline(program) else { continue };
        let number = number(loyalty, carrier);
        if loyalty.status == LoyaltyStatus::Active && number.len() <= MAX_NUMBER {
            found.push((carrier.to_owned(), number));
        } else {
            is_any_left_out = true;
        }
    }
    if is_any_left_out {
        warnings.push(Warning::new(
            Code::LoyaltyLeftOut,
            "A membership was left out: it is suspended or closed, or its number is longer than 25 characters.",
        ));
    }
    found
}

/// The airline of the programme, if it is one with a designator.
fn airline(program: &loyalty_programs::Model) -> Option<&str> {
    let code = program.supplier_code.as_ref().map(SupplierCode::as_str)?;
    (program.program_type == ProgramType::Airline && code.len() == 2).then_some(code)
}

/// The number without the airline, which many cards print before it.
fn number(loyalty: &Loyalty, carrier: &str) -> String {
    let printed = loyalty.membership_number.as_str();
    let is_prefixed = printed
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case(carrier));
    let number = loyalty.membership_number.normalized();
    match number
        .strip_prefix(carrier)
        .filter(|rest| is_prefixed && !rest.is_empty())
    {
        Some(rest) => rest.to_owned(),
        None => number,
    }
}

//! FQTV: memberships in the programmes of airlines.

use entity::loyalty_programs;
use entity::values::{BookingLineKind, LoyaltyStatus, ProgramType, SupplierCode};

use super::lines::{Content, Line, Place, line};
use super::passenger::Account;
use super::template::{Values, names};
use super::{Facts, Request, format_of};
use crate::loyalties::Loyalty;
use crate::travel::loyalty::{Flight, doubts, in_order};
use crate::travel::warning::{Code, Warning};

/// Most characters of a number in a message.
const MAX_NUMBER: usize = 25;

/// A membership that can be sent.
struct Card {
    account: Account,
    warnings: Vec<Warning>,
}

/// A line for each membership that an airline credits.
pub(super) fn lines(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<Content> {
    cards(facts, warnings)
        .into_iter()
        .filter_map(|card| content(facts.place(), facts.request.carrier, card))
        .collect()
}

/// Airline and number of each membership that can be used.
pub(super) fn accounts(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<Account> {
    let mut found = Vec::new();
    for mut card in cards(facts, warnings) {
        warnings.append(&mut card.warnings);
        found.push(card.account);
    }
    // Each of them once, whichever membership it is about.
    let mut seen = Vec::new();
    warnings.retain(|it| {
        let is_new = !seen.contains(it);
        seen.push(it.clone());
        is_new
    });
    found
}

/// How one membership is sent to the airline of the request: airline and number, and the line of systems that take lines.
/// None if it cannot be sent: it is not active, its number is too long, or its programme is no airline's with a code.
pub fn membership(
    loyalty: &Loyalty,
    program: &loyalty_programs::Model,
    request: Request<'_>,
) -> Option<(Account, Option<Line>)> {
    let account = account(loyalty, program).filter(|_| loyalty.status == LoyaltyStatus::Active)?;
    let place = Place {
        format: format_of(request.channel),
        carrier: request.carrier.unwrap_or("YY"),
        number: 1,
        is_on_lap: false,
    };
    let card = Card {
        account: account.clone(),
        warnings: Vec::new(),
    };
    let line = content(place, request.carrier, card).and_then(|content| line(place, content));
    Some((account, line))
}

/// The memberships that can be sent, the best for the airline first; the favourite if none is said.
fn cards(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<Card> {
    let memberships = facts.traveller.memberships;
    let today = facts.request.today;
    let ordered: Vec<_> = match facts.request.carrier {
        None => memberships.iter().map(|it| (it, false)).collect(),
        Some(carrier) => {
            let flight = Flight {
                marketing: carrier,
                operating: carrier,
                day: today,
            };
            let found = in_order(memberships, flight).into_iter();
            found.map(|(it, credit)| (it, credit.is_none())).collect()
        }
    };
    let mut found = Vec::new();
    let mut is_any_left_out = false;
    for ((loyalty, program), is_doubtful) in ordered {
        if airline(program).is_none() {
            continue;
        }
        let account = account(loyalty, program).filter(|_| loyalty.status == LoyaltyStatus::Active);
        let Some(account) = account else {
            is_any_left_out = true;
            continue;
        };
        let mut warnings = Vec::new();
        if is_doubtful {
            warnings.push(Warning::new(
                Code::OtherProgram,
                "The programme is another airline's; look whether it credits flights of this one.",
            ));
        }
        warnings.append(&mut doubts(loyalty, program, today));
        found.push(Card { account, warnings });
    }
    if is_any_left_out {
        warnings.push(Warning::new(
            Code::LoyaltyLeftOut,
            "A membership was left out: it is suspended or closed, or its number is longer than 25 characters.",
        ));
    }
    found
}

fn content(place: Place<'_>, flown: Option<&str>, card: Card) -> Option<Content> {
    let form = place.format.lines.get("fqtv")?;
    let takes_others = names(&form.template).any(|name| name == "accrual");
    let Account { carrier, number } = card.account;
    let other = flown.filter(|flown| *flown != carrier);
    Some(Content {
        kind: BookingLineKind::Fqtv,
        template: "fqtv",
        values: Values::from([
            ("ff_carrier", flown.unwrap_or(&carrier).to_owned()),
            (
                "accrual",
                other.filter(|_| takes_others).unwrap_or_default().to_owned(),
            ),
            ("program", carrier),
            ("membership", number),
        ]),
        source_fields: vec!["loyalty.membership_number", "loyalty_program.supplier_code"],
        warnings: card.warnings,
    })
}

/// Airline and number, if there are both and messages have room for them.
fn account(loyalty: &Loyalty, program: &loyalty_programs::Model) -> Option<Account> {
    let carrier = airline(program)?;
    let number = number(loyalty, carrier);
    (number.len() <= MAX_NUMBER).then(|| Account {
        carrier: carrier.to_owned(),
        number,
    })
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

//! Characters that optical readers and people mistake.
//!
//! Where only a letter or only a digit can stand, the other one is replaced. In the number of the document, where both
//! can, the check digits decide, and only if they leave one answer. That is a guess for a person to confirm: a digit that
//! was mistyped can, by chance, look like it.

use super::check::{Block, blocks};
use super::layout::Span;
use super::verdict::{Field, Warning, WarningCode};
use super::zone::{Index, Zone};
use crate::travel::check_digit::FILLER;

/// Letters and the digits that look like them.
const TWINS: [(u8, u8); 5] = [
    (b'O', b'0'),
    (b'I', b'1'),
    (b'B', b'8'),
    (b'S', b'5'),
    (b'Z', b'2'),
];

/// One replaced character.
#[derive(Clone)]
pub(super) struct Repair {
    detail: String,
    sureness: Sureness,
}

/// How sure it is that the character was meant.
#[derive(Clone, Copy)]
enum Sureness {
    /// Nothing else can stand there, or a check digit confirms it.
    Certain,
    /// The check digits leave one answer, and another character could have been mistaken all the same.
    ByCheckDigit,
    /// A letter of a name, which no check digit confirms.
    Unconfirmed,
}

impl Repair {
    pub fn warning(&self) -> Warning {
        let code = match self.sureness {
            Sureness::Certain => WarningCode::Repaired,
            Sureness::ByCheckDigit => WarningCode::RepairedByCheckDigit,
            Sureness::Unconfirmed => WarningCode::RepairedName,
        };
        Warning::new(code, self.detail.clone())
    }
}

type Change = (Index, u8);

fn digit_for(letter: u8) -> Option<u8> {
    TWINS.iter().find(|twins| twins.0 == letter).map(|twins| twins.1)
}

fn letter_for(digit: u8) -> Option<u8> {
    TWINS.iter().find(|twins| twins.1 == digit).map(|twins| twins.0)
}

fn twin(character: u8) -> Option<u8> {
    digit_for(character).or_else(|| letter_for(character))
}

/// Repairs what can be repaired in one way only, and tells what was.
pub(super) fn repair(zone: &mut Zone) -> Vec<Repair> {
    let mut repairs = Vec::new();
    letters(zone, &mut repairs);
    let all = blocks(zone);
    for block in &all {
        let changes = forced(zone, block);
        if with(zone, &changes, |zone| block.is_ok(zone)) {
            apply(zone, &changes, Sureness::Certain, &mut repairs);
        }
    }
    if all.iter().any(|block| !block.is_ok(zone)) {
        guesses(zone, &mut repairs);
    }
    repairs
}

/// Digits where only letters can stand: names and codes have no check digit, but no other way to be read either.
fn letters(zone: &mut Zone, repairs: &mut Vec<Repair>) {
    let layout = zone.layout();
    for (span, sureness) in [
        // Codes are looked up afterwards.
        (layout.document_code, Sureness::Certain),
        (layout.issuing_country, Sureness::Certain),
        (layout.name, Sureness::Unconfirmed),
        (layout.nationality, Sureness::Certain),
    ] {
        apply(zone, &letters_in(zone, span), sureness, repairs);
    }
}

fn letters_in(zone: &Zone, span: Span) -> Vec<Change> {
    let change = |index| Some((index, letter_for(zone.at(index))?));
    zone.indices(span).filter_map(change).collect()
}

/// Letters where only digits can stand: in dates, and as check digits.
fn forced(zone: &Zone, block: &Block) -> Vec<Change> {
    let dates: &[Index] = match block.field {
        Field::DateOfBirth | Field::ExpiryDate => &block.characters,
        _ => &[],
    };
    let change = |index: &Index| Some((*index, digit_for(zone.at(*index))?));
    dates
        .iter()
        .chain(std::iter::once(&block.digit))
        .filter_map(change)
        .collect()
}

/// Repairs one character of a number, if all check digits are right afterwards. Visas have no composite digit, and one
/// digit alone cannot tell a character that was mistaken from a check digit that was.
fn guesses(zone: &mut Zone, repairs: &mut Vec<Repair>) {
    if zone.layout().composite.is_none() {
        return;
    }
    let mut guessed = zone.clone();
    let mut told = Vec::new();
    for block in blocks(zone) {
        if block.is_ok(&guessed) {
            continue;
        }
        let fixed = forced(&guessed, &block);
        apply(&mut guessed, &fixed, Sureness::Certain, &mut told);
        if matches!(block.field, Field::PassportNumber | Field::PersonalNumber) && !block.is_ok(&guessed) {
            let guess = only_guess(&guessed, &block);
            apply(&mut guessed, guess.as_slice(), Sureness::ByCheckDigit, &mut told);
        }
    }
    if blocks(&guessed).iter().all(|block| block.is_ok(&guessed)) {
        *zone = guessed;
        repairs.extend(told);
    }
}

/// The one character of the block which, replaced, sets it right, if it is one that readers mistake. Readers make few
/// mistakes, and to allow for two would nearly always leave several answers.
fn only_guess(zone: &Zone, block: &Block) -> Option<Change> {
    let mut working = block.characters.iter().enumerate().filter_map(|(at, index)| {
        let change = (*index, twin(zone.at(*index))?);
        with(zone, &[change], |zone| block.is_ok(zone)).then_some((at, change))
    });
    match (working.next(), working.next()) {
        (Some((at, change)), None) => {
            let is_letter = zone.at(change.0).is_ascii_uppercase();
            (is_letter == has_digit_beside(zone, block, at)).then_some(change)
        }
        _ => None,
    }
}

/// A letter beside a digit may be a digit, and a digit beside none a letter; a digit among digits is one. Without this, a
/// third of all mistyped digits would look like a character that was mistaken elsewhere.
fn has_digit_beside(zone: &Zone, block: &Block, at: usize) -> bool {
    [at.checked_sub(1), at.checked_add(1)]
        .into_iter()
        .flatten()
        .filter_map(|at| block.characters.get(at))
        .any(|index| zone.at(*index).is_ascii_digit())
}

/// Asks about the zone as if the changes had been made.
fn with(zone: &Zone, changes: &[Change], question: impl Fn(&Zone) -> bool) -> bool {
    if changes.is_empty() {
        return question(zone);
    }
    let mut tried = zone.clone();
    for (index, character) in changes {
        tried.set(*index, *character);
    }
    question(&tried)
}

fn apply(zone: &mut Zone, changes: &[Change], sureness: Sureness, repairs: &mut Vec<Repair>) {
    for (index, character) in changes {
        let found = zone.at(*index);
        if found == FILLER || found == *character {
            continue;
        }
        let place = zone.place(*index);
        let (found, put) = (char::from(found), char::from(*character));
        let detail = match sureness {
            Sureness::Certain => format!("{place}: {found} cannot stand there and was read as {put}."),
            Sureness::ByCheckDigit => format!(
                "{place}: {found} was read as {put}, which alone satisfies the check digits; compare it with the document."
            ),
            Sureness::Unconfirmed => format!(
                "{place}: {found} cannot stand in a name and was read as {put}, which no check digit confirms; compare it \
                 with the document."
            ),
        };
        repairs.push(Repair { detail, sureness });
        zone.set(*index, *character);
    }
}

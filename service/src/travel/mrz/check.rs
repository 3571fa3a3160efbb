//! The check digits of a zone.

use super::verdict::{Check, Field};
use super::zone::{Index, Zone};
use crate::travel::check_digit::{self, FILLER};

/// Characters and the digit that checks them.
pub(super) struct Block {
    pub field: Field,
    pub characters: Vec<Index>,
    pub digit: Index,
}

impl Block {
    pub fn expected(&self, zone: &Zone) -> u8 {
        check_digit::of(self.characters.iter().map(|index| zone.at(*index)))
    }

    /// Whether the digit is right; that of an empty personal number may be a filler (ICAO Doc 9303-4 §4.2.2.2).
    pub fn is_ok(&self, zone: &Zone) -> bool {
        let found = zone.at(self.digit);
        found == self.expected(zone)
            || found == FILLER
                && self.field == Field::PersonalNumber
                && self.characters.iter().all(|index| zone.at(*index) == FILLER)
    }
}

/// Every check digit, in the order in which they stand in a TD3 document.
pub(super) fn blocks(zone: &Zone) -> Vec<Block> {
    let layout = zone.layout();
    let mut blocks = vec![
        number(zone),
        Block {
            field: Field::DateOfBirth,
            characters: zone.indices(layout.birth).collect(),
            digit: zone.start(layout.birth_check),
        },
        Block {
            field: Field::ExpiryDate,
            characters: zone.indices(layout.expiry).collect(),
            digit: zone.start(layout.expiry_check),
        },
    ];
    let indices = |spans: &[_]| spans.iter().flat_map(|span| zone.indices(*span)).collect();
    if let Some(digit) = layout.optional_check {
        blocks.push(Block {
            field: Field::PersonalNumber,
            characters: indices(layout.optional),
            digit: zone.start(digit),
        });
    }
    if let Some((spans, digit)) = layout.composite {
        blocks.push(Block {
            field: Field::Composite,
            characters: indices(spans),
            digit: zone.start(digit),
        });
    }
    blocks
}

/// The number of the document. In TD1 and TD2 a longer one has a filler in place of its check digit, and goes on in the
/// optional data, with the check digit at its end (ICAO Doc 9303-5 §4.2.2.1 note j, 9303-6 §4.2.2.2).
pub(super) fn number(zone: &Zone) -> Block {
    let layout = zone.layout();
    let mut characters: Vec<Index> = zone.indices(layout.number).collect();
    let digit = zone.start(layout.number_check);
    let rest = layout.optional.first().filter(|_| layout.number_overflows);
    if let Some(rest) = rest
        && zone.at(digit) == FILLER
    {
        characters.extend(zone.indices(*rest).take_while(|index| zone.at(*index) != FILLER));
        // More than the nine characters of the number itself: the last one is the check digit.
        if characters.len() > 10
            && let Some(digit) = characters.pop()
        {
            return Block {
                field: Field::PassportNumber,
                characters,
                digit,
            };
        }
        characters.truncate(9);
    }
    Block {
        field: Field::PassportNumber,
        characters,
        digit,
    }
}

pub(super) fn all(zone: &Zone) -> Vec<Check> {
    let check = |block: Block| Check {
        field: block.field,
        place: zone.place(block.digit),
        found: zone.at(block.digit).into(),
        expected: block.expected(zone).into(),
        ok: block.is_ok(zone),
    };
    blocks(zone).into_iter().map(check).collect()
}

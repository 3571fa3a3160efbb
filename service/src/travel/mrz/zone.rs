//! The characters of a machine readable zone, by their places.

use super::layout::{Format, Layout, Span};
use super::verdict::Place;
use crate::travel::check_digit::FILLER;

/// As many lines of as many characters as its format has, of the alphabet of the standard.
#[derive(Clone)]
pub(super) struct Zone {
    pub format: Format,
    characters: Vec<u8>,
}

/// A character by its number from the start of the zone.
pub(super) type Index = usize;

impl Zone {
    /// Takes all lines, one after the other.
    pub fn new(format: Format, characters: Vec<u8>) -> Self {
        Self { format, characters }
    }

    pub const fn layout(&self) -> &'static Layout {
        self.format.layout()
    }

    pub fn at(&self, index: Index) -> u8 {
        self.characters.get(index).copied().unwrap_or(FILLER)
    }

    pub fn set(&mut self, index: Index, character: u8) {
        if let Some(place) = self.characters.get_mut(index) {
            *place = character;
        }
    }

    /// The first character of a span.
    pub const fn start(&self, span: Span) -> Index {
        (span.line - 1) * self.format.width() + span.from - 1
    }

    /// The characters of a span, by their numbers.
    pub fn indices(&self, span: Span) -> std::ops::Range<Index> {
        let start = self.start(span);
        start..start + (span.to + 1 - span.from)
    }

    pub fn slice(&self, span: Span) -> &[u8] {
        self.characters.get(self.indices(span)).unwrap_or_default()
    }

    /// The text of a span without the fillers at its end; none where there is nothing else.
    pub fn text(&self, span: Span) -> Option<String> {
        text(self.slice(span))
    }

    pub fn place(&self, index: Index) -> Place {
        let width = self.format.width();
        // At most 3 lines of 44 characters.
        Place {
            line: u8::try_from(index / width + 1).unwrap_or(u8::MAX),
            position: u8::try_from(index % width + 1).unwrap_or(u8::MAX),
        }
    }
}

/// Characters without the fillers at their end; none where there is nothing else.
pub(super) fn text(characters: &[u8]) -> Option<String> {
    let text: String = characters.iter().copied().map(char::from).collect();
    let text = text.trim_end_matches('<');
    (!text.is_empty()).then(|| text.to_owned())
}

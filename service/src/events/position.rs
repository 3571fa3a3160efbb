//! Where in the feed a reader stands.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use entity::ids::EventId;
use entity::values::Invalid;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Characters of the longest one.
const MAX_LENGTH: usize = 25;
/// What JSON numbers hold in every language; so many events nobody sees.
const MOST: i64 = (1 << 53) - 1;

/// The place of an event, or the beginning: `<place>-<end of the event's id>`, or `0`.
///
/// The id is in it because places come again when a database goes back to a backup: who stands at an event that has never
/// been is told so, rather than sent on in another history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct Position {
    pub(super) place: i64,
    pub(super) mark: u32,
}

impl Position {
    /// Before the first event there ever was.
    pub const BEGINNING: Self = Self { place: 0, mark: 0 };

    pub(crate) fn of(place: i64, id: EventId) -> Self {
        Self {
            place,
            mark: mark(id),
        }
    }

    /// Whether this is the event that is meant.
    pub(super) fn is_at(self, id: EventId) -> bool {
        self.mark == mark(id)
    }
}

/// The last bits of an id, which are random.
fn mark(id: EventId) -> u32 {
    let bytes = id.uuid().into_bytes();
    bytes
        .last_chunk()
        .map_or(0, |bytes: &[u8; 4]| u32::from_be_bytes(*bytes))
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place == 0 {
            f.write_str("0")
        } else {
            write!(f, "{}-{:08x}", self.place, self.mark)
        }
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}

fn malformed() -> Invalid {
    Invalid::format(
        "This must be the position of an event as the feed gives it, such as 4711-0a1b2c3d, or 0 for the beginning, or latest.",
    )
}

impl FromStr for Position {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "0" {
            return Ok(Self::BEGINNING);
        }
        let (place, mark) = text.split_once('-').ok_or_else(malformed)?;
        let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_plain(place) || !is_plain(mark) || mark.len() != 8 || place.starts_with('0') {
            return Err(malformed());
        }
        Ok(Self {
            place: place
                .parse()
                .ok()
                .filter(|place| (1..=MOST).contains(place))
                .ok_or_else(malformed)?,
            mark: u32::from_str_radix(mark, 16).map_err(|_| malformed())?,
        })
    }
}

/// After what a reader wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum After {
    /// From the oldest event that is kept.
    #[default]
    Oldest,
    /// After this event.
    Event(Position),
    /// After all that has happened until now.
    Latest,
}

impl FromStr for After {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "latest" {
            Ok(Self::Latest)
        } else {
            text.parse().map(Self::Event)
        }
    }
}

impl TryFrom<String> for After {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl PartialSchema for Position {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "Where in the feed something stands. Keep it as it is; it is `0` before the first event.",
            ))
            .min_length(Some(1))
            .max_length(Some(MAX_LENGTH))
            .pattern(Some("^(0|[1-9][0-9]*-[0-9a-f]{8})$"))
            .examples(["4711-0a1b2c3d"])
            .into()
    }
}

impl ToSchema for Position {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EventPosition")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_is_written() {
        for text in ["0", "1-00000000", "4711-0a1b2c3d", "9007199254740991-ffffffff"] {
            assert_eq!(text.parse::<Position>().unwrap().to_string(), text);
            assert!(text.len() <= MAX_LENGTH);
        }
        assert_eq!("latest".parse(), Ok(After::Latest));
        let id = EventId::new();
        assert!(
            Position::of(3, id)
                .to_string()
                .parse::<Position>()
                .unwrap()
                .is_at(id)
        );
        assert!(!Position::of(3, id).is_at(EventId::new()));
    }

    #[test]
    fn what_no_feed_has_given_is_refused() {
        for text in [
            "",
            "-",
            "1",
            "01-00000000",
            "0-00000000",
            "-1-00000000",
            "+1-00000000",
            "1-0000000",
            "1-000000000",
            "1-0000000G",
            "1-+0000000",
            "9007199254740992-00000000",
            "99999999999999999999-00000000",
            "1-0A1B2C3D",
            "Latest",
            "1 -00000000",
        ] {
            assert!(text.parse::<After>().is_err(), "{text}");
        }
    }
}

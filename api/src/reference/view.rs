//! Reference data as callers see it.

use entity::values::{CountryCode, CountryKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A code of a state, organisation or nationality.
#[derive(Debug, Serialize, ToSchema)]
pub struct Country {
    /// The code that a passport prints (ICAO Doc 9303-3 §5), and that this service answers.
    #[schema(example = "D")]
    pub code: CountryCode,
    /// English short name.
    #[schema(max_length = 200, example = "Germany")]
    pub name: &'static str,
    /// ISO 3166-1 alpha-2 code of the state that the code stands for or belongs to; null where there is none.
    #[schema(required, min_length = 2, max_length = 2, example = "DE")]
    pub alpha2: Option<&'static str>,
    /// ISO 3166-1 alpha-3 code of the same state.
    #[schema(required, min_length = 3, max_length = 3, example = "DEU")]
    pub alpha3: Option<&'static str>,
    /// What the code stands for.
    pub kind: CountryKind,
}

impl From<CountryCode> for Country {
    fn from(code: CountryCode) -> Self {
        Self {
            name: code.name(),
            alpha2: code.iso_alpha2(),
            alpha3: code.iso_alpha3(),
            kind: code.kind(),
            code,
        }
    }
}

/// All codes at once, in the shape of every list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountryList {
    /// States in the order of their English names, then the other codes in the order of the standard.
    #[schema(max_items = 400)]
    pub data: Vec<Country>,
    /// Always null: there is one page.
    #[schema(required, max_length = 200, example = json!(null))]
    pub next_cursor: Option<String>,
    /// Always false.
    #[schema(example = false)]
    pub has_more: bool,
}

impl CountryList {
    /// The list of these codes.
    pub fn new(codes: impl Iterator<Item = CountryCode>) -> Self {
        Self {
            data: codes.map(Country::from).collect(),
            next_cursor: None,
            has_more: false,
        }
    }
}

//! Reference data as callers see it.

use entity::values::{CountryCode, CountryKind, SpecialServiceKind};
use serde::Serialize;
use service::reference;
use utoipa::ToSchema;

/// A code of a state, organisation or nationality.
#[derive(Debug, Serialize, ToSchema)]
pub struct Country {
    /// The code that a passport prints (ICAO Doc 9303-3 §5), and that this service answers.
    #[schema(example = "GBR")]
    pub code: CountryCode,
    /// English short name.
    #[schema(
        max_length = 200,
        example = "United Kingdom of Great Britain and Northern Ireland"
    )]
    pub name: &'static str,
    /// ISO 3166-1 alpha-2 code of the state that the code stands for or belongs to; null where there is none.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub alpha2: Option<&'static str>,
    /// ISO 3166-1 alpha-3 code of the same state.
    #[schema(required, min_length = 3, max_length = 3, example = "GBR")]
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

/// A meal or a kind of assistance that airlines know by a code (IATA SSR).
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialService {
    /// The code.
    #[schema(min_length = 4, max_length = 4, example = "SPML")]
    pub code: &'static str,
    /// What it is about.
    pub kind: SpecialServiceKind,
    /// What it means, in English.
    #[schema(max_length = 200, example = "Special meal, as the note describes it")]
    pub meaning: &'static str,
    /// Whether the code says nothing without a note.
    #[schema(example = true)]
    pub note_required: bool,
    /// Where code and meaning were read.
    #[schema(max_length = 300, example = "Locomote and Spotnana, lists of meal codes")]
    pub source: &'static str,
}

impl From<&'static reference::SpecialService> for SpecialService {
    fn from(it: &'static reference::SpecialService) -> Self {
        Self {
            code: &it.code,
            kind: it.kind,
            meaning: &it.meaning,
            note_required: it.note_required,
            source: it.source(),
        }
    }
}

/// All services at once, in the shape of every list.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialServiceList {
    /// Meals, then assistance, each in the order of the codes.
    #[schema(max_items = 400)]
    pub data: Vec<SpecialService>,
    /// Always null: there is one page.
    #[schema(required, max_length = 200, example = json!(null))]
    pub next_cursor: Option<String>,
    /// Always false.
    #[schema(example = false)]
    pub has_more: bool,
}

impl SpecialServiceList {
    /// The list of these services.
    pub fn new(services: &'static [reference::SpecialService]) -> Self {
        Self {
            data: services.iter().map(SpecialService::from).collect(),
            next_cursor: None,
            has_more: false,
        }
    }
}

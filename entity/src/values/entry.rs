//! Rules of entry: what a country asks of the documents of those who come.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::country::country_code;
use super::enums::text_enum;
use super::{
    CountryCode, Invalid,
    text::{self, text_type},
};

text_enum! {
    /// What a rule of entry asks for.
    pub enum EntryRuleKind {
        /// That the passport is valid until a day that is counted from the journey.
        PassportValidity = "passport_validity",
        /// That the passport was issued not too many years before the entry.
        PassportAge = "passport_age",
        /// That the traveller has a visa, or an authorisation to travel.
        Visa = "visa",
        /// That an identity card takes the place of a passport: these nationalities need none.
        IdentityCard = "identity_card",
    }
}

text_enum! {
    /// The day from which a rule of entry counts.
    pub enum RuleAnchor {
        /// The arrival in the country, or in its area.
        Arrival = "arrival",
        /// The departure from the country.
        Departure = "departure",
        /// The departure from the country, or from its area: of the last of the consecutive legs there.
        StayEnd = "stay_end",
    }
}

text_enum! {
    /// What a trip is for: countries often ask for another visa.
    pub enum TripPurpose {
        /// Holidays, and visits to family and friends.
        Tourism = "tourism",
        /// Business: meetings, fairs, negotiations.
        Business = "business",
        /// Passing through.
        Transit = "transit",
        /// Studies.
        Study = "study",
        /// Employment.
        Work = "work",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// How much it matters that a rule of entry is not met.
    pub enum RuleSeverity {
        /// Somebody should look at it.
        Warn = "warn",
        /// The traveller must expect to be turned away.
        Fail = "fail",
    }
}

text_enum! {
    /// How sure a rule of entry is.
    pub enum RuleConfidence {
        /// It was read in its source.
        Confirmed = "confirmed",
        /// It is generally known, or its sources disagree.
        Unconfirmed = "unconfirmed",
    }
}

text_enum! {
    /// Countries that rules of entry treat as one. Written with four letters or more, as no country is.
    pub enum Area {
        /// The countries without border controls between them.
        Schengen = "SCHENGEN",
        /// The countries whose citizens move freely among them: European Union, EEA and Switzerland.
        EuEeaCh = "EU_EEA_CH",
        /// Every country for which no other rule of the same kind holds.
        Anywhere = "ANYWHERE",
    }
}

text_type! {
    /// Name of a rule of entry in small letters, digits and hyphens. It never changes.
    pub struct RuleCode(String);
    debug = shown;
    length = 1..=60;
    pattern = "^[a-z0-9]+(-[a-z0-9]+)*$";
    example = "schengen-three-months";
    parse = rule_code;
}

text_type! {
    /// A country, as `CountryCode` takes it, or an area: `SCHENGEN`, `EU_EEA_CH` or `ANYWHERE`.
    #[derive(Copy)]
    pub struct Place(&'static str);
    debug = shown;
    length = 1..=20;
    pattern = "^[A-Za-z_]{1,20}$";
    example = "SCHENGEN";
    parse = place;
}

text_type! {
    /// Address of a page (`https://…`).
    pub struct SourceUrl(String);
    debug = shown;
    length = 9..=500;
    format = "uri";
    pattern = "^https://[!-~]+$";
    example = "https://www.iatatravelcentre.com/";
    parse = source_url;
}

text_type! {
    /// What a source is called.
    pub struct SourceTitle(String);
    debug = shown;
    length = 1..=200;
    pattern = text::PATTERN;
    example = "IATA Travel Centre";
    parse = text::any;
}

text_type! {
    /// What somebody who applies a rule should know beside it.
    pub struct RuleNote(String);
    debug = shown;
    length = 1..=500;
    pattern = text::PATTERN;
    example = "Not for holders of a residence permit.";
    parse = text::any;
}

fn rule_code(text: &str) -> Result<String, Invalid> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.split('-').all(is_word) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "The value is not a code; use small letters and digits, with single hyphens between them.",
        ))
    }
}

fn place(text: &str) -> Result<&'static str, Invalid> {
    let upper = text.to_ascii_uppercase();
    if let Ok(area) = upper.parse::<Area>() {
        return Ok(area.as_str());
    }
    country_code(&upper).map_err(|_| {
        Invalid::unknown_code(
            "The value is neither a country nor an area; use ISO 3166-1, ICAO Doc 9303-3 §5, SCHENGEN, EU_EEA_CH or ANYWHERE.",
        )
    })
}

fn source_url(text: &str) -> Result<String, Invalid> {
    let rest = text.strip_prefix("https://").unwrap_or_default();
    if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "The value is not the address of a page; write it in ASCII, beginning with https://.",
        ))
    }
}

impl Place {
    /// The area, if it is one.
    pub fn area(&self) -> Option<Area> {
        self.0.parse().ok()
    }

    /// The country, if it is one.
    pub fn country(&self) -> Option<CountryCode> {
        self.0.parse().ok()
    }
}

/// Countries and areas, each of them once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult)]
#[serde(try_from = "Vec<Place>")]
#[schema(max_items = 200)]
pub struct Places(Vec<Place>);

impl Places {
    /// Most places that a list may have.
    pub const MAX: usize = 200;

    /// The places in the order given, if there are at most [`Self::MAX`] and none is there twice (`too_long`,
    /// `duplicate`).
    pub fn new(places: Vec<Place>) -> Result<Self, Invalid> {
        if places.len() > Self::MAX {
            return Err(Invalid::too_long(format!(
                "There are too many places; give at most {}.",
                Self::MAX
            )));
        }
        let mut sorted = places.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < places.len() {
            return Err(Invalid::duplicate(
                "A place is there twice; give each of them once.",
            ));
        }
        Ok(Self(places))
    }

    /// The places.
    pub fn as_slice(&self) -> &[Place] {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<Place>> for Places {
    type Error = Invalid;

    fn try_from(places: Vec<Place>) -> Result<Self, Self::Error> {
        Self::new(places)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::testing::schema;

    #[test]
    fn a_place_is_a_country_or_an_area() {
        for (text, written) in [
            ("deu", "D"),
            ("FR", "FRA"),
            ("schengen", "SCHENGEN"),
            ("EU_EEA_CH", "EU_EEA_CH"),
        ] {
            let place: Place = text.parse().unwrap();
            assert_eq!(place.as_str(), written);
            assert!(place.area().is_some() != place.country().is_some());
        }
        for text in ["EUROPE", "ZZ", "EU-EEA-CH"] {
            assert_eq!(text.parse::<Place>().unwrap_err().code, "unknown_code", "{text}");
        }
    }

    #[test]
    fn no_area_is_written_like_a_country() {
        for area in Area::ALL {
            assert!(area.as_str().len() > 3 && country_code(area.as_str()).is_err());
        }
    }

    #[test]
    fn a_code_is_made_of_words() {
        for text in ["-a", "a-", "a--b", "A", "a_b", "a b", "ä"] {
            assert_eq!(
                text.parse::<RuleCode>().unwrap_err().code,
                "invalid_format",
                "{text}"
            );
        }
    }

    #[test]
    fn a_source_is_a_page() {
        for text in [
            "http://a.example",
            "https://a b",
            "https://ä.example",
            "ftp://a.example",
        ] {
            assert_eq!(
                text.parse::<SourceUrl>().unwrap_err().code,
                "invalid_format",
                "{text}"
            );
        }
    }

    #[test]
    fn every_place_is_there_once() {
        let places: Places = serde_json::from_value(json!(["DE", "SCHENGEN"])).unwrap();
        assert_eq!(serde_json::to_value(&places).unwrap(), json!(["D", "SCHENGEN"]));
        let twice = ["DE", "D"].map(|place| place.parse().unwrap());
        assert_eq!(Places::new(twice.into()).unwrap_err().code, "duplicate");
        let many: Vec<Place> = CountryCode::all()
            .map(|country| country.as_str().parse().unwrap())
            .collect();
        assert_eq!(Places::new(many.clone()).unwrap_err().code, "too_long");
        assert!(Places::new(many[..Places::MAX].to_vec()).is_ok());
        assert_eq!(schema::<Places>()["maxItems"], Places::MAX);
    }
}

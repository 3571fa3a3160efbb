//! The forms that booking systems take: data, with version, source and date, because they are what changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::values::{BookingChannel, CountryCode, CountryKind};
use serde::Deserialize;

use crate::travel::warning::{Code, Warning};

/// The file beside this one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Channels {
    version: String,
    pub(super) channels: BTreeMap<String, Format>,
}

// A test reads the file; without it nothing is written.
pub(super) static CHANNELS: LazyLock<Channels> = LazyLock::new(|| {
    serde_json::from_str(include_str!("channels.json")).unwrap_or_else(|_| Channels {
        version: String::new(),
        channels: BTreeMap::new(),
    })
});

static NOTHING: LazyLock<Format> = LazyLock::new(Format::default);

/// The form that a booking system takes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Where the form was read.
    pub source: String,
    /// When it was last compared with its source.
    pub checked_on: NaiveDate,
    pub(super) countries: Countries,
    /// Values that depend on the airline; that of `""` is for all others.
    #[serde(default)]
    pub(super) variables: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) lines: BTreeMap<String, LineForm>,
    pub(super) passenger: Option<PassengerForm>,
}

/// The form of one line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineForm {
    pub(super) template: String,
    /// What stands between the parts of a name.
    #[serde(default = "space")]
    pub(super) separator: String,
    /// Most characters of a name.
    #[serde(default = "unbounded")]
    pub(super) max_length: usize,
    /// Whether a source has it; otherwise it is what is commonly known.
    #[serde(default = "yes")]
    pub(super) confirmed: bool,
    /// How many letters its countries have, if not as many as everywhere else.
    #[serde(default)]
    pub(super) countries: Option<Countries>,
}

fn space() -> String {
    " ".to_owned()
}

const fn unbounded() -> usize {
    1000
}

const fn yes() -> bool {
    true
}

/// How many letters a country has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Countries {
    #[default]
    Alpha3,
    Alpha2,
}

/// The form of a passenger in fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PassengerForm {
    pub(super) document_type: String,
    /// What each gender is called; those that are not there cannot be sent.
    pub(super) genders: BTreeMap<String, String>,
    /// What each title is called; as tickets have it where there is no list.
    pub(super) titles: BTreeMap<String, String>,
    pub(super) title_required: bool,
    pub(super) separate_middle_name: bool,
    pub(super) max_name_length: usize,
    /// What each number by which a state knows the passenger is called (`K`, `R`); those that are not there cannot be sent.
    #[serde(default)]
    pub(super) traveller_numbers: BTreeMap<String, String>,
    /// What else it has a place for.
    #[serde(default)]
    pub(super) places: Vec<FieldPlace>,
}

/// Fields that not every interface has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldPlace {
    /// Whom to call in an emergency.
    EmergencyContact,
    /// Where the passenger lives.
    Address,
    /// Seat, meal and assistance.
    Services,
}

impl PassengerForm {
    /// Whether there is a place for it.
    pub(super) fn has(&self, place: FieldPlace) -> bool {
        self.places.contains(&place)
    }
}

impl Format {
    /// Version of all forms.
    pub fn version(&self) -> &'static str {
        &CHANNELS.version
    }

    /// The code of a country as the system takes it.
    pub(super) fn country(&self, code: CountryCode, warnings: &mut Vec<Warning>) -> String {
        self.country_in(self.countries, code, warnings)
    }

    /// The code of a country with so many letters.
    #[expect(clippy::unused_self, reason = "it is the system's way of writing countries")]
    pub(super) fn country_in(
        &self,
        countries: Countries,
        code: CountryCode,
        warnings: &mut Vec<Warning>,
    ) -> String {
        let three = || match code.as_str() {
            // Germany has one letter in passports only.
            short if short.len() < 3 => code.iso_alpha3().unwrap_or(short).to_owned(),
            code => code.to_owned(),
        };
        if countries == Countries::Alpha3 {
            return three();
        }
        let Some(two) = code.iso_alpha2() else {
            warnings.push(Warning::new(
                Code::CountryCode,
                "A country or nationality has no code of two letters; the three letters of the passport stand there.",
            ));
            return three();
        };
        if code.kind() != CountryKind::Country {
            warnings.push(Warning::new(
                Code::CountryCode,
                "A nationality has no code of two letters; that of its state stands there.",
            ));
        }
        two.to_owned()
    }
}

/// The form that a booking system takes.
pub fn format_of(channel: BookingChannel) -> &'static Format {
    CHANNELS.channels.get(channel.as_str()).unwrap_or(&NOTHING)
}

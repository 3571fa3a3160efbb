//! How values of each type are read from JSON.

use std::borrow::Cow;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use entity::values::{
    CarrierCode, Carriers, EventPatterns, ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds,
    Invalid, Place, Places, Scope, Scopes, StayDays, SystemName, Tier, Tiers,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::errors::{describe, escape, missing_field, pointer};
use super::{Refusal, Secret};
use crate::page::Limit;

/// A type that can be read from one JSON value, with an error that says what to do.
pub trait FromJson: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// Why the value is refused.
    fn from_json(value: Value) -> Result<Self, Refusal>;
}

fn refused(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal {
        pointer: String::new(),
        code: code.into(),
        detail: detail.into(),
    }
}

fn wrong_type(wanted: &str) -> Refusal {
    refused("wrong_type", format!("This field must be {wanted}."))
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self {
            pointer: String::new(),
            code: invalid.code.into(),
            detail: invalid.detail,
        }
    }
}

fn from_text<T: FromStr<Err = Invalid>>(value: Value) -> Result<T, Refusal> {
    match value {
        Value::String(text) => text.parse().map_err(Refusal::from),
        _ => Err(wrong_type("a string")),
    }
}

macro_rules! from_json_text {
    ($($type:ty),+ $(,)?) => {
        $(impl FromJson for $type {
            fn from_json(value: Value) -> Result<Self, Refusal> { from_text(value) }
        })+
    };
}

from_json_text! {
    entity::ids::ClientId, entity::ids::GroupId, entity::ids::LoyaltyId, entity::ids::LoyaltyProgramId, entity::ids::PassportId,
    entity::ids::SessionId, entity::ids::UserId,
    entity::values::IdentityCardNumber, entity::values::IdentityCardStatus, entity::values::PlaceOfIssue,
    entity::values::TravellerNumberType, entity::values::TravellerNumberValue, entity::values::TravellerProgramName,
    entity::values::VisaEntries, entity::values::VisaNumber, entity::values::VisaStatus, entity::values::VisaType,
    entity::values::EventPattern, entity::values::FeedName,
    entity::values::WebhookDescription, entity::values::WebhookStatus, entity::values::WebhookUrl,
    entity::values::ClientName, entity::values::ClientStatus, entity::values::ConsentPurpose,
    entity::values::CountryCode, entity::values::DocumentCode, entity::values::Email, entity::values::EntryRuleKind,
    entity::values::Gender,
    entity::values::GroupName, entity::values::LanguageTag, entity::values::LoyaltyStatus,
    entity::values::MemberRole, entity::values::MembershipNumber, entity::values::PassportNumber, entity::values::PersonalNumber,
    entity::values::PassportStatus, entity::values::PersonName, entity::values::PhoneNumber,
    entity::values::PlaceOfBirth, entity::values::ProgramName, entity::values::ProgramType, entity::values::Alliance,
    entity::values::Purpose, entity::values::RevealPurpose, entity::values::Role, entity::values::TextVersion,
    entity::values::RuleAnchor, entity::values::RuleCode, entity::values::RuleConfidence, entity::values::RuleNote,
    entity::values::RuleSeverity, entity::values::SourceTitle, entity::values::SourceUrl,
    entity::values::TripPurpose,
    entity::values::Sex, entity::values::SupplierCode,
    entity::values::SupplierName, entity::values::TierName, entity::values::Title, entity::values::UserStatus,
    entity::values::ExistingRecords,
    entity::values::AddressPart, entity::values::PostalCode, entity::values::Relationship, entity::values::SeatPreference,
    entity::values::ServiceNote, entity::values::SpecialServiceCode,
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        value.as_bool().ok_or_else(|| wrong_type("true or false"))
    }
}

/// Whole numbers; what they may be, each field says.
impl FromJson for i16 {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let number = value.as_i64().ok_or_else(|| wrong_type("a whole number"))?;
        Self::try_from(number).map_err(|_| refused("out_of_range", "The number is far too large or small."))
    }
}

impl FromJson for Limit {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let limit = value
            .as_u64()
            .ok_or_else(|| wrong_type("a whole number, not negative"))?;
        Self::try_from(limit).map_err(|detail| refused("out_of_range", detail))
    }
}

impl FromJson for StayDays {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let days = value.as_i64().ok_or_else(|| wrong_type("a whole number"))?;
        Self::try_from(days).map_err(Refusal::from)
    }
}

/// Dates of ISO 8601 in the one form `YYYY-MM-DD`, years 1900 to 2199: nothing that a traveller owns lies outside.
impl FromJson for NaiveDate {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => date(&text),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// Reads a calendar date (ISO 8601, `YYYY-MM-DD`).
///
/// # Errors
/// When the text is no such date, or the year lies outside 1900 to 2199.
pub fn date(text: &str) -> Result<NaiveDate, Refusal> {
    let invalid = || {
        refused(
            "invalid_date",
            "This field must be a date that exists, written YYYY-MM-DD.",
        )
    };
    if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return Err(invalid());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| invalid())?;
    if !(1900..=2199).contains(&chrono::Datelike::year(&date)) {
        return Err(refused(
            "out_of_range",
            "The year must lie between 1900 and 2199.",
        ));
    }
    Ok(date)
}

/// Points in time of RFC 3339.
impl FromJson for DateTime<Utc> {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => DateTime::parse_from_rfc3339(&text)
                .map(|time| time.to_utc())
                .map_err(|_| {
                    refused(
                        "invalid_format",
                        "This field must be a time of RFC 3339, such as 2026-11-22T16:00:00Z.",
                    )
                }),
            _ => Err(wrong_type("a string")),
        }
    }
}

impl FromJson for Secret {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => Ok(Self::new(text)),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// The address of a sign-in attempt: any text, so that a wrong one fails like an unknown one.
impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(wrong_type("a string")),
        }
    }
}

/// Most items that a list in a command can have.
const MAX_ITEMS: usize = 200;

impl<T: DeserializeOwned> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let read = |(index, item)| read_at(&format!("/{index}"), item);
        list(value, MAX_ITEMS)?
            .into_iter()
            .enumerate()
            .map(read)
            .collect()
    }
}

/// Reads an object inside a command.
///
/// # Errors
/// The first member that is unknown or of a wrong kind.
pub fn object<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    if value.is_object() {
        read_at("", value)
    } else {
        Err(wrong_type("an object"))
    }
}

/// Reads what stands at a place of a field.
fn read_at<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize::<_, T>(value).map_err(|error| {
        let (code, detail) = describe(error.inner());
        let here = pointer(place, error.path());
        Refusal {
            pointer: missing_field(error.inner())
                .map_or_else(|| here.clone(), |name| format!("{here}/{}", escape(&name))),
            code: code.into(),
            detail,
        }
    })
}

/// Reads a list of texts, and says which of them is refused.
fn texts<T: FromStr<Err = Invalid>>(value: Value, most: usize) -> Result<Vec<T>, Refusal> {
    let read = |(index, item)| {
        from_text(item).map_err(|refusal: Refusal| Refusal {
            pointer: format!("/{index}"),
            ..refusal
        })
    };
    list(value, most)?.into_iter().enumerate().map(read).collect()
}

/// The items of a list that is not too long.
fn list(value: Value, most: usize) -> Result<Vec<Value>, Refusal> {
    match value {
        Value::Array(items) if items.len() <= most => Ok(items),
        Value::Array(_) => Err(refused(
            "too_long",
            format!("This list can have at most {most} items."),
        )),
        _ => Err(wrong_type("a list")),
    }
}

/// A list of names, each once or more often.
impl FromJson for Scopes {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let names: Vec<Scope> = texts(value, MAX_ITEMS)?;
        if names.is_empty() {
            return Err(refused("too_few", "Name at least one scope."));
        }
        Ok(names.into_iter().collect())
    }
}

impl FromJson for EventPatterns {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        Ok(Self(texts(value, MAX_ITEMS)?))
    }
}

impl FromJson for Carriers {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let carriers: Vec<CarrierCode> = texts(value, Self::MAX)?;
        Self::new(carriers).map_err(Refusal::from)
    }
}

impl FromJson for Places {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let carriers: Vec<Place> = texts(value, Self::MAX)?;
        Self::new(carriers).map_err(Refusal::from)
    }
}

/// A number of another system, whose two parts say themselves what is wrong with them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExternalIdParts {
    system: Value,
    id: Value,
}

/// Reads numbers of other systems; `read` takes the number of each.
fn external_ids<T>(
    value: Value,
    read: impl Fn(SystemName, Value) -> Result<T, Refusal>,
) -> Result<Vec<T>, Refusal> {
    let at = |index: usize, part: &str, refusal: Refusal| Refusal {
        pointer: format!("/{index}/{part}"),
        ..refusal
    };
    let items = list(value, MAX_ITEMS)?.into_iter().enumerate();
    items
        .map(|(index, item)| {
            let parts: ExternalIdParts = read_at(&format!("/{index}"), item)?;
            let system = from_text(parts.system).map_err(|it| at(index, "system", it))?;
            read(system, parts.id).map_err(|it| at(index, "id", it))
        })
        .collect()
}

impl FromJson for ExternalIds {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let read = |system, id| {
            let id = from_text(id)?;
            Ok(ExternalId { system, id })
        };
        Self::new(external_ids(value, read)?).map_err(Refusal::from)
    }
}

impl FromJson for ExternalIdChanges {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let read = |system, id: Value| {
            let id = if id.is_null() { None } else { Some(from_text(id)?) };
            Ok(ExternalIdChange { system, id })
        };
        Self::new(external_ids(value, read)?).map_err(Refusal::from)
    }
}

impl FromJson for Tiers {
    fn from_json(value: Value) -> Result<Self, Refusal> {
        let tiers: Vec<Tier> = Vec::from_json(value)?;
        Self::new(tiers).map_err(Refusal::from)
    }
}

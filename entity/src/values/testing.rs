//! What all text types have in common, tested over all of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{fmt, hash::Hash, str::FromStr};

use sea_orm::sea_query::{Nullable, ValueType};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::*;

/// The schema of a type as it stands in the `OpenAPI` document.
pub(super) fn schema<T: ToSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

/// Inputs that break naive code, short and long, alone and around a plausible value.
fn nasty(example: &str) -> Vec<String> {
    let pieces = [
        "",
        " ",
        "\0",
        "\u{1b}[31m",
        "\r\n",
        "\u{85}",
        "\u{a0}",
        "\u{200b}",
        "\u{200d}",
        "\u{202e}",
        "\u{2066}",
        "\u{2028}",
        "\u{feff}",
        "\u{fffd}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{10ffff}",
        "é",
        "e\u{301}",
        "ß",
        "İ",
        "ǆ",
        "ﬁ",
        "漢",
        "👩‍🚀",
        "🇩🇪",
        "٣",
        "Ａ",
        "-",
        "--",
        ".",
        "..",
        "@",
        "@@",
        "[",
        "\"",
        "<",
        "%00",
        "xn--",
        "+",
        "'",
        "\\",
        "{}",
        "$",
        "x",
    ];
    let long = [250, 10_000]
        .into_iter()
        .flat_map(|n| pieces.iter().map(move |piece| piece.repeat(n)));
    pieces
        .iter()
        .flat_map(|piece| {
            [
                (*piece).to_owned(),
                format!("{piece}{example}"),
                format!("{example}{piece}"),
                example.replacen(|c: char| !c.is_alphanumeric(), piece, 1),
                example
                    .chars()
                    .flat_map(|c| [c.to_string(), (*piece).to_owned()])
                    .collect(),
            ]
        })
        .chain(long)
        .chain([
            example.repeat(10_000),
            example.to_lowercase(),
            example.to_uppercase(),
        ])
        .collect()
}

/// The contract of a text type.
trait TextType:
    FromStr<Err = Invalid>
    + TryFrom<String, Error = Invalid>
    + Clone
    + Ord
    + Hash
    + fmt::Debug
    + fmt::Display
    + Serialize
    + DeserializeOwned
    + ToSchema
    + ValueType
    + Nullable
    + Into<sea_orm::Value>
{
}

impl<T> TextType for T where
    T: FromStr<Err = Invalid>
        + TryFrom<String, Error = Invalid>
        + Clone
        + Ord
        + Hash
        + fmt::Debug
        + fmt::Display
        + Serialize
        + DeserializeOwned
        + ToSchema
        + ValueType
        + Nullable
        + Into<sea_orm::Value>
{
}

fn accepted<T: TextType>(value: &T) {
    let text = value.to_string();
    assert_eq!(
        text.parse().as_ref(),
        Ok(value),
        "the stored text is a valid text of the same value"
    );
    assert_eq!(serde_json::to_value(value).unwrap(), text);
    assert_eq!(&serde_json::from_value::<T>(text.clone().into()).unwrap(), value);
    let stored: sea_orm::Value = value.clone().into();
    assert_eq!(stored, text.into());
    assert_eq!(&<T as ValueType>::try_from(stored).unwrap(), value);
}

fn refused<T: TextType>(invalid: &Invalid, input: &str) {
    assert!(
        [
            "too_short",
            "too_long",
            "invalid_character",
            "invalid_format",
            "unknown_code"
        ]
        .contains(&invalid.code)
    );
    assert!(
        invalid.detail.ends_with('.') && invalid.detail.contains("; "),
        "{invalid}"
    );
    assert_eq!(
        &<T as TryFrom<String>>::try_from(input.to_owned()).unwrap_err(),
        invalid
    );
    assert_eq!(
        serde_json::from_value::<T>(input.into()).unwrap_err().to_string(),
        invalid.to_string()
    );
    assert!(
        <T as ValueType>::try_from(input.into()).is_err(),
        "a bad stored value is an error"
    );
}

fn documented<T: TextType>(schema: &Value) -> &str {
    assert_eq!(schema["type"], "string");
    assert!(schema["minLength"].as_u64().unwrap() >= 1);
    assert!(schema["maxLength"].as_u64().unwrap() >= schema["minLength"].as_u64().unwrap());
    assert!(schema["pattern"].is_string() || schema["format"].is_string());
    assert!(schema["description"].as_str().unwrap().ends_with(['.', '…']));
    schema["examples"][0].as_str().unwrap()
}

fn obeys_the_contract<T: TextType>() {
    let schema = schema::<T>();
    let example = documented::<T>(&schema);
    assert_eq!(example.parse::<T>().unwrap().to_string(), example);
    let max = usize::try_from(schema["maxLength"].as_u64().unwrap()).unwrap();
    for input in nasty(example) {
        match input.parse::<T>() {
            Ok(value) => accepted(&value),
            Err(invalid) => refused::<T>(&invalid, &input),
        }
    }
    let invalid = "x".repeat(max + 1).parse::<T>().unwrap_err();
    assert_eq!(invalid.code, "too_long");
    assert_eq!("".parse::<T>().unwrap_err().code, "too_short");
}

#[test]
fn every_text_type_obeys_the_contract() {
    obeys_the_contract::<PersonName>();
    obeys_the_contract::<Title>();
    obeys_the_contract::<PlaceOfBirth>();
    obeys_the_contract::<SupplierName>();
    obeys_the_contract::<SupplierCode>();
    obeys_the_contract::<ProgramName>();
    obeys_the_contract::<TierName>();
    obeys_the_contract::<MembershipNumber>();
    obeys_the_contract::<GroupName>();
    obeys_the_contract::<Purpose>();
    obeys_the_contract::<Email>();
    obeys_the_contract::<PhoneNumber>();
    obeys_the_contract::<LanguageTag>();
    obeys_the_contract::<CountryCode>();
    obeys_the_contract::<PassportNumber>();
    obeys_the_contract::<VisaNumber>();
    obeys_the_contract::<IdentityCardNumber>();
    obeys_the_contract::<TravellerNumberValue>();
    obeys_the_contract::<PlaceOfIssue>();
    obeys_the_contract::<TravellerProgramName>();
    obeys_the_contract::<RevealPurpose>();
    obeys_the_contract::<DocumentCode>();
    obeys_the_contract::<RuleCode>();
    obeys_the_contract::<Place>();
    obeys_the_contract::<SourceUrl>();
    obeys_the_contract::<SourceTitle>();
    obeys_the_contract::<RuleNote>();
}

//! How airlines want names that do not fit their systems: data, with its source, because airlines differ and change.

use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::values::CountryCode;
use serde::Deserialize;

/// The rules and titles, as the file beside this one has them.
#[derive(Deserialize)]
struct Table {
    /// Titles that go behind a given name.
    titles: Vec<String>,
    /// Who takes X (unspecified) and U (undisclosed) as a gender.
    #[serde(default)]
    unspecified_gender: UnspecifiedGender,
    /// The first one is for all airlines without a rule of their own.
    rules: Vec<CarrierRule>,
}

/// What is known of travellers whose gender is neither M nor F.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnspecifiedGender {
    /// Airlines that say that they take it.
    taken_by: Vec<Taker>,
    /// Countries that are said to refuse entry.
    refused_by: Vec<Refuser>,
}

/// An airline, with the source of what is said of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "sources are for those who keep the file")
)]
struct Taker {
    carrier: String,
    source: String,
    checked_on: NaiveDate,
}

/// A country, with the source of what is said of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "sources are for those who keep the file")
)]
struct Refuser {
    country: CountryCode,
    source: String,
    checked_on: NaiveDate,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test reads the file; without it, no title is taken and the rule below holds for all airlines.
    serde_json::from_str(include_str!("carriers.json")).unwrap_or(Table {
        titles: Vec::new(),
        unspecified_gender: UnspecifiedGender::default(),
        rules: Vec::new(),
    })
});

static RECOMMENDED: CarrierRule = CarrierRule {
    carrier: None,
    only_surname: StandIn::Fnu,
    only_given_name: StandIn::Fnu,
    one_letter_surname: OneLetter::Keep,
    one_letter_given_name: OneLetter::Keep,
    max_length: 59,
    source: String::new(),
    checked_on: NaiveDate::MIN,
};

/// How an airline wants names that do not fit its systems.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarrierRule {
    /// IATA designator; none for the recommendation to all airlines.
    pub carrier: Option<String>,
    /// What stands in for the given name of somebody whose passport has a surname only.
    pub only_surname: StandIn,
    /// What stands in for the given name of somebody with a given name only, which is written as the surname.
    pub only_given_name: StandIn,
    /// What becomes of a surname of one letter.
    pub one_letter_surname: OneLetter,
    /// What becomes of a first given name of one letter.
    pub one_letter_given_name: OneLetter,
    /// Most characters of surname, given names and title with what separates them.
    pub max_length: usize,
    /// Where the rule was read.
    pub source: String,
    /// When it was last compared with its source.
    pub checked_on: NaiveDate,
}

/// What stands in for a name that a person does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum StandIn {
    /// First name unknown.
    #[serde(rename = "FNU")]
    Fnu,
    /// Last name unknown.
    #[serde(rename = "LNU")]
    Lnu,
    /// The first letter of the name that there is.
    #[serde(rename = "initial")]
    Initial,
}

/// What becomes of a part of one letter, which many systems refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneLetter {
    /// It stays.
    Keep,
    /// It is written twice.
    Double,
    /// It joins what follows: the next given name, or the title.
    Join,
}

/// The rule of an airline, or what is recommended to all.
pub fn rule_of(carrier: Option<&str>) -> &'static CarrierRule {
    let own = carrier.and_then(|code| {
        TABLE
            .rules
            .iter()
            .find(|rule| rule.carrier.as_deref() == Some(code))
    });
    own.or_else(|| TABLE.rules.first()).unwrap_or(&RECOMMENDED)
}

/// Whether an airline says that it takes X and U as a gender.
pub(in crate::travel) fn takes_unspecified_gender(carrier: Option<&str>) -> bool {
    let takers = &TABLE.unspecified_gender.taken_by;
    carrier.is_some_and(|code| takers.iter().any(|it| it.carrier == code))
}

/// Whether a country is said to refuse entry to those whose gender is X or U.
pub(in crate::travel) fn refuses_unspecified_gender(country: CountryCode) -> bool {
    let refusers = &TABLE.unspecified_gender.refused_by;
    refusers.iter().any(|it| it.country == country)
}

/// The title as airlines take it: `Dr.` is `DR`; none where they do not.
pub(super) fn title(title: &str) -> Option<&'static str> {
    let letters: String = title.chars().filter(char::is_ascii_alphabetic).collect();
    let letters = letters.to_ascii_uppercase();
    TABLE
        .titles
        .iter()
        .find(|known| **known == letters)
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_names_its_source_and_the_first_is_for_all() {
        assert!(TABLE.rules.len() > 3 && TABLE.titles.len() > 3);
        assert!(TABLE.rules.iter().all(|rule| rule.source.contains("https://")));
        assert!(TABLE.rules.iter().skip(1).all(|rule| rule.carrier.is_some()));
        assert_eq!(rule_of(None).carrier, None);
        assert_eq!(rule_of(Some("ZZ")).carrier, None);
        assert_eq!(rule_of(Some("VS")).only_given_name, StandIn::Lnu);
    }

    #[test]
    fn what_is_said_of_genders_names_its_source() {
        let known = &TABLE.unspecified_gender;
        let sources = known.taken_by.iter().map(|it| (&it.source, it.checked_on));
        let sources = sources.chain(known.refused_by.iter().map(|it| (&it.source, it.checked_on)));
        assert!(sources.clone().count() > 3);
        assert!(
            sources
                .into_iter()
                .all(|(url, day)| url.starts_with("https://") && day > NaiveDate::MIN)
        );
        assert!(takes_unspecified_gender(Some("UA")));
        assert!(!takes_unspecified_gender(Some("ZZ")) && !takes_unspecified_gender(None));
        let refuses = |code: &str| refuses_unspecified_gender(code.parse().expect("a code"));
        assert!(refuses("EG") && !refuses("US"));
    }

    #[test]
    fn titles_are_those_that_airlines_take() {
        for (given, taken) in [
            ("Dr", Some("DR")),
            ("Mrs.", Some("MRS")),
            ("Freiherr", None),
            ("教授", None),
        ] {
            assert_eq!(title(given), taken);
        }
    }
}

//! One name in all its forms.

use std::fmt;

use entity::values::{CountryCode, PersonName, Title};

use super::carriers::CarrierRule;
use super::ticket::{Form, TicketName, ticket};
use crate::identity_cards::IdentityCard;
use crate::passports::{Passport, Shown};
use crate::travel::mrz::name_line;
use crate::travel::transliteration::{Language, Transliterated, transliterate};
use crate::travel::warning::{Code, Warning};
use crate::users::User;

/// A name as the profile or a document holds it. One of surname and given names is there, or both.
#[derive(Clone, PartialEq, Eq)]
pub struct Name {
    /// Family name, or primary identifier of a document.
    pub surname: Option<String>,
    /// First and middle names, or secondary identifier of a document.
    pub given_names: Option<String>,
    /// Form of address.
    pub title: Option<String>,
    /// By whose rules Cyrillic letters are written.
    pub language: Language,
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(***)")
    }
}

impl Name {
    /// The name of a profile.
    pub fn of_user(user: &User) -> Self {
        let middle = user.middle_names.as_ref().map(PersonName::as_str);
        let given: Vec<&str> = std::iter::once(user.first_name.as_str()).chain(middle).collect();
        Self {
            surname: user.last_name.as_ref().map(|name| name.as_str().to_owned()),
            given_names: Some(given.join(" ")),
            title: user.title.as_ref().map(|title| title.as_str().to_owned()),
            // The state issues the passport; where nobody knows which, the person's own language is the best guess.
            language: match (user.nationality, &user.language) {
                (Some(nationality), _) => Language::of_issuer(nationality),
                (None, Some(tag)) => Language::of_tag(tag),
                (None, None) => Language::Other,
            },
        }
    }

    /// The name in a passport, with the title that the holder's profile has.
    pub fn of_passport(passport: &Passport, title: Option<&Title>) -> Self {
        let names = (&passport.surname, passport.given_names.as_ref());
        Self::printed(names, passport.issuing_country, title)
    }

    /// The name in a passport of which the number may be masked.
    pub fn of_document(document: &Shown, title: Option<&Title>) -> Self {
        let names = (&document.surname, document.given_names.as_ref());
        Self::printed(names, document.issuing_country, title)
    }

    /// The name in an identity card, whether its number is masked or not.
    pub fn of_identity_card<N>(card: &IdentityCard<N>, title: Option<&Title>) -> Self {
        let names = (&card.surname, card.given_names.as_ref());
        Self::printed(names, card.issuing_country, title)
    }

    /// The name in a document that somebody has issued.
    fn printed(
        (surname, given_names): (&PersonName, Option<&PersonName>),
        issuer: CountryCode,
        title: Option<&Title>,
    ) -> Self {
        Self {
            surname: Some(surname.as_str().to_owned()),
            given_names: given_names.map(|name| name.as_str().to_owned()),
            title: title.map(|title| title.as_str().to_owned()),
            language: Language::of_issuer(issuer),
        }
    }

    /// What is written as the surname: the only name is (ICAO Doc 9303-3 §4.6).
    pub fn primary(&self) -> &str {
        self.surname
            .as_deref()
            .or(self.given_names.as_deref())
            .unwrap_or_default()
    }

    /// What is written as the given names, if the person has more than one name.
    pub fn secondary(&self) -> Option<&str> {
        self.surname.as_ref().and(self.given_names.as_deref())
    }

    /// The name in one line, given names first.
    pub fn full(&self) -> String {
        let parts: Vec<&str> = self
            .given_names
            .as_deref()
            .into_iter()
            .chain(self.surname.as_deref())
            .collect();
        parts.join(" ")
    }

    /// Primary and secondary name in the letters A to Z; none with a warning where the standard has no letters for them.
    pub(in crate::travel) fn letters(
        &self,
        warnings: &mut Vec<Warning>,
    ) -> Option<(Vec<String>, Vec<String>)> {
        let write = |name: &str| transliterate(name, self.language);
        let (Ok(primary), Ok(secondary)) = (write(self.primary()), self.secondary().map(write).transpose())
        else {
            warnings.push(Warning::new(
                Code::NoTransliteration,
                "The standard has no letters A to Z for this name; take them from the machine readable zone of the passport.",
            ));
            return None;
        };
        let is_changed = |name: &Transliterated| name.changed;
        if is_changed(&primary) || secondary.as_ref().is_some_and(is_changed) {
            warnings.push(Warning::new(
                Code::Transliterated,
                "Letters were replaced by A to Z (ICAO Doc 9303-3 §6); compare with the machine readable zone of the passport.",
            ));
        }
        Some((
            primary.components,
            secondary.map(|it| it.components).unwrap_or_default(),
        ))
    }
}

/// A name as a machine readable zone has it.
#[derive(Clone, PartialEq, Eq)]
pub struct MrzName {
    /// Primary identifier.
    pub surname: String,
    /// Secondary identifier.
    pub given_names: Option<String>,
    /// The 39 characters of line 1 of a passport.
    pub line: String,
}

impl fmt::Debug for MrzName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MrzName(***)")
    }
}

/// One name in all its forms.
#[derive(Debug, Clone)]
pub struct Renderings {
    /// As its owner or the document writes it.
    pub legal: Name,
    /// In a machine readable zone; none where the standard has no letters for it.
    pub mrz: Option<MrzName>,
    /// On a ticket; none where the standard has no letters for it.
    pub ticket: Option<TicketName>,
    /// What was changed.
    pub warnings: Vec<Warning>,
}

/// The name as a machine readable zone has it (ICAO Doc 9303-3 §4.6, 9303-4 §4.2.3).
pub fn mrz(name: &Name, warnings: &mut Vec<Warning>) -> Option<MrzName> {
    let (surname, given_names) = name.letters(warnings)?;
    let (line, is_truncated) = name_line(&surname, &given_names);
    if is_truncated {
        warnings.push(Warning::new(
            Code::Truncated,
            "The name is longer than the 39 characters of the machine readable zone; the issuer may have cut it differently.",
        ));
    }
    Some(MrzName {
        surname: surname.join(" "),
        given_names: (!given_names.is_empty()).then(|| given_names.join(" ")),
        line,
    })
}

/// The name in all its forms, by the rule of an airline.
pub fn render(name: Name, rule: &CarrierRule) -> Renderings {
    let mut warnings = Vec::new();
    let mrz = mrz(&name, &mut warnings);
    let ticket = ticket(&name, &Form::of(rule), &mut warnings);
    let mut seen: Vec<Warning> = Vec::new();
    for warning in warnings {
        if !seen.contains(&warning) {
            seen.push(warning);
        }
    }
    Renderings {
        legal: name,
        mrz,
        ticket,
        warnings: seen,
    }
}

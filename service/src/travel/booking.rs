//! What a booking system is told of a traveller: lines to copy, or a passenger in fields. The forms are data
//! (`booking/channels.json`); this says what goes into them.

mod channels;
mod contact;
mod documents;
mod lines;
mod loyalty;
mod passenger;
mod template;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::{BookingChannel, PassportStatus};

pub use self::channels::{Format, format_of};
pub use self::lines::Line;
use self::lines::Place;
pub use self::loyalty::membership;
pub use self::passenger::{Account, Document, Passenger};
use super::names::{CarrierRule, Match, Name, compare, rule_of};
use super::transliteration::transliterate;
use super::warning::{Code, Warning};
use crate::loyalties::Loyalty;
use crate::passports::Passport;
use crate::users::User;

/// A person who travels.
#[derive(Debug, Clone, Copy)]
pub struct Traveller<'a> {
    /// The profile.
    pub user: &'a User,
    /// The passport to travel on.
    pub passport: Option<&'a Passport>,
    /// Memberships with their programmes, in the order in which they are offered to airlines.
    pub memberships: &'a [(Loyalty, loyalty_programs::Model)],
    /// Place among those who travel together, from 1.
    pub number: usize,
}

/// For what it is written.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// For which system.
    pub channel: BookingChannel,
    /// For which airline; for all on the booking if not said.
    pub carrier: Option<&'a str>,
    /// As of which day.
    pub today: NaiveDate,
}

/// What a booking system is told of a traveller.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Lines to copy, where the system takes lines.
    pub lines: Vec<Line>,
    /// The passenger in fields, where the system takes fields.
    pub passenger: Option<Passenger>,
    /// What is missing or doubtful, beside what the lines say of themselves.
    pub warnings: Vec<Warning>,
}

impl Written {
    /// Whether the number of the passport stands in it.
    pub fn shows_passport_number(&self) -> bool {
        let in_fields = |it: &Passenger| !it.identity_documents.is_empty();
        let in_lines = |it: &Line| it.source_fields.contains(&"passport.passport_number");
        self.lines.iter().any(in_lines) || self.passenger.as_ref().is_some_and(in_fields)
    }
}

/// What all lines of a traveller are made of.
struct Facts<'a> {
    traveller: Traveller<'a>,
    request: Request<'a>,
    format: &'static Format,
    rule: &'static CarrierRule,
    /// The passport, if it can be travelled on.
    document: Option<&'a Passport>,
    name: Name,
}

/// Writes everything that there is data for.
pub fn write(traveller: Traveller<'_>, request: Request<'_>) -> Written {
    let mut written = Written::default();
    let document = document(traveller, request.today, &mut written.warnings);
    let user = traveller.user;
    let own = Name::of_user(user);
    let name = document.map_or_else(|| own.clone(), |it| Name::of_passport(it, user.title.as_ref()));
    if document.is_some() {
        let found = compare(&own, &name);
        if found.verdict != Match::Same {
            written
                .warnings
                .push(Warning::new(Code::NameDiffers, found.explanation));
        }
    }
    missing(user, document, &mut written.warnings);
    let facts = Facts {
        traveller,
        request,
        format: format_of(request.channel),
        rule: rule_of(request.carrier),
        document,
        name,
    };
    lines::write(&facts, &mut written);
    written.passenger = passenger::write(&facts, &mut written.warnings);
    written
}

/// The passport if it can be travelled on.
fn document<'a>(
    traveller: Traveller<'a>,
    today: NaiveDate,
    warnings: &mut Vec<Warning>,
) -> Option<&'a Passport> {
    let Some(passport) = traveller.passport else {
        warnings.push(Warning::new(
            Code::MissingPassport,
            "There is no active passport; flights abroad need one, and its holder's name as it prints it.",
        ));
        return None;
    };
    if passport.status != PassportStatus::Active {
        warnings.push(Warning::new(
            Code::PassportNotActive,
            "The passport is lost, stolen or replaced, and nothing of it was written.",
        ));
        return None;
    }
    if crate::passports::is_expired(passport.expiry_date, today) {
        warnings.push(Warning::new(
            Code::PassportExpired,
            "The passport has expired; the airline will not take its holder abroad on it.",
        ));
    }
    Some(passport)
}

fn missing(user: &User, document: Option<&Passport>, warnings: &mut Vec<Warning>) {
    let mut note = |is_missing: bool, code: Code, detail: &'static str| {
        if is_missing {
            warnings.push(Warning::new(code, detail));
        }
    };
    let has_document = document.is_some();
    note(
        !has_document && user.date_of_birth.is_none(),
        Code::MissingDateOfBirth,
        "The date of birth is missing, which airlines have to tell the authorities.",
    );
    note(
        !has_document && user.gender.is_none(),
        Code::MissingGender,
        "The gender is missing, which airlines have to tell the authorities.",
    );
    note(
        user.email.is_none(),
        Code::MissingEmail,
        "There is no e-mail address; airlines want one to tell of changes.",
    );
    note(
        user.phone.is_none(),
        Code::MissingPhone,
        "There is no telephone number; airlines want one to tell of changes.",
    );
}

impl Facts<'_> {
    /// Given names as documents ask for them: the first one, and the others. The profile says where a first name of several
    /// words ends.
    fn first_and_middle(&self, given_names: &[String]) -> (String, String) {
        let first = transliterate(self.traveller.user.first_name.as_str(), self.name.language)
            .map(|it| it.components)
            .unwrap_or_default();
        let at = if given_names.starts_with(&first) {
            first.len().max(1)
        } else {
            1
        };
        let (first, middle) = given_names.split_at_checked(at).unwrap_or((given_names, &[]));
        (first.join(" "), middle.join(" "))
    }

    /// Where the names come from.
    const fn name_fields(&self) -> &'static [&'static str] {
        if self.document.is_some() {
            &["passport.surname", "passport.given_names"]
        } else {
            &["user.last_name", "user.first_name", "user.middle_names"]
        }
    }

    /// Where the lines go; `YY` is all airlines of the booking.
    fn place(&self) -> Place<'_> {
        Place {
            format: self.format,
            carrier: self.request.carrier.unwrap_or("YY"),
            number: self.traveller.number,
        }
    }
}

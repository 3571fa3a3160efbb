//! What a booking system is told of a traveller: lines to copy, or a passenger in fields. The forms are data
//! (`booking/channels.json`); this says what goes into them.

mod calling_codes;
mod channels;
mod contact;
mod documents;
mod emergency;
mod infants;
mod lines;
mod loyalty;
mod passenger;
mod residence;
mod services;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod traveller_numbers;
mod visas;

use chrono::NaiveDate;
use entity::loyalty_programs;
use entity::values::{BookingChannel, CountryCode, PassportStatus};

pub use self::channels::{Format, format_of};
pub use self::infants::{Companion, Infant, Place as BookingPlace, Seating, is_infant, places};
pub use self::lines::Line;
use self::lines::Place;
pub use self::loyalty::membership;
pub use self::passenger::{Account, Contact, Document, Passenger, Residence, Service, StateNumber};
use super::names::{CarrierRule, Match, Name, compare, rule_of};
use super::transliteration::transliterate;
use super::warning::{Code, Warning};
use crate::emergency_contacts::EmergencyContact;
use crate::loyalties::Loyalty;
use crate::passports::Passport;
use crate::preferences::TravelPreferences;
use crate::traveller_numbers::TravellerNumber;
use crate::users::User;
use crate::visas::Visa;

/// A person who travels.
#[derive(Debug, Clone, Copy)]
pub struct Traveller<'a> {
    /// The profile.
    pub user: &'a User,
    /// The passport to travel on.
    pub passport: Option<&'a Passport>,
    /// Memberships with their programmes, in the order in which they are offered to airlines.
    pub memberships: &'a [(Loyalty, loyalty_programs::Model)],
    /// Visas.
    pub visas: &'a [Visa],
    /// Numbers by which states know the traveller.
    pub traveller_numbers: &'a [TravellerNumber],
    /// Whom to call first in an emergency.
    pub emergency_contact: Option<&'a EmergencyContact>,
    /// How the person likes to travel.
    pub preferences: Option<&'a TravelPreferences>,
    /// Place among those who travel together, from 1; on a lap that of the adult.
    pub number: usize,
    /// Whether the person has a seat.
    pub seating: Seating<'a>,
}

/// For what it is written.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// For which system.
    pub channel: BookingChannel,
    /// For which airline; for all on the booking if not said.
    pub carrier: Option<&'a str>,
    /// The country that the trip goes to; visas that are good today if not said.
    pub destination: Option<CountryCode>,
    /// First day of the journey, on which ages count.
    pub departure: NaiveDate,
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
    /// The visas whose numbers stand in it.
    pub visas: Vec<Visa>,
    /// The travellers' numbers that stand in it.
    pub traveller_numbers: Vec<TravellerNumber>,
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
    let name = holders_name(user, document);
    if document.is_some() {
        let found = compare(&own, &name);
        if found.verdict != Match::Same {
            written
                .warnings
                .push(Warning::new(Code::NameDiffers, found.explanation));
        }
    }
    missing(traveller, document, &mut written.warnings);
    let facts = Facts {
        traveller,
        request,
        format: format_of(request.channel),
        rule: rule_of(request.carrier),
        document,
        name,
    };
    lines::write(&facts, &mut written);
    passenger::write(&facts, &mut written);
    written
}

/// The name in the passport, or else of the profile.
fn holders_name(user: &User, passport: Option<&Passport>) -> Name {
    match passport {
        Some(passport) => Name::of_passport(passport, user.title.as_ref()),
        None => Name::of_user(user),
    }
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
    if crate::documents::is_expired(passport.expiry_date, today) {
        warnings.push(Warning::new(
            Code::PassportExpired,
            "The passport has expired; the airline will not take its holder abroad on it.",
        ));
    }
    Some(passport)
}

fn missing(traveller: Traveller<'_>, document: Option<&Passport>, warnings: &mut Vec<Warning>) {
    let user = traveller.user;
    let is_on_lap = matches!(traveller.seating, Seating::OnLap { .. });
    if is_on_lap {
        warnings.push(Warning::new(
            Code::OnLap,
            format!(
                "The infant is on the lap of traveller {}, and has no seat.",
                traveller.number
            ),
        ));
    }
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
        user.email.is_none() && !is_on_lap,
        Code::MissingEmail,
        "There is no e-mail address; airlines want one to tell of changes.",
    );
    note(
        user.phone.is_none() && !is_on_lap,
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

    /// The code of a country as a line takes it.
    fn country(&self, template: &str, code: CountryCode, warnings: &mut Vec<Warning>) -> String {
        let own = self.format.lines.get(template).and_then(|form| form.countries);
        self.format
            .country_in(own.unwrap_or(self.format.countries), code, warnings)
    }

    /// Whether the person is an infant without a seat.
    const fn is_on_lap(&self) -> bool {
        matches!(self.traveller.seating, Seating::OnLap { .. })
    }

    /// Where the lines go; `YY` is all airlines of the booking.
    fn place(&self) -> Place<'_> {
        Place {
            format: self.format,
            carrier: self.request.carrier.unwrap_or("YY"),
            number: self.traveller.number,
            is_on_lap: self.is_on_lap(),
        }
    }
}

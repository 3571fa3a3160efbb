//! Travellers to write lines for.

mod doubts;
mod forms;
mod golden;
mod personal;

use chrono::{DateTime, NaiveDate};
use entity::ids::{LoyaltyId, LoyaltyProgramId, PassportId, UserId};
use entity::loyalty_programs;
use entity::values::{
    BookingChannel, ExternalIds, LoyaltyStatus, PassportStatus, ProgramType, Role, UserStatus,
};

use super::*;

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn optional<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Option<T> {
    (!text.is_empty()).then(|| parsed(text))
}

fn day(text: &str) -> NaiveDate {
    parsed(text)
}

fn user(first: &str, middle: &str, last: &str) -> User {
    User {
        id: UserId::new(),
        email: optional("john.smith@aol.com"),
        email_key: None,
        email_verified_at: None,
        restricted_at: None,
        restriction_reason: None,
        address: None,
        first_name: parsed(first),
        last_name: optional(last),
        middle_names: optional(middle),
        preferred_name: None,
        title: optional("Mr"),
        date_of_birth: Some(day("1966-07-12")),
        gender: optional("M"),
        nationality: None,
        phone: optional("+40744510888"),
        language: None,
        role: Role::Customer,
        status: UserStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    }
}

fn passport(surname: &str, given_names: &str) -> Passport {
    Passport {
        id: PassportId::new(),
        user_id: UserId::new(),
        document_code: parsed("PP"),
        issuing_country: parsed("GBR"),
        nationality: parsed("GBR"),
        passport_number: parsed("S12345678"),
        personal_number: None,
        surname: parsed(surname),
        given_names: optional(given_names),
        date_of_birth: day("1966-07-12"),
        sex: parsed("M"),
        birth_country: None,
        place_of_birth: None,
        issue_date: None,
        expiry_date: day("2035-10-23"),
        status: PassportStatus::Active,
        primary: true,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    }
}

fn membership(carrier: &str, number: &str) -> (Loyalty, loyalty_programs::Model) {
    let program_id = LoyaltyProgramId::new();
    let loyalty = Loyalty {
        id: LoyaltyId::new(),
        user_id: UserId::new(),
        program_id,
        membership_number: parsed(number),
        tier: None,
        status: LoyaltyStatus::Active,
        expiry_date: None,
        primary: true,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    };
    let program = loyalty_programs::Model {
        id: program_id,
        supplier: parsed("Airline"),
        name: parsed("Points"),
        catalogue_key: "airline points".to_owned(),
        program_type: ProgramType::Airline,
        supplier_code: optional(carrier),
        tiers: entity::values::Tiers::new(Vec::new()).unwrap(),
        offered_from: None,
        offered_until: None,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        carriers: entity::values::Carriers::default(),
        partners: entity::values::Carriers::default(),
        alliance: None,
        catalogue_entry: None,
        catalogue_hash: None,
    };
    (loyalty, program)
}

fn request(channel: BookingChannel, carrier: Option<&str>) -> Request<'_> {
    Request {
        channel,
        carrier,
        destination: None,
        departure: day("2026-11-22"),
        today: day("2026-11-22"),
    }
}

fn traveller<'a>(user: &'a User, passport: Option<&'a Passport>) -> Traveller<'a> {
    Traveller {
        user,
        passport,
        memberships: &[],
        visas: &[],
        traveller_numbers: &[],
        emergency_contact: None,
        preferences: None,
        number: 1,
        seating: Seating::Alone,
    }
}

fn text(written: &Written, kind: &str) -> String {
    let line = written.lines.iter().find(|line| line.kind.as_str() == kind);
    line.map_or(String::new(), |line| line.text.clone())
}

fn codes(written: &Written) -> Vec<&'static str> {
    let lines = written.lines.iter().flat_map(|line| &line.warnings);
    written
        .warnings
        .iter()
        .chain(lines)
        .map(|it| it.code.as_str())
        .collect()
}

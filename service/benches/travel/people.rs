//! Somebody to measure with.

use std::str::FromStr;

use chrono::DateTime;
use entity::ids::{PassportId, UserId};
use entity::values::{ExternalIds, PassportStatus, Role, UserStatus};
use service::passports::Passport;
use service::users::{Address, User};

pub fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn user() -> User {
    User {
        id: UserId::new(),
        email: Some(parsed("anna.eriksson@mail.example")),
        email_key: None,
        email_verified_at: None,
        restricted_at: None,
        restriction_reason: None,
        first_name: parsed("Anna"),
        last_name: Some(parsed("Eriksson")),
        middle_names: Some(parsed("Maria")),
        preferred_name: None,
        title: Some(parsed("Mrs")),
        date_of_birth: Some(parsed("1974-08-12")),
        gender: Some(parsed("F")),
        nationality: None,
        phone: Some(parsed("+46701740605")),
        language: Some(parsed("sv")),
        address: Some(Address {
            street: Some(parsed("Sunrise Street 4")),
            city: Some(parsed("Zenith")),
            region: None,
            postal_code: Some(parsed("123 45")),
            country: parsed("SE"),
        }),
        role: Role::Customer,
        status: UserStatus::Active,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    }
}

pub fn passport(user_id: UserId) -> Passport {
    Passport {
        id: PassportId::new(),
        user_id,
        document_code: parsed("P"),
        issuing_country: parsed("SE"),
        nationality: parsed("SE"),
        passport_number: parsed("L898902C3"),
        personal_number: None,
        surname: parsed("Eriksson"),
        given_names: Some(parsed("Anna Maria")),
        date_of_birth: parsed("1974-08-12"),
        sex: parsed("F"),
        birth_country: None,
        place_of_birth: None,
        issue_date: None,
        expiry_date: parsed("2034-04-15"),
        status: PassportStatus::Active,
        primary: true,
        version: 1,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        external_ids: ExternalIds::default(),
    }
}

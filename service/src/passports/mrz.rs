//! Machine readable zones of passports (ICAO Doc 9303): to check one, and to write that of a record.

use entity::ids::PassportId;
use entity::passports;
use entity::values::{PersonName, PersonalNumber};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::Passport;
use crate::core::Core;
use crate::documents::{self, About, read_mrz};
use crate::error::{Conflict, Result};
use crate::input::{Input, Valid, required};
use crate::policy::{Permit, ReadPassports, RevealPassport};
use crate::travel::mrz::{self, Composed, MrzText, Verdict};

/// A machine readable zone to check.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParseMrz {
    /// The two or three lines as scanned or typed. Line breaks, white space and case do not matter.
    #[schema(
        value_type = String, required, max_length = 300,
        example = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"
    )]
    #[validate(custom(function = "required"))]
    pub mrz: Input<MrzText>,
}

/// Reads a machine readable zone, and stores nothing.
///
/// # Errors
/// `Invalid` when the text is none; one with wrong digits has a verdict.
pub fn parse(core: &Core, _by: &Permit<ReadPassports>, command: Valid<ParseMrz>) -> Result<Verdict> {
    let ParseMrz { mrz } = command.into_inner();
    read_mrz(core, &mrz.required("mrz")?)
}

/// Writes the machine readable zone of a passport, and tells the version of that. It shows the number, hence it is a
/// reveal.
///
/// # Errors
/// `NotFound` when there is none within reach, `no_mrz` when its number or names do not go into one, `TooManyReveals`.
pub async fn compose(core: &Core, by: &Permit<RevealPassport>, id: PassportId) -> Result<(i64, Composed)> {
    let passport = documents::find::<passports::Entity, _>(core, core.db.read(), by, id).await?;
    let composed = write(&passport)?;
    documents::note(core, by.actor(), "machine readable zone", [About::of(&passport)]).await?;
    Ok((passport.version, composed))
}

fn write(passport: &Passport) -> Result<Composed> {
    mrz::compose(&mrz::Passport {
        document_code: passport.document_code.as_str(),
        issuing_country: passport.issuing_country,
        nationality: passport.nationality,
        passport_number: passport.passport_number.as_str(),
        personal_number: passport.personal_number.as_ref().map(PersonalNumber::as_str),
        surname: passport.surname.as_str(),
        given_names: passport.given_names.as_ref().map(PersonName::as_str),
        date_of_birth: passport.date_of_birth,
        sex: passport.sex,
        expiry_date: passport.expiry_date,
    })
    .map_err(|_| Conflict::NoMrz.into())
}

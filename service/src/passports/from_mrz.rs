//! New passports from their machine readable zone (ICAO Doc 9303-4).

use super::NewPassport;
use crate::core::Core;
use crate::documents::{field_of_mrz, read_mrz, undoubted};
use crate::error::Result;

/// The fields of a passport that its machine readable zone holds.
pub(super) const HELD: [&str; 10] = [
    "document_code",
    "issuing_country",
    "nationality",
    "passport_number",
    "personal_number",
    "surname",
    "given_names",
    "date_of_birth",
    "sex",
    "expiry_date",
];

/// Takes the fields of a new passport from its machine readable zone, if it came with one.
///
/// # Errors
/// `Invalid` at `/mrz`, naming line and position of everything that keeps it from being recorded.
pub(super) fn fill(core: &Core, new: NewPassport) -> Result<NewPassport> {
    let Some(mrz) = new.mrz.value() else {
        return Ok(new);
    };
    let fields = undoubted(read_mrz(core, mrz)?)?;
    Ok(NewPassport {
        document_code: field_of_mrz(fields.document_code)?,
        issuing_country: field_of_mrz(fields.issuing_country)?,
        nationality: field_of_mrz(fields.nationality)?,
        passport_number: field_of_mrz(fields.passport_number)?,
        // The issuer writes what it likes there; what is no number is left out.
        personal_number: fields.personal_number.and_then(|text| text.parse().ok()).into(),
        surname: field_of_mrz(fields.surname)?,
        given_names: field_of_mrz(fields.given_names)?,
        date_of_birth: fields.date_of_birth.into(),
        sex: fields.sex.into(),
        expiry_date: fields.expiry_date.into(),
        ..new
    })
}

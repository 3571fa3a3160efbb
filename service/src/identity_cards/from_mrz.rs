//! New identity cards from their machine readable zone (ICAO Doc 9303-5 and -6).

use super::NewIdentityCard;
use crate::core::Core;
use crate::documents::{at_mrz, field_of_mrz, read_mrz, undoubted};
use crate::error::Result;
use crate::travel::mrz::{Format, Verdict};

/// The fields of an identity card that its machine readable zone holds.
pub(super) const HELD: [&str; 8] = [
    "issuing_country",
    "nationality",
    "document_number",
    "surname",
    "given_names",
    "date_of_birth",
    "sex",
    "expiry_date",
];

/// Takes the fields of a new identity card from its machine readable zone, if it came with one.
///
/// # Errors
/// `Invalid` at `/mrz`, naming line and position of everything that keeps it from being recorded.
pub(super) fn fill(core: &Core, new: NewIdentityCard) -> Result<NewIdentityCard> {
    let Some(mrz) = new.mrz.value() else {
        return Ok(new);
    };
    let verdict = read_mrz(core, mrz)?;
    if !is_identity_card(&verdict) {
        return Err(at_mrz(
            "invalid_format",
            "The zone is not that of an identity card, which has 3 lines of 30 characters or 2 of 36 and begins with I, A or C, but \
             not with AC; record passports and visas as such.",
        )
        .into());
    }
    let fields = undoubted(verdict)?;
    Ok(NewIdentityCard {
        issuing_country: field_of_mrz(fields.issuing_country)?,
        nationality: field_of_mrz(fields.nationality)?,
        document_number: field_of_mrz(fields.passport_number)?,
        surname: field_of_mrz(fields.surname)?,
        given_names: field_of_mrz(fields.given_names)?,
        date_of_birth: fields.date_of_birth.into(),
        sex: fields.sex.into(),
        expiry_date: fields.expiry_date.into(),
        ..new
    })
}

/// `AC` is the code of a crew member certificate (ICAO Doc 9303-5 §4.2.2), which is accepted where no identity card is.
fn is_identity_card(verdict: &Verdict) -> bool {
    let code = verdict.fields.document_code.as_deref().unwrap_or_default();
    matches!(verdict.format, Format::Td1 | Format::Td2) && code.starts_with(['I', 'A', 'C']) && code != "AC"
}

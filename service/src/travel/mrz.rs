//! Machine readable zones of travel documents (ICAO Doc 9303 parts 3 to 7): [`read`] says what one holds and whether its
//! check digits are right, [`compose`] writes that of a passport.
//!
//! A zone that can be read is never an error, however wrong its digits: the [`Verdict`] says which, and where.

mod check;
mod compose;
mod dates;
mod fields;
mod layout;
mod lines;
mod names;
mod repair;
mod text;
mod verdict;
mod zone;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub(in crate::travel) use self::compose::name_line;
pub use self::compose::{Composed, NotComposable, Passport, compose};
pub use self::layout::Format;
pub use self::lines::NotMrz;
pub use self::text::MrzText;
pub use self::verdict::{Check, Field, Fields, Place, Verdict, Warning, WarningCode};

/// Reads a machine readable zone, with or without line breaks, in either case, with stray white space. Years of birth are
/// read as past, as of `today`.
///
/// # Errors
/// When the text is none: it has other characters, or lines of other lengths.
pub fn read(text: &str, today: NaiveDate) -> Result<Verdict, NotMrz> {
    let (mut zone, mut warnings) = lines::zone(text)?;
    let repairs = repair::repair(&mut zone);
    warnings.extend(repairs.iter().map(repair::Repair::warning));
    let checks = check::all(&zone);
    fields::optional_check_digit(&zone, &mut warnings);
    let fields = fields::read(&zone, today, &mut warnings);
    let valid =
        checks.iter().all(|check| check.ok) && !warnings.iter().any(|warning| warning.code.is_fault());
    Ok(Verdict {
        format: zone.format,
        valid,
        fields,
        checks,
        warnings,
    })
}

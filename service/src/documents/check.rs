//! Rules over several fields, and those that need the date or the settings: all that is wrong is said at once.

use chrono::NaiveDate;
use entity::values::CountryCode;

use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::users;

/// What is wrong with a document.
pub(crate) struct Checks<'a> {
    core: &'a Core,
    today: NaiveDate,
    errors: Vec<FieldError>,
}

impl<'a> Checks<'a> {
    /// Nothing yet.
    pub(crate) fn new(core: &'a Core) -> Self {
        Self {
            core,
            today: core.clock.today(),
            errors: Vec::new(),
        }
    }

    /// Notes what is wrong with a field.
    pub(crate) fn refuse(&mut self, field: &str, code: &'static str, detail: &'static str) {
        self.errors.push(FieldError::field(field, code, detail));
    }

    /// The dates of a document that names a person: birth, issue and expiry follow each other.
    pub(crate) fn life(&mut self, born: NaiveDate, issued: Option<NaiveDate>, expires: Option<NaiveDate>) {
        if born > self.today {
            self.refuse(
                "date_of_birth",
                "in_the_future",
                "A date of birth cannot lie in the future.",
            );
        }
        if expires.is_some_and(|day| born >= day) {
            self.refuse(
                "expiry_date",
                "out_of_order",
                "The expiry date must lie after the date of birth.",
            );
        }
        let Some(issued) = issued else { return };
        if expires.is_some_and(|day| issued >= day) {
            self.refuse(
                "issue_date",
                "out_of_order",
                "The issue date must lie before the expiry date.",
            );
        } else if born >= issued {
            self.refuse(
                "issue_date",
                "out_of_order",
                "The issue date must lie after the date of birth.",
            );
        } else {
            self.issued(issued);
        }
    }

    /// Nothing is issued tomorrow.
    pub(crate) fn issued(&mut self, issued: NaiveDate) {
        if issued > self.today {
            self.refuse(
                "issue_date",
                "in_the_future",
                "An issue date cannot lie in the future.",
            );
        }
    }

    /// Some codes name a nationality that no state issues documents as.
    pub(crate) fn issuer(&mut self, field: &str, country: CountryCode) {
        if !country.is_issuer() {
            self.refuse(
                field,
                "not_an_issuer",
                "This code stands for a nationality only; give the state that issued the document.",
            );
        }
    }

    /// Specimen codes are refused where the installation does not take them.
    pub(crate) fn countries<'c>(
        &mut self,
        countries: impl IntoIterator<Item = (&'c str, Option<&'c CountryCode>)>,
    ) {
        let core = self.core;
        self.errors.extend(
            countries
                .into_iter()
                .filter_map(|(field, code)| users::refuse_specimen(core, field, code?)),
        );
    }

    /// The verdict.
    ///
    /// # Errors
    /// `Invalid`, naming all that is wrong.
    pub(crate) fn done(self) -> Result<()> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.errors))
        }
    }
}

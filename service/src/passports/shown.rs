//! Passports as somebody may see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId};
use entity::values::{
    AuditAction, CountryCode, DocumentCode, ExternalIds, PassportStatus, PersonName, PlaceOfBirth, Sex,
};

use super::Passport;
use crate::documents::{Actions, Document, ShownNumber, Sight};

/// A passport as somebody may see it: its holder in clear, everybody else with masked numbers. There is no way from here
/// to a number that is masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// UUIDv7.
    pub id: PassportId,
    /// The holder.
    pub user_id: UserId,
    /// Document code (Doc 9303-4 §4.4).
    pub document_code: DocumentCode,
    /// Issuing state or organisation.
    pub issuing_country: CountryCode,
    /// Nationality of the holder.
    pub nationality: CountryCode,
    /// Number of the document.
    pub passport_number: ShownNumber,
    /// Personal number or other optional data of the issuer.
    pub personal_number: Option<ShownNumber>,
    /// Whether the two numbers are masked.
    pub masked: bool,
    /// Primary identifier.
    pub surname: PersonName,
    /// Secondary identifier.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document.
    pub date_of_birth: NaiveDate,
    /// Sex in the document.
    pub sex: Sex,
    /// Country of birth.
    pub birth_country: Option<CountryCode>,
    /// Place of birth as printed.
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: PassportStatus,
    /// Whether it is the one to book with.
    pub primary: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems.
    pub external_ids: ExternalIds,
}

impl Document for Passport {
    type Shown = Shown;
    const ACTIONS: Actions = Actions {
        created: AuditAction::PassportCreated,
        updated: AuditAction::PassportUpdated,
        deleted: AuditAction::PassportDeleted,
        revealed: AuditAction::PassportRevealed,
    };

    fn holder(&self) -> UserId {
        self.user_id
    }

    fn last_day(&self) -> Option<NaiveDate> {
        Some(self.expiry_date)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn shown(self, sight: Sight) -> Shown {
        let Self {
            id,
            user_id,
            document_code,
            issuing_country,
            nationality,
            passport_number,
            personal_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            birth_country,
            place_of_birth,
            issue_date,
            expiry_date,
            status,
            primary,
            version,
            created_at,
            updated_at,
            external_ids,
        } = self;
        Shown {
            id,
            user_id,
            document_code,
            issuing_country,
            nationality,
            passport_number: sight.number(passport_number.as_str()),
            personal_number: personal_number.map(|number| sight.number(number.as_str())),
            masked: sight.is_masked(),
            surname,
            given_names,
            date_of_birth,
            sex,
            birth_country,
            place_of_birth,
            issue_date,
            expiry_date,
            status,
            primary,
            version,
            created_at,
            updated_at,
            external_ids,
        }
    }
}

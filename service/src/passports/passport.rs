//! A passport as the rules see one: with everything open that is sealed in the database.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId};
use entity::passports;
use entity::values::{
    AuditSubject, CountryCode, DocumentCode, ExternalIds, PassportNumber, PassportStatus, PersonName,
    PersonalNumber, PlaceOfBirth, Sex,
};

use crate::audit::{Audited, field};
use crate::documents::DocumentTable;
use crate::error::{Conflict, Result};
use crate::external_ids;
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// A passport (ICAO Doc 9303-4). Names, birth date and sex are the document's, not the profile's: they may differ,
/// and at the airport the document counts.
#[derive(Clone, PartialEq, Eq)]
pub struct Passport {
    /// UUIDv7.
    pub id: PassportId,
    /// The holder.
    pub user_id: UserId,
    /// Document code (Doc 9303-4 §4.4): `P`, `PP`, `PD` …
    pub document_code: DocumentCode,
    /// Issuing state or organisation (Doc 9303-3 §5). Unique together with the number.
    pub issuing_country: CountryCode,
    /// Nationality of the holder (Doc 9303-3 §5); not always the issuer.
    pub nationality: CountryCode,
    /// Number of the document, normalised. Sealed.
    pub passport_number: PassportNumber,
    /// Personal number or other optional data of the issuer (Doc 9303-4 §4.2.2). Sealed.
    pub personal_number: Option<PersonalNumber>,
    /// Primary identifier (Doc 9303-3 §4.6): the surname, or the only name.
    pub surname: PersonName,
    /// Secondary identifier: the given names; absent for single-name travellers.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document. Sealed.
    pub date_of_birth: NaiveDate,
    /// Sex in the document.
    pub sex: Sex,
    /// Country of birth.
    pub birth_country: Option<CountryCode>,
    /// Place of birth as printed. Sealed.
    pub place_of_birth: Option<PlaceOfBirth>,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: PassportStatus,
    /// Whether it is the one to book with: one of the active ones of a user.
    pub primary: bool,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems.
    pub external_ids: ExternalIds,
}

const fn place(id: PassportId, column: &'static str) -> Place {
    Place {
        table: "passports",
        column,
        row: id.uuid(),
    }
}

impl Vaulted for passports::Entity {
    type Opened = Passport;
    const PERSON: passports::Column = passports::Column::UserId;

    fn open(row: passports::Model, key: &DataKey) -> Result<Passport> {
        let at = |column| place(row.id, column);
        let personal_number = row
            .personal_number
            .map(|sealed| key.open_as(at("personal_number"), &sealed));
        let place_of_birth = row
            .place_of_birth
            .map(|sealed| key.open_as(at("place_of_birth"), &sealed));
        Ok(Passport {
            id: row.id,
            user_id: row.user_id,
            document_code: row.document_code,
            issuing_country: row.issuing_country,
            nationality: row.nationality,
            passport_number: key.open_as(at("passport_number"), &row.passport_number)?,
            personal_number: personal_number.transpose()?,
            surname: row.surname,
            given_names: row.given_names,
            date_of_birth: key.open_as(at("date_of_birth"), &row.date_of_birth)?,
            sex: row.sex,
            birth_country: row.birth_country,
            place_of_birth: place_of_birth.transpose()?,
            issue_date: row.issue_date,
            expiry_date: row.expiry_date,
            status: row.status,
            primary: row.primary,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            external_ids: row.external_ids,
        })
    }

    fn seal(passport: &Passport, key: &DataKey, vault: &Vault) -> Result<passports::Model> {
        let at = |column| place(passport.id, column);
        let personal_number = passport
            .personal_number
            .as_ref()
            .map(|number| key.seal_text(at("personal_number"), number));
        let place_of_birth = passport
            .place_of_birth
            .as_ref()
            .map(|place| key.seal_text(at("place_of_birth"), place));
        Ok(passports::Model {
            id: passport.id,
            user_id: passport.user_id,
            document_code: passport.document_code.clone(),
            issuing_country: passport.issuing_country,
            nationality: passport.nationality,
            passport_number: key.seal_text(at("passport_number"), &passport.passport_number)?,
            number_index: vault.passport_index(passport.issuing_country, &passport.passport_number),
            personal_number: personal_number.transpose()?,
            surname: passport.surname.clone(),
            given_names: passport.given_names.clone(),
            date_of_birth: key.seal_text(at("date_of_birth"), &passport.date_of_birth)?,
            sex: passport.sex,
            birth_country: passport.birth_country,
            place_of_birth: place_of_birth.transpose()?,
            issue_date: passport.issue_date,
            expiry_date: passport.expiry_date,
            status: passport.status,
            primary: passport.primary,
            version: passport.version,
            created_at: passport.created_at,
            updated_at: passport.updated_at,
            external_ids: passport.external_ids.clone(),
        })
    }
}

impl DocumentTable for passports::Entity {
    const ID: passports::Column = passports::Column::Id;
    const VERSION: passports::Column = passports::Column::Version;
    const LAST_DAY: passports::Column = passports::Column::ExpiryDate;
    const EXISTS: Conflict = Conflict::PassportExists;
}

impl Audited for Passport {
    const SUBJECT: AuditSubject = AuditSubject::Passport;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("document_code", &self.document_code),
            field("issuing_country", &self.issuing_country),
            field("nationality", &self.nationality),
            field("passport_number", &self.passport_number),
            field("personal_number", &self.personal_number),
            field("surname", &self.surname),
            field("given_names", &self.given_names),
            field("date_of_birth", &self.date_of_birth),
            field("sex", &self.sex),
            field("birth_country", &self.birth_country),
            field("place_of_birth", &self.place_of_birth),
            field("issue_date", &self.issue_date),
            field("expiry_date", &self.expiry_date),
            field("status", &self.status),
            field("primary", &self.primary),
            external_ids::audited(&self.external_ids),
        ]
    }
}

impl fmt::Debug for Passport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passport")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

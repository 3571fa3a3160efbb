//! A visa as the rules see one, with its number open, and as somebody may see it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{PassportId, UserId, VisaId};
use entity::values::{
    AuditAction, AuditSubject, CountryCode, PlaceOfIssue, StayDays, VisaEntries, VisaNumber, VisaStatus,
    VisaType,
};
use entity::visas;

use crate::audit::{Audited, field};
use crate::documents::{Actions, Document, DocumentTable, ShownNumber, Sight};
use crate::error::{Conflict, Result};
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// A visa (ICAO Doc 9303-7), or an electronic travel authorization in its place. `N` is the number: that of the rules, or
/// as somebody may see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Visa<N = VisaNumber> {
    /// UUIDv7.
    pub id: VisaId,
    /// The holder.
    pub user_id: UserId,
    /// The passport that it stands in or was issued for: one of the holder's.
    pub passport_id: Option<PassportId>,
    /// The country that issued it and that it is good for. Unique together with the number.
    pub country: CountryCode,
    /// Number of the visa, normalised. Sealed.
    pub visa_number: N,
    /// What it is for.
    pub visa_type: VisaType,
    /// How often the holder may enter.
    pub entries: VisaEntries,
    /// Longest stay, in days.
    pub max_stay_days: Option<StayDays>,
    /// Place where it was issued.
    pub place_of_issue: Option<PlaceOfIssue>,
    /// Date of issue.
    pub issue_date: NaiveDate,
    /// First day of validity, where it is not the date of issue.
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity.
    pub expiry_date: NaiveDate,
    /// Whether it can be travelled on.
    pub status: VisaStatus,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A visa as somebody may see it.
pub type Shown = Visa<ShownNumber>;

impl<N> Visa<N> {
    /// The same with another number.
    fn with<M>(self, number: impl FnOnce(N) -> M) -> Visa<M> {
        Visa {
            visa_number: number(self.visa_number),
            id: self.id,
            user_id: self.user_id,
            passport_id: self.passport_id,
            country: self.country,
            visa_type: self.visa_type,
            entries: self.entries,
            max_stay_days: self.max_stay_days,
            place_of_issue: self.place_of_issue,
            issue_date: self.issue_date,
            valid_from: self.valid_from,
            expiry_date: self.expiry_date,
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Document for Visa {
    type Shown = Shown;
    const ACTIONS: Actions = Actions {
        created: AuditAction::VisaCreated,
        updated: AuditAction::VisaUpdated,
        deleted: AuditAction::VisaDeleted,
        revealed: AuditAction::VisaRevealed,
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
        self.with(|number| sight.number(number.as_str()))
    }
}

impl DocumentTable for visas::Entity {
    const ID: visas::Column = visas::Column::Id;
    const VERSION: visas::Column = visas::Column::Version;
    const LAST_DAY: visas::Column = visas::Column::ExpiryDate;
    const EXISTS: Conflict = Conflict::VisaExists;
}

const fn place(id: VisaId) -> Place {
    Place {
        table: "visas",
        column: "visa_number",
        row: id.uuid(),
    }
}

impl Vaulted for visas::Entity {
    type Opened = Visa;
    const PERSON: visas::Column = visas::Column::UserId;

    fn open(row: visas::Model, key: &DataKey) -> Result<Visa> {
        Ok(Visa {
            visa_number: key.open_as(place(row.id), &row.visa_number)?,
            id: row.id,
            user_id: row.user_id,
            passport_id: row.passport_id,
            country: row.country,
            visa_type: row.visa_type,
            entries: row.entries,
            max_stay_days: row.max_stay_days,
            place_of_issue: row.place_of_issue,
            issue_date: row.issue_date,
            valid_from: row.valid_from,
            expiry_date: row.expiry_date,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn seal(visa: &Visa, key: &DataKey, vault: &Vault) -> Result<visas::Model> {
        Ok(visas::Model {
            visa_number: key.seal_text(place(visa.id), &visa.visa_number)?,
            number_index: vault.visa_index(visa.country, &visa.visa_number),
            id: visa.id,
            user_id: visa.user_id,
            passport_id: visa.passport_id,
            country: visa.country,
            visa_type: visa.visa_type,
            entries: visa.entries,
            max_stay_days: visa.max_stay_days,
            place_of_issue: visa.place_of_issue.clone(),
            issue_date: visa.issue_date,
            valid_from: visa.valid_from,
            expiry_date: visa.expiry_date,
            status: visa.status,
            version: visa.version,
            created_at: visa.created_at,
            updated_at: visa.updated_at,
        })
    }
}

impl Audited for Visa {
    const SUBJECT: AuditSubject = AuditSubject::Visa;

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
            field("passport_id", &self.passport_id),
            field("country", &self.country),
            field("visa_number", &self.visa_number),
            field("type", &self.visa_type),
            field("entries", &self.entries),
            field("max_stay_days", &self.max_stay_days),
            field("place_of_issue", &self.place_of_issue),
            field("issue_date", &self.issue_date),
            field("valid_from", &self.valid_from),
            field("expiry_date", &self.expiry_date),
            field("status", &self.status),
        ]
    }
}

impl<N> fmt::Debug for Visa<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visa")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

//! A traveller's number as the rules see one, with the number open, and as somebody may see it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{TravellerNumberId, UserId};
use entity::traveller_numbers;
use entity::values::{
    AuditAction, AuditSubject, CountryCode, TravellerNumberType, TravellerNumberValue, TravellerProgramName,
};

use crate::audit::{Audited, field};
use crate::documents::{Actions, Document, DocumentTable, ShownNumber, Sight};
use crate::error::{Conflict, Result};
use crate::sealing::{DataKey, Place, Vault, Vaulted};
use crate::travel::traveller_number::doubts;
use crate::travel::warning::Warning;

/// A number that a state has given to a traveller. One of a user, type and country; two people may say the same number.
/// `N` is the number: that of the rules, or as somebody may see it.
#[derive(Clone, PartialEq, Eq)]
pub struct TravellerNumber<N = TravellerNumberValue> {
    /// UUIDv7.
    pub id: TravellerNumberId,
    /// Whose number it is.
    pub user_id: UserId,
    /// What it is for.
    pub number_type: TravellerNumberType,
    /// The number, normalised. Sealed.
    pub number: N,
    /// The country that issued it.
    pub country: CountryCode,
    /// The programme that it belongs to.
    pub program: Option<TravellerProgramName>,
    /// Last day on which it is good, where it ends.
    pub expiry_date: Option<NaiveDate>,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A traveller's number as somebody may see it, with what is doubtful about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The record.
    pub record: TravellerNumber<ShownNumber>,
    /// What is doubtful about the number, masked or not.
    pub warnings: Vec<Warning>,
}

impl<N> TravellerNumber<N> {
    /// The same with another number.
    fn with<M>(self, number: impl FnOnce(N) -> M) -> TravellerNumber<M> {
        TravellerNumber {
            number: number(self.number),
            id: self.id,
            user_id: self.user_id,
            number_type: self.number_type,
            country: self.country,
            program: self.program,
            expiry_date: self.expiry_date,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Document for TravellerNumber {
    type Shown = Shown;
    const ACTIONS: Actions = Actions {
        created: AuditAction::TravellerNumberCreated,
        updated: AuditAction::TravellerNumberUpdated,
        deleted: AuditAction::TravellerNumberDeleted,
        revealed: AuditAction::TravellerNumberRevealed,
    };

    fn holder(&self) -> UserId {
        self.user_id
    }

    fn last_day(&self) -> Option<NaiveDate> {
        self.expiry_date
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn touch(&mut self, now: DateTime<Utc>) {
        self.version += 1;
        self.updated_at = now;
    }

    fn shown(self, sight: Sight) -> Shown {
        Shown {
            warnings: doubts(self.number_type, &self.number),
            record: self.with(|number| sight.number(number.as_str())),
        }
    }
}

impl DocumentTable for traveller_numbers::Entity {
    const ID: traveller_numbers::Column = traveller_numbers::Column::Id;
    const VERSION: traveller_numbers::Column = traveller_numbers::Column::Version;
    const LAST_DAY: traveller_numbers::Column = traveller_numbers::Column::ExpiryDate;
    const EXISTS: Conflict = Conflict::TravellerNumberExists;
}

const fn place(id: TravellerNumberId) -> Place {
    Place {
        table: "traveller_numbers",
        column: "number",
        row: id.uuid(),
    }
}

impl Vaulted for traveller_numbers::Entity {
    type Opened = TravellerNumber;
    const PERSON: traveller_numbers::Column = traveller_numbers::Column::UserId;

    fn open(row: traveller_numbers::Model, key: &DataKey) -> Result<TravellerNumber> {
        Ok(TravellerNumber {
            number: key.open_as(place(row.id), &row.number)?,
            id: row.id,
            user_id: row.user_id,
            number_type: row.number_type,
            country: row.country,
            program: row.program,
            expiry_date: row.expiry_date,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn seal(it: &TravellerNumber, key: &DataKey, vault: &Vault) -> Result<traveller_numbers::Model> {
        Ok(traveller_numbers::Model {
            number: key.seal_text(place(it.id), &it.number)?,
            number_index: vault.traveller_number_index(it.number_type, &it.number),
            id: it.id,
            user_id: it.user_id,
            number_type: it.number_type,
            country: it.country,
            program: it.program.clone(),
            expiry_date: it.expiry_date,
            version: it.version,
            created_at: it.created_at,
            updated_at: it.updated_at,
        })
    }
}

impl Audited for TravellerNumber {
    const SUBJECT: AuditSubject = AuditSubject::TravellerNumber;

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
            field("type", &self.number_type),
            field("number", &self.number),
            field("country", &self.country),
            field("program", &self.program),
            field("expiry_date", &self.expiry_date),
        ]
    }
}

impl<N> fmt::Debug for TravellerNumber<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TravellerNumber")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

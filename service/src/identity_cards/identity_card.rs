//! An identity card as the rules see one, with everything open that is sealed in the database, and as somebody may see it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::identity_cards;
use entity::ids::{IdentityCardId, UserId};
use entity::values::{
    AuditAction, AuditSubject, CountryCode, IdentityCardNumber, IdentityCardStatus, PersonName, Sex,
};

use crate::audit::{Audited, field};
use crate::documents::{Actions, Document, DocumentTable, ShownNumber, Sight};
use crate::error::{Conflict, Result};
use crate::sealing::{DataKey, Place, Vault, Vaulted};

/// An identity card (ICAO Doc 9303-5 and -6). Names, birth date and sex are the document's, not the profile's. `N` is the
/// number: that of the rules, or as somebody may see it.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityCard<N = IdentityCardNumber> {
    /// UUIDv7.
    pub id: IdentityCardId,
    /// The holder.
    pub user_id: UserId,
    /// Issuing state (Doc 9303-3 §5). Unique together with the number.
    pub issuing_country: CountryCode,
    /// Nationality of the holder (Doc 9303-3 §5); not always the issuer.
    pub nationality: CountryCode,
    /// Number of the document, normalised. Sealed.
    pub document_number: N,
    /// Primary identifier (Doc 9303-3 §4.6): the surname, or the only name.
    pub surname: PersonName,
    /// Secondary identifier: the given names; absent for single-name travellers.
    pub given_names: Option<PersonName>,
    /// Date of birth in the document. Sealed.
    pub date_of_birth: NaiveDate,
    /// Sex in the document.
    pub sex: Sex,
    /// Date of issue.
    pub issue_date: Option<NaiveDate>,
    /// Last day of validity; some cards never expire.
    pub expiry_date: Option<NaiveDate>,
    /// Whether it can be travelled on.
    pub status: IdentityCardStatus,
    /// Counts the changes; the ETag of the HTTP interface.
    pub version: i64,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// An identity card as somebody may see it.
pub type Shown = IdentityCard<ShownNumber>;

impl<N> IdentityCard<N> {
    /// The same with another number.
    fn with<M>(self, number: impl FnOnce(N) -> M) -> IdentityCard<M> {
        IdentityCard {
            document_number: number(self.document_number),
            id: self.id,
            user_id: self.user_id,
            issuing_country: self.issuing_country,
            nationality: self.nationality,
            surname: self.surname,
            given_names: self.given_names,
            date_of_birth: self.date_of_birth,
            sex: self.sex,
            issue_date: self.issue_date,
            expiry_date: self.expiry_date,
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl Document for IdentityCard {
    type Shown = Shown;
    const ACTIONS: Actions = Actions {
        created: AuditAction::IdentityCardCreated,
        updated: AuditAction::IdentityCardUpdated,
        deleted: AuditAction::IdentityCardDeleted,
        revealed: AuditAction::IdentityCardRevealed,
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
        self.with(|number| sight.number(number.as_str()))
    }
}

impl DocumentTable for identity_cards::Entity {
    const ID: identity_cards::Column = identity_cards::Column::Id;
    const VERSION: identity_cards::Column = identity_cards::Column::Version;
    const LAST_DAY: identity_cards::Column = identity_cards::Column::ExpiryDate;
    const EXISTS: Conflict = Conflict::IdentityCardExists;
}

const fn place(id: IdentityCardId, column: &'static str) -> Place {
    Place {
        table: "identity_cards",
        column,
        row: id.uuid(),
    }
}

impl Vaulted for identity_cards::Entity {
    type Opened = IdentityCard;
    const PERSON: identity_cards::Column = identity_cards::Column::UserId;

    fn open(row: identity_cards::Model, key: &DataKey) -> Result<IdentityCard> {
        let at = |column| place(row.id, column);
        Ok(IdentityCard {
            document_number: key.open_as(at("document_number"), &row.document_number)?,
            date_of_birth: key.open_as(at("date_of_birth"), &row.date_of_birth)?,
            id: row.id,
            user_id: row.user_id,
            issuing_country: row.issuing_country,
            nationality: row.nationality,
            surname: row.surname,
            given_names: row.given_names,
            sex: row.sex,
            issue_date: row.issue_date,
            expiry_date: row.expiry_date,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn seal(card: &IdentityCard, key: &DataKey, vault: &Vault) -> Result<identity_cards::Model> {
        let at = |column| place(card.id, column);
        Ok(identity_cards::Model {
            document_number: key.seal_text(at("document_number"), &card.document_number)?,
            number_index: vault.identity_card_index(card.issuing_country, &card.document_number),
            date_of_birth: key.seal_text(at("date_of_birth"), &card.date_of_birth)?,
            id: card.id,
            user_id: card.user_id,
            issuing_country: card.issuing_country,
            nationality: card.nationality,
            surname: card.surname.clone(),
            given_names: card.given_names.clone(),
            sex: card.sex,
            issue_date: card.issue_date,
            expiry_date: card.expiry_date,
            status: card.status,
            version: card.version,
            created_at: card.created_at,
            updated_at: card.updated_at,
        })
    }
}

impl Audited for IdentityCard {
    const SUBJECT: AuditSubject = AuditSubject::IdentityCard;

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
            field("issuing_country", &self.issuing_country),
            field("nationality", &self.nationality),
            field("document_number", &self.document_number),
            field("surname", &self.surname),
            field("given_names", &self.given_names),
            field("date_of_birth", &self.date_of_birth),
            field("sex", &self.sex),
            field("issue_date", &self.issue_date),
            field("expiry_date", &self.expiry_date),
            field("status", &self.status),
        ]
    }
}

impl<N> fmt::Debug for IdentityCard<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityCard")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

//! Consents and erasures as callers see them.

use chrono::{DateTime, Utc};
use entity::erasures;
use entity::ids::{ConsentId, ErasureId, UserId};
use entity::values::{ConsentPurpose, ConsentSource, ErasureStatus, Purpose, Requester, TextVersion};
use serde::Serialize;
use service::privacy::consents;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::page::page_view;

/// What a person has agreed to, refused or taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consent {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000801")]
    pub id: ConsentId,
    /// What for.
    pub purpose: ConsentPurpose,
    /// Which version of the text the person was shown.
    pub text_version: TextVersion,
    /// True for a consent, false for one that was refused or taken back.
    pub granted: bool,
    /// Who told us.
    pub source: ConsentSource,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// Whether it is the last entry of its purpose, and therefore the one that counts.
    pub current: bool,
}

impl From<consents::Consent> for Consent {
    fn from(consents::Consent { entry, is_current }: consents::Consent) -> Self {
        Self {
            id: entry.id,
            purpose: entry.purpose,
            text_version: entry.text_version,
            granted: entry.granted,
            source: entry.source,
            recorded_at: entry.recorded_at,
            current: is_current,
        }
    }
}

page_view! {
    /// A page of consents.
    ConsentPage of Consent from consents::Consent
}

/// A request to be erased, or the certificate that somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasure {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000901")]
    pub id: ErasureId,
    /// Who is to be erased, or was: then nobody has this id any more.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// How it stands.
    pub status: ErasureStatus,
    /// Why. `requested`, `deleted`, `retention` and `restored` stand for the person's own wish, `DELETE /v1/users/{id}`, data
    /// whose time had come, and somebody whom a backup had brought back.
    #[schema(example = "requested")]
    pub reason: Purpose,
    /// Who asked for it.
    pub requested_by_kind: Requester,
    /// Id of the user or client who asked; null for the service itself.
    #[schema(required, example = "01920000-0000-7000-8000-000000000003")]
    pub requested_by: Option<Uuid>,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Id of the user or client who decided; null while nobody has, and for the service itself.
    #[schema(required, example = "01920000-0000-7000-8000-000000000001")]
    pub decided_by: Option<Uuid>,
    /// When it was decided: for who is erased, since when.
    #[schema(required)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    #[schema(required, example = "A booking is under way until 1 March")]
    pub note: Option<Purpose>,
}

impl From<erasures::Model> for Erasure {
    fn from(erasure: erasures::Model) -> Self {
        Self {
            id: erasure.id,
            user_id: erasure.user_id,
            status: erasure.status,
            reason: erasure.reason,
            requested_by_kind: erasure.requested_by_kind,
            requested_by: erasure.requested_by,
            requested_at: erasure.requested_at,
            decided_by: erasure.decided_by,
            decided_at: erasure.decided_at,
            note: erasure.note,
        }
    }
}

page_view! {
    /// A page of erasures.
    ErasurePage of Erasure from erasures::Model
}

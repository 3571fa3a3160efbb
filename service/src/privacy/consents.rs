//! Consents (GDPR Article 7): a log of what people have agreed to and taken back.

use entity::consents;
use entity::ids::{ConsentId, UserId};
use entity::values::{AuditAction, AuditSubject, ConsentPurpose, ConsentSource, TextVersion};
use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::row_of;
use crate::error::Result;
use crate::input::{Input, Valid, required};
use crate::page::{Page, PageRequest};
use crate::policy::{Actor, Permit, ReadConsents, WriteConsents};
use crate::users as people;

/// What somebody agrees to, or takes back.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewConsent {
    /// What for.
    #[schema(value_type = ConsentPurpose, required)]
    #[validate(custom(function = "required"))]
    pub purpose: Input<ConsentPurpose>,
    /// Which version of the text the person was shown.
    #[schema(value_type = TextVersion, required)]
    #[validate(custom(function = "required"))]
    pub text_version: Input<TextVersion>,
    /// True for a consent, false for one that is refused or taken back.
    #[schema(value_type = bool, required)]
    #[validate(custom(function = "required"))]
    pub granted: Input<bool>,
}

/// An entry of the log.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The entry.
    pub entry: consents::Model,
    /// Whether no later one of the same purpose has taken its place.
    pub is_current: bool,
}

/// Adds an entry to the log. That is no use of the person's data, and therefore not refused where it is restricted.
///
/// # Errors
/// `NotFound` when the person is out of reach.
pub async fn record(
    core: &Core,
    by: &Permit<WriteConsents>,
    user_id: UserId,
    command: Valid<NewConsent>,
) -> Result<Consent> {
    let NewConsent {
        purpose,
        text_version,
        granted,
    } = command.into_inner();
    let mut entry = consents::Model {
        id: ConsentId::new(),
        user_id,
        purpose: purpose.required("purpose")?,
        text_version: text_version.required("text_version")?,
        granted: granted.required("granted")?,
        source: source_of(by.actor(), user_id),
        recorded_at: core.clock.now(),
    };
    core.db
        .write(async |txn| {
            // One after the other, so that which is the last is the same for everybody.
            people::lock_row(txn, by, user_id).await?;
            entry.id = ConsentId::new();
            consents::Entity::insert(row_of::<_, consents::ActiveModel>(&entry))
                .exec_without_returning(txn)
                .await?;
            let event = Event::new(AuditAction::ConsentRecorded).about(AuditSubject::Consent, entry.id);
            audit::record(core, txn, by.actor(), event.of(user_id)).await?;
            Ok(Consent {
                entry,
                is_current: true,
            })
        })
        .await
}

fn source_of(actor: &Actor, user: UserId) -> ConsentSource {
    match actor {
        Actor::Client { .. } => ConsentSource::Client,
        actor if actor.is(user) => ConsentSource::Customer,
        _ => ConsentSource::Staff,
    }
}

/// One page of a person's log, the oldest entry first.
///
/// # Errors
/// `NotFound` when the person is out of reach; `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadConsents>,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<Consent>> {
    people::get(core, by, user).await?;
    let keyset = page.check(core, by.actor(), "consents", &user)?;
    let after = keyset.after().map(ConsentId::from);
    let rows = find(core, user, after, Some(keyset.fetch())).await?;
    Ok(keyset.page(core, rows, |consent| consent.entry.id.uuid()))
}

/// A person's whole log.
pub(super) async fn all(core: &Core, user: UserId) -> Result<Vec<Consent>> {
    find(core, user, None, None).await
}

async fn find(
    core: &Core,
    user: UserId,
    after: Option<ConsentId>,
    limit: Option<u64>,
) -> Result<Vec<Consent>> {
    let later = Alias::new("later");
    let is_superseded = Query::select()
        .expr(Expr::val(1))
        .from_as(consents::Entity, later.clone())
        .and_where(Expr::col((later.clone(), consents::Column::UserId)).eq(user))
        .and_where(
            Expr::col((later.clone(), consents::Column::Purpose))
                .equals((consents::Entity, consents::Column::Purpose)),
        )
        .and_where(
            Expr::col((later, consents::Column::Id)).gt(Expr::col((consents::Entity, consents::Column::Id))),
        )
        .take();
    let mut query = consents::Entity::find()
        .expr_as(Expr::exists(is_superseded).not(), "is_current")
        .filter(consents::COLUMN.user_id.eq(user))
        .order_by_asc(consents::COLUMN.id);
    if let Some(after) = after {
        query = query.filter(consents::COLUMN.id.gt(after));
    }
    if let Some(limit) = limit {
        query = query.limit(limit);
    }
    let rows = query.into_model::<Row>().all(core.db.read()).await?;
    Ok(rows
        .into_iter()
        .map(|Row { entry, is_current }| Consent { entry, is_current })
        .collect())
}

#[derive(sea_orm::FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    entry: consents::Model,
    is_current: bool,
}

impl people::ReadsUsers for ReadConsents {}

//! `/v1/identity-cards`: what customers travel on where no passport is asked for.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use chrono::NaiveDate;
use entity::ids::{IdentityCardId, UserId};
use entity::values::IdentityCardStatus;
use serde::Deserialize;
use service::documents::Reveal;
use service::identity_cards::{IdentityCardFilter, IdentityCardPatch, IdentityCardSearch, NewIdentityCard};
use service::page::{Limit, PageRequest};
use service::policy::{ReadIdentityCards, RevealIdentityCard, WriteIdentityCards};
use service::{Core, identity_cards};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{IdentityCard, IdentityCardPage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query, strict};
use crate::problem::{NotModified, Stale, TooManyReveals, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_identity_cards)
        .service(search_identity_cards)
        .service(create_identity_card)
        .service(get_identity_card)
        .service(reveal_identity_card)
        .service(update_identity_card)
        .service(delete_identity_card);
}

conflicts!(WriteConflicts: IdentityCardExists, Restricted);
conflicts!(RemoveConflicts: Restricted);

/// Which identity card.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct IdentityCardPath {
    /// Id of the identity card.
    id: IdentityCardId,
}

/// Which page of which identity cards.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IdentityCardQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// Only those with this status.
    #[param(example = "active")]
    status: Option<IdentityCardStatus>,
    /// Only those that expire before this day.
    #[param(example = "2099-12-31")]
    #[serde(default, deserialize_with = "strict")]
    expires_before: Option<NaiveDate>,
    /// How many identity cards the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List identity cards
///
/// In the order in which they were recorded, with masked numbers for everybody but the holder. Permissions: staff see all,
/// customers their own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("ReadIdentityCards"))),
    params(IdentityCardQuery),
    responses((status = 200, description = "A page of identity cards.", body = IdentityCardPage))
)]
#[get("/v1/identity-cards")]
async fn list_identity_cards(
    by: May<ReadIdentityCards>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<IdentityCardQuery>,
) -> Result<HttpResponse> {
    let IdentityCardQuery {
        user_id,
        status,
        expires_before,
        limit,
        cursor,
    } = query.0;
    let filter = IdentityCardFilter {
        user_id,
        status,
        expires_before,
    };
    let page = identity_cards::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &IdentityCardPage::new(page, core.clock.today()),
    ))
}

/// Find an identity card by number
///
/// The identity card with this issuing country and number: a page with one record or none. The number travels in the body, because
/// URLs end up in logs; the answer masks it for everybody but the holder. Permissions: staff find all, customers their
/// own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("ReadIdentityCards"))),
    request_body(content = IdentityCardSearch, example = json!({"issuing_country": "UTO", "document_number": "D23145890"})),
    responses((status = 200, description = "The identity card, if there is one.", body = IdentityCardPage))
)]
#[post("/v1/identity-cards/search")]
async fn search_identity_cards(
    by: May<ReadIdentityCards>,
    core: Data<Core>,
    search: Json<IdentityCardSearch>,
) -> Result<HttpResponse> {
    let page = identity_cards::search(&core, &by, search.0).await?;
    Ok(reply::ok(&IdentityCardPage::new(page, core.clock.today())))
}

/// Record an identity card
///
/// As printed in the document (ICAO Doc 9303-5), or from its machine readable zone: `mrz` stands for all fields that it holds, and is
/// taken only if all its check digits are right. Some cards never expire: leave the expiry date out. An expired one can be recorded and
/// answers `"expired": true`. Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("WriteIdentityCards"))),
    request_body(content = NewIdentityCard, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "issuing_country": "UTO", "document_number": "D 4711 2026",
        "surname": "Eriksson", "given_names": "Anna Maria", "date_of_birth": "1974-08-12", "sex": "F",
        "issue_date": "2026-01-15", "expiry_date": "2036-01-14"
    })),
    responses((status = 201, description = "The new identity card.", body = IdentityCard), WriteConflicts)
)]
#[post("/v1/identity-cards")]
async fn create_identity_card(
    by: May<WriteIdentityCards>,
    core: Data<Core>,
    new: Json<NewIdentityCard>,
) -> Result<HttpResponse> {
    let card = identity_cards::create(&core, &by, new.0).await?;
    let location = format!("/v1/identity-cards/{}", card.id);
    Ok(reply::created(
        &location,
        card.version,
        &IdentityCard::new(card, core.clock.today()),
    ))
}

/// Read an identity card
///
/// One identity card with all its data; its number is masked for everybody but the holder. Permissions: staff read all, customers
/// their own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("ReadIdentityCards"))),
    params(IdentityCardPath),
    responses((status = 200, description = "The identity card.", body = IdentityCard), NotModified)
)]
#[get("/v1/identity-cards/{id}")]
async fn get_identity_card(
    by: May<ReadIdentityCards>,
    core: Data<Core>,
    path: Path<IdentityCardPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let card = identity_cards::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        card.version,
        &IdentityCard::new(card, core.clock.today()),
    ))
}

/// Reveal an identity card
///
/// The identity card with its number in clear. Say what for: the audit trail keeps purpose, caller and time of each reveal by anybody
/// but the holder. It counts against the same limit of the hour as the numbers of passports (`REVEALS_PER_HOUR`).
/// Permissions: staff reveal all, customers their own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("RevealIdentityCard"))),
    params(IdentityCardPath),
    request_body(content = Reveal, example = json!({"purpose": "check-in for QF1"})),
    responses((status = 200, description = "The identity card in clear.", body = IdentityCard), TooManyReveals)
)]
#[post("/v1/identity-cards/{id}/reveal")]
async fn reveal_identity_card(
    by: May<RevealIdentityCard>,
    core: Data<Core>,
    path: Path<IdentityCardPath>,
    why: Json<Reveal>,
) -> Result<HttpResponse> {
    let card = identity_cards::reveal(&core, &by, path.0.id, why.0).await?;
    Ok(reply::versioned(
        card.version,
        &IdentityCard::new(card, core.clock.today()),
    ))
}

/// Change an identity card
///
/// A JSON Merge Patch: what is absent stays, null clears. A number that was read masked is left out, or sent in clear: sent
/// back with its bullets it is refused. Permissions: staff change all, customers their own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("WriteIdentityCards"))),
    params(IdentityCardPath),
    request_body(content = IdentityCardPatch, example = json!({"status": "lost"})),
    responses((status = 200, description = "The changed identity card.", body = IdentityCard), WriteConflicts, Stale)
)]
#[patch("/v1/identity-cards/{id}")]
async fn update_identity_card(
    by: May<WriteIdentityCards>,
    core: Data<Core>,
    path: Path<IdentityCardPath>,
    seen: IfMatch,
    changes: Json<IdentityCardPatch>,
) -> Result<HttpResponse> {
    let card = identity_cards::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        card.version,
        &IdentityCard::new(card, core.clock.today()),
    ))
}

/// Remove an identity card
///
/// Of a card that is lost or replaced, change the status instead: it may turn up. Permissions: staff remove all, customers their own.
#[utoipa::path(
    tag = "identity-cards",
    extensions(("x-permission" = json!("WriteIdentityCards"))),
    params(IdentityCardPath),
    responses((status = 204, description = "Removed."), RemoveConflicts, Stale)
)]
#[delete("/v1/identity-cards/{id}")]
async fn delete_identity_card(
    by: May<WriteIdentityCards>,
    core: Data<Core>,
    path: Path<IdentityCardPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    identity_cards::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

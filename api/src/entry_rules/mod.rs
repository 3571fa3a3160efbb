//! `/v1/entry-rules`: what countries ask of the documents of those who come.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::EntryRuleId;
use entity::values::{CountryCode, EntryRuleKind};
use serde::Deserialize;
use service::entry_rules::{EntryRuleFilter, EntryRulePatch, NewEntryRule};
use service::page::{Limit, PageRequest};
use service::policy::{ReadEntryRules, WriteEntryRules};
use service::{Core, entry_rules};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{EntryRule, EntryRulePage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_entry_rules)
        .service(create_entry_rule)
        .service(get_entry_rule)
        .service(update_entry_rule)
        .service(delete_entry_rule);
}

conflicts!(CreateConflicts: EntryRuleExists);

/// Which rule.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EntryRulePath {
    /// Id of the rule.
    id: EntryRuleId,
}

/// Which page of which rules.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EntryRuleQuery {
    /// Only those of this kind.
    #[param(example = "passport_validity")]
    kind: Option<EntryRuleKind>,
    /// Only those that hold in this country, those for anywhere included.
    #[param(example = "FRA")]
    destination: Option<CountryCode>,
    /// Only those that are applied, or only those that are not.
    #[param(example = true)]
    active: Option<bool>,
    /// How many rules the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List rules of entry
///
/// What is known of what countries ask for: how long a passport must be valid, how old it may be, who needs a visa, where an
/// identity card does. Each rule says where it was read and when. Advisory: what counts is what the carrier reads in
/// Timatic. Permissions: everybody who is signed in.
#[utoipa::path(
    tag = "entry-rules",
    extensions(("x-permission" = json!("ReadEntryRules"))),
    params(EntryRuleQuery),
    responses((status = 200, description = "A page of rules.", body = EntryRulePage))
)]
#[get("/v1/entry-rules")]
async fn list_entry_rules(
    by: May<ReadEntryRules>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<EntryRuleQuery>,
) -> Result<HttpResponse> {
    let EntryRuleQuery {
        kind,
        destination,
        active,
        limit,
        cursor,
    } = query.0;
    let filter = EntryRuleFilter {
        kind,
        destination,
        active,
    };
    let page = entry_rules::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(&request, next.as_deref(), &EntryRulePage::from(page)))
}

/// Add a rule of entry
///
/// A rule of the agency's own, applied from the next check on. Rules of validity need `anchor`, rules of age
/// `max_age_years`; the others have neither. Where a rule for a country holds, those for `ANYWHERE` of the same kind do not.
/// Permissions: administrators.
#[utoipa::path(
    tag = "entry-rules",
    extensions(("x-permission" = json!("WriteEntryRules"))),
    request_body(content = NewEntryRule, example = json!({
        "code": "house-japan-reserve", "kind": "passport_validity", "destinations": ["JPN"], "anchor": "stay_end",
        "min_days": 14, "severity": "warn", "confidence": "confirmed", "source_title": "House rule of the agency",
        "checked_on": "2026-11-22", "note": "Two weeks for a journey that takes longer than planned."
    })),
    responses((status = 201, description = "The new rule.", body = EntryRule), Forbidden, CreateConflicts)
)]
#[post("/v1/entry-rules")]
async fn create_entry_rule(
    by: May<WriteEntryRules>,
    core: Data<Core>,
    new: Json<NewEntryRule>,
) -> Result<HttpResponse> {
    let rule = entry_rules::create(&core, &by, new.0).await?;
    let location = format!("/v1/entry-rules/{}", rule.id);
    Ok(reply::created(&location, rule.version, &EntryRule::from(rule)))
}

/// Read a rule of entry
///
/// One rule with its source. Permissions: everybody who is signed in.
#[utoipa::path(
    tag = "entry-rules",
    extensions(("x-permission" = json!("ReadEntryRules"))),
    params(EntryRulePath),
    responses((status = 200, description = "The rule.", body = EntryRule), NotModified)
)]
#[get("/v1/entry-rules/{id}")]
async fn get_entry_rule(
    by: May<ReadEntryRules>,
    core: Data<Core>,
    path: Path<EntryRulePath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let rule = entry_rules::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, rule.version, &EntryRule::from(rule)))
}

/// Change a rule of entry
///
/// A JSON Merge Patch: what is absent stays, null clears, a list replaces. Code and kind stay what they are. A rule that
/// came with the program and was edited is never overwritten by an import. Permissions: administrators.
#[utoipa::path(
    tag = "entry-rules",
    extensions(("x-permission" = json!("WriteEntryRules"))),
    params(EntryRulePath),
    request_body(content = EntryRulePatch, example = json!({"severity": "fail", "checked_on": "2026-11-22"})),
    responses((status = 200, description = "The changed rule.", body = EntryRule), Forbidden, Stale)
)]
#[patch("/v1/entry-rules/{id}")]
async fn update_entry_rule(
    by: May<WriteEntryRules>,
    core: Data<Core>,
    path: Path<EntryRulePath>,
    seen: IfMatch,
    changes: Json<EntryRulePatch>,
) -> Result<HttpResponse> {
    let rule = entry_rules::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(rule.version, &EntryRule::from(rule)))
}

/// Remove a rule of entry
///
/// A rule that came with the program comes back with the next import: switch it off with `active` instead. Permissions:
/// administrators.
#[utoipa::path(
    tag = "entry-rules",
    extensions(("x-permission" = json!("WriteEntryRules"))),
    params(EntryRulePath),
    responses((status = 204, description = "Removed."), Forbidden, Stale)
)]
#[delete("/v1/entry-rules/{id}")]
async fn delete_entry_rule(
    by: May<WriteEntryRules>,
    core: Data<Core>,
    path: Path<EntryRulePath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    entry_rules::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

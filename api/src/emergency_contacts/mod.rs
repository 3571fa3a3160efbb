//! `/v1/emergency-contacts`: whom to call when something happens to a traveller.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use entity::ids::{EmergencyContactId, UserId};
use serde::Deserialize;
use service::emergency_contacts::{EmergencyContactFilter, EmergencyContactPatch, NewEmergencyContact};
use service::page::{Limit, PageRequest};
use service::policy::{ReadEmergencyContacts, WriteEmergencyContacts};
use service::{Core, emergency_contacts};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{EmergencyContact, EmergencyContactPage};
use crate::error::Result;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_emergency_contacts)
        .service(create_emergency_contact)
        .service(get_emergency_contact)
        .service(update_emergency_contact)
        .service(delete_emergency_contact);
}

conflicts!(CreateConflicts: TooManyEmergencyContacts, Restricted);
conflicts!(ChangeConflicts: Restricted);

/// Which emergency contact.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EmergencyContactPath {
    /// Id of the emergency contact.
    id: EmergencyContactId,
}

/// Which page of which emergency contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EmergencyContactQuery {
    /// Only those of this user.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// How many emergency contacts the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List emergency contacts
///
/// In the order in which they were recorded, which is the order in which they are called. Permissions: staff see all,
/// customers their own.
#[utoipa::path(
    tag = "emergency-contacts",
    extensions(("x-permission" = json!("ReadEmergencyContacts"))),
    params(EmergencyContactQuery),
    responses((status = 200, description = "A page of emergency contacts.", body = EmergencyContactPage))
)]
#[get("/v1/emergency-contacts")]
async fn list_emergency_contacts(
    by: May<ReadEmergencyContacts>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<EmergencyContactQuery>,
) -> Result<HttpResponse> {
    let EmergencyContactQuery {
        user_id,
        limit,
        cursor,
    } = query.0;
    let filter = EmergencyContactFilter { user_id };
    let page = emergency_contacts::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(
        &request,
        next.as_deref(),
        &EmergencyContactPage::from(page),
    ))
}

/// Record an emergency contact
///
/// At most five of each user. The contact is a third person: record what a call needs and no more. Booking data names the
/// first one (PCTC). Permissions: staff for everybody, customers for themselves.
#[utoipa::path(
    tag = "emergency-contacts",
    extensions(("x-permission" = json!("WriteEmergencyContacts"))),
    request_body(content = NewEmergencyContact, example = json!({
        "user_id": "01920000-0000-7000-8000-000000000003", "name": "Sven Eriksson", "relationship": "Brother",
        "phone": "+46 70 174 06 08", "language": "sv"
    })),
    responses((status = 201, description = "The new emergency contact.", body = EmergencyContact), CreateConflicts)
)]
#[post("/v1/emergency-contacts")]
async fn create_emergency_contact(
    by: May<WriteEmergencyContacts>,
    core: Data<Core>,
    new: Json<NewEmergencyContact>,
) -> Result<HttpResponse> {
    let contact = emergency_contacts::create(&core, &by, new.0).await?;
    Ok(reply::created(
        &format!("/v1/emergency-contacts/{}", contact.id),
        contact.version,
        &EmergencyContact::from(contact),
    ))
}

/// Read an emergency contact
///
/// One emergency contact. Permissions: staff read all, customers their own.
#[utoipa::path(
    tag = "emergency-contacts",
    extensions(("x-permission" = json!("ReadEmergencyContacts"))),
    params(EmergencyContactPath),
    responses((status = 200, description = "The emergency contact.", body = EmergencyContact), NotModified)
)]
#[get("/v1/emergency-contacts/{id}")]
async fn get_emergency_contact(
    by: May<ReadEmergencyContacts>,
    core: Data<Core>,
    path: Path<EmergencyContactPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let contact = emergency_contacts::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(
        &known,
        contact.version,
        &EmergencyContact::from(contact),
    ))
}

/// Change an emergency contact
///
/// A JSON Merge Patch: what is absent stays, null clears. The traveller stays who they are. Permissions: staff change all,
/// customers their own.
#[utoipa::path(
    tag = "emergency-contacts",
    extensions(("x-permission" = json!("WriteEmergencyContacts"))),
    params(EmergencyContactPath),
    request_body(content = EmergencyContactPatch, example = json!({"phone": "+46 70 174 06 10", "email": null})),
    responses((status = 200, description = "The changed emergency contact.", body = EmergencyContact), ChangeConflicts, Stale)
)]
#[patch("/v1/emergency-contacts/{id}")]
async fn update_emergency_contact(
    by: May<WriteEmergencyContacts>,
    core: Data<Core>,
    path: Path<EmergencyContactPath>,
    seen: IfMatch,
    changes: Json<EmergencyContactPatch>,
) -> Result<HttpResponse> {
    let contact = emergency_contacts::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(
        contact.version,
        &EmergencyContact::from(contact),
    ))
}

/// Remove an emergency contact
///
/// The next one is called first. Permissions: staff remove all, customers their own.
#[utoipa::path(
    tag = "emergency-contacts",
    extensions(("x-permission" = json!("WriteEmergencyContacts"))),
    params(EmergencyContactPath),
    responses((status = 204, description = "Removed."), ChangeConflicts, Stale)
)]
#[delete("/v1/emergency-contacts/{id}")]
async fn delete_emergency_contact(
    by: May<WriteEmergencyContacts>,
    core: Data<Core>,
    path: Path<EmergencyContactPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    emergency_contacts::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

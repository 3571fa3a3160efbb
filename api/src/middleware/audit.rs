//! Tells the audit trail of the request, and of what was refused.

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;
use entity::ids::UserId;
use entity::values::AuditSubject;
use service::Core;
use service::audit::{self, Refused, Request};
use service::policy::Actor;
use service::sealing::Place;
use uuid::Uuid;

use super::request_id::RequestId;
use crate::error::Error;
use crate::extract::{From, Identity, NeededPermission};

/// Lets entries of the trail name the request that they were made in, and notes what somebody who is known was refused
/// and which sealed value did not open.
pub async fn audit<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = request.extensions().get::<RequestId>().cloned();
    let noted = Request {
        id: id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        address: From::address_of(request.request()),
    };
    audit::during(noted, async move {
        let response = next.call(request).await?;
        // What is rare goes on the heap: the state of every request would otherwise have room for it.
        if let Some((core, actor, refused)) = refusal(&response) {
            Box::pin(audit::refused(&core, &actor, refused)).await;
        }
        if let Some((core, place, user)) = violation(&response) {
            Box::pin(note(&core, place, user)).await;
        }
        Ok(response)
    })
    .await
}

fn refusal<B>(response: &ServiceResponse<B>) -> Option<(Data<Core>, Actor, Refused)> {
    if !matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
        return None;
    }
    let not_found = match response.response().error()?.as_error::<Error>()? {
        Error::Service(service::Error::Denied(_)) => false,
        Error::Service(service::Error::NotFound) => true,
        _ => return None,
    };
    let request = response.request();
    let extensions = request.extensions();
    let Some(Identity::Known(actor)) = extensions.get::<Identity>() else {
        return None;
    };
    let refused = Refused {
        permission: extensions.get::<NeededPermission>().map(|it| it.0),
        subject: subject(request),
        not_found,
    };
    Some((request.app_data::<Data<Core>>()?.clone(), *actor, refused))
}

/// Notes it when what has gone wrong is a sealed value that did not open, for what goes wrong after the answer has begun.
pub async fn note_violation(core: &Core, error: &Error) {
    if let Error::Service(service::Error::Tampered { place, user }) = error {
        note(core, *place, *user).await;
    }
}

async fn note(core: &Core, place: Place, user: UserId) {
    audit::integrity_violated(core, kind_of(place.table), place.row, Some(user), place.column).await;
}

/// A sealed value that did not open, and whose it is meant to be.
fn violation<B>(response: &ServiceResponse<B>) -> Option<(Data<Core>, Place, UserId)> {
    let Error::Service(service::Error::Tampered { place, user }) =
        response.response().error()?.as_error::<Error>()?
    else {
        return None;
    };
    let core = response.request().app_data::<Data<Core>>()?;
    Some((core.clone(), *place, *user))
}

/// What a row of a table with sealed columns is to the trail; what hangs on a person alone is the person's.
fn kind_of(table: &str) -> AuditSubject {
    match table {
        "passports" => AuditSubject::Passport,
        "visas" => AuditSubject::Visa,
        "identity_cards" => AuditSubject::IdentityCard,
        "traveller_numbers" => AuditSubject::TravellerNumber,
        "loyalties" => AuditSubject::Loyalty,
        "emergency_contacts" => AuditSubject::EmergencyContact,
        "travel_preferences" => AuditSubject::Preferences,
        _ => AuditSubject::User,
    }
}

/// The record that the address names.
fn subject(request: &actix_web::HttpRequest) -> Option<(AuditSubject, Uuid)> {
    let kind = match request.path().split('/').nth(2)? {
        "users" => AuditSubject::User,
        "passports" => AuditSubject::Passport,
        "visas" => AuditSubject::Visa,
        "identity-cards" => AuditSubject::IdentityCard,
        "traveller-numbers" => AuditSubject::TravellerNumber,
        "loyalties" => AuditSubject::Loyalty,
        "emergency-contacts" => AuditSubject::EmergencyContact,
        "loyalty-programs" => AuditSubject::LoyaltyProgram,
        "entry-rules" => AuditSubject::EntryRule,
        "groups" => AuditSubject::Group,
        "calendar-feeds" => AuditSubject::CalendarFeed,
        "clients" => AuditSubject::Client,
        "auth" => AuditSubject::Session,
        _ => return None,
    };
    let id = request.match_info().get("id")?.parse().ok()?;
    Some((kind, id))
}

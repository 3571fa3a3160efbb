//! What was asked for and not given. None of it happens in the transaction of a command.
//!
//! What strangers can write here is bounded: failed sign-ins and secrets by the throttle, which turns them away before
//! anything is evaluated and therefore noted; everything else takes a token that is good, or was.

use entity::ids::UserId;
use entity::values::{AuditAction, AuditSubject};
use entity::{
    calendar_feeds, emergency_contacts, identity_cards, loyalties, passports, sessions, traveller_numbers,
    users, visas,
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use uuid::Uuid;

use super::{Event, Who, record_alone};
use crate::core::Core;
use crate::policy::Actor;

/// What somebody who is known was refused.
#[derive(Debug, Clone, Default)]
pub struct Refused {
    /// Name of the permission that the operation asks for.
    pub permission: Option<&'static str>,
    /// The record that the address names.
    pub subject: Option<(AuditSubject, Uuid)>,
    /// Whether it was not found, rather than forbidden.
    pub not_found: bool,
}

/// Notes that somebody who is known was refused something. Who works here looks for what is not there now and then, and is
/// noted only where it is there and not for them; customers and other systems may be trying out ids, and always are.
pub async fn refused(core: &Core, actor: &Actor, refused: Refused) {
    let Refused {
        permission,
        subject,
        not_found,
    } = refused;
    if *actor == Actor::Anonymous {
        return;
    }
    if not_found {
        let Some(about) = subject else { return };
        if actor.is_staff() && !is_there(core, about).await {
            return;
        }
    }
    let mut event = Event::denied(if not_found {
        AuditAction::AccessNotFound
    } else {
        AuditAction::AccessDenied
    });
    if let Some((kind, id)) = subject {
        event = event
            .about(kind, id)
            .of((kind == AuditSubject::User).then(|| UserId::from(id)));
    }
    if let Some(permission) = permission {
        event = event.detail(permission);
    }
    record_alone(core, actor, event).await;
}

/// Whether there is a record that was not found for lack of a right, or because its person is restricted.
async fn is_there(core: &Core, (kind, id): (AuditSubject, Uuid)) -> bool {
    let db = core.db.read();
    let count = match kind {
        AuditSubject::User | AuditSubject::Preferences => users::Entity::find_by_id(id).count(db).await,
        AuditSubject::Passport => passports::Entity::find_by_id(id).count(db).await,
        AuditSubject::Visa => visas::Entity::find_by_id(id).count(db).await,
        AuditSubject::IdentityCard => identity_cards::Entity::find_by_id(id).count(db).await,
        AuditSubject::TravellerNumber => traveller_numbers::Entity::find_by_id(id).count(db).await,
        AuditSubject::Loyalty => loyalties::Entity::find_by_id(id).count(db).await,
        AuditSubject::EmergencyContact => emergency_contacts::Entity::find_by_id(id).count(db).await,
        AuditSubject::CalendarFeed => calendar_feeds::Entity::find_by_id(id).count(db).await,
        AuditSubject::Session => sessions::Entity::find_by_id(id).count(db).await,
        _ => return false,
    };
    // A refusal that cannot be looked at is noted rather than not.
    !matches!(count, Ok(0))
}

/// Notes that a sealed value does not open: somebody has changed it past the program, or it was sealed under a key that is
/// not there.
pub async fn integrity_violated(
    core: &Core,
    subject: AuditSubject,
    id: Uuid,
    user: Option<UserId>,
    field: &str,
) {
    let event = Event::failed(AuditAction::IntegrityViolated)
        .about(subject, id)
        .of(user)
        .detail(field);
    record_alone(core, Who::SYSTEM, event).await;
}

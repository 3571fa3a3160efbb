//! What was asked for and not given. None of it happens in the transaction of a command.
//!
//! What strangers can write here is bounded: failed sign-ins and secrets by the throttle, which turns them away before
//! anything is evaluated and therefore noted; everything else takes a token that is good, or was.

use entity::ids::UserId;
use entity::values::{AuditAction, AuditSubject};
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

/// Notes that somebody who is known was refused something. Who works here looks for what is not there now and then;
/// customers and other systems who do so may be trying out ids, and are noted.
pub async fn refused(core: &Core, actor: &Actor, refused: Refused) {
    let Refused {
        permission,
        subject,
        not_found,
    } = refused;
    let is_probing = !actor.is_staff() && subject.is_some();
    if *actor == Actor::Anonymous || (not_found && !is_probing) {
        return;
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

//! What the audit trail keeps of groups and their members.

use entity::ids::{GroupId, UserId};
use entity::values::{AuditAction, AuditSubject};
use entity::{group_members, groups};
use serde_json::Value;

use crate::audit::{Audited, Event, field};
use crate::external_ids;

impl Audited for groups::Model {
    const SUBJECT: AuditSubject = AuditSubject::Group;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        None
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            field("name", &self.name),
            field("purpose", &self.purpose),
            external_ids::audited(&self.external_ids),
        ]
    }
}

impl Audited for group_members::Model {
    const SUBJECT: AuditSubject = AuditSubject::GroupMember;

    fn id(&self) -> uuid::Uuid {
        self.group_id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        Some(self.user_id)
    }

    fn counted(&self) -> Option<i64> {
        // Who is in a group counts as a change of the group.
        None
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![field("role", &self.role)]
    }
}

/// A group that was made, and each who is in it.
pub(super) fn made(group: &groups::Model, members: &[group_members::Model]) -> Vec<Event> {
    let mut events = vec![Event::new(AuditAction::GroupCreated).created(group)];
    let added = |member| Event::new(AuditAction::GroupMemberAdded).created(member);
    events.extend(members.iter().map(|member| added(member).version(group.version)));
    events
}

/// Somebody who is no longer in a group.
fn out_of(group: GroupId, user: UserId) -> Event {
    Event::new(AuditAction::GroupMemberRemoved)
        .about(AuditSubject::GroupMember, group)
        .of(user)
}

/// Somebody who is no longer in a group that goes on.
pub(super) fn left(group: &groups::Model, user: UserId) -> Event {
    out_of(group.id, user).version(group.version)
}

/// A group that is gone, and each who was in it.
pub(super) fn gone(group: &groups::Model, members: impl IntoIterator<Item = UserId>) -> Vec<Event> {
    let mut events = vec![Event::new(AuditAction::GroupDeleted).removed(group)];
    // That the group is gone says it all.
    events.extend(
        members
            .into_iter()
            .map(|user| out_of(group.id, user).unpublished()),
    );
    events
}

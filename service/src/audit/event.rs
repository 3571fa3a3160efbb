//! What is to be noted, and who has done it.

use entity::ids::{ClientId, SessionId, UserId};
use entity::values::{AuditAction, AuditActorKind, AuditOutcome, AuditSubject};
use uuid::Uuid;

use super::audited::{Audited, Changes};
use crate::events::{self, Change};
use crate::policy::Actor;
use crate::sealing::DataKey;

/// Who has done something.
#[derive(Debug, Clone, Copy)]
pub struct Who {
    pub(super) kind: AuditActorKind,
    pub(super) id: Option<Uuid>,
    pub(super) session: Option<SessionId>,
}

impl Who {
    /// Somebody who is not known.
    pub const ANONYMOUS: Self = Self {
        kind: AuditActorKind::Anonymous,
        id: None,
        session: None,
    };

    /// This program by itself, or whoever works its command line.
    pub const SYSTEM: Self = Self {
        kind: AuditActorKind::System,
        id: None,
        session: None,
    };

    /// A person who has proved to be that person, by a password or a mailed link, without a session.
    pub const fn user(id: UserId) -> Self {
        Self {
            kind: AuditActorKind::User,
            id: Some(id.uuid()),
            session: None,
        }
    }

    /// Another system of the agency.
    pub const fn client(id: ClientId) -> Self {
        Self {
            kind: AuditActorKind::Client,
            id: Some(id.uuid()),
            session: None,
        }
    }

    /// What kind of actor it is.
    pub(crate) const fn kind(&self) -> AuditActorKind {
        self.kind
    }

    /// The person or the other system.
    pub(crate) const fn id(&self) -> Option<Uuid> {
        self.id
    }

    /// The same person in a session.
    #[must_use]
    pub const fn in_session(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self {
            kind: match actor {
                Actor::Anonymous => AuditActorKind::Anonymous,
                Actor::User { .. } => AuditActorKind::User,
                Actor::Client { .. } => AuditActorKind::Client,
                Actor::System => AuditActorKind::System,
            },
            id: actor.id(),
            session: actor.session_id(),
        }
    }
}

/// What is to be noted.
#[derive(Debug, Clone)]
pub struct Event {
    pub(super) action: AuditAction,
    pub(super) outcome: AuditOutcome,
    pub(super) subject: Option<(AuditSubject, Uuid)>,
    pub(super) user: Option<UserId>,
    pub(super) purpose: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) changes: Changes,
    pub(super) key: Option<DataKey>,
    pub(super) version: Option<i64>,
    pub(super) touched: Vec<&'static str>,
    pub(super) is_published: bool,
}

impl Event {
    /// Something that was done.
    pub fn new(action: AuditAction) -> Self {
        Self {
            action,
            outcome: AuditOutcome::Done,
            subject: None,
            user: None,
            purpose: None,
            detail: None,
            changes: Changes::default(),
            key: None,
            version: None,
            touched: Vec::new(),
            is_published: true,
        }
    }

    /// Something that was not allowed.
    pub fn denied(action: AuditAction) -> Self {
        Self {
            outcome: AuditOutcome::Denied,
            ..Self::new(action)
        }
    }

    /// Something that did not succeed.
    pub fn failed(action: AuditAction) -> Self {
        Self {
            outcome: AuditOutcome::Failed,
            ..Self::new(action)
        }
    }

    /// The record that it was done to.
    #[must_use]
    pub fn about(mut self, subject: AuditSubject, id: impl Into<Uuid>) -> Self {
        self.subject = Some((subject, id.into()));
        self
    }

    /// The person whom it concerns.
    #[must_use]
    pub fn of(mut self, user: impl Into<Option<UserId>>) -> Self {
        self.user = user.into();
        self
    }

    /// The user that it was done to, who is the person whom it concerns.
    #[must_use]
    pub fn about_user(self, user: UserId) -> Self {
        self.about(AuditSubject::User, user).of(user)
    }

    /// A record that is new, with its values.
    #[must_use]
    pub fn created<T: Audited>(self, record: &T) -> Self {
        self.between(None, Some(record), record)
    }

    /// A record that has changed, with the values that are not what they were.
    #[must_use]
    pub fn changed<T: Audited>(self, before: &T, after: &T) -> Self {
        self.between(Some(before), Some(after), after)
    }

    /// A record that is gone, with the values that it had.
    #[must_use]
    pub fn removed<T: Audited>(self, record: &T) -> Self {
        self.between(Some(record), None, record)
    }

    fn between<T: Audited>(mut self, before: Option<&T>, after: Option<&T>, record: &T) -> Self {
        self.changes = Changes::between(before, after);
        self.version = record.counted();
        self.about(T::SUBJECT, record.id()).of(record.concerns())
    }

    /// The version that the record has now, where the record does not say it itself.
    #[must_use]
    pub const fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Names the fields that have changed, where the trail does not keep what they were; which is news of the feed.
    #[must_use]
    pub fn touched(mut self, fields: &[&'static str]) -> Self {
        self.touched = fields.to_vec();
        self.is_published = true;
        self
    }

    /// Keeps it out of the feed of changes, where it changes no record, or another event says it too.
    #[must_use]
    pub const fn unpublished(mut self) -> Self {
        self.is_published = false;
        self
    }

    /// What it is in the feed of changes: nothing, where it changes no record.
    pub(super) fn published(&self) -> Option<Change> {
        if !self.is_published || self.outcome != AuditOutcome::Done {
            return None;
        }
        let kind = events::type_of(self.action)?;
        let (_, subject) = self.subject?;
        Some(Change {
            kind,
            subject,
            user: self.user,
            version: self.version,
            fields: if self.touched.is_empty() {
                self.changes.names.clone()
            } else {
                self.touched.clone()
            },
        })
    }

    /// Seals the values under the key of the person whom they concern, so that erasing the person makes them unreadable
    /// while the trail still holds.
    #[must_use]
    pub fn under(mut self, key: &DataKey) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// What it was done for. Words of people may name people: such an event goes [under](Self::under) the key of whom it
    /// concerns, and they are sealed with its values.
    #[must_use]
    pub fn purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = Some(purpose.into());
        self
    }

    /// What else tells it from others of the same action. Never anything personal.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

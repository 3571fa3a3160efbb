//! Reading the trail: what concerns a person, and who did what to whom.

use chrono::{DateTime, Utc};
use entity::audit_events::{self, Model};
use entity::ids::{AuditEventId, UserId};
use entity::users;
use entity::values::{AuditAction, AuditOutcome, AuditSubject, Role};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::values;
use crate::core::Core;
use crate::documents::{MASKED_FIELDS, mask};
use crate::error::{Error, Result};
use crate::page::{Keyset, Page, PageRequest};
use crate::policy::{Actor, Permit, Reach, ReadAuditEvents, ReadHistory};
use crate::privacy::restriction;
use crate::sealing::{self, DataKey};

/// What narrows the history of a person.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HistoryFilter {
    /// Only this action.
    pub action: Option<AuditAction>,
}

/// What narrows the trail.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditFilter {
    /// Done by this person or other system.
    pub actor_id: Option<Uuid>,
    /// Concerning this person.
    pub user_id: Option<UserId>,
    /// To records of this kind.
    pub subject_type: Option<AuditSubject>,
    /// To this record.
    pub subject_id: Option<Uuid>,
    /// Only this action.
    pub action: Option<AuditAction>,
    /// With this outcome.
    pub outcome: Option<AuditOutcome>,
    /// After this time.
    pub occurred_after: Option<DateTime<Utc>>,
    /// Before this time.
    pub occurred_before: Option<DateTime<Utc>>,
    /// In this request.
    pub request_id: Option<String>,
}

/// An entry of somebody's history, as far as the reader may see it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The entry.
    pub entry: Model,
    /// What has changed, where the reader may see values.
    pub changes: Option<Vec<FieldChange>>,
}

/// What became of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Name of the field.
    pub field: String,
    /// What it was, as text; absent when there was nothing.
    pub old: Option<String>,
    /// What it is, as text; absent when there is nothing.
    pub new: Option<String>,
}

impl FieldChange {
    /// What an actor may see of it: who may not see a number without a reveal cannot read it in its history either.
    fn shown_to(self, actor: &Actor, user: UserId) -> Self {
        if actor.is(user) || !MASKED_FIELDS.contains(&self.field.as_str()) {
            return self;
        }
        Self {
            old: self.old.as_deref().map(mask),
            new: self.new.as_deref().map(mask),
            field: self.field,
        }
    }
}

/// What concerns a person, the newest first. Values are shown to administrators and to the person; who of the staff did
/// it, and from where, is shown to staff alone.
///
/// # Errors
/// `NotFound` when the person is out of reach; `InvalidParameter` for the cursor.
pub async fn history(
    core: &Core,
    by: &Permit<ReadHistory>,
    user: UserId,
    filter: &HistoryFilter,
    page: &PageRequest,
) -> Result<Page<Seen>> {
    let actor = by.actor();
    if by.reach() != Reach::All && !actor.is(user) {
        return Err(Error::NotFound);
    }
    let person: Option<Option<DateTime<Utc>>> = users::Entity::find_by_id(user)
        .select_only()
        .column(users::Column::RestrictedAt)
        .into_tuple()
        .one(core.db.read())
        .await?;
    if restriction::is_hidden(user, person.flatten(), actor) {
        return Err(Error::NotFound);
    }
    let keyset = page.check(core, actor, "history", &(user, filter))?;
    let mut query = audit_events::Entity::find().filter(audit_events::COLUMN.user_id.eq(user));
    if let Some(action) = filter.action {
        query = query.filter(audit_events::COLUMN.action.eq(action.as_str()));
    }
    let found = newest_first(core, query, &keyset).await?;
    // History outlives the person; of somebody who never was there is none.
    if found.data.is_empty() && keyset.after().is_none() && person.is_none() && !was_ever(core, user).await? {
        return Err(Error::NotFound);
    }
    let Page { data, next_cursor } = found;
    Ok(Page {
        data: seen(core, actor, user, data).await?,
        next_cursor,
    })
}

/// All that concerns a person, and what the person has done and tried that concerns nobody else, the newest first, for the
/// copy that the person may ask for.
///
/// # Errors
/// When the database is away.
pub(crate) async fn all_of(core: &Core, actor: &Actor, user: UserId) -> Result<Vec<Seen>> {
    let own = audit_events::COLUMN
        .actor_id
        .eq(user.uuid())
        .and(audit_events::COLUMN.user_id.is_null());
    let found = audit_events::Entity::find()
        .filter(audit_events::COLUMN.user_id.eq(user).or(own))
        .order_by_desc(audit_events::COLUMN.id)
        .all(core.db.read())
        .await?;
    seen(core, actor, user, found).await
}

/// Entries as far as the actor may see them.
async fn seen(core: &Core, actor: &Actor, user: UserId, mut entries: Vec<Model>) -> Result<Vec<Seen>> {
    let with_values = actor.is(user)
        || matches!(
            actor,
            Actor::System
                | Actor::User {
                    role: Role::Admin,
                    ..
                }
        );
    // Gone with the person, and with it the values.
    let is_needed =
        |entry: &Model| entry.sealed_purpose.is_some() || (with_values && entry.changes.is_some());
    let key = if entries.iter().any(is_needed) {
        sealing::key_of(core, core.db.read(), user).await.ok()
    } else {
        None
    };
    let keys = key.iter().map(|key| (user, key.clone())).collect();
    values::open_purposes(core, &keys, &mut entries);
    let shown = entries.into_iter().map(|entry| {
        let changes = with_values.then(|| opened(core, key.as_ref(), &entry)).flatten();
        let changes = changes.map(|all| all.into_iter().map(|it| it.shown_to(actor, user)).collect());
        let entry = if actor.is_staff() {
            entry
        } else {
            without_others(entry, user)
        };
        Seen { entry, changes }
    });
    Ok(shown.collect())
}

/// All that was done and tried, the newest first, without values of fields.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadAuditEvents>,
    filter: &AuditFilter,
    page: &PageRequest,
) -> Result<Page<Model>> {
    let keyset = page.check(core, by.actor(), "audit-events", filter)?;
    let AuditFilter {
        actor_id,
        user_id,
        subject_type,
        subject_id,
        action,
        outcome,
        occurred_after,
        occurred_before,
        request_id,
    } = filter;
    let column = audit_events::COLUMN;
    let mut query = audit_events::Entity::find();
    if let Some(actor) = actor_id {
        query = query.filter(column.actor_id.eq(*actor));
    }
    if let Some(user) = user_id {
        query = query.filter(column.user_id.eq(*user));
    }
    if let Some(kind) = subject_type {
        query = query.filter(column.subject_type.eq(kind.as_str()));
    }
    if let Some(subject) = subject_id {
        query = query.filter(column.subject_id.eq(*subject));
    }
    if let Some(action) = action {
        query = query.filter(column.action.eq(action.as_str()));
    }
    if let Some(outcome) = outcome {
        query = query.filter(column.outcome.eq(outcome.as_str()));
    }
    if let Some(time) = occurred_after {
        query = query.filter(column.occurred_at.gt(*time));
    }
    if let Some(time) = occurred_before {
        query = query.filter(column.occurred_at.lt(*time));
    }
    if let Some(request) = request_id {
        query = query.filter(column.request_id.eq(request.as_str()));
    }
    let mut found = newest_first(core, query, &keyset).await?;
    let keys = values::keys_of_entries(core, core.db.read(), &found.data).await?;
    values::open_purposes(core, &keys, &mut found.data);
    Ok(found)
}

/// On the primary: what has just been done is looked for here.
async fn newest_first(
    core: &Core,
    mut query: Select<audit_events::Entity>,
    keyset: &Keyset,
) -> Result<Page<Model>> {
    if let Some(after) = keyset.after() {
        query = query.filter(audit_events::COLUMN.id.lt(AuditEventId::from(after)));
    }
    let rows = query
        .order_by_desc(audit_events::COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |entry| entry.id.uuid()))
}

async fn was_ever(core: &Core, user: UserId) -> Result<bool> {
    let any = audit_events::Entity::find().filter(audit_events::COLUMN.user_id.eq(user));
    Ok(any.count(core.db.read()).await? > 0)
}

/// What a person sees of an entry: that, when and why, and all about what they did themselves. Who of the staff it was
/// is the agency's to know.
fn without_others(entry: Model, user: UserId) -> Model {
    if entry.actor_id == Some(user.uuid()) {
        return entry;
    }
    Model {
        actor_id: None,
        session_id: None,
        request_id: None,
        address_class: None,
        ..entry
    }
}

/// The values of an entry; nothing where it has none, or where they cannot be opened any more because the person was
/// erased.
fn opened(core: &Core, key: Option<&DataKey>, entry: &Model) -> Option<Vec<FieldChange>> {
    let sealed = entry.changes.as_ref()?;
    let bytes = values::open(&core.sealer, key, entry.id, sealed)?;
    let values: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => Some(other.to_string()),
    };
    let changes = values.into_iter().map(|(field, change)| FieldChange {
        field,
        old: text(change.get("old")),
        new: text(change.get("new")),
    });
    Some(changes.collect())
}

/// Names of the fields that an entry says have changed.
pub fn changed_fields(entry: &Model) -> Vec<String> {
    let names = entry.changed_fields.as_deref();
    names
        .and_then(|names| serde_json::from_str(names).ok())
        .unwrap_or_default()
}

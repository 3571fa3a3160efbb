//! Endpoints: where events go, and what they are signed with.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::ids::{UserId, WebhookEndpointId};
use entity::values::{
    AuditAction, AuditSubject, EventPattern, EventPatterns, WebhookStatus, WebhookStop, WebhookUrl,
};
use entity::webhook_deliveries as deliveries;
use entity::webhook_endpoints::{self, COLUMN, Model};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::Value;

use super::guard::{self, Fault};
use super::{NewWebhookEndpoint, WebhookEndpointPatch, queue, signature, worker};
use crate::audit::{self, Audited, Event, field};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Conflict, Error, FieldError, Result};
use crate::events::sequence;
use crate::input::{Secret, Valid};
use crate::page::{Page, PageRequest};
use crate::policy::{Permission, Permit, ReadWebhooks, WriteWebhooks};
use crate::version::Precondition;

/// How long messages are signed by the secret of before as well.
const OVERLAP: TimeDelta = TimeDelta::hours(24);
/// Most active endpoints: each reads the feed by itself.
const MOST: u64 = 20;

impl Audited for Model {
    const SUBJECT: AuditSubject = AuditSubject::WebhookEndpoint;

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
            field("url", &self.url),
            field("description", &self.description),
            field("events", &patterns(self)),
            field("status", &self.status),
        ]
    }
}

/// An endpoint with a secret that has just been made; it cannot be seen again.
#[derive(Debug, Clone)]
pub struct Made {
    /// The endpoint.
    pub endpoint: Model,
    /// The secret.
    pub secret: Secret,
}

/// Which events an endpoint wants; all, if there is none.
pub fn patterns(endpoint: &Model) -> Vec<EventPattern> {
    let texts = endpoint.events.iter().flat_map(|all| all.split(','));
    texts.filter_map(|text| text.parse().ok()).collect()
}

fn joined(patterns: &[EventPattern]) -> Option<String> {
    let once: BTreeSet<_> = patterns.iter().map(ToString::to_string).collect();
    Some(once.into_iter().collect::<Vec<_>>().join(",")).filter(|text| !text.is_empty())
}

fn check_url(core: &Core, url: &WebhookUrl) -> Result<()> {
    let (rule, detail) = match guard::check(url.as_str(), core.webhooks.local) {
        Ok(_) => return Ok(()),
        Err(Fault::Malformed) => (
            "invalid_format",
            "The value is not an address to send to; write it as https://hooks.example.com/path, without user and fragment.",
        ),
        Err(Fault::NotHttps) => ("not_https", "Events go over https alone."),
        Err(Fault::NotPublic) => (
            "not_public",
            "The address leads inside, or to a port of the system; events go to public addresses, port 443 or above 1023.",
        ),
    };
    Err(FieldError::field("url", rule, detail).into())
}

/// Adds an endpoint, which gets what happens from now on.
///
/// # Errors
/// `Invalid`; `too_many_webhook_endpoints`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    command: Valid<NewWebhookEndpoint>,
) -> Result<Made> {
    let NewWebhookEndpoint {
        url,
        events,
        description,
    } = command.into_inner();
    let url = url.required("url")?;
    check_url(core, &url)?;
    let (id, now) = (WebhookEndpointId::new(), core.clock.now());
    let (secret, sealed) = signature::new_secret(&core.sealer, id)?;
    // What has happened so far is placed first, so that it is not taken for something new.
    sequence::settle(core).await?;
    let mut endpoint = Model {
        id,
        url,
        description: description.optional(),
        events: joined(&events.optional().unwrap_or_default().0),
        status: WebhookStatus::Active,
        stopped_because: None,
        secret: sealed,
        old_secret: None,
        old_secret_until: None,
        place: 0,
        failures: 0,
        paused_until: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    core.db
        .write(async |txn| {
            check_room(txn).await?;
            endpoint.place = sequence::head(txn).await?.position;
            webhook_endpoints::Entity::insert(row_of::<_, webhook_endpoints::ActiveModel>(&endpoint))
                .exec_without_returning(txn)
                .await?;
            let event = Event::new(AuditAction::WebhookEndpointCreated).created(&endpoint);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    Ok(Made { endpoint, secret })
}

/// Two that are added at the same moment may be one too many, which does no harm.
async fn check_room(txn: &impl ConnectionTrait) -> Result<()> {
    let active = webhook_endpoints::Entity::find().filter(COLUMN.status.eq(WebhookStatus::Active));
    if active.count(txn).await? >= MOST {
        Err(Conflict::TooManyWebhookEndpoints.into())
    } else {
        Ok(())
    }
}

/// Reads one endpoint.
///
/// # Errors
/// `NotFound`.
pub async fn get<P: SeesWebhooks>(core: &Core, _by: &Permit<P>, id: WebhookEndpointId) -> Result<Model> {
    webhook_endpoints::Entity::find_by_id(id)
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// The permissions under which [`get`] runs.
pub trait SeesWebhooks: Permission {}
impl SeesWebhooks for ReadWebhooks {}
impl SeesWebhooks for WriteWebhooks {}

/// One page of endpoints.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(core: &Core, by: &Permit<ReadWebhooks>, page: &PageRequest) -> Result<Page<Model>> {
    let keyset = page.check(core, by.actor(), "webhook-endpoints", &())?;
    let mut query = webhook_endpoints::Entity::find();
    if let Some(after) = keyset.after() {
        query = query.filter(COLUMN.id.gt(WebhookEndpointId::from(after)));
    }
    let rows = query
        .order_by_asc(COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read())
        .await?;
    Ok(keyset.page(core, rows, |endpoint| endpoint.id.uuid()))
}

/// Changes an endpoint. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `too_many_webhook_endpoints`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    precondition: &Precondition,
    command: Valid<WebhookEndpointPatch>,
) -> Result<Model> {
    let WebhookEndpointPatch {
        url,
        events,
        description,
        status,
    } = command.into_inner();
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            let mut endpoint = found.clone();
            url.patch(&mut endpoint.url);
            description.patch_nullable(&mut endpoint.description);
            status.patch(&mut endpoint.status);
            let mut wanted = Some(EventPatterns(patterns(&found)));
            events.patch_nullable(&mut wanted);
            endpoint.events = joined(&wanted.unwrap_or_default().0);
            if endpoint.url != found.url {
                check_url(core, &endpoint.url)?;
            }
            if endpoint.status != found.status {
                if endpoint.status == WebhookStatus::Active {
                    check_room(txn).await?;
                }
                endpoint.stopped_because =
                    (endpoint.status == WebhookStatus::Disabled).then_some(WebhookStop::Asked);
            }
            if endpoint == found {
                return Ok(found);
            }
            // Whoever has mended something wants to see it work.
            (endpoint.failures, endpoint.paused_until) = (0, None);
            let endpoint = save(core, txn, endpoint).await?;
            let event = Event::new(AuditAction::WebhookEndpointUpdated).changed(&found, &endpoint);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(endpoint)
        })
        .await
}

/// Removes an endpoint with its log.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            webhook_endpoints::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::WebhookEndpointDeleted).removed(&found);
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

/// Makes a new secret. For a day messages are signed by the one before as well, so that the receiver can change over.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn rotate_secret(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
    precondition: &Precondition,
) -> Result<Made> {
    let (secret, sealed) = signature::new_secret(&core.sealer, id)?;
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            let endpoint = Model {
                old_secret: Some(found.secret.clone()),
                old_secret_until: Some(core.clock.now() + OVERLAP),
                secret: sealed,
                ..found
            };
            let endpoint = save(core, txn, endpoint).await?;
            let event =
                Event::new(AuditAction::WebhookSecretRotated).about(AuditSubject::WebhookEndpoint, id);
            audit::record(core, txn, by.actor(), event).await?;
            Ok(Made { endpoint, secret })
        })
        .await
}

/// Sends a message that says nothing, now and once, and tells what came of it.
///
/// # Errors
/// `NotFound`.
pub async fn ping(
    core: &Core,
    by: &Permit<WriteWebhooks>,
    id: WebhookEndpointId,
) -> Result<deliveries::Model> {
    let endpoint = get(core, by, id).await?;
    let message = queue::ping(core, &endpoint).await?;
    worker::attempt(core, &endpoint, message).await
}

/// Locks an endpoint until the end of the transaction.
pub(super) async fn lock(txn: &impl ConnectionTrait, id: WebhookEndpointId) -> Result<Model> {
    webhook_endpoints::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}

/// Writes a locked endpoint with the next version.
pub(super) async fn save(core: &Core, txn: &impl ConnectionTrait, mut endpoint: Model) -> Result<Model> {
    endpoint.version += 1;
    endpoint.updated_at = core.clock.now();
    webhook_endpoints::Entity::update_many()
        .set(row_of::<_, webhook_endpoints::ActiveModel>(&endpoint))
        .filter(COLUMN.id.eq(endpoint.id))
        .exec(txn)
        .await?;
    Ok(endpoint)
}

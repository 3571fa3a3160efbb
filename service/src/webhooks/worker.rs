//! Sends messages, to all endpoints at once and to none more than a few at a time.

use std::collections::BTreeSet;
use std::time::Duration;

use entity::ids::WebhookEndpointId;
use entity::values::{WebhookFailure as Failure, WebhookStatus};
use entity::{webhook_deliveries as deliveries, webhook_endpoints as endpoints};
use futures_util::future::join_all;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use sea_orm::EntityTrait as _;
use tokio::sync::watch;
use tokio::time::sleep;

use super::guard;
use super::queue::{self, Claimed, Outcome};
use super::send::Message;
use super::signature::{key, signatures};
use crate::core::Core;
use crate::error::Result;

/// How often endpoints are looked at.
const EVERY: Duration = Duration::from_millis(500);
/// How long a database that is away is left alone.
const PAUSE: Duration = Duration::from_secs(2);
/// How many messages of an endpoint are on their way at the same time.
const AT_ONCE: u64 = 8;

/// Sends until `stop` says true. What is on its way then is finished, or goes out again when its lease is over.
pub async fn run(core: &Core, mut stop: watch::Receiver<bool>) {
    let mut under_way = FuturesUnordered::new();
    let mut served: BTreeSet<WebhookEndpointId> = BTreeSet::new();
    loop {
        let wait = match queue::busy(core).await {
            Ok(all) => {
                for id in all {
                    if served.insert(id) {
                        under_way.push(serve(core, id, stop.clone()));
                    }
                }
                EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "the endpoints of webhooks cannot be read and will be tried again");
                PAUSE
            }
        };
        let timer = sleep(wait);
        tokio::pin!(timer);
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                Some(done) = under_way.next() => { served.remove(&done); }
                () = &mut timer => break,
            }
        }
    }
}

/// Sends to one endpoint what is due, until nothing is, or the receiver is away.
async fn serve(core: &Core, id: WebhookEndpointId, stop: watch::Receiver<bool>) -> WebhookEndpointId {
    if let Err(error) = drain(core, id, &stop).await {
        tracing::warn!(endpoint_id = %id, %error, "messages could not be sent and will be tried again");
    }
    id
}

async fn drain(core: &Core, id: WebhookEndpointId, stop: &watch::Receiver<bool>) -> Result<()> {
    while !*stop.borrow() {
        let endpoint = endpoints::Entity::find_by_id(id).one(core.db.read()).await?;
        let Some(endpoint) = endpoint.filter(|it| it.status == WebhookStatus::Active) else {
            return Ok(());
        };
        let is_more = queue::fill(core, &endpoint).await?;
        let due = queue::claim(core, &endpoint, AT_ONCE).await?;
        if due.is_empty() && !is_more {
            return Ok(());
        }
        let sent = join_all(due.into_iter().map(|message| attempt(core, &endpoint, message))).await;
        for done in sent {
            if done?.failure.is_some() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Sends a message, once, and notes what came of it.
pub(super) async fn attempt(
    core: &Core,
    endpoint: &endpoints::Model,
    claimed: Claimed,
) -> Result<deliveries::Model> {
    let outcome = send(core, endpoint, &claimed.message).await?;
    queue::note(core, &claimed, outcome).await
}

async fn send(core: &Core, endpoint: &endpoints::Model, message: &deliveries::Model) -> Result<Outcome> {
    let at = core.clock.now();
    let mut keys = vec![key(&core.sealer, endpoint.id, &endpoint.secret)?];
    if let (Some(old), Some(until)) = (&endpoint.old_secret, endpoint.old_secret_until)
        && until > at
        // Sealed under a master key that is lost, it is no reason not to sign by the new one.
        && let Ok(old) = key(&core.sealer, endpoint.id, old)
    {
        keys.push(old);
    }
    let signature = signatures(&keys, &message.message_id, at, &message.payload);
    let sent = match guard::check(endpoint.url.as_str(), core.webhooks.local) {
        Ok(target) => {
            let message = Message {
                id: &message.message_id,
                at,
                signature: &signature,
                body: &message.payload,
            };
            core.webhooks.send(&target, &message).await
        }
        Err(_) => Err(Failure::Address),
    };
    Ok(match sent {
        Ok(answer) => Outcome {
            response: Some(answer.status),
            failure: (!answer.is_success()).then_some(Failure::Status),
            retry_after: answer.retry_after,
        },
        Err(failure) => Outcome {
            response: None,
            failure: Some(failure),
            retry_after: None,
        },
    })
}

//! Webhooks (Standard Webhooks 1.0.0): events of the feed go to other systems by themselves.
//!
//! An endpoint reads the feed by its place, as any other reader does: what it wants becomes a message (`queue`), in the same
//! transaction in which its place moves on. Messages are sent until they arrive or their patience is over, by whichever
//! process comes first (`worker`); a process that dies holds a message up for as long as its lease. Messages about one record
//! go one after the other. What was sent, and what came of it, stays in the log as long as events do.

mod commands;
mod endpoints;
mod guard;
mod queue;
mod retry;
mod send;
mod signature;
pub mod worker;

pub use entity::values::WebhookFailure as Failure;

pub use self::commands::{NewWebhookEndpoint, ReplayWebhooks, WebhookEndpointPatch};
pub use self::endpoints::{Made, create, delete, get, list, patterns, ping, rotate_secret, update};
pub(crate) use self::queue::purge;
pub use self::queue::{DeliveryFilter, deliveries, replay, replay_range};
pub use self::send::Sender;

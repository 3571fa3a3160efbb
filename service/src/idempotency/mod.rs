//! A request that is sent twice acts once: under a key of the caller's choice, it is answered as it was the first time.
//!
//! The key is claimed in the transaction of the command, before anything else is done in it, and the answer is kept in the
//! same transaction, after everything else: there are both, the work and its answer, or neither ([`Attempt`]). A crash, a
//! lost connection and a second process change nothing about that. What fails leaves no trace, so that the corrected
//! request can be sent under the same key.
//!
//! No command knows of all this. Whoever answers requests runs them [`during`] an attempt, and
//! [`Db::write`](crate::db::Db::write) claims and holds for whichever command comes along.
//!
//! Neither key nor request are stored, only keyed hashes of them; and the answer is sealed under a key that takes the
//! caller's to make: what is in it, a secret that is shown once included, is readable to whoever sends the request again,
//! and to nobody who has the database and the master key. It goes with the person whom it concerns, and with its time.

mod attempt;
mod key;
mod store;
mod under_way;

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::UserId;
use entity::values::Hidden;

pub use self::attempt::{Attempt, Once};
pub use self::key::{Key, KeyError, MAX_LENGTH};
pub(crate) use self::store::forget_shared;
pub use self::store::purge;
use self::under_way::UnderWay;
use crate::error::Result;
use crate::keys::Keys;
use crate::sealing::{Sealer, bound};

/// What tells requests apart, and knows which of them are under way in this process. Cheap to clone.
#[derive(Clone)]
pub struct Idempotency(Arc<Inner>);

struct Inner {
    names: hmac::Key,
    keys: Keys,
    under_way: UnderWay,
}

impl Idempotency {
    /// Derives its keys from the master key.
    pub(crate) fn new(keys: &Keys) -> Self {
        Self(Arc::new(Inner {
            names: hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("idempotency")),
            keys: keys.clone(),
            under_way: UnderWay::default(),
        }))
    }

    /// By what parts of a request are recognised; it tells them to nobody without the key.
    fn name(&self, parts: &[&[u8]]) -> Hidden {
        URL_SAFE_NO_PAD
            .encode(hmac::sign(&self.0.names, &bound(parts)))
            .into()
    }

    fn sealer(&self, secret: &[u8]) -> Result<Sealer> {
        Sealer::with_secret(&self.0.keys, "idempotency", secret)
    }
}

tokio::task_local! {
    static ATTEMPT: Arc<Attempt>;
}

/// Runs all that a request causes whose caller wants it done once.
pub async fn during<F: Future>(attempt: Arc<Attempt>, work: F) -> F::Output {
    ATTEMPT.scope(attempt, work).await
}

/// The attempt that this runs in, if it runs in one.
pub(crate) fn current() -> Option<Arc<Attempt>> {
    ATTEMPT.try_with(Arc::clone).ok()
}

/// Tells the attempt that this runs in, if it runs in one, what the body of the request is: before it is read, because
/// what was right the first time need not be so the second.
///
/// # Errors
/// `Repeated` when there is nothing left to do but to answer again, or when the key was sent with another request;
/// `restricted` when the answer is about somebody whose data nobody uses.
pub async fn received(body: &[u8]) -> Result<()> {
    match current() {
        Some(attempt) => Box::pin(attempt.received(body)).await,
        None => Ok(()),
    }
}

/// Tells the attempt that this runs in, if it runs in one, whom the work concerns: the answer goes with the person.
pub(crate) fn concerns(user: Option<UserId>) {
    if let Some(user) = user {
        // Outside of an attempt nobody wants to know.
        let _ = ATTEMPT.try_with(|attempt| attempt.concerns(user));
    }
}

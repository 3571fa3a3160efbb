//! One request that its caller wants done once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use entity::idempotency_keys::Model;
use entity::ids::UserId;
use entity::values::Hidden;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::under_way::Guard;
use super::{Key, store};
use crate::core::Core;
use crate::db::{Db, roll_back};
use crate::error::{Error, Repeated, Result};
use crate::policy::Actor;
use crate::privacy::restriction;
use crate::sealing::{Place, bound};

/// What is to be done once.
#[derive(Debug, Clone, Copy)]
pub struct Once<'a> {
    /// Who asks: each caller has keys of their own.
    pub by: &'a Actor,
    /// The operation, whatever record it is about: each has keys of its own.
    pub operation: &'a str,
    /// The record that it is about: part of the request, like the body.
    pub address: &'a str,
    /// The caller's key.
    pub key: &'a Key,
}

/// One request that its caller wants done once, and what has become of it.
pub struct Attempt {
    core: Core,
    /// Caller, operation and key.
    scope: Vec<u8>,
    address: String,
    /// Nobody is signed in, so that everybody would share the keys.
    is_anonymous: bool,
    state: Mutex<State>,
    _under_way: Guard,
}

#[derive(Default)]
struct State {
    /// By what the body is compared.
    body: Option<Hidden>,
    progress: Progress,
    people: BTreeSet<UserId>,
    first_answer: Option<Vec<u8>>,
}

#[derive(Default)]
enum Progress {
    /// No command has been done.
    #[default]
    Nothing,
    /// Commands have been done, and are to be committed with the answer.
    Held(DatabaseTransaction),
    /// A further command works on the same transaction; if it fails, what was done before it is lost too.
    AtStake,
}

/// By what a request is found and compared.
struct Names {
    key: Hidden,
    fingerprint: Hidden,
}

impl Attempt {
    /// Begins an attempt.
    ///
    /// # Errors
    /// `Repeated` while another one under the same key is under way.
    pub fn begin(core: &Core, once: &Once<'_>) -> Result<Arc<Self>> {
        let Once {
            by,
            operation,
            address,
            key,
        } = *once;
        let kind: &[u8] = match by {
            Actor::Anonymous => b"anonymous",
            Actor::User { .. } => b"user",
            Actor::Client { .. } => b"client",
            Actor::System => b"system",
        };
        let id = by.id().unwrap_or_default();
        let scope = bound(&[kind, id.as_bytes(), operation.as_bytes(), key.expose().as_bytes()]);
        let name = core.idempotency.name(&[b"under way", &scope]);
        let under_way = core.idempotency.0.under_way.enter(&name);
        Ok(Arc::new(Self {
            core: core.clone(),
            scope,
            address: address.to_owned(),
            is_anonymous: *by == Actor::Anonymous,
            state: Mutex::default(),
            _under_way: under_way.ok_or(Error::Repeated(Repeated::InProgress))?,
        }))
    }

    /// What was answered the first time, once the request has failed with `Repeated::Answered`.
    pub fn first_answer(&self) -> Option<Vec<u8>> {
        self.state(|state| state.first_answer.take())
    }

    /// Keeps the answer, and commits it with the work.
    ///
    /// # Errors
    /// When the database is away: then nothing has been done.
    pub async fn keep(&self, answer: &[u8]) -> Result<()> {
        let transaction = match self.state(|state| std::mem::take(&mut state.progress)) {
            Progress::Held(transaction) => transaction,
            // There was nothing to be done.
            Progress::Nothing => return Ok(()),
            Progress::AtStake => return Err(lost()),
        };
        if let Err(error) = self.write_answer(&transaction, answer).await {
            roll_back(transaction).await;
            return Err(error);
        }
        transaction.commit().await?;
        // The command has woken it too, when the mail could not be seen yet.
        self.core.mail.wake();
        Ok(())
    }

    async fn write_answer(&self, txn: &impl ConnectionTrait, answer: &[u8]) -> Result<()> {
        let Names { key, .. } = self.names();
        let sealer = self.core.idempotency.sealer(&self.scope)?;
        let answer = sealer.seal_bytes(&place(&key), answer)?;
        let people = self.state(|state| std::mem::take(&mut state.people));
        store::keep(txn, &key, answer.into(), &people).await
    }

    /// Takes back what has been done: the request has failed after all.
    pub async fn undo(&self) {
        if let Progress::Held(transaction) = self.state(|state| std::mem::take(&mut state.progress)) {
            roll_back(transaction).await;
        }
    }

    /// Notes the body, and looks whether the request was answered before.
    pub(super) async fn received(&self, body: &[u8]) -> Result<()> {
        let body = self
            .core
            .idempotency
            .name(&[b"body", &self.scope, &comparable(body)]);
        self.state(|state| state.body = Some(body));
        let names = self.names();
        let db = self.core.db.read();
        match store::find(db, &names.key).await? {
            Some(found) if found.expires_at > self.core.clock.now() => {
                Err(self.repeated(db, &names, found).await?)
            }
            _ => Ok(()),
        }
    }

    /// The transaction for the next command of the request. The first one claims the key; those after it work on the same
    /// transaction.
    ///
    /// # Errors
    /// `Repeated` when the key has been claimed before; `restricted`.
    pub(crate) async fn transaction(&self, db: &Db) -> Result<DatabaseTransaction> {
        let before = self.state(|state| match std::mem::take(&mut state.progress) {
            Progress::Nothing => {
                // Of a command that has failed.
                state.people.clear();
                Ok(None)
            }
            Progress::Held(transaction) => {
                state.progress = Progress::AtStake;
                Ok(Some(transaction))
            }
            Progress::AtStake => {
                state.progress = Progress::AtStake;
                Err(lost())
            }
        });
        if let Some(transaction) = before? {
            return Ok(transaction);
        }
        let transaction = db.begin().await?;
        match self.claim(&transaction).await {
            Ok(()) => Ok(transaction),
            Err(error) => {
                roll_back(transaction).await;
                Err(error)
            }
        }
    }

    async fn claim(&self, txn: &impl ConnectionTrait) -> Result<()> {
        let (names, now) = (self.names(), self.core.clock.now());
        let row = Model {
            key: names.key.clone(),
            fingerprint: names.fingerprint.clone(),
            user_id: None,
            shared: false,
            answer: None,
            expires_at: now + self.core.settings.idempotency_ttl,
        };
        if store::claim(txn, &row).await? {
            return Ok(());
        }
        if let Some(found) = store::find(txn, &names.key).await?
            && found.expires_at > now
        {
            return Err(self.repeated(txn, &names, found).await?);
        }
        store::remove(txn, &names.key, now).await?;
        if store::claim(txn, &row).await? {
            Ok(())
        } else {
            Err(Error::Repeated(Repeated::InProgress))
        }
    }

    /// Leaves the transaction open until the answer is known.
    pub(crate) fn hold(&self, transaction: DatabaseTransaction) {
        self.state(|state| state.progress = Progress::Held(transaction));
    }

    pub(super) fn concerns(&self, user: UserId) {
        self.state(|state| state.people.insert(user));
    }

    /// Why the work is not done again.
    async fn repeated(&self, db: &impl ConnectionTrait, names: &Names, found: Model) -> Result<Error> {
        if found.fingerprint != names.fingerprint {
            return Ok(Error::Repeated(Repeated::Otherwise));
        }
        restriction::refuse_any(db, found.user_id).await?;
        let Some(answer) = found.answer else {
            return Ok(Error::Repeated(Repeated::InProgress));
        };
        let sealer = self.core.idempotency.sealer(&self.scope)?;
        let answer = sealer
            .open_bytes(&place(&names.key), answer.as_bytes())
            .map_err(|error| changed(error, found.user_id))?;
        self.state(|state| state.first_answer = Some(answer));
        Ok(Error::Repeated(Repeated::Answered))
    }

    /// The key takes part in the fingerprint, so that nobody with the database and the master key can try which body it
    /// is of: bodies hold passwords, and keys are harder to guess than these. Who is not signed in is told apart by the
    /// body: a stranger who comes upon the key of somebody else's registration learns nothing, and is not hindered.
    fn names(&self) -> Names {
        let body = self.state(|state| state.body.clone());
        let body = body.as_ref().map_or("", Hidden::expose);
        let name = |kind: &[u8], parts: &[&[u8]]| {
            let parts = [&[kind, self.scope.as_slice()], parts].concat();
            self.core.idempotency.name(&parts)
        };
        let request: [&[u8]; 2] = [self.address.as_bytes(), body.as_bytes()];
        Names {
            key: name(b"key", if self.is_anonymous { &request } else { &[] }),
            fingerprint: name(b"fingerprint", &request),
        }
    }

    fn state<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn lost() -> Error {
    Error::Internal("a command has taken another one of the same request along when it failed".into())
}

/// An answer that somebody has changed past the program, which the audit trail hears of where it concerns a person.
fn changed(error: Error, person: Option<UserId>) -> Error {
    match person {
        Some(user) => Error::Tampered {
            place: Place {
                table: "idempotency_keys",
                column: "answer",
                row: user.into(),
            },
            user,
        },
        None => error,
    }
}

fn place(key: &Hidden) -> String {
    format!("idempotency_keys/answer/{}", key.expose())
}

/// Whoever writes the same JSON again may space it differently and put its fields in another order.
fn comparable(body: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    value.sort_all_objects();
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::comparable;

    #[test]
    fn spaces_and_the_order_of_fields_make_no_other_request() {
        let body = comparable(br#"{"a": 1, "b": {"c": [1, 2], "d": "x"}}"#);
        assert_eq!(body, comparable(br#"{"b":{"d":"x","c":[1,2]},"a":1}"#));
        for other in [
            &br#"{"a": 1, "b": {"c": [2, 1], "d": "x"}}"#[..],
            br#"{"a": 1, "b": {"c": [1, 2], "d": "X"}}"#,
            br#"{"a": 1}"#,
            br#"{"a": 1, "b""#,
            b"",
        ] {
            assert_ne!(body, comparable(other));
        }
    }
}

//! The keys that sign access tokens: in the database, so that all processes share them, and sealed there.
//!
//! There is always one that signs (`current`) and one that everybody knows already and that will sign next. What the
//! last ones signed stays good until it expires.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::signing_keys;
use entity::values::{AuditAction, KeyState};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::audit::{self, Event, Trail, Who};
use crate::clock::Clock;
use crate::core::{Core, StartError};
use crate::db::{Db, row_of};
use crate::error::{Error, Result};
use crate::migrations;
use crate::sealing::Sealer;

use super::tokens::{PublishedKey, Ring, Tokens};

/// How long callers may keep the published keys: a new key is published at least this long before it signs, unless
/// keys are rotated in a hurry.
pub const PUBLISHED_FOR: TimeDelta = TimeDelta::minutes(5);
/// How much longer than its tokens live an old key is kept: other processes hear of a rotation a little later.
const MARGIN: TimeDelta = TimeDelta::minutes(2);

/// Reads the keys, and makes the first two of a new database.
///
/// # Errors
/// A sentence, when the database is away or the keys were sealed under another master key.
pub(crate) async fn load_or_create(
    db: &Db,
    clock: &Clock,
    sealer: &Sealer,
    tokens: &Tokens,
) -> Result<(), StartError> {
    let away = |error: Error| StartError(format!("The signing keys cannot be read: {error}."));
    let stored = match stored(db).await.map_err(away)? {
        keys if keys.is_empty() => {
            let now = clock.now();
            let made = db.write(async |txn| {
                insert(txn, sealer, KeyState::Current, now).await?;
                insert(txn, sealer, KeyState::Next, now).await
            });
            if let Err(error) = made.await {
                // Of processes that start at once, one makes the keys: there is one of each state.
                tracing::debug!(%error, "signing keys were not made");
            }
            self::stored(db).await.map_err(away)?
        }
        keys => keys,
    };
    tokens.set_ring(ring(sealer, stored, clock.now(), tokens).map_err(|_| another_master_key())?);
    Ok(())
}

/// What a database has sealed under its master key, before its schema is brought up to date: nothing where it is new.
///
/// # Errors
/// When the database is away.
pub(crate) async fn sealed(db: &Db) -> Result<Vec<signing_keys::Model>> {
    if migrations::has_table(db, "signing_keys").await? {
        stored(db).await
    } else {
        Ok(Vec::new())
    }
}

/// Looks whether this is the master key that the signing keys were sealed under.
///
/// # Errors
/// A sentence, when it is not.
pub(crate) fn check(sealer: &Sealer, stored: &[signing_keys::Model]) -> Result<(), StartError> {
    let opens = |key: &signing_keys::Model| sealer.open(&place(&key.kid), &key.private_key).is_ok();
    if stored.iter().all(opens) {
        Ok(())
    } else {
        Err(another_master_key())
    }
}

fn another_master_key() -> StartError {
    StartError(
        "The signing keys in the database were sealed under another master key. Give the MASTER_KEY, or the \
         master.key in DATA_DIR, that this database was made with; if it is lost for good, run \
         `customer-profile keys rotate --compromised`, which ends all access tokens."
            .to_owned(),
    )
}

/// Reads the keys again.
///
/// # Errors
/// When the database is away, or a key cannot be opened.
pub async fn reload(core: &Core) -> Result<()> {
    let stored = stored(&core.db).await?;
    let ring = ring(&core.sealer, stored, core.clock.now(), &core.tokens)?;
    core.tokens.set_ring(ring);
    Ok(())
}

/// Reads the keys again, at most once a second: strangers can name as many unknown keys as they like.
///
/// # Errors
/// When the database is away.
pub(super) async fn reload_if_due(core: &Core) -> Result<bool> {
    if !core.tokens.may_reload() {
        return Ok(false);
    }
    reload(core).await?;
    Ok(true)
}

/// What a rotation has done.
#[derive(Debug)]
pub struct Rotated {
    /// The key that signs from here on.
    pub current: String,
    /// Whether those who verify tokens by the published keys may not know it yet.
    pub in_a_hurry: bool,
}

/// Lets the next key sign, keeps the current one for what it has signed, and makes a new next one. Processes that run
/// hear of it within seconds, and accept what either key has signed.
///
/// # Errors
/// When the database is away.
pub async fn rotate(core: &Core) -> Result<Rotated> {
    let now = core.clock.now();
    let rotated = core
        .db
        .write(async |txn| {
            let keys = signing_keys::Entity::find().lock_exclusive().all(txn).await?;
            for key in &keys {
                if is_spent(key, now, &core.tokens) {
                    signing_keys::Entity::delete_by_id(key.kid.clone())
                        .exec(txn)
                        .await?;
                }
            }
            let next = keys
                .iter()
                .find(|key| key.state == KeyState::Next)
                .ok_or_else(|| Error::Internal("there is no next signing key".into()))?;
            signing_keys::Entity::update_many()
                .col_expr(signing_keys::Column::State, Expr::value(KeyState::Previous))
                .col_expr(signing_keys::Column::RetiredAt, Expr::value(now))
                .filter(signing_keys::COLUMN.state.eq(KeyState::Current))
                .exec(txn)
                .await?;
            signing_keys::Entity::update_many()
                .col_expr(signing_keys::Column::State, Expr::value(KeyState::Current))
                .filter(signing_keys::COLUMN.kid.eq(next.kid.clone()))
                .exec(txn)
                .await?;
            insert(txn, &core.sealer, KeyState::Next, now).await?;
            let event = Event::new(AuditAction::KeysRotated).detail(next.kid.clone());
            audit::record(core, txn, Who::SYSTEM, event).await?;
            Ok(Rotated {
                current: next.kid.clone(),
                in_a_hurry: now < next.created_at + PUBLISHED_FOR * 2,
            })
        })
        .await?;
    reload(core).await?;
    Ok(rotated)
}

/// Throws all keys away and makes new ones: every access token ends at once, sessions go on with their refresh tokens.
///
/// # Errors
/// When the database is away.
pub async fn replace_all(db: &Db, clock: &Clock, sealer: &Sealer, trail: &Trail) -> Result<()> {
    let now = clock.now();
    db.write(async |txn| {
        signing_keys::Entity::delete_many().exec(txn).await?;
        insert(txn, sealer, KeyState::Current, now).await?;
        insert(txn, sealer, KeyState::Next, now).await?;
        let event = Event::new(AuditAction::KeysReplaced);
        audit::record_early((trail, sealer), txn, now, event).await
    })
    .await
}

async fn stored(db: &Db) -> Result<Vec<signing_keys::Model>> {
    Ok(signing_keys::Entity::find()
        .order_by_asc(signing_keys::COLUMN.created_at)
        .all(db.read())
        .await?)
}

/// Whether nothing that the key has signed can be good any more.
fn is_spent(key: &signing_keys::Model, now: DateTime<Utc>, tokens: &Tokens) -> bool {
    let life = TimeDelta::from_std(tokens.ttl()).unwrap_or(TimeDelta::MAX);
    key.retired_at
        .is_some_and(|retired| retired + life + MARGIN < now)
}

fn ring(
    sealer: &Sealer,
    stored: Vec<signing_keys::Model>,
    now: DateTime<Utc>,
    tokens: &Tokens,
) -> Result<Ring> {
    let missing = || Error::Internal("there is no current signing key".into());
    let current = stored
        .iter()
        .find(|key| key.state == KeyState::Current)
        .ok_or_else(missing)?;
    let signs = (
        current.kid.clone(),
        sealer.open(&place(&current.kid), &current.private_key)?,
    );
    let known = stored
        .into_iter()
        .filter(|key| !is_spent(key, now, tokens))
        .map(|key| PublishedKey {
            kid: key.kid,
            state: key.state,
            x: key.public_key,
        });
    Ring::new(&signs.0, &signs.1, known.collect())
}

async fn insert(
    txn: &impl ConnectionTrait,
    sealer: &Sealer,
    state: KeyState,
    now: DateTime<Utc>,
) -> Result<()> {
    let broken = |_| Error::Internal("a signing key could not be made".into());
    let pair = Ed25519KeyPair::generate().map_err(broken)?;
    let private = pair.to_pkcs8v1().map_err(broken)?;
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let kid = thumbprint(&x);
    let key = signing_keys::Model {
        private_key: sealer.seal(&place(&kid), private.as_ref())?,
        kid,
        state,
        public_key: x,
        created_at: now,
        retired_at: None,
    };
    signing_keys::Entity::insert(row_of::<_, signing_keys::ActiveModel>(&key))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// JWK thumbprint (RFC 7638 §3, RFC 8037 §2): the members in lexical order, without white space.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

fn place(kid: &str) -> String {
    format!("signing_keys/private_key/{kid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037, appendix A.3.
    #[test]
    fn the_key_id_is_the_thumbprint_of_the_standard() {
        assert_eq!(
            thumbprint("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }
}

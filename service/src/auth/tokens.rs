//! Access tokens: JWT signed with Ed25519 (RFC 8037), typed `at+jwt` (RFC 9068), holding no personal data.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use chrono::{DateTime, Utc};
use entity::ids::UserId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result, Unauthenticated};
use crate::keys::Keys;

/// Media type of an access token (RFC 9068 §2.1): no other kind of token passes for one.
const TYPE: &str = "at+jwt";
/// Whom the tokens are for.
const AUDIENCE: &str = "customer-profile";
/// Seconds by which clocks may differ.
const LEEWAY: i64 = 5;
/// Longest text that is looked at as a token.
const MAX_LENGTH: usize = 2048;
/// Tokens of which a worker remembers that their signature was good.
const REMEMBERED: usize = 4096;

/// Makes and checks access tokens. Cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    shared: Arc<Shared>,
    /// Signatures that were good: checking one costs more than the database answering a read. What a token allows
    /// is never remembered.
    verified: Arc<Mutex<HashMap<[u8; 32], Claims>>>,
}

struct Shared {
    encoding: EncodingKey,
    decoding: DecodingKey,
    key_id: String,
    validation: Validation,
    issuer: String,
    ttl: Duration,
}

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
}

impl Claims {
    const fn are_good_at(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.nbf.saturating_sub(LEEWAY) <= now && now < self.exp.saturating_add(LEEWAY)
    }
}

/// The parts of a token's header that decide whether it is looked at further.
#[derive(Deserialize)]
struct Checked {
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

impl Tokens {
    /// Derives the signing key.
    ///
    /// # Errors
    /// A sentence, when the key cannot be used.
    pub fn new(keys: &Keys, issuer: &str, ttl: Duration) -> Result<Self, String> {
        let broken = |()| "The signing key cannot be derived from the master key.".to_owned();
        let pair =
            Ed25519KeyPair::from_seed_unchecked(&keys.derive("access-token")).map_err(|_| broken(()))?;
        let private = pair.to_pkcs8v1().map_err(|_| broken(()))?;
        let public = pair.public_key().as_ref();
        let key_id = base64::Engine::encode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            digest::digest(&digest::SHA256, public),
        );
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The times are compared with the clock that issues the tokens, in `claims`.
        validation.validate_exp = false;
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        Ok(Self {
            shared: Arc::new(Shared {
                encoding: EncodingKey::from_ed_der(private.as_ref()),
                decoding: DecodingKey::from_ed_der(public),
                key_id,
                validation,
                issuer: issuer.to_owned(),
                ttl,
            }),
            verified: Arc::default(),
        })
    }

    /// The same keys with a memory of its own, so that workers do not wait for each other.
    #[must_use]
    pub fn for_worker(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            verified: Arc::default(),
        }
    }

    /// How long a token is good for.
    pub fn ttl(&self) -> Duration {
        self.shared.ttl
    }

    /// Makes a token for a user.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    pub fn issue(&self, user: UserId, now: DateTime<Utc>) -> Result<String> {
        let now = now.timestamp();
        let claims = Claims {
            iss: self.shared.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: user.uuid(),
            iat: now,
            nbf: now,
            exp: now.saturating_add(i64::try_from(self.shared.ttl.as_secs()).unwrap_or(i64::MAX)),
            jti: Uuid::now_v7(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(self.shared.key_id.clone());
        jsonwebtoken::encode(&header, &claims, &self.shared.encoding)
            .map_err(|_| Error::Internal("a token could not be signed".into()))
    }

    /// Whose token it is. Whether that user may still sign in is for the caller to ask.
    ///
    /// # Errors
    /// `Unauthenticated` for everything that is not an unexpired token of ours.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<UserId> {
        self.claims(token, now)
            .map(|claims| claims.sub.into())
            .ok_or(Error::Unauthenticated(Unauthenticated::InvalidToken))
    }

    fn claims(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        let known = self.memory().get(&digest).cloned();
        if let Some(claims) = known {
            return claims.are_good_at(now).then_some(claims);
        }
        let header = token.split('.').next()?;
        let header =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).ok()?;
        let header: Checked = serde_json::from_slice(&header).ok()?;
        // RFC 7515 §4.1.11: what is critical and not understood makes the token invalid.
        if header.typ.as_deref() != Some(TYPE)
            || header.kid.as_deref() != Some(&self.shared.key_id)
            || header.crit.is_some()
        {
            return None;
        }
        let claims: Claims = jsonwebtoken::decode(token, &self.shared.decoding, &self.shared.validation)
            .ok()?
            .claims;
        if !claims.are_good_at(now) {
            return None;
        }
        let mut memory = self.memory();
        if memory.len() >= REMEMBERED {
            memory.clear();
        }
        memory.insert(digest, claims.clone());
        Some(claims)
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Claims>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

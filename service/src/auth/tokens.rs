//! Access tokens: JWT signed with Ed25519 (RFC 8037), typed `at+jwt` (RFC 9068), holding no personal data.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entity::ids::{ClientId, SessionId, UserId};
use entity::values::{KeyState, Scopes};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::input::Secret;

/// Media type of an access token (RFC 9068 §2.1): no other kind of token passes for one.
const TYPE: &str = "at+jwt";
/// Whom the tokens are for.
pub const AUDIENCE: &str = "customer-profile";
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
    verified: Arc<Mutex<HashMap<[u8; 32], Remembered>>>,
}

struct Shared {
    ring: RwLock<Arc<Ring>>,
    /// Second in which the ring was last read again because of an unknown key.
    reloaded: AtomicI64,
    validation: Validation,
    issuer: String,
    ttl: Duration,
}

/// A public key, as the key set shows it.
#[derive(Debug, Clone)]
pub struct PublishedKey {
    /// Key id.
    pub kid: String,
    /// What it is used for.
    pub state: KeyState,
    /// The 32 bytes of the key, base64url.
    pub x: String,
}

/// The keys that count at present.
pub struct Ring {
    /// Signs; there is none before the keys have been read.
    signing: Option<(String, EncodingKey)>,
    known: HashMap<String, DecodingKey>,
    published: Vec<PublishedKey>,
}

impl Ring {
    /// The ring of a signing key (PKCS #8) and of all whose signatures are good.
    ///
    /// # Errors
    /// `Internal` when a public key is no key.
    pub fn new(kid: &str, private: &[u8], published: Vec<PublishedKey>) -> Result<Self> {
        let mut known = HashMap::new();
        for key in &published {
            let public = URL_SAFE_NO_PAD
                .decode(&key.x)
                .map_err(|_| Error::Internal("a public key cannot be read".into()))?;
            known.insert(key.kid.clone(), DecodingKey::from_ed_der(&public));
        }
        Ok(Self {
            signing: Some((kid.to_owned(), EncodingKey::from_ed_der(private))),
            known,
            published,
        })
    }

    const fn empty(known: HashMap<String, DecodingKey>) -> Self {
        Self {
            signing: None,
            known,
            published: Vec::new(),
        }
    }
}

/// Whom a good token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person, through a session.
    Session {
        /// The user.
        user: UserId,
        /// The session; whether it still may be used is for the caller to ask.
        session: SessionId,
    },
    /// Another system of the agency.
    Client {
        /// The machine client.
        client: ClientId,
        /// Id of the token, under which it can be revoked.
        token: Uuid,
        /// What the token allows.
        scopes: Scopes,
    },
}

/// What came of looking at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// An unexpired token of ours.
    Good(Subject),
    /// It names a key that this process does not know, or not yet.
    UnknownKey,
    /// Anything else.
    Bad,
}

/// What an access token says (RFC 9068 §2.2).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
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

    /// A token is a person's or a machine client's, never both and never neither.
    fn subject(&self) -> Option<Subject> {
        match (self.sid, self.client_id, &self.scope) {
            (Some(session), None, None) => Some(Subject::Session {
                user: self.sub.into(),
                session: session.into(),
            }),
            (None, Some(client), Some(scope)) if client == self.sub => Some(Subject::Client {
                client: client.into(),
                token: self.jti,
                scopes: scope.parse().ok()?,
            }),
            _ => None,
        }
    }
}

/// A token whose signature was good.
#[derive(Clone)]
struct Remembered {
    claims: Claims,
    kid: String,
}

/// The parts of a token's header that decide whether it is looked at further. Keys that a token brings along are never
/// used (RFC 8725 §3.10); a token that brings some is not ours.
#[derive(Deserialize)]
struct Checked {
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
    jwk: Option<serde_json::Value>,
    jku: Option<serde_json::Value>,
    x5u: Option<serde_json::Value>,
    x5c: Option<serde_json::Value>,
}

impl Tokens {
    /// Without keys, which are read from the database.
    pub fn new(issuer: &str, ttl: Duration) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The times are compared with the clock that issues the tokens, in `claims`.
        validation.validate_exp = false;
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        Self {
            shared: Arc::new(Shared {
                ring: RwLock::new(Arc::new(Ring::empty(HashMap::new()))),
                reloaded: AtomicI64::new(0),
                validation,
                issuer: issuer.to_owned(),
                ttl,
            }),
            verified: Arc::default(),
        }
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

    /// Who issues the tokens.
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The keys with which anybody can check tokens, the ones about to be used included.
    pub fn published_keys(&self) -> Vec<PublishedKey> {
        self.ring().published.clone()
    }

    pub(super) fn set_ring(&self, ring: Ring) {
        *self.shared.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Whether the keys have not been read again in this second.
    pub(super) fn may_reload(&self) -> bool {
        let now = Utc::now().timestamp();
        self.shared.reloaded.swap(now, Ordering::Relaxed) != now
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.shared.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a token for a person.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    pub fn issue_for_session(&self, user: UserId, session: SessionId, now: DateTime<Utc>) -> Result<Secret> {
        self.issue(&Claims {
            sid: Some(session.uuid()),
            ..self.claims_of(user.uuid(), Uuid::now_v7(), now)
        })
    }

    /// Makes a token for a machine client; `token` is the id under which it can be revoked.
    ///
    /// # Errors
    /// `Internal` when it cannot be signed.
    pub fn issue_for_client(
        &self,
        client: ClientId,
        token: Uuid,
        scopes: Scopes,
        now: DateTime<Utc>,
    ) -> Result<Secret> {
        self.issue(&Claims {
            client_id: Some(client.uuid()),
            scope: Some(scopes.to_string()),
            ..self.claims_of(client.uuid(), token, now)
        })
    }

    fn claims_of(&self, sub: Uuid, jti: Uuid, now: DateTime<Utc>) -> Claims {
        let now = now.timestamp();
        Claims {
            iss: self.shared.issuer.clone(),
            aud: AUDIENCE.into(),
            sub,
            sid: None,
            client_id: None,
            scope: None,
            iat: now,
            nbf: now,
            exp: now.saturating_add(i64::try_from(self.shared.ttl.as_secs()).unwrap_or(i64::MAX)),
            jti,
        }
    }

    fn issue(&self, claims: &Claims) -> Result<Secret> {
        let ring = self.ring();
        let (kid, key) = ring
            .signing
            .as_ref()
            .ok_or_else(|| Error::Internal("there is no signing key".into()))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = Some(kid.clone());
        jsonwebtoken::encode(&header, claims, key)
            .map(Secret::new)
            .map_err(|_| Error::Internal("a token could not be signed".into()))
    }

    /// Whose token it is. Whether that session or client may still be used is for the caller to ask.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Verified {
        if token.len() > MAX_LENGTH {
            return Verified::Bad;
        }
        let ring = self.ring();
        let mut digest = [0; 32];
        digest.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        let known = self.memory().get(&digest).cloned();
        let claims = match known {
            Some(known) if ring.known.contains_key(&known.kid) => known.claims,
            _ => {
                let Some(kid) = kid_of(token) else {
                    return Verified::Bad;
                };
                let Some(key) = ring.known.get(&kid) else {
                    return Verified::UnknownKey;
                };
                let Ok(data) = jsonwebtoken::decode::<Claims>(token, key, &self.shared.validation) else {
                    return Verified::Bad;
                };
                let mut memory = self.memory();
                if memory.len() >= REMEMBERED {
                    memory.clear();
                }
                let claims = data.claims.clone();
                memory.insert(digest, Remembered { claims, kid });
                data.claims
            }
        };
        match claims.subject() {
            Some(subject) if claims.are_good_at(now) => Verified::Good(subject),
            _ => Verified::Bad,
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], Remembered>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key that a token names, if its header is one that this program writes.
fn kid_of(token: &str) -> Option<String> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: Checked = serde_json::from_slice(&header).ok()?;
    // RFC 7515 §4.1.11: what is critical and not understood makes the token invalid.
    let brings = [&header.crit, &header.jwk, &header.jku, &header.x5u, &header.x5c];
    if header.typ.as_deref() != Some(TYPE) || brings.iter().any(|it| it.is_some()) {
        return None;
    }
    header.kid
}

#[cfg(test)]
mod tests;

//! OAuth 2.0 for machine clients: tokens for a secret (RFC 6749 §4.4), revoking them (RFC 7009), and asking whether one
//! is good (RFC 7662).

use std::convert::Infallible;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{ClientId, ClientSecretId};
use entity::values::{AuditAction, AuditSubject, ClientStatus, Scope, Scopes};
use entity::{client_tokens, clients};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, JoinType, QueryFilter as _, QuerySelect as _,
    RelationTrait as _,
};
use uuid::Uuid;

use crate::audit::{self, Event, Who};
use crate::auth::throttle::{Attempt, client_attempt};
use crate::auth::tokens::{Claims, Subject};
use crate::auth::{Origin, read_token, session_actor};
use crate::clients::find_by_secret;
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Error, Result, Unauthenticated};
use crate::input::Secret;
use crate::opaque::{self, OpaqueKind};

/// The one grant type (RFC 6749 §4.4).
pub const GRANT_TYPE: &str = "client_credentials";
/// How clients may prove who they are (RFC 6749 §2.3.1, by the names of RFC 7591 §2).
pub const AUTH_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// Why a request of OAuth is refused, in its own words (RFC 6749 §5.2, RFC 7009 §2.2.1). The sentences keep to the
/// characters that the standard takes: printing ASCII without quotes and backslashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A parameter is missing, given twice or contradicts another.
    InvalidRequest(&'static str),
    /// The client did not prove who it is, or gets in no more: the two are told apart by nothing.
    InvalidClient,
    /// The client may do something else, but not this.
    UnauthorizedClient,
    /// There is no other grant than `client_credentials`.
    UnsupportedGrantType,
    /// A scope does not exist, or the client has not been given it.
    InvalidScope,
    /// What was shown is no access token.
    UnsupportedTokenType,
}

impl Refusal {
    /// Name of the error in the standard.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
        }
    }

    /// One sentence for the engineer of the client.
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest(detail) => detail,
            Self::InvalidClient => {
                "The client id and the secret do not belong to a client that gets in; check both, or ask an administrator."
            }
            Self::UnauthorizedClient => {
                "This token was issued to somebody else; only its own client may revoke it."
            }
            Self::UnsupportedGrantType => "The only grant type here is client_credentials.",
            Self::InvalidScope => {
                "A scope does not exist, or the client has not been given it; ask for fewer, or leave scope out."
            }
            Self::UnsupportedTokenType => "Only access tokens can be revoked here.",
        }
    }
}

/// Why a request of OAuth fails.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The client is to blame.
    #[error("{}", .0.code())]
    Refused(Refusal),
    /// Anything that could happen to another request, too.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a client shows to prove who it is, as it was sent.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The client's id.
    pub id: String,
    /// One of its secrets.
    pub secret: Secret,
}

/// A client that has proved who it is, and with what.
#[derive(Debug)]
pub struct Authenticated {
    client: clients::Model,
    secret: ClientSecretId,
}

/// Finds the client that the credentials belong to. Every operation of OAuth comes through here.
///
/// Failures are counted and slowed down, but after the look-up: 256 random bits are not guessed, and a client with the
/// right secret is neither held up by the failures of others at its address nor made to write for every question.
///
/// # Errors
/// `InvalidClient`, the same for a wrong secret, an unknown client, and one that is disabled or has expired;
/// `TooManyAttempts`.
pub async fn authenticate_client(
    core: &Core,
    from: &Origin,
    credentials: &Credentials,
) -> Result<Authenticated, Failure> {
    if let Ok(id) = credentials.id.parse::<ClientId>() {
        let secret_hash = opaque::hash(credentials.secret.expose());
        if let Some((client, secret)) = find_by_secret(core, id, secret_hash).await? {
            return Ok(Authenticated { client, secret });
        }
    }
    let wrong = async |_: &Attempt<'_>| -> Result<Infallible> { Err(REFUSED) };
    match client_attempt(core, &credentials.id, from, wrong).await {
        Err(Error::Unauthenticated(_)) => {
            note_refusal(
                core,
                Who::ANONYMOUS,
                credentials.id.parse().ok(),
                "invalid_client",
            )
            .await;
            Err(Refusal::InvalidClient.into())
        }
        Err(error) => Err(error.into()),
        Ok(never) => match never {},
    }
}

/// Notes that a client did not get in, or somebody who said to be one; only what looks like an id of a client is kept.
pub(crate) async fn note_refusal(core: &Core, who: Who, client: Option<ClientId>, why: &'static str) {
    let event = Event::denied(AuditAction::ClientRefused).detail(why);
    let event = match client {
        Some(client) => event.about(AuditSubject::Client, client),
        None => event,
    };
    audit::record_alone(core, who, event).await;
}

/// How the rules say `InvalidClient` among themselves.
const REFUSED: Error = Error::Unauthenticated(Unauthenticated::InvalidCredentials);

/// An access token that has just been made (RFC 6749 §5.1).
#[derive(Debug, Clone)]
pub struct Issued {
    /// JWT for the `Authorization: Bearer` header.
    pub access_token: Secret,
    /// Seconds for which it is good.
    pub expires_in: u64,
    /// What it allows.
    pub scopes: Scopes,
}

/// Gives a client a token with the scopes it asks for, or with all that it has (RFC 6749 §4.4).
///
/// # Errors
/// `InvalidClient`, `InvalidRequest` without a grant type, `UnsupportedGrantType`, `InvalidScope`.
pub async fn grant(
    core: &Core,
    from: &Origin,
    credentials: &Credentials,
    grant_type: Option<&str>,
    scope: Option<&str>,
) -> Result<Issued, Failure> {
    let Authenticated { client, secret } = authenticate_client(core, from, credentials).await?;
    match grant_type {
        Some(GRANT_TYPE) => {}
        Some(_) => return Err(Refusal::UnsupportedGrantType.into()),
        None => return Err(Refusal::InvalidRequest("The parameter grant_type is missing.").into()),
    }
    let scopes = match scope {
        None => client.scopes,
        Some(scope) => asked_for(scope, client.scopes).ok_or(Refusal::InvalidScope)?,
    };
    let now = core.clock.now();
    let life = TimeDelta::from_std(core.tokens.ttl()).unwrap_or(TimeDelta::MAX);
    let expires_at = client
        .expires_at
        .map_or(now + life, |end| Ord::min(end, now + life));
    let token = client_tokens::Model {
        id: Uuid::now_v7(),
        client_id: client.id,
        secret_id: secret,
        scopes,
        created_at: now,
        expires_at,
        ended_at: None,
    };
    let access_token = core.tokens.issue_for_client(client.id, token.id, scopes, now)?;
    let stored = core.db.write(async |txn| {
        // Client or secret may have been removed since they were looked up.
        client_tokens::Entity::insert(row_of::<_, client_tokens::ActiveModel>(&token))
            .exec_without_returning(txn)
            .await
            .or_foreign_key(|| REFUSED)?;
        let event = Event::new(AuditAction::ClientTokenIssued).about(AuditSubject::Client, client.id);
        let event = event.detail(shortened(&scopes.to_string()));
        audit::record(core, txn, Who::client(client.id), event).await
    });
    match stored.await {
        Err(Error::Unauthenticated(_)) => Err(Refusal::InvalidClient.into()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(Issued {
            access_token,
            expires_in: u64::try_from((expires_at - now).num_seconds()).unwrap_or(0),
            scopes,
        }),
    }
}

/// The scopes of a request, if they all exist and the client has them.
fn asked_for(scope: &str, granted: Scopes) -> Option<Scopes> {
    let asked: Scopes = scope.parse().ok()?;
    (!asked.is_empty() && asked.is_subset_of(granted)).then_some(asked)
}

/// What is stored of a token that is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grant {
    /// What its client may do at present.
    pub(crate) scopes: Scopes,
    /// Until when it is good.
    pub(crate) expires_at: DateTime<Utc>,
}

/// A client's token, unless it was revoked, or its client gets in no more. In one statement on the primary, so that
/// whatever an administrator takes away counts at once, on every process.
pub(crate) async fn living_grant(core: &Core, client: ClientId, token: Uuid) -> Result<Option<Grant>> {
    let now = core.clock.now();
    let found: Option<(Scopes, DateTime<Utc>)> = client_tokens::Entity::find_by_id(token)
        .select_only()
        .column(clients::Column::Scopes)
        .column(client_tokens::Column::ExpiresAt)
        .join(JoinType::InnerJoin, client_tokens::Relation::Clients.def())
        .filter(client_tokens::COLUMN.client_id.eq(client))
        .filter(client_tokens::COLUMN.ended_at.is_null())
        .filter(client_tokens::COLUMN.expires_at.gt(now))
        .filter(clients::COLUMN.status.eq(ClientStatus::Active))
        .filter(
            clients::COLUMN
                .expires_at
                .is_null()
                .or(clients::COLUMN.expires_at.gt(now)),
        )
        .into_tuple()
        .one(core.db.read())
        .await?;
    Ok(found.map(|(scopes, expires_at)| Grant { scopes, expires_at }))
}

/// Ends one of the client's tokens. A token that is good for nothing already is no error.
///
/// # Errors
/// `InvalidClient`; `UnauthorizedClient` for the token of somebody else; `UnsupportedTokenType` for what is no access
/// token.
pub async fn revoke(
    core: &Core,
    from: &Origin,
    credentials: &Credentials,
    token: &str,
) -> Result<(), Failure> {
    let Authenticated { client, .. } = authenticate_client(core, from, credentials).await?;
    if OpaqueKind::of(token).is_some() {
        return Err(Refusal::UnsupportedTokenType.into());
    }
    let claims = read_token(core, token).await?;
    match claims.as_ref().and_then(Claims::subject) {
        None => Ok(()),
        Some(Subject::Client {
            client: owner, token, ..
        }) if owner == client.id => {
            let ended = core.db.write(async |txn| {
                let ended = client_tokens::Entity::update_many()
                    .col_expr(client_tokens::Column::EndedAt, Expr::value(core.clock.now()))
                    .filter(client_tokens::COLUMN.id.eq(token))
                    .filter(client_tokens::COLUMN.ended_at.is_null())
                    .exec(txn)
                    .await?;
                if ended.rows_affected == 0 {
                    return Ok(());
                }
                let event = Event::new(AuditAction::ClientTokenRevoked);
                let event = event.about(AuditSubject::Client, client.id);
                audit::record(core, txn, Who::client(client.id), event).await
            });
            Ok(ended.await?)
        }
        Some(_) => Err(Refusal::UnauthorizedClient.into()),
    }
}

/// What a token says, if it is good at present and the client may know: its own, or with the scope
/// `tokens:introspect` anybody's.
///
/// # Errors
/// `InvalidClient`.
pub async fn introspect(
    core: &Core,
    from: &Origin,
    credentials: &Credentials,
    token: &str,
) -> Result<Option<Claims>, Failure> {
    let Authenticated { client: asking, .. } = authenticate_client(core, from, credentials).await?;
    let may_know_all = asking.scopes.contains(Scope::TokensIntrospect);
    let Some(claims) = read_token(core, token).await? else {
        return Ok(None);
    };
    Ok(match claims.subject() {
        Some(Subject::Client {
            client,
            token,
            scopes,
        }) if may_know_all || client == asking.id => {
            let grant = living_grant(core, client, token).await?;
            grant.map(|grant| Claims {
                scope: Some(grant.scopes.and(scopes).to_string()),
                exp: Ord::min(claims.exp, grant.expires_at.timestamp()),
                ..claims
            })
        }
        Some(Subject::Session { user, session }) if may_know_all => {
            session_actor(core, user, session).await?.map(|_| claims)
        }
        _ => None,
    })
}

/// Removes the tokens that have expired.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    let now = core.clock.now();
    core.db
        .write(async |txn| {
            client_tokens::Entity::delete_many()
                .filter(client_tokens::COLUMN.expires_at.lt(now))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}

/// Most characters of scopes that an entry of the audit trail names; its column takes 200 in all.
const NAMED_SCOPES: usize = 180;

/// Scopes as the audit trail names them: of a long list as many as there is room for, and how many more there are.
fn shortened(scopes: &str) -> String {
    let end = match scopes.char_indices().nth(NAMED_SCOPES) {
        None => return scopes.to_owned(),
        Some((end, _)) => end,
    };
    let named = scopes
        .get(..end)
        .and_then(|it| it.rsplit_once(' '))
        .map_or("", |(named, _)| named);
    let more = scopes.split(' ').count() - named.split(' ').count();
    format!("{named} and {more} more")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Refusal; 6] = [
        Refusal::InvalidRequest("The parameter token is missing."),
        Refusal::InvalidClient,
        Refusal::UnauthorizedClient,
        Refusal::UnsupportedGrantType,
        Refusal::InvalidScope,
        Refusal::UnsupportedTokenType,
    ];

    /// RFC 6749 §5.2.
    #[test]
    fn descriptions_keep_to_the_characters_of_the_standard() {
        for refusal in ALL {
            let text = refusal.description();
            assert!(
                text.bytes()
                    .all(|byte| matches!(byte, 0x20..=0x7e) && !matches!(byte, b'"' | b'\\')),
                "{text}"
            );
        }
    }

    #[test]
    fn a_long_list_of_scopes_is_shortened_at_a_whole_one() {
        assert_eq!(shortened("users:read groups:read"), "users:read groups:read");
        let many = ["passports:read"; 24].join(" ");
        let short = shortened(&many);
        assert!(
            short.len() <= 200 && short.ends_with("passports:read and 12 more"),
            "{short}"
        );
    }

    #[test]
    fn only_granted_scopes_can_be_asked_for() {
        let granted: Scopes = [Scope::UsersRead, Scope::PassportsRead].into_iter().collect();
        assert_eq!(
            asked_for("passports:read", granted),
            Some([Scope::PassportsRead].into_iter().collect())
        );
        for scope in [
            "users:write",
            "everything",
            "users:read users:write",
            "users:read\tpassports:read",
            " ",
        ] {
            assert_eq!(asked_for(scope, granted), None, "{scope:?}");
        }
    }
}

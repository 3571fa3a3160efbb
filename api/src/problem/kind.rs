//! The catalogue of everything that can go wrong, as callers see it.

use std::borrow::Cow;

use service::error::{Conflict, Denial, Error as ServiceError, Repeated, Unauthenticated};

use crate::error::Error;

/// A kind of problem: what is the same every time it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// HTTP status.
    pub status: u16,
    /// Stable `snake_case` name, for programs.
    pub code: &'static str,
    /// What usually is to be said and done, in one sentence.
    pub detail: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:literal $code:literal: $detail:literal,)+) => {
        $(const $name: Kind = Kind { status: $status, code: $code, detail: $detail };)+
        /// The kinds that are not conflicts.
        const GENERAL: &[Kind] = &[$($name,)+];
    };
}

kinds! {
    BAD_REQUEST = 400 "bad_request": "The request is not understood; compare it with the documentation.",
    MALFORMED_JSON = 400 "malformed_json": "The body is not valid JSON.",
    INVALID_PARAMETER = 400 "invalid_parameter": "One or more parameters break a rule; see errors.",
    UNAUTHENTICATED = 401 "unauthenticated": "Sign in first: send the header Authorization: Bearer <access token>.",
    INVALID_TOKEN = 401 "invalid_token": "The access token is not valid or has expired; sign in again.",
    INVALID_CREDENTIALS = 401 "invalid_credentials": "E-mail and password do not match a user who may sign in.",
    SECOND_FACTOR_REQUIRED = 401 "second_factor_required": "This account has a second factor; sign in again with a code of the app, or a recovery code.",
    INVALID_CODE = 401 "invalid_code": "The code is wrong or has been used; wait for the next one.",
    INVALID_REFRESH_TOKEN = 401 "invalid_refresh_token": "The refresh token is used up, expired or unknown, or its session has ended; sign in again.",
    FORBIDDEN = 403 "forbidden": "Your role does not include this operation.",
    FIELD_NOT_PERMITTED = 403 "field_not_permitted": "Your role does not include these fields; see errors.",
    INSUFFICIENT_SCOPE = 403 "insufficient_scope": "The access token lacks a scope that this operation needs; see the header WWW-Authenticate.",
    SECOND_FACTOR_MISSING = 403 "second_factor_missing": "The agency asks its staff for a second factor; set one up with POST /v1/auth/second-factor first.",
    REGISTRATION_CLOSED = 403 "registration_closed": "Customers cannot register themselves here; ask the agency for an account.",
    NOT_FOUND = 404 "not_found": "There is nothing at this address, or it is not yours to see.",
    METHOD_NOT_ALLOWED = 405 "method_not_allowed": "This address does not take this method; see the header Allow.",
    REQUEST_TIMEOUT = 408 "request_timeout": "The body did not arrive in time; send it again.",
    IDEMPOTENCY_IN_PROGRESS = 409 "idempotency_in_progress": "A request with this Idempotency-Key is being worked on; send it again after Retry-After to get its answer.",
    ERASED = 410 "erased": "This number stood for a person who has been erased; remove the person in the other system too.",
    POSITION_GONE = 410 "position_gone": "The feed does not go on from this position: its events are no longer kept, or the database is one from before it; make a new copy of everything and start with after=latest.",
    STALE_VERSION = 412 "stale_version": "The record has changed since you read it; read it again and repeat your change.",
    PAYLOAD_TOO_LARGE = 413 "payload_too_large": "The body is too large.",
    URI_TOO_LONG = 414 "uri_too_long": "Path and query are too long; shorten them.",
    UNSUPPORTED_MEDIA_TYPE = 415 "unsupported_media_type": "Send the body as application/json in UTF-8, not compressed.",
    INVALID_FIELDS = 422 "invalid_fields": "One or more fields break a rule; see errors.",
    IDEMPOTENCY_KEY_REUSED = 422 "idempotency_key_reused": "This Idempotency-Key was sent with another request; send each request under a new one, and only the same request under the same.",
    TOO_MANY_ATTEMPTS = 429 "too_many_attempts": "Too many attempts have failed; try again after Retry-After.",
    TOO_MANY_REVEALS = 429 "too_many_reveals": "You have seen as many numbers of documents within the hour as one may; try again after Retry-After, or ask an administrator.",
    TOO_MANY_REQUESTS = 429 "too_many_requests": "You have sent as many requests as one may; try again after Retry-After.",
    HEADERS_TOO_LARGE = 431 "headers_too_large": "The header fields are too large; shorten them.",
    INTERNAL_ERROR = 500 "internal_error": "Something went wrong on our side; quote the request id to support.",
    UNAVAILABLE = 503 "unavailable": "The service is busy or its database out of reach; try again after Retry-After.",
}

impl Kind {
    /// The kind of an error.
    pub const fn of(error: &Error) -> Self {
        match error {
            Error::Service(error) => Self::of_service(error),
            Error::BadRequest => BAD_REQUEST,
            Error::MethodNotAllowed { .. } => METHOD_NOT_ALLOWED,
            Error::RequestTimeout => REQUEST_TIMEOUT,
            Error::PayloadTooLarge { .. } => PAYLOAD_TOO_LARGE,
            Error::TooManyRequests { .. } => TOO_MANY_REQUESTS,
            Error::UriTooLong => URI_TOO_LONG,
            Error::UnsupportedMediaType(_) => UNSUPPORTED_MEDIA_TYPE,
            Error::HeadersTooLarge => HEADERS_TOO_LARGE,
            Error::Panicked => INTERNAL_ERROR,
        }
    }

    const fn of_service(error: &ServiceError) -> Self {
        match error {
            ServiceError::Malformed(_) => MALFORMED_JSON,
            ServiceError::InvalidParameter(_) => INVALID_PARAMETER,
            ServiceError::Invalid(_) => INVALID_FIELDS,
            ServiceError::Unauthenticated(Unauthenticated::Missing) => UNAUTHENTICATED,
            ServiceError::Unauthenticated(Unauthenticated::InvalidToken) => INVALID_TOKEN,
            ServiceError::Unauthenticated(Unauthenticated::InvalidCredentials) => INVALID_CREDENTIALS,
            ServiceError::Unauthenticated(Unauthenticated::SecondFactorRequired) => SECOND_FACTOR_REQUIRED,
            ServiceError::Unauthenticated(Unauthenticated::InvalidCode) => INVALID_CODE,
            ServiceError::Unauthenticated(Unauthenticated::InvalidRefreshToken) => INVALID_REFRESH_TOKEN,
            ServiceError::Denied(Denial::Role) => FORBIDDEN,
            ServiceError::Denied(Denial::Scopes(_)) => INSUFFICIENT_SCOPE,
            ServiceError::Denied(Denial::SecondFactorMissing) => SECOND_FACTOR_MISSING,
            ServiceError::Denied(Denial::Fields(_)) => FIELD_NOT_PERMITTED,
            ServiceError::Denied(Denial::RegistrationClosed) => REGISTRATION_CLOSED,
            ServiceError::NotFound => NOT_FOUND,
            ServiceError::Erased => ERASED,
            ServiceError::Conflict(conflict) => Self::of_conflict(*conflict),
            ServiceError::Repeated(Repeated::InProgress) => IDEMPOTENCY_IN_PROGRESS,
            ServiceError::Repeated(Repeated::Otherwise) => IDEMPOTENCY_KEY_REUSED,
            ServiceError::Stale => STALE_VERSION,
            ServiceError::PositionGone => POSITION_GONE,
            ServiceError::TooManyAttempts { .. } => TOO_MANY_ATTEMPTS,
            ServiceError::TooManyReveals { .. } => TOO_MANY_REVEALS,
            ServiceError::Unavailable(_) => UNAVAILABLE,
            ServiceError::Internal(_)
            | ServiceError::Tampered { .. }
            // The middleware answers as the first time.
            | ServiceError::Repeated(Repeated::Answered) => INTERNAL_ERROR,
        }
    }

    /// The kind of a conflict: each has its own code.
    pub const fn of_conflict(conflict: Conflict) -> Self {
        Self {
            status: 409,
            code: conflict.code(),
            detail: conflict.detail(),
        }
    }

    /// Every kind there is, for the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        GENERAL
            .iter()
            .copied()
            .chain(Conflict::ALL.iter().copied().map(Self::of_conflict))
    }

    /// The kinds that come with a status, whatever the operation.
    pub fn with_status(status: u16) -> impl Iterator<Item = Self> {
        GENERAL.iter().copied().filter(move |kind| kind.status == status)
    }

    /// Name of the kind for people: the code in words.
    pub fn title(&self) -> Cow<'static, str> {
        let words = self
            .code
            .replace('_', " ")
            .replace("json", "JSON")
            .replace("uri ", "URI ");
        let mut letters = words.chars();
        match letters.next() {
            Some(first) => Cow::Owned(first.to_uppercase().chain(letters).collect()),
            None => Cow::Borrowed("Problem"),
        }
    }

    /// Address of the page that describes the kind, relative to the server.
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_speak_snake_case() {
        let codes: Vec<_> = Kind::all().map(|kind| kind.code).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        assert!(
            codes
                .iter()
                .all(|code| code.chars().all(|c| c.is_ascii_lowercase() || c == '_')),
            "{codes:?}"
        );
    }

    #[test]
    fn titles_are_the_codes_in_words() {
        assert_eq!(MALFORMED_JSON.title(), "Malformed JSON");
        assert_eq!(URI_TOO_LONG.title(), "URI too long");
        assert_eq!(INVALID_FIELDS.title(), "Invalid fields");
    }

    #[test]
    fn details_are_sentences() {
        for kind in Kind::all() {
            assert!(
                kind.detail.ends_with('.') && kind.detail.starts_with(char::is_uppercase),
                "{kind:?}"
            );
        }
    }
}

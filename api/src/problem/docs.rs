//! How handlers document their failures: a type per status, with an example per code, and `$ref` to one schema.
//!
//! What every operation can answer (400, 401, 404, 500 …) is added by `openapi::common`; handlers name only
//! what is theirs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::error::Conflict;
use utoipa::IntoResponses;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::{Content, ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::{Kind, MEDIA_TYPE};

macro_rules! responses {
    ($($(#[$doc:meta])* $name:ident = $status:literal $description:literal: $kinds:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    let kinds: fn(&Kind) -> bool = $kinds;
                    let response = problem_response($description, Kind::with_status($status).filter(kinds));
                    BTreeMap::from([(stringify!($status).to_owned(), response.into())])
                }
            }
        )+
    };
}

responses! {
    /// 401 of signing in.
    InvalidCredentials = 401 "E-mail and password do not match a user who may sign in, or a code is needed too.":
        |kind| matches!(kind.code, "invalid_credentials" | "second_factor_required" | "invalid_code");
    /// 401 of refreshing.
    InvalidRefreshToken = 401 "The refresh token is not good.": |kind| kind.code == "invalid_refresh_token";
    /// 403: the caller's role or scopes do not include the operation, or not these fields.
    Forbidden = 403 "The caller's role or scopes do not allow this.": |kind| kind.code != "registration_closed";
    /// 403 of registering.
    RegistrationClosed = 403 "Customers cannot register themselves here.":
        |kind| kind.code == "registration_closed";
    /// 410: there was such a person, who was erased.
    Erased = 410 "The person for whom this number stood has been erased.": |_| true;
    /// 410: the feed of changes does not go on from where the reader stands.
    PositionGone = 410 "The feed does not go on from this position: make a new copy of everything.": |_| true;
    /// 412: the record has changed since the caller read it. Makes the document list `If-Match`.
    Stale = 412 "The record has changed since the caller read it.": |_| true;
    /// 429: too many tries have failed.
    TooManyAttempts = 429 "Too many attempts have failed; nothing was looked at.":
        |kind| matches!(kind.code, "too_many_attempts" | "too_many_requests");
    /// 429: the caller has seen as many numbers of documents as one may.
    TooManyReveals = 429 "The caller has seen as many numbers of documents within the hour as one may.":
        |kind| matches!(kind.code, "too_many_reveals" | "too_many_requests");
    /// 503, for what is not under `/v1`.
    Unavailable = 503 "The service is busy, or its database out of reach.": |_| true;
}

/// 304: the caller has this version already. Makes the document list `If-None-Match`.
#[derive(Debug)]
pub struct NotModified;

impl IntoResponses for NotModified {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let response = ResponseBuilder::new()
            .description("The caller has this version already.")
            .build();
        BTreeMap::from([("304".to_owned(), response.into())])
    }
}

/// Documentation of a status that comes as a `Problem` of one of these kinds.
pub fn problem_response(description: &str, kinds: impl IntoIterator<Item = Kind>) -> Response {
    ResponseBuilder::new()
        .description(description)
        .content(MEDIA_TYPE, content(kinds))
        .build()
}

fn content(kinds: impl IntoIterator<Item = Kind>) -> Content {
    let examples = kinds.into_iter().map(|kind| {
        (
            kind.code,
            ExampleBuilder::new()
                .summary(kind.title())
                .value(Some(example(&kind)))
                .build(),
        )
    });
    ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build()
}

fn example(kind: &Kind) -> Value {
    let errors = match kind.code {
        "invalid_parameter" => json!([{
            "pointer": "limit", "code": "out_of_range", "detail": "The limit must lie between 1 and 200.",
        }]),
        "invalid_fields" => json!([{
            "pointer": "/first_name", "code": "required", "detail": "This field is required.",
        }]),
        "field_not_permitted" => json!([{
            "pointer": "/role", "code": "not_permitted", "detail": "Only an administrator may set this field.",
        }]),
        _ => json!([]),
    };
    json!({
        "type": kind.uri(),
        "title": kind.title(),
        "status": kind.status,
        "detail": kind.detail,
        "code": kind.code,
        "request_id": "01920000-0000-7000-8000-00000000f001",
        "errors": errors,
    })
}

/// Documentation of 409 with these conflicts; used through [`conflicts!`].
pub fn conflict_responses(conflicts: &[Conflict]) -> BTreeMap<String, RefOr<Response>> {
    let kinds = conflicts.iter().copied().map(Kind::of_conflict);
    BTreeMap::from([(
        "409".to_owned(),
        problem_response("The request contradicts what is stored.", kinds).into(),
    )])
}

/// Makes a type that documents the conflicts of an operation, for `responses(...)` of `#[utoipa::path]`:
/// `conflicts!(CreateUserConflicts: EmailTaken, EmailRequired);`
macro_rules! conflicts {
    ($name:ident: $($conflict:ident),+ $(,)?) => {
        #[doc = "409: what the operation can contradict."]
        #[derive(Debug)]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses()
            -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::problem::conflict_responses(&[$(service::error::Conflict::$conflict),+])
            }
        }
    };
}
pub(crate) use conflicts;

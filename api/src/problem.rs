//! The body of every failure (RFC 9457), and the one mapping from an error to it.

mod docs;
mod guide;
mod kind;

use std::borrow::Cow;

use serde::Serialize;
use service::error::{Denial, Error as ServiceError, FieldError};
use utoipa::ToSchema;

pub(crate) use self::docs::conflicts;
pub use self::docs::{
    Erased, Forbidden, InvalidCredentials, InvalidRefreshToken, NotModified, PositionGone,
    RegistrationClosed, Stale, TooManyAttempts, TooManyReveals, Unavailable, conflict_responses,
    problem_response,
};
pub use self::guide::{FIELD_CODES, FieldCodes, Guide};
pub use self::kind::Kind;
use crate::error::Error;

/// Media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request failed (RFC 9457). The one shape of every error of this API.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the page that describes this kind of problem, relative to the server.
    #[serde(rename = "type")]
    #[schema(
        format = "uri-reference",
        max_length = 200,
        example = "/problems/invalid_fields"
    )]
    pub kind: String,
    /// Name of this kind of problem; the same words every time.
    #[schema(value_type = String, max_length = 200, example = "Invalid fields")]
    pub title: Cow<'static, str>,
    /// The HTTP status once more.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: u16,
    /// What went wrong this time, and what to do, in one sentence for people.
    #[schema(value_type = String, max_length = 1000, example = "One or more fields break a rule; see errors.")]
    pub detail: Cow<'static, str>,
    /// Stable name of this kind of problem, for programs to branch on.
    #[schema(value_type = String, max_length = 100, pattern = "^[a-z][a-z0-9_]*$", example = "invalid_fields")]
    pub code: &'static str,
    /// Id of the request, to quote to support; the same as in X-Request-Id.
    #[schema(max_length = 64, example = "01920000-0000-7000-8000-00000000f001")]
    pub request_id: String,
    /// Every field or parameter that breaks a rule, of more than 50 the first; empty when the problem lies elsewhere.
    #[schema(max_items = 50)]
    pub errors: Vec<ProblemField>,
}

/// One field or parameter that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemField {
    /// JSON Pointer (RFC 6901) into the request body, or the name of a query or path parameter or of a header field.
    #[schema(max_length = 500, example = "/email")]
    pub pointer: String,
    /// Stable name of the rule, for programs to branch on.
    #[schema(value_type = String, max_length = 100, pattern = "^[a-z][a-z0-9_]*$", example = "required")]
    pub code: Cow<'static, str>,
    /// What is wrong and what to do, in one sentence for people. Never repeats the value.
    #[schema(value_type = String, max_length = 1000, example = "This field is required.")]
    pub detail: Cow<'static, str>,
}

/// Most errors that one problem names: a body can break a rule at each of its thousands of items.
const MOST_ERRORS: usize = 50;

impl Problem {
    /// What the caller is told about an error.
    pub fn new(error: &Error, request_id: &str) -> Self {
        let kind = Kind::of(error);
        Self {
            kind: kind.uri(),
            title: kind.title(),
            status: kind.status,
            detail: detail(error).unwrap_or(Cow::Borrowed(kind.detail)),
            code: kind.code,
            request_id: request_id.to_owned(),
            errors: fields(error)
                .iter()
                .take(MOST_ERRORS)
                .map(ProblemField::from)
                .collect(),
        }
    }
}

impl From<&FieldError> for ProblemField {
    fn from(error: &FieldError) -> Self {
        Self {
            pointer: error.pointer.clone(),
            code: error.code.clone(),
            detail: error.detail.clone(),
        }
    }
}

/// What there is to say beyond the usual sentence of the kind.
fn detail(error: &Error) -> Option<Cow<'static, str>> {
    match error {
        Error::Service(ServiceError::Malformed(detail)) => Some(detail.clone()),
        Error::MethodNotAllowed { allow } => Some(format!("This address takes only {allow}.").into()),
        Error::PayloadTooLarge { limit } => Some(format!("The body may have at most {limit} bytes.").into()),
        _ => None,
    }
}

fn fields(error: &Error) -> &[FieldError] {
    match error {
        Error::Service(
            ServiceError::Invalid(errors)
            | ServiceError::InvalidParameter(errors)
            | ServiceError::Denied(Denial::Fields(errors)),
        ) => errors,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use service::error::Conflict;

    use super::*;

    #[test]
    fn a_conflict_shows_its_code_and_what_to_do() {
        let problem = Problem::new(&Error::Service(Conflict::EmailTaken.into()), "r1");
        assert_eq!((problem.status, problem.code), (409, "email_taken"));
        assert_eq!(problem.kind, "/problems/email_taken");
        assert_eq!(problem.title, "Email taken");
        assert_eq!(problem.detail, Conflict::EmailTaken.detail());
        assert_eq!(problem.request_id, "r1");
    }

    #[test]
    fn an_internal_error_shows_nothing_of_itself() {
        let error = Error::Service(ServiceError::Internal("table users is gone".into()));
        let body = serde_json::to_string(&Problem::new(&error, "r1")).unwrap_or_default();
        assert!(!body.contains("users"), "{body}");
        assert!(body.contains("internal_error"), "{body}");
    }

    #[test]
    fn all_wrong_fields_are_named() {
        let wrong = vec![
            FieldError::field("a", "required", "x"),
            FieldError::field("b", "required", "x"),
        ];
        let problem = Problem::new(&Error::Service(ServiceError::Invalid(wrong)), "r1");
        assert_eq!(problem.status, 422);
        assert_eq!(
            problem
                .errors
                .iter()
                .map(|error| error.pointer.as_str())
                .collect::<Vec<_>>(),
            ["/a", "/b"]
        );
    }

    #[test]
    fn no_problem_names_more_fields_than_the_document_allows() {
        let wrong = (0..99)
            .map(|index| FieldError::field(&index.to_string(), "required", "x"))
            .collect();
        let problem = Problem::new(&Error::Service(ServiceError::Invalid(wrong)), "r1");
        assert_eq!(problem.errors.len(), 50);
        assert_eq!(problem.errors[49].pointer, "/49");
    }
}

//! The one error type of the business rules. `api::problem` is the only place that turns it into HTTP.

use std::borrow::Cow;
use std::time::Duration;

use entity::ids::UserId;
use entity::values::Scopes;
use sea_orm::DbErr;

use crate::sealing::Place;

/// What can go wrong in a command or a query. No variant carries personal data, except `Internal`, whose
/// source is meant for the log alone and is scrubbed on the way in (see [`Error::from`] for `DbErr`).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is not what it claims to be (broken JSON, a text that is not UTF-8). HTTP 400.
    #[error("malformed input: {0}")]
    Malformed(Cow<'static, str>),
    /// The input is well-formed, and one or more fields break a rule. All of them are named. HTTP 422.
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// A query parameter, a cursor or a path segment breaks a rule. HTTP 400.
    #[error("invalid parameter")]
    InvalidParameter(Vec<FieldError>),
    /// Nobody is signed in, or what was sent does not prove it. HTTP 401.
    #[error("unauthenticated: {0:?}")]
    Unauthenticated(Unauthenticated),
    /// The caller is known and may not do this. HTTP 403.
    #[error("denied")]
    Denied(Denial),
    /// Not there, or not the caller's: the two cannot be told apart. HTTP 404.
    #[error("not found")]
    NotFound,
    /// There was such a person, who was erased. Only whoever may read people learns of it. HTTP 410.
    #[error("erased")]
    Erased,
    /// Too many failed tries; nothing was looked at. HTTP 429.
    #[error("too many attempts")]
    TooManyAttempts {
        /// After how long the next try is looked at.
        retry_after: Duration,
    },
    /// The caller has seen as many numbers of documents within the hour as one may. HTTP 429.
    #[error("too many reveals")]
    TooManyReveals {
        /// After how long there is room for what was asked.
        retry_after: Duration,
    },
    /// The command contradicts what is stored. HTTP 409.
    #[error("conflict: {}", .0.code())]
    Conflict(Conflict),
    /// The caller's key of idempotency stands for a request that was sent before. HTTP 409 or 422.
    #[error("repeated: {0:?}")]
    Repeated(Repeated),
    /// The record has changed since the caller read it. HTTP 412.
    #[error("stale version")]
    Stale,
    /// The feed of changes does not reach back to where the reader stands, or never had that event. HTTP 410.
    #[error("position gone")]
    PositionGone,
    /// Too busy, or the database is out of reach; the same request may succeed later. HTTP 503.
    #[error("unavailable: {0}")]
    Unavailable(&'static str),
    /// A sealed value does not open: it was changed, or moved from elsewhere. HTTP 500.
    #[error("integrity: {place} cannot be opened")]
    Tampered {
        /// Where the value stands.
        place: Place,
        /// Whose it is meant to be.
        user: UserId,
    },
    /// A fault of ours. It is logged once and shown as nothing but the request id. HTTP 500.
    #[error("internal error: {0}")]
    Internal(String),
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the request body, or the name of the parameter.
    pub pointer: String,
    /// Stable `snake_case` code, for programs.
    pub code: Cow<'static, str>,
    /// One sentence for people: what is wrong and what to do. Never repeats the value.
    pub detail: Cow<'static, str>,
}

impl FieldError {
    /// An error of a top-level field of the body.
    pub fn field(
        name: &str,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            pointer: format!("/{name}"),
            code: code.into(),
            detail: detail.into(),
        }
    }

    /// An error of a query or path parameter.
    pub fn parameter(
        name: &str,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            pointer: name.to_owned(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No credentials were sent.
    Missing,
    /// The token is forged, expired, or its user may no longer sign in.
    InvalidToken,
    /// E-mail and password do not belong together, or may not sign in.
    InvalidCredentials,
    /// The password was right; a code of the second factor is needed too.
    SecondFactorRequired,
    /// The password was right; the code is wrong or has been used.
    InvalidCode,
    /// The refresh token is unknown, used up or expired, or its session has ended.
    InvalidRefreshToken,
}

/// What is known of a request that was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// It is being worked on.
    InProgress,
    /// It was another request under the same key.
    Otherwise,
    /// It has been answered: [`crate::idempotency::Attempt::first_answer`] has what to answer again.
    Answered,
}

/// Why a known caller may not do this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// The caller's role does not include the operation.
    Role,
    /// The other system's token lacks one of these scopes.
    Scopes(Scopes),
    /// The agency asks staff for a second factor, and the caller has not set one up.
    SecondFactorMissing,
    /// The role includes the operation, but not for these fields.
    Fields(Vec<FieldError>),
    /// Customers cannot register themselves here (`REGISTRATION=closed`).
    RegistrationClosed,
}

macro_rules! conflicts {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $detail:literal,)+) => {
        /// Every way in which a command can contradict what is stored.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Conflict { $($(#[$doc])* $name,)+ }

        impl Conflict {
            /// All conflicts, for the documentation of errors.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Stable `snake_case` code, for programs.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// One sentence for people: what is wrong and what to do.
            pub const fn detail(self) -> &'static str {
                match self { $(Self::$name => $detail,)+ }
            }
        }

        impl From<Conflict> for Error {
            fn from(conflict: Conflict) -> Self { Self::Conflict(conflict) }
        }
    };
}

conflicts! {
    /// Another user has the e-mail address.
    EmailTaken = "email_taken": "This e-mail address is taken; sign in with it, or search for the user who has it.",
    /// A passport with this issuing country and number is recorded.
    PassportExists = "passport_exists": "A passport with this issuing country and number is already recorded; search for it instead.",
    /// A visa of this country with this number is recorded.
    VisaExists = "visa_exists": "A visa of this country with this number is already recorded; search for it instead.",
    /// An identity card with this issuing country and number is recorded.
    IdentityCardExists = "identity_card_exists": "An identity card with this issuing country and number is already recorded; search for it instead.",
    /// The user already has a number of this type and country.
    TravellerNumberExists = "traveller_number_exists": "This user already has a number of this type and country; change that one instead.",
    /// The supplier already has a programme of this name.
    ProgramExists = "program_exists": "This supplier already has a loyalty programme of this name; change that one instead.",
    /// The programme has memberships.
    ProgramInUse = "program_in_use": "Customers hold memberships in this programme; take it off offer with offered_until instead.",
    /// A tier that memberships hold would vanish.
    TierInUse = "tier_in_use": "Customers hold a tier that the new list leaves out; move them to another tier first.",
    /// The programme is not on offer today.
    ProgramNotOffered = "program_not_offered": "This programme is not on offer today; choose one with on_offer=true.",
    /// Another record of the kind has the number of another system.
    ExternalIdTaken = "external_id_taken": "Another record has this number of the other system; find it by the number, and change that record, or take the number away from it.",
    /// The number of another system was somebody's who has been erased.
    ExternalIdErased = "external_id_erased": "This number stood for a person who has been erased; remove the person in the other system too, and give whoever comes anew a new number.",
    /// The user already has a membership in the programme.
    LoyaltyExists = "loyalty_exists": "This user already has a membership in this programme; change that one instead.",
    /// The user has as many emergency contacts as anybody may have.
    TooManyEmergencyContacts = "too_many_emergency_contacts": "This user has five emergency contacts already; change or remove one of them first.",
    /// Another rule of entry has the code.
    EntryRuleExists = "entry_rule_exists": "Another rule of entry has this code; change that one, or choose another code.",
    /// Another group has the name.
    GroupNameTaken = "group_name_taken": "Another group already has this name (upper and lower case count as the same); choose another.",
    /// The group has as many members as it may have.
    GroupFull = "group_full": "The group has as many members as it may have; remove somebody or start a second group.",
    /// The group would be left with fewer than two members.
    GroupTooSmall = "group_too_small": "A group needs at least two members; delete the group instead of emptying it.",
    /// Another machine client has the name.
    ClientNameTaken = "client_name_taken": "Another client already has this name (upper and lower case count as the same); choose another.",
    /// The machine client has two secrets.
    TooManySecrets = "too_many_secrets": "The client has two secrets already; remove the one that is no longer used first.",
    /// The user has as many calendar feeds as one may have.
    TooManyCalendarFeeds = "too_many_calendar_feeds": "You have ten calendar feeds already; revoke one that is no longer used first.",
    /// There are as many active webhook endpoints as there may be.
    TooManyWebhookEndpoints = "too_many_webhook_endpoints": "There are twenty active webhook endpoints already; disable or remove one that is no longer used first.",
    /// No active administrator would be left.
    LastAdmin = "last_admin": "This is the last active administrator; make somebody else an administrator first.",
    /// A primary passport must be active.
    PrimaryNotActive = "primary_not_active": "Only an active passport can be the primary one; choose another as primary first.",
    /// The person's data is kept and used by nobody.
    Restricted = "restricted": "The data of this person is restricted (GDPR Article 18): it is kept and neither used nor changed; an administrator lifts the restriction.",
    /// The request to be erased has been decided.
    ErasureDecided = "erasure_decided": "This request has been decided already; read it again.",
    /// Only who is invited is invited again.
    NotInvited = "not_invited": "This user is not waiting for an invitation; who has forgotten the password asks for a new one with the e-mail address.",
    /// The user has a second factor already.
    SecondFactorEnabled = "second_factor_enabled": "You have a second factor already; disable it before you set up another.",
    /// The user has no second factor, or none that waits for its first code.
    SecondFactorNotSetUp = "second_factor_not_set_up": "You have no second factor; set one up with POST /v1/auth/second-factor first.",
    /// The agency asks the user's role for a second factor.
    SecondFactorDemanded = "second_factor_demanded": "The agency asks its staff for a second factor; ask an administrator to reset it if you need another app.",
    /// The passport cannot be written as a machine readable zone.
    NoMrz = "no_mrz": "Nothing of this size can be written: the number has more than nine characters, or a name has letters that ICAO Doc 9303-3 does not transliterate.",
    /// The rows that come are not those that have been taken.
    ImportDiffers = "import_differs": "This is not the file that was begun: the rows that were taken look otherwise. Send the same file again, or open another import.",
    /// Somebody else sends the same file.
    ImportInProgress = "import_in_progress": "This file is being sent by somebody else at the same time; wait for that, and read the import.",
    /// The role needs an e-mail address.
    EmailRequired = "email_required": "Somebody who signs in needs an e-mail address; give one, or keep the profile without sign-in.",
}

impl From<DbErr> for Error {
    /// Keeps the kind of the failure and drops the text: driver messages repeat key values (pitfalls of the
    /// stack), and a passport number must not reach a log this way.
    fn from(error: DbErr) -> Self {
        crate::db::classify(&error)
    }
}

impl Error {
    /// A record that the body refers to and that is out of reach is a wrong field, not a wrong address.
    pub(crate) fn at_field(self, field: &str) -> Self {
        match self {
            Self::NotFound => FieldError::field(
                field,
                "not_found",
                "There is no such record; search for it first.",
            )
            .into(),
            other => other,
        }
    }

    /// Whether the failure is the caller's to mend (4xx) rather than ours.
    pub const fn is_callers(&self) -> bool {
        !matches!(
            self,
            Self::Internal(_)
                | Self::Tampered { .. }
                | Self::Unavailable(_)
                // Never seen by a caller, who is answered what the first request was.
                | Self::Repeated(Repeated::Answered)
        )
    }
}

/// Shorthand used all over the crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

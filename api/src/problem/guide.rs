//! What each kind of problem comes from and what helps, for people who look it up: the pages under `/problems`, and
//! docs/ERRORS.md.

use super::Kind;

/// What is told of a kind of problem beside its `detail`.
#[derive(Debug, Clone, Copy)]
pub struct Guide {
    /// The kind's `code`.
    pub code: &'static str,
    /// What has happened, in one sentence.
    pub cause: &'static str,
    /// What the caller does now.
    pub cure: &'static str,
}

impl Guide {
    /// The guide of a kind.
    pub fn of(kind: &Kind) -> Option<&'static Self> {
        GUIDES.iter().find(|guide| guide.code == kind.code)
    }
}

/// A code that stands in `errors`: what is wrong with one field, parameter or header field.
#[derive(Debug, Clone, Copy)]
pub struct FieldCodes {
    /// Codes of one meaning, or of opposite ones.
    pub codes: &'static [&'static str],
    /// What they mean.
    pub meaning: &'static str,
}

macro_rules! guides {
    ($($code:literal: $cause:literal; $cure:literal,)+) => {
        const GUIDES: &[Guide] = &[$(Guide { code: $code, cause: $cause, cure: $cure },)+];
    };
}

guides! {
    "bad_request": "The request is no proper HTTP, in a way that has no better name.";
        "Look at what your HTTP client really sends: the request line, the length of the body, the header fields.",
    "malformed_json": "The body is not JSON (RFC 8259), or not UTF-8.";
        "Build the body with a JSON library; a comma too many and single quotes are the usual reasons.",
    "invalid_parameter": "A parameter of the query or the path, or a header field, breaks a rule.";
        "errors names each of them with its rule. A cursor belongs to the list and the filters that it came from: start that list again.",
    "unauthenticated": "The operation needs somebody who is signed in, and the request carries no credentials.";
        "Get a token from POST /v1/auth/login or POST /oauth/token, and send it as Authorization: Bearer.",
    "invalid_token": "The access token is not ours, has expired, or its session or user may no longer be used.";
        "Get another token: with the refresh token, by signing in, or with the client's secret. Then repeat the request.",
    "invalid_credentials": "E-mail address and password do not belong to a user who may sign in.";
        "Check both. Who has forgotten the password asks for a new one with POST /v1/auth/forgot-password.",
    "second_factor_required": "The password was right, and the account has a second factor.";
        "Sign in again with the field code: six digits of the app, or a recovery code.",
    "invalid_code": "The password was right; the code is wrong, from another time, or has been used.";
        "Wait for the next code, and check that the clock of the telephone is right. A recovery code works once.",
    "invalid_refresh_token": "The refresh token is used up, expired or unknown, or its session has ended.";
        "Sign in again. Keep only the newest refresh token: one that is used a second time ends its session, since it may be stolen.",
    "forbidden": "The caller is known, and the operation is not for callers of this role.";
        "Ask somebody of the role that the operation names under Permissions.",
    "field_not_permitted": "The operation is for this role, but some of the fields are not.";
        "Leave out the fields that errors names, or ask an administrator to set them.",
    "insufficient_scope": "The token of the other system lacks a scope that the operation needs.";
        "WWW-Authenticate names the scope. Ask for it when you get the token; an administrator gives it to the client with PATCH /v1/clients/{id}.",
    "second_factor_missing": "The agency asks its staff for a second factor (SECOND_FACTOR=staff), and the caller has none.";
        "Set one up with POST /v1/auth/second-factor; everything else waits until then.",
    "registration_closed": "Customers cannot register themselves here (REGISTRATION=closed).";
        "Ask the agency for an account.",
    "not_found": "Nothing is at this address, or it is not the caller's to see: the two cannot be told apart.";
        "Check the id and the path. Search for the record; it may have been removed.",
    "method_not_allowed": "The address exists, and does not take this method.";
        "Allow lists the methods that it takes.",
    "request_timeout": "The body did not arrive within ten seconds.";
        "Send it again; on a slow line, send less at once.",
    "idempotency_in_progress": "A request with this Idempotency-Key is being worked on, and has not been answered yet.";
        "Send the same request again after as many seconds as Retry-After says: it is answered as the first one.",
    "erased": "The number of another system stood for a person who has been erased (GDPR Article 17). Nothing is left but a digest of the number.";
        "Remove the person in the other system too. Whoever comes anew gets a new number there.",
    "position_gone": "What happened after the position is no longer kept (RETAIN_EVENTS_DAYS, 30 days unless set otherwise), or the database was taken back to a backup from before that event.";
        "Ask for GET /v1/events?after=latest and keep its position, copy all records anew, and then read on from that position.",
    "stale_version": "Somebody has changed the record since it was read: If-Match names another version than the current one. Or If-None-Match forbids the current one.";
        "Read the record again, look at what is new, and send the change with the new ETag.",
    "payload_too_large": "The body is longer than the service takes (MAX_BODY_BYTES, 256 KiB unless set otherwise; MAX_IMPORT_BYTES, 1 GiB, for the rows of an import).";
        "Send less at once.",
    "uri_too_long": "Path and query are longer than 8 KiB together.";
        "Shorten the query; what is long belongs into a body.",
    "unsupported_media_type": "The body is not announced as JSON in UTF-8, or it is compressed.";
        "Send Content-Type: application/json (for PATCH also application/merge-patch+json, for the rows of an import text/csv or application/x-ndjson) and no Content-Encoding.",
    "invalid_fields": "One or more fields of the body break a rule; nothing was stored.";
        "errors names each field by a JSON Pointer, with its rule. Correct all of them and send the request again.",
    "idempotency_key_reused": "The caller has sent this Idempotency-Key to this operation with another body, or for another record.";
        "Choose a new key, such as a random UUID, for each thing that is to be made; only the same request is sent under the same key.",
    "too_many_attempts": "Too many tries to sign in, or to guess a secret, have failed; this one was not looked at.";
        "Wait for as many seconds as Retry-After says.",
    "too_many_reveals": "The caller has seen as many numbers of documents within the hour as one may (REVEALS_PER_HOUR).";
        "Wait for as many seconds as Retry-After says, or ask an administrator. The alarm has been noted.",
    "too_many_requests": "The caller has sent as many requests within a minute as one may (REQUESTS_PER_MINUTE); this one was not looked at.";
        "Wait for as many seconds as Retry-After says. The header RateLimit tells in every answer how many are left.",
    "headers_too_large": "The header fields are longer than 32 KiB together.";
        "Send fewer or shorter ones; old cookies are the usual reason.",
    "internal_error": "A fault of the service. Its log has the reason under the request id.";
        "Nothing was changed. Quote the request id to whoever runs the service.",
    "unavailable": "The service is busy, starting or stopping, or its database is out of reach.";
        "Send the same request again after as many seconds as Retry-After says.",
    "email_taken": "Another user has the e-mail address.";
        "Sign in with it, or search for the user who has it (POST /v1/users/search).",
    "external_id_taken": "Another record of the kind has this number of the other system, or the one who has it is out of the caller's reach.";
        "Find it with GET /v1/users/by-external-id/{system}/{id} (or under passports, loyalties, groups). Change that record, or take the number away from it first.",
    "external_id_erased": "The number of the other system stood for a person who has been erased (GDPR Article 17).";
        "Remove the person in the other system too. Whoever comes anew gets a new number there.",
    "passport_exists": "A passport with this issuing country and number is recorded, perhaps in another spelling or for somebody else.";
        "Find it with POST /v1/passports/search, and change that one.",
    "visa_exists": "A visa of this country with this number is recorded.";
        "Find it with POST /v1/visas/search, and change that one.",
    "identity_card_exists": "An identity card with this issuing country and number is recorded.";
        "Find it with POST /v1/identity-cards/search, and change that one.",
    "traveller_number_exists": "The user has a number of this type and country.";
        "Change that one; GET /v1/traveller-numbers?user_id= lists it.",
    "program_exists": "The supplier has a loyalty programme of this name.";
        "Use that one, or choose another name.",
    "program_in_use": "Customers hold memberships in the programme.";
        "Take it off offer: PATCH offered_until. Memberships stay what they are.",
    "tier_in_use": "Customers hold a tier that the new list leaves out.";
        "Move those memberships to another tier first, or keep the tier.",
    "program_not_offered": "The programme is not on offer today.";
        "Choose one of GET /v1/loyalty-programs?on_offer=true.",
    "loyalty_exists": "The user has a membership in the programme.";
        "Change that one; GET /v1/loyalties?user_id= lists it.",
    "too_many_emergency_contacts": "The user has five emergency contacts, as many as anybody may have.";
        "Change or remove one of them first.",
    "entry_rule_exists": "Another rule of entry has the code.";
        "Change that rule, or choose another code.",
    "group_name_taken": "Another group has the name; upper and lower case count as the same.";
        "Choose another name.",
    "group_full": "The group has as many members as it may have (MAX_GROUP_MEMBERS).";
        "Remove somebody, or start a second group.",
    "group_too_small": "The group would be left with fewer than two members.";
        "Add somebody first, or delete the group.",
    "client_name_taken": "Another client has the name; upper and lower case count as the same.";
        "Choose another name.",
    "too_many_secrets": "The client has two secrets, as many as it may have: the one in use, and the next.";
        "Remove the one that is no longer used with DELETE /v1/clients/{id}/secrets/{secret_id}.",
    "too_many_calendar_feeds": "The user has ten calendar feeds, as many as one may have.";
        "Revoke one that is no longer used with DELETE /v1/calendar-feeds/{id}.",
    "too_many_webhook_endpoints": "There are twenty active webhook endpoints, as many as there may be.";
        "Disable one that is no longer used with PATCH /v1/webhook-endpoints/{id}, or remove it.",
    "last_admin": "No active administrator would be left.";
        "Make somebody else an administrator first.",
    "primary_not_active": "Only an active passport can be the primary one.";
        "Make another passport the primary one first.",
    "restricted": "The data of the person is kept and neither used nor changed (GDPR Article 18).";
        "An administrator lifts the restriction with POST /v1/users/{id}/unrestrict once its reason is settled.",
    "erasure_decided": "The request to be erased has been approved or rejected already.";
        "Read it again: GET /v1/erasures/{id}.",
    "not_invited": "The user is not waiting for an invitation.";
        "Who has forgotten the password asks for a new one with POST /v1/auth/forgot-password.",
    "second_factor_enabled": "The caller has a second factor already.";
        "Disable it with POST /v1/auth/second-factor/disable before another is set up.",
    "second_factor_not_set_up": "The caller has no second factor, or none that waits for its first code.";
        "Set one up with POST /v1/auth/second-factor.",
    "second_factor_demanded": "The agency asks the caller's role for a second factor, so that it cannot be disabled.";
        "Ask an administrator to reset it if you need another app.",
    "no_mrz": "The number or a name of the passport does not go into a machine readable zone (ICAO Doc 9303-3).";
        "Type what is printed in the zone of the passport itself.",
    "import_differs": "The rows of an import that were taken look otherwise in the file that comes now, or there are more or fewer.";
        "Send the very same file again, or open another import with POST /v1/imports.",
    "import_in_progress": "The rows of one import come from two sides at once.";
        "Let one of them finish, and read the import; what was taken is not taken twice.",
    "email_required": "Somebody who signs in needs an e-mail address.";
        "Give one, or keep the profile without sign-in.",
}

macro_rules! field_codes {
    ($($($code:literal),+: $meaning:literal;)+) => {
        /// Codes inside `errors`.
        pub const FIELD_CODES: &[FieldCodes] = &[$(FieldCodes { codes: &[$($code),+], meaning: $meaning },)+];
    };
}

field_codes! {
    "required", "not_nullable": "The field must be there; the field cannot be cleared.";
    "unknown_field", "unknown_parameter": "It does not exist here; the detail lists what does.";
    "duplicate_field", "duplicate_parameter", "empty": "Given twice; given without a value.";
    "wrong_type": "Another JSON type is wanted.";
    "too_short", "too_long", "out_of_range": "Length or size.";
    "invalid_character", "invalid_format", "invalid_date": "The form of the value.";
    "unknown_code": "A code that is not in its list (in parameters invalid_format).";
    "invalid_cursor": "The cursor is not of this list, filter and caller.";
    "in_the_past": "The end of a client that has passed already.";
    "in_the_future", "out_of_order": "Dates that contradict today or each other.";
    "too_common", "contains_email": "Passwords that are guessed first.";
    "wrong_password", "invalid_code": "What was asked for once more is not right, or has been used.";
    "invalid_token": "The token of a mailed link is unknown, used, expired, or for something else.";
    "specimen": "UTO, the state of specimen passports, outside the demonstration.";
    "not_an_issuer", "not_a_country": "The code stands for nobody who issues documents; for no country that one can travel to, such as GBN or UNO.";
    "not_mrz", "check_digit": "The text is no machine readable zone; one of its check digits does not fit.";
    "in_mrz": "The machine readable zone of the same body holds the field.";
    "masked": "A number as it is shown, with bullets: leave the field out, or send the real one.";
    "unknown_tier", "wrong_alliance": "The programme has no such tier; a tier has a status that the programme's alliance does not have.";
    "not_both": "Of two fields that exclude each other both are there.";
    "not_of_this_kind": "A rule of entry of this kind has no such field.";
    "not_https", "not_public": "The address of a webhook is not https, or leads inside: to a private network, this machine, a port of the system.";
    "not_found": "The record that the field names does not exist, or is not the caller's to see.";
    "duplicate", "too_few", "too_many": "Items of a list: tiers of one name, members named twice, the size of a group.";
    "too_many_systems": "A record would have numbers of more systems than it can.";
    "contradicts_address", "not_on_create": "The body of a PUT contradicts the address; a field that only a record can have that is there already.";
    "not_permitted": "The caller may not set the field (403), or the rule of the primary passport forbids it (422).";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_guide_and_nothing_else_has() {
        let kinds: BTreeSet<_> = Kind::all().map(|kind| kind.code).collect();
        let guides: BTreeSet<_> = GUIDES.iter().map(|guide| guide.code).collect();
        assert_eq!(kinds, guides);
        assert_eq!(guides.len(), GUIDES.len(), "a code has two guides");
    }

    #[test]
    fn guides_are_sentences() {
        let texts = GUIDES.iter().flat_map(|guide| [guide.cause, guide.cure]);
        for text in texts.chain(FIELD_CODES.iter().map(|it| it.meaning)) {
            assert!(text.ends_with('.'), "{text}");
            assert!(
                !text.contains(['<', '|', '\n']),
                "{text}: it goes into HTML and into a table"
            );
        }
    }
}

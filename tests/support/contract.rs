//! Every answer that a test sees is held against the document: its status, and its body.

use std::sync::LazyLock;

use actix_web::http::Method;

use super::client::Answer;
use super::document::{Operation, operations, violations};

/// The operations, those with the fewest parameters first: `/v1/users/search` is no user.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let mut all = operations();
    all.sort_by_key(|operation| operation.path.matches('{').count());
    all
});

/// What any address can answer before there is an operation: method not allowed, URI too long, headers too large.
const OF_ANY_ADDRESS: [u16; 3] = [405, 414, 431];

/// Whether an answer is one that the document has.
///
/// # Panics
/// When it is none; the test that has sent the request fails.
#[track_caller]
pub fn hold(method: &Method, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let mut candidates = OPERATIONS.iter().filter(|it| it.method == *method);
    let Some(operation) = candidates.find(|it| fits(&it.path, path)) else {
        return;
    };
    if OF_ANY_ADDRESS.contains(&answer.status) {
        return;
    }
    let at = format!("{} {}", operation.name(), answer.status);
    let response = operation.spec["responses"].get(answer.status.to_string());
    assert!(
        response.is_some(),
        "{at} is not documented: {}",
        String::from_utf8_lossy(&answer.body)
    );
    let media_type = answer.header("content-type").unwrap_or_default();
    let is_plain = answer.header("content-encoding").is_none() && !answer.body.is_empty();
    let content = response.and_then(|it| it["content"].get(media_type));
    let is_json = media_type.ends_with("json") && media_type != "application/x-ndjson";
    if let (true, Some(content)) = (is_plain && is_json, content) {
        let found = violations(&at, &content["schema"], &answer.json());
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// Whether a path has the form of `/v1/calendar-feeds/{token}.ics`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), segments.next()) {
            (None, None) => return true,
            (Some(pattern), Some(segment)) if segment_fits(pattern, segment) => {}
            _ => return false,
        }
    }
}

fn segment_fits(pattern: &str, segment: &str) -> bool {
    match (pattern.split_once('{'), pattern.rsplit_once('}')) {
        (Some((before, _)), Some((_, after))) => segment
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|value| !value.is_empty()),
        _ => pattern == segment,
    }
}

#[test]
fn a_path_finds_its_operation() {
    for (pattern, path, does) in [
        ("/v1/users/{id}", "/v1/users/1", true),
        ("/v1/users/{id}", "/v1/users/", false),
        ("/v1/users/{id}", "/v1/users/1/profile", false),
        ("/v1/users", "/v1/users", true),
        (
            "/v1/calendar-feeds/{token}.ics",
            "/v1/calendar-feeds/cpf_x.ics",
            true,
        ),
        ("/v1/calendar-feeds/{token}.ics", "/v1/calendar-feeds/x", false),
    ] {
        assert_eq!(fits(pattern, path), does, "{pattern} {path}");
    }
}

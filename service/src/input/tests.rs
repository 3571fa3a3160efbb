#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt;

use super::*;
use crate::groups::NewGroup;
use crate::users::{NewUser, UserPatch};

fn errors<T: DeserializeOwned + Validate + fmt::Debug>(body: &[u8]) -> Vec<(String, String)> {
    match parse::<T>(body) {
        Err(Error::Invalid(errors)) => errors
            .into_iter()
            .map(|it| (it.pointer, it.code.into_owned()))
            .collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

#[test]
fn one_answer_names_everything_that_is_wrong() {
    let body =
        br#"{"email": "no address", "last_name": 5, "nationality": "ZZZ", "zodiac": "lion", "admin": true,
        "date_of_birth": "1991-02-30", "role": null}"#;
    assert_eq!(
        errors::<NewUser>(body),
        pairs(&[
            ("/admin", "unknown_field"),
            ("/date_of_birth", "invalid_date"),
            ("/email", "invalid_format"),
            ("/first_name", "required"),
            ("/last_name", "wrong_type"),
            ("/nationality", "unknown_code"),
            ("/role", "not_nullable"),
            ("/zodiac", "unknown_field"),
        ])
    );
}

#[test]
fn nested_errors_point_at_their_place() {
    let body = br#"{"name": "Team", "members": [{"user_id": "x"}, {"role": "boss", "user_id": null}]}"#;
    assert_eq!(
        errors::<NewGroup>(body),
        pairs(&[
            ("/members/0/user_id", "invalid_format"),
            ("/members/1/role", "unknown_code"),
            ("/members/1/user_id", "required"),
        ])
    );
    let unknown = br#"{"name": "Team", "members": [{"user_id": "x", "seat": 1}]}"#;
    assert_eq!(
        errors::<NewGroup>(unknown),
        pairs(&[("/members/0/seat", "unknown_field")])
    );
}

#[test]
fn absent_null_and_value_are_three_things() {
    let patch = parse::<UserPatch>(br#"{"last_name": null, "first_name": " Ann "}"#)
        .unwrap()
        .into_inner();
    assert!(!patch.email.is_present());
    assert_eq!(patch.last_name, Input::Null);
    let (mut last, mut first) = (Some("Eriksson".parse().unwrap()), "Anna".parse().unwrap());
    patch.last_name.patch_nullable(&mut last);
    patch.first_name.patch(&mut first);
    assert_eq!((last, first.as_str()), (None, "Ann"));
}

#[test]
fn names_given_twice_and_nul_are_refused() {
    assert_eq!(
        errors::<UserPatch>(br#"{"title": "Dr", "title": "Prof"}"#),
        pairs(&[("/title", "duplicate_field")])
    );
    assert_eq!(
        errors::<UserPatch>(b"{\"title\": \"D\\u0000r\"}"),
        pairs(&[("/title", "invalid_character")])
    );
}

#[test]
fn what_is_no_json_is_malformed_and_what_is_no_object_is_invalid() {
    let deep = "[".repeat(100_000);
    for body in [
        &b""[..],
        b"{",
        b"{\"a\":}",
        b"\xff\xfe",
        b"{} {}",
        b"nul",
        deep.as_bytes(),
        b"{\"a\":1e999}",
    ] {
        assert!(
            matches!(parse::<UserPatch>(body), Err(Error::Malformed(_))),
            "{:?}",
            body.get(..8.min(body.len()))
        );
    }
    for body in [&b"[]"[..], b"null", b"5", b"\"x\""] {
        assert_eq!(errors::<UserPatch>(body), pairs(&[("", "wrong_type")]));
    }
}

#[test]
fn no_error_repeats_what_was_sent() {
    let body = br#"{"email": "s3cret-value", "phone": "s3cret-value", "first_name": ["s3cret-value"], "gender": "s3cret-value"}"#;
    let error = parse::<NewUser>(body).unwrap_err();
    assert!(!format!("{error:?}").contains("s3cret-value"));
}

#[test]
fn many_unknown_fields_end() {
    let body = format!(
        "{{{}}}",
        (0..5000)
            .map(|n| format!("\"x{n}\": 1"))
            .collect::<Vec<_>>()
            .join(",")
    );
    assert!(errors::<UserPatch>(body.as_bytes()).len() <= MAX_ERRORS);
}

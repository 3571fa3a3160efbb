#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://127.0.0.1:8080";

fn tokens(master: u8) -> Tokens {
    let keys = Keys::load(
        std::path::Path::new("unused"),
        Some(&STANDARD.encode([master; 32])),
    )
    .unwrap();
    Tokens::new(&keys, ISSUER, Duration::from_mins(10)).unwrap()
}

fn refused(tokens: &Tokens, token: &str) -> bool {
    tokens.verify(token, Utc::now()).is_err()
}

/// A token with the given header and claims, signed with the right key.
fn forge(tokens: &Tokens, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &tokens.shared.encoding, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

fn good_header(tokens: &Tokens) -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": tokens.shared.key_id})
}

fn good_claims() -> Value {
    let now = Utc::now().timestamp();
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::now_v7(), "iat": now, "nbf": now, "exp": now + 600,
        "jti": Uuid::now_v7()})
}

#[test]
fn a_token_names_its_user_until_it_expires() {
    let tokens = tokens(1);
    let (user, now) = (UserId::new(), Utc::now());
    let token = tokens.issue(user, now).unwrap();
    assert_eq!(tokens.verify(&token, now).unwrap(), user);
    // The second look-up comes from memory and must expire all the same.
    let later = now + chrono::TimeDelta::seconds(606);
    assert!(tokens.verify(&token, later).is_err());
}

#[test]
fn the_forger_can_sign_a_good_token() {
    let tokens = tokens(1);
    assert!(!refused(
        &tokens,
        &forge(&tokens, &good_header(&tokens), &good_claims())
    ));
}

#[test]
fn wrong_headers_and_claims_are_refused() {
    let tokens = tokens(1);
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", Value::Null),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("kid", json!("other")),
        ("kid", Value::Null),
        ("crit", json!(["exp"])),
    ] {
        let mut header = good_header(&tokens);
        header[name] = value;
        assert!(
            refused(&tokens, &forge(&tokens, &header, &good_claims())),
            "header {header}"
        );
    }
    let now = Utc::now().timestamp();
    for (name, value) in [
        ("iss", json!("http://elsewhere")),
        ("aud", json!("elsewhere")),
        ("exp", json!(now - 6)),
        ("exp", json!("soon")),
        ("exp", json!(-1)),
        ("exp", json!(1e300)),
        ("nbf", json!(now + 60)),
        ("sub", json!("nobody")),
    ] {
        let mut claims = good_claims();
        claims[name] = value;
        assert!(
            refused(&tokens, &forge(&tokens, &good_header(&tokens), &claims)),
            "claims {claims}"
        );
        claims.as_object_mut().unwrap().remove(name);
        assert!(
            refused(&tokens, &forge(&tokens, &good_header(&tokens), &claims)),
            "without {name}"
        );
    }
}

#[test]
fn every_prefix_and_every_changed_character_is_refused() {
    let tokens = tokens(1);
    let token = tokens.issue(UserId::new(), Utc::now()).unwrap();
    for end in 0..token.len() {
        assert!(refused(&tokens, &token[..end]));
    }
    // The last character holds bits that base64 ignores and the decoder refuses or not; all others count.
    for at in 0..token.len() - 1 {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        if bytes != token.as_bytes() {
            assert!(
                refused(&tokens, &String::from_utf8(bytes).unwrap()),
                "changed at {at}"
            );
        }
    }
}

#[test]
fn a_token_of_another_installation_and_no_token_at_all_are_refused() {
    let ours = tokens(1);
    assert!(refused(
        &ours,
        &tokens(2).issue(UserId::new(), Utc::now()).unwrap()
    ));
    for text in ["", ".", "..", "a.b.c", "\u{0}", &"x".repeat(100_000)] {
        assert!(refused(&ours, text));
    }
}

#[test]
fn an_hmac_with_the_public_key_is_refused() {
    let tokens = tokens(1);
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.into());
    header.kid = Some(tokens.shared.key_id.clone());
    let public = URL_SAFE_NO_PAD.encode(tokens.shared.key_id.as_bytes());
    let token = jsonwebtoken::encode(
        &header,
        &good_claims(),
        &EncodingKey::from_secret(public.as_bytes()),
    )
    .unwrap();
    assert!(refused(&tokens, &token));
}

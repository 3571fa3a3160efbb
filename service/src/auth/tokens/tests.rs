#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://127.0.0.1:8080";

/// A signing key of its own for each number, as the database would hold it.
fn tokens(number: u8) -> Tokens {
    let tokens = Tokens::new(ISSUER, Duration::from_mins(10));
    let pair = pair(number);
    let key = PublishedKey {
        kid: format!("key-{number}"),
        state: KeyState::Current,
        x: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
    };
    let private = pair.to_pkcs8v1().unwrap();
    tokens.set_ring(Ring::new(&key.kid.clone(), private.as_ref(), vec![key]).unwrap());
    tokens
}

fn pair(number: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[number; 32]).unwrap()
}

fn issue(tokens: &Tokens) -> String {
    let issued = tokens.issue_for_session(UserId::new(), SessionId::new(), Utc::now());
    issued.unwrap().expose().to_owned()
}

fn refused(tokens: &Tokens, token: &str) -> bool {
    !matches!(tokens.verify(token, Utc::now()), Verified::Good(_))
}

/// A token with the given header and claims, signed with the right key.
fn forge(tokens: &Tokens, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(
        message.as_bytes(),
        &tokens.ring().signing.as_ref().unwrap().1,
        Algorithm::EdDSA,
    )
    .unwrap();
    format!("{message}.{signature}")
}

fn good_header(tokens: &Tokens) -> Value {
    json!({"typ": "at+jwt", "alg": "EdDSA", "kid": tokens.published_keys()[0].kid})
}

fn good_claims() -> Value {
    let now = Utc::now().timestamp();
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": Uuid::now_v7(), "sid": Uuid::now_v7(), "iat": now, "nbf": now, "exp": now + 600,
        "jti": Uuid::now_v7()})
}

#[test]
fn a_token_names_its_user_and_session_until_it_expires() {
    let tokens = tokens(1);
    let (user, session, now) = (UserId::new(), SessionId::new(), Utc::now());
    let token = tokens.issue_for_session(user, session, now).unwrap();
    let good = Verified::Good(Subject::Session { user, session });
    assert_eq!(tokens.verify(token.expose(), now), good);
    // The second look-up comes from memory and must expire all the same.
    let later = now + chrono::TimeDelta::seconds(606);
    assert_eq!(tokens.verify(token.expose(), later), Verified::Bad);
}

#[test]
fn a_token_of_a_client_names_its_scopes() {
    let tokens = tokens(1);
    let (client, token, now) = (ClientId::new(), Uuid::now_v7(), Utc::now());
    let scopes = "users:read passports:read".parse().unwrap();
    let issued = tokens.issue_for_client(client, token, scopes, now).unwrap();
    let good = Verified::Good(Subject::Client {
        client,
        token,
        scopes,
    });
    assert_eq!(tokens.verify(issued.expose(), now), good);
}

#[test]
fn a_token_is_of_a_session_or_of_a_client() {
    let tokens = tokens(1);
    let (id, header) = (Uuid::now_v7(), good_header(&tokens));
    for (claims, good) in [
        (json!({"sub": id, "sid": id}), true),
        (json!({"sub": id, "client_id": id, "scope": "users:read"}), true),
        (json!({"sub": id, "sid": null}), false),
        (json!({"sub": id, "sid": id, "scope": "users:read"}), false),
        (
            json!({"sub": id, "sid": id, "client_id": id, "scope": "users:read"}),
            false,
        ),
        (json!({"sub": id, "sid": null, "client_id": id}), false),
        (
            json!({"sub": id, "sid": null, "client_id": Uuid::now_v7(), "scope": "users:read"}),
            false,
        ),
        (
            json!({"sub": id, "sid": null, "client_id": id, "scope": "everything"}),
            false,
        ),
    ] {
        let mut all = good_claims();
        if claims.get("client_id").is_some() && claims.get("sid").is_none() {
            all.as_object_mut().unwrap().remove("sid");
        }
        for (name, value) in claims.as_object().unwrap() {
            all[name] = value.clone();
        }
        assert_eq!(!refused(&tokens, &forge(&tokens, &header, &all)), good, "{all}");
    }
}

#[test]
fn what_a_retired_key_signed_is_good_until_the_key_is_gone() {
    let (old, new) = (tokens(1), tokens(2));
    let token = issue(&old);
    assert_eq!(new.verify(&token, Utc::now()), Verified::UnknownKey);
    let both = [old.published_keys(), new.published_keys()].concat();
    let private = pair(2).to_pkcs8v1().unwrap();
    new.set_ring(Ring::new("key-2", private.as_ref(), both).unwrap());
    assert!(!refused(&new, &token));
    // Gone at once, although the signature is remembered.
    new.set_ring(Ring::new("key-2", private.as_ref(), tokens(2).published_keys()).unwrap());
    assert!(refused(&new, &token));
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
    let token = issue(&tokens);
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
    assert!(refused(&ours, &issue(&tokens(2))));
    for text in ["", ".", "..", "a.b.c", "\u{0}", &"x".repeat(100_000)] {
        assert!(refused(&ours, text));
    }
}

#[test]
fn an_hmac_with_the_public_key_is_refused() {
    let tokens = tokens(1);
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.into());
    header.kid = Some("key-1".into());
    let public = pair(1).public_key().as_ref().to_vec();
    let as_text = tokens.published_keys()[0].x.clone().into_bytes();
    for secret in [public, as_text] {
        let token =
            jsonwebtoken::encode(&header, &good_claims(), &EncodingKey::from_secret(&secret)).unwrap();
        assert!(refused(&tokens, &token));
    }
}

//! Signatures of Standard Webhooks 1.0.0, version `v1`: HMAC-SHA-256 over id, time and body.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entity::ids::WebhookEndpointId;
use entity::values::Hidden;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::input::Secret;
use crate::sealing::Sealer;

/// What a secret begins with (Standard Webhooks, "Signature scheme").
pub const PREFIX: &str = "whsec_";

/// A new secret of 256 bits, as receivers write it down, and as it is stored.
///
/// # Errors
/// `Internal` when the system gives no random numbers.
pub(super) fn new_secret(sealer: &Sealer, id: WebhookEndpointId) -> Result<(Secret, Hidden)> {
    let mut bytes = Zeroizing::new([0; 32]);
    SystemRandom::new()
        .fill(bytes.as_mut_slice())
        .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
    let text = format!("{PREFIX}{}", STANDARD.encode(bytes.as_slice()));
    Ok((Secret::new(text), sealer.seal(&place(id), bytes.as_slice())?))
}

/// The key of an endpoint.
///
/// # Errors
/// `Internal` when it was sealed under another master key, or has been changed.
pub(super) fn key(sealer: &Sealer, id: WebhookEndpointId, secret: &Hidden) -> Result<hmac::Key> {
    let bytes = Zeroizing::new(sealer.open(&place(id), secret)?);
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn place(id: WebhookEndpointId) -> String {
    format!("webhook_endpoints/secret/{id}")
}

/// The header field `webhook-signature`: one signature for each key, the newest first.
pub(super) fn signatures(keys: &[hmac::Key], message: &str, at: DateTime<Utc>, body: &str) -> String {
    let content = format!("{message}.{}.{body}", at.timestamp());
    let all = keys.iter().map(|key| {
        let tag = hmac::sign(key, content.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    all.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::keys::Keys;

    /// The example of the specification.
    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        let bytes = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let key = || hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let sign = |keys: &[hmac::Key]| {
            signatures(
                keys,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                at,
                r#"{"test": 2432232314}"#,
            )
        };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign(&[key()]), expected);
        assert_eq!(sign(&[key(), key()]), format!("{expected} {expected}"));
    }

    #[test]
    fn a_secret_is_good_for_its_endpoint_alone() {
        let keys = Keys::existing(Path::new("unused"), Some(&STANDARD.encode([7; 32]))).unwrap();
        let sealer = Sealer::new(&keys, "test").unwrap();
        let id = WebhookEndpointId::new();
        let (secret, stored) = new_secret(&sealer, id).unwrap();
        let bytes = STANDARD
            .decode(secret.expose().strip_prefix(PREFIX).unwrap())
            .unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(
            !stored
                .expose()
                .contains(secret.expose().strip_prefix(PREFIX).unwrap())
        );
        let at = DateTime::from_timestamp(0, 0).unwrap();
        let sign = |key| signatures(&[key], "m", at, "{}");
        assert_eq!(
            sign(key(&sealer, id, &stored).unwrap()),
            sign(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        );
        assert!(key(&sealer, WebhookEndpointId::new(), &stored).is_err());
    }
}

//! Opaque secrets that the program hands out: 256 random bits, of which only the hash is kept.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::values::Hidden;

use crate::error::{Error, Result};
use crate::input::Secret;

/// What an opaque secret is for. The prefix lets people and secret scanners recognize a leaked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpaqueKind {
    /// Carries a session on.
    Refresh,
    /// Proves who a machine client is.
    ClientSecret,
    /// Proves that somebody reads the mail of an address.
    Mail,
    /// Tells a device from which somebody has signed in before.
    Device,
    /// Opens a calendar feed, as a part of its address.
    CalendarFeed,
}

impl OpaqueKind {
    const ALL: [Self; 5] = [
        Self::Refresh,
        Self::ClientSecret,
        Self::Mail,
        Self::Device,
        Self::CalendarFeed,
    ];

    /// What a secret says it is for.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }

    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "cpr_",
            Self::ClientSecret => "cps_",
            Self::Mail => "cpm_",
            Self::Device => "cpd_",
            Self::CalendarFeed => "cpf_",
        }
    }
}

/// A new secret, and the hash that is stored in its stead.
///
/// # Errors
/// `Internal` when the system gives no random numbers.
pub fn generate(kind: OpaqueKind) -> Result<(Secret, Hidden)> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
    let text = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(bytes));
    let hash = hash(&text);
    Ok((Secret::new(text), hash))
}

/// The hash under which a secret is stored. Secrets of 256 bits need no slow hash (OWASP ASVS 5.0, 6.5.2), and are
/// found by their hash, so that no comparison tells by its time how much of a guess was right.
pub fn hash(text: &str) -> Hidden {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_has_256_bits_and_its_hash_is_stored() {
        let (secret, stored) = generate(OpaqueKind::Refresh).unwrap();
        let random = secret.expose().strip_prefix("cpr_").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        assert_eq!(hash(secret.expose()), stored);
        assert_ne!(generate(OpaqueKind::Refresh).unwrap().0, secret);
        assert_eq!(OpaqueKind::of(secret.expose()), Some(OpaqueKind::Refresh));
        assert_eq!(OpaqueKind::of("eyJ0eXAi"), None);
    }
}

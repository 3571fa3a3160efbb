//! Known devices: from where somebody has signed in before, there is a budget of tries that strangers cannot use up.
//!
//! A device token is not stored. It holds 128 random bits that name the device, the time at which it expires, and an
//! HMAC that binds both to the account (OWASP, Slow Down Online Guessing Attacks with Device Cookies). It opens
//! nothing: without the password it is good for nothing but a try.

use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::throttle::{Account, canonical};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::input::Secret;
use crate::opaque::OpaqueKind;

/// For how long a device is known after somebody has signed in from it.
pub const LIFETIME: Duration = Duration::from_hours(24 * 180);
const NONCE: usize = 16;

/// A device from which somebody signs in to an account.
pub struct Device<'a> {
    email: &'a str,
    nonce: Option<[u8; NONCE]>,
}

impl<'a> Device<'a> {
    /// The device that a token names, if it is one of this account; else one that is not known.
    pub fn recognize(core: &Core, email: &'a str, token: Option<&Secret>) -> Self {
        Self {
            email,
            nonce: token.and_then(|token| read(core, &canonical(email), token)),
        }
    }

    /// On whose budget a try from it is.
    pub fn budget(&self, core: &Core) -> Account {
        match &self.nonce {
            Some(nonce) => Account::on_device(core, self.email, nonce),
            None => Account::named(core, self.email),
        }
    }

    /// The token by which the device is known from here on. A known one keeps its name, and thereby its budget.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    pub fn token(&self, core: &Core) -> Result<Secret> {
        let mut nonce = self.nonce.unwrap_or_default();
        if self.nonce.is_none() {
            SystemRandom::new()
                .fill(&mut nonce)
                .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
        }
        let expires = seconds(core) + LIFETIME.as_secs();
        let named = [&nonce, expires.to_be_bytes().as_slice()].concat();
        let tag = hmac::sign(&key(core), &bound(&canonical(self.email), &named));
        let text = URL_SAFE_NO_PAD.encode([&named, tag.as_ref()].concat());
        Ok(Secret::new(format!("{}{text}", OpaqueKind::Device.prefix())))
    }
}

fn read(core: &Core, account: &str, token: &Secret) -> Option<[u8; NONCE]> {
    let text = token.expose().strip_prefix(OpaqueKind::Device.prefix())?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (named, tag) = bytes.split_at_checked(NONCE + size_of::<u64>())?;
    hmac::verify(&key(core), &bound(account, named), tag).ok()?;
    let (nonce, expires) = named.split_first_chunk()?;
    let expires = u64::from_be_bytes(expires.try_into().ok()?);
    (seconds(core) < expires).then_some(*nonce)
}

fn key(core: &Core) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &core.keys.derive("device"))
}

/// The fixed length stands first, so that no two pairs are the same bytes.
fn bound(account: &str, named: &[u8]) -> Vec<u8> {
    [named, account.as_bytes()].concat()
}

fn seconds(core: &Core) -> u64 {
    core.clock.now().timestamp().try_into().unwrap_or(0)
}

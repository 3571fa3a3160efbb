//! Whose budget a try is on.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::UserId;
use entity::users;
use entity::values::{Email, Hidden};
use unicode_normalization::UnicodeNormalization as _;

use super::addresses::Network;
use crate::auth::Origin;
use crate::auth::device::Device;
use crate::core::Core;

/// What is guessed at: an account, one of its devices, or a machine client. All its secrets share one budget.
#[derive(Clone, PartialEq, Eq)]
pub struct Account(Hidden);

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(***)")
    }
}

impl Account {
    /// The account that somebody names by an e-mail address, whether or not there is one.
    pub fn named(core: &Core, email: &str) -> Self {
        Self::keyed(core, "account", &canonical(email))
    }

    /// The account of a user: the same as by the user's address.
    pub fn of(core: &Core, id: UserId, email: Option<&Email>) -> Self {
        match email {
            Some(email) => Self::named(core, email.as_str()),
            // Nobody can sign in to it, so that there is nothing to share.
            None => Self::keyed(core, "user", &id.to_string()),
        }
    }

    /// The same, or the device that the request comes from, where that is known.
    pub fn from_device(core: &Core, user: &users::Model, from: &Origin) -> Self {
        match &user.email {
            Some(email) => Device::recognize(core, email.as_str(), from.device.as_ref()).budget(core),
            None => Self::of(core, user.id, None),
        }
    }

    /// A device from which somebody has signed in to the account before.
    pub(in crate::auth) fn on_device(core: &Core, email: &str, nonce: &[u8]) -> Self {
        let nonce = URL_SAFE_NO_PAD.encode(nonce);
        Self::keyed(core, "device", &format!("{nonce} {}", canonical(email)))
    }

    /// A machine client as it is seen from one network.
    pub(super) fn of_client(core: &Core, client_id: &str, from: &Origin) -> Self {
        let network = from.address.map(Network::of);
        Self::keyed(core, "client", &format!("{network:?} {client_id}"))
    }

    fn keyed(core: &Core, kind: &str, text: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &core.keys.derive("throttle"));
        let tag = hmac::sign(&key, format!("{kind}\0{text}").as_bytes());
        Self(URL_SAFE_NO_PAD.encode(tag).into())
    }

    pub(super) const fn key(&self) -> &Hidden {
        &self.0
    }
}

/// One text for all ways to write an address. What signs in to one account has one normalized form, and everything
/// after that depends on this form alone; what cannot sign in (white space, full-width letters) joins it further on.
pub(in crate::auth) fn canonical(email: &str) -> String {
    let folded: String = normalized(email)
        .nfkc()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect();
    normalized(&folded)
}

fn normalized(text: &str) -> String {
    text.parse::<Email>()
        .map_or_else(|_| text.to_owned(), |email| email.normalized())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_write_an_address_are_one_account() {
        for variant in [
            "rosa.lind@mail.example",
            "Rosa.Lind@MAIL.example",
            "  rosa.lind@mail.example\t",
            "rosa. lind@mail.example",
            "rosa.lind@mail\u{a0}.example",
            "rosa.lind\u{ff20}mail.example",
            "\u{ff52}osa.lind@mail.example",
            "rosa.lind@mail\u{3002}example",
        ] {
            assert_eq!(canonical(variant), "rosa.lind@mail.example", "{variant:?}");
        }
        assert_ne!(canonical("rosa.lund@mail.example"), "rosa.lind@mail.example");
    }

    /// Whatever [`Email`] takes for the same address is the same account, however odd its letters.
    #[test]
    fn what_signs_in_to_one_account_is_one_account() {
        for (one, other) in [
            ("Rosa@MÜNCHEN.example", "rosa@xn--mnchen-3ya.example"),
            ("ΣΟΦΙΑΣ@mail.example", "σοφιας@mail.example"),
            ("STRASSE@mail.example", "strasse@mail.example"),
            ("\u{212a}elvin@mail.example", "kelvin@mail.example"),
            ("ﬁona@mail.example", "ﬁona@MAIL.example"),
            ("İda@mail.example", "i\u{307}da@mail.example"),
        ] {
            let (Ok(a), Ok(b)) = (one.parse::<Email>(), other.parse::<Email>()) else {
                continue;
            };
            if a.normalized() == b.normalized() {
                assert_eq!(canonical(one), canonical(other), "{one} {other}");
            }
            // The address that is stored is the account of the address that was typed.
            assert_eq!(canonical(a.as_str()), canonical(one), "{one}");
            assert_eq!(canonical(&a.normalized()), canonical(one), "{one}");
        }
    }
}

//! Blind indexes: by what a sealed value is found and kept unique.
//!
//! Whoever has the key of the indexes can try all numbers of a country within minutes, so that it is as secret as the
//! keys that seal, and never in the database. Without it an index tells only which two values are equal.

use aws_lc_rs::hmac;
use entity::values::BlindIndex;

use super::cipher::bound;

/// Bytes of an index: enough that two different values never meet (a billion values meet with odds of 1 to 10^20).
const LENGTH: usize = 16;

/// Makes blind indexes. Each column has a key of its own, so that equal values of two columns do not look alike.
#[derive(Clone)]
pub(super) struct Indexer(hmac::Key);

impl Indexer {
    pub(super) fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// By what this key is recognised; it tells nothing else.
    pub(super) fn check(&self) -> BlindIndex {
        self.of("check", &[])
    }

    pub(super) fn passport(&self, issuing_country: &str, number: &str) -> BlindIndex {
        self.of(
            "passports.number",
            &[issuing_country.as_bytes(), number.as_bytes()],
        )
    }

    pub(super) fn visa(&self, country: &str, number: &str) -> BlindIndex {
        self.of("visas.number", &[country.as_bytes(), number.as_bytes()])
    }

    pub(super) fn identity_card(&self, issuing_country: &str, number: &str) -> BlindIndex {
        self.of(
            "identity_cards.number",
            &[issuing_country.as_bytes(), number.as_bytes()],
        )
    }

    /// Two people may say the same number: it is found by, and not unique through it.
    pub(super) fn traveller_number(&self, kind: &str, number: &str) -> BlindIndex {
        self.of("traveller_numbers.number", &[kind.as_bytes(), number.as_bytes()])
    }

    pub(super) fn phone(&self, phone: &str) -> BlindIndex {
        self.of("users.phone", &[phone.as_bytes()])
    }

    /// By the date as ISO 8601 writes it.
    pub(super) fn date_of_birth(&self, born: &str) -> BlindIndex {
        self.of("users.date_of_birth", &[born.as_bytes()])
    }

    /// By the number without what does not matter ([`MembershipNumber::normalized`](entity::values::MembershipNumber)).
    pub(super) fn membership(&self, number: &str) -> BlindIndex {
        self.of("loyalties.membership_number", &[number.as_bytes()])
    }

    /// By kind of record, system and number.
    pub(super) fn external_id(&self, kind: &str, system: &str, number: &str) -> BlindIndex {
        self.of(
            "external_ids.digest",
            &[kind.as_bytes(), system.as_bytes(), number.as_bytes()],
        )
    }

    fn of(&self, column: &str, parts: &[&[u8]]) -> BlindIndex {
        let key = hmac::sign(&self.0, column.as_bytes());
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_ref());
        let tag = hmac::sign(&key, &bound(parts));
        tag.as_ref()
            .iter()
            .take(LENGTH)
            .copied()
            .collect::<Vec<_>>()
            .into()
    }
}

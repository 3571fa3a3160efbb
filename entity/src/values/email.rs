//! E-mail addresses.

use email_address::{EmailAddress, Error, Options};
use idna::{
    AsciiDenyList,
    uts46::{DnsLength, Hyphens, Uts46},
};

use super::{Invalid, text::text_type};

/// RFC 5321 §4.5.3.1.3: a path has 256 octets, two of which are its angle brackets.
const MAX_OCTETS: usize = 254;

const OPTIONS: Options = Options {
    minimum_sub_domains: 0,
    allow_domain_literal: false,
    allow_display_text: false,
};

text_type! {
    /// E-mail address: a dot-atom (RFC 5322 §3.2.3, with letters of any script as of RFC 6531), `@` and a
    /// domain, at most 254 octets in all. Quoted local parts, domain literals and display names are not
    /// accepted. An internationalised domain is stored in its ASCII form (RFC 5891), the local part as
    /// written.
    pub struct Email(String);
    debug = hidden;
    length = 3..=254;
    format = "email";
    example = "anna.eriksson@example.com";
    parse = email;
}

impl Email {
    /// The part before the `@`, as written.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or(self.as_str(), |(local, _)| local)
    }

    /// The address in lower case: no two users share it, since hardly a mail server tells apart what differs
    /// only in case.
    pub fn normalized(&self) -> String {
        self.0.to_lowercase()
    }
}

fn email(text: &str) -> Result<String, Invalid> {
    let (local, domain) = text
        .split_once('@')
        .ok_or_else(|| Invalid::format("The address has no @; write it as name@domain."))?;
    if local.contains(char::is_whitespace) {
        return Err(Invalid::character("The address contains a space; remove it."));
    }
    // The domain first: email_address knows the form of an address, but not which names IDNA allows.
    let domain = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| {
            Invalid::format("The part after the @ is not a domain name; write it as example.com.")
        })?;
    let address = format!("{local}@{domain}");
    if address.len() > MAX_OCTETS {
        return Err(Invalid::too_long(
            "The address is too long; shorten it to at most 254 octets.",
        ));
    }
    match EmailAddress::parse_with_options(&address, OPTIONS) {
        Ok(_) if !local.starts_with('"') => Ok(address),
        Err(Error::LocalPartTooLong) => Err(Invalid::too_long(
            "The part before the @ is too long; shorten it to at most 64 octets.",
        )),
        _ => Err(Invalid::format(
            "The part before the @ is not plain; write it without quotes and brackets, and dots only between \
             other characters.",
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_stored_in_ascii_and_the_local_part_as_written() {
        for (input, stored) in [
            ("Anna.Eriksson+vip@Example.COM", "Anna.Eriksson+vip@example.com"),
            (" info@MÜNCHEN.de ", "info@xn--mnchen-3ya.de"),
            ("Jörg@例え。jp", "Jörg@xn--r8jz45g.jp"),
            ("root@localhost", "root@localhost"),
            ("o'connor@xn--mnchen-3ya.de", "o'connor@xn--mnchen-3ya.de"),
            ("a@r3---sn.example.com", "a@r3---sn.example.com"),
        ] {
            assert_eq!(input.parse::<Email>().unwrap().as_str(), stored);
        }
    }

    #[test]
    fn spellings_of_one_mailbox_have_one_normalized_form() {
        let email: Email = "JÖRG.Müller@MÜNCHEN.de".parse().unwrap();
        assert_eq!(email.local_part(), "JÖRG.Müller");
        assert_eq!(email.normalized(), "jörg.müller@xn--mnchen-3ya.de");
        assert_eq!(format!("{email:?}"), "Email(***)");
    }

    #[test]
    fn what_is_no_plain_address_is_refused() {
        for (input, code) in [
            ("nobody", "invalid_format"),
            ("@example.com", "invalid_format"),
            ("anna@", "invalid_format"),
            ("a@b@example.com", "invalid_format"),
            (".a@example.com", "invalid_format"),
            ("a..b@example.com", "invalid_format"),
            ("\"a\"@example.com", "invalid_format"),
            ("\"a@b\"@example.com", "invalid_format"),
            ("a\u{200b}@example.com", "invalid_format"),
            ("Anna<a@example.com>", "invalid_format"),
            ("a@[192.0.2.1]", "invalid_format"),
            ("a@exam_ple.com", "invalid_format"),
            ("a@-example.com", "invalid_format"),
            ("a@example.com.", "invalid_format"),
            ("a@exa mple.com", "invalid_format"),
            ("a b@example.com", "invalid_character"),
            ("a\u{a0}b@example.com", "invalid_character"),
            ("a\0@example.com", "invalid_character"),
            ("a@b\r\nBcc: c@example.com", "invalid_character"),
        ] {
            assert_eq!(input.parse::<Email>().unwrap_err().code, code, "{input:?}");
        }
    }

    #[test]
    fn bounds_count_octets() {
        let domain = format!("{}.{}.{}.de", "a".repeat(60), "b".repeat(60), "c".repeat(60));
        assert!(format!("{}@{domain}", "ü".repeat(32)).parse::<Email>().is_ok());
        for address in [
            format!("{}@{domain}", "ü".repeat(33)),
            format!("{}@x{domain}.example", "a".repeat(64)),
        ] {
            assert_eq!(address.parse::<Email>().unwrap_err().code, "too_long");
        }
    }
}

//! CTCE, CTCM and CTCR: how the airline reaches the passenger (IATA Resolution 830d).

use entity::values::{BookingLineKind, LanguageTag};

use super::Facts;
use super::lines::Content;
use super::template::Values;
use crate::travel::warning::{Code, Warning};

/// E-mail and telephone; where there is neither, the line that says that the passenger refused to give them.
pub(super) fn lines(facts: &Facts<'_>, warnings: &mut Vec<Warning>) -> Vec<Content> {
    let user = facts.traveller.user;
    let language = user.language.as_ref().and_then(language).unwrap_or_default();
    let mut lines = Vec::new();
    let source_fields = |field: &'static str| {
        let mut fields = vec![field];
        fields.extend((!language.is_empty()).then_some("user.language"));
        fields
    };
    if let Some(email) = &user.email {
        let text = escaped(email.as_str());
        if let Some((text, is_plain)) = text {
            let unsure = Warning::new(
                Code::UnsupportedCharacter,
                "The e-mail address has a character that not all systems take; look whether it arrived.",
            );
            lines.push(Content {
                kind: BookingLineKind::Ctce,
                template: "ctce",
                values: Values::from([("email", text), ("language", language.clone())]),
                source_fields: source_fields("user.email"),
                warnings: (!is_plain).then_some(unsure).into_iter().collect(),
            });
        } else {
            warnings.push(Warning::new(
                Code::UnsupportedCharacter,
                "The e-mail address has letters beyond A to Z, and cannot be sent to the airline.",
            ));
        }
    }
    if let Some(phone) = &user.phone {
        lines.push(Content {
            kind: BookingLineKind::Ctcm,
            template: "ctcm",
            values: Values::from([
                ("phone", phone.as_str().trim_start_matches('+').to_owned()),
                ("language", language.clone()),
            ]),
            source_fields: source_fields("user.phone"),
            warnings: Vec::new(),
        });
    }
    if user.email.is_none() && user.phone.is_none() {
        lines.push(Content {
            kind: BookingLineKind::Ctcr,
            template: "ctcr",
            values: Values::new(),
            source_fields: Vec::new(),
            warnings: vec![Warning::new(
                Code::AskForContact,
                "Send this only if the passenger was asked for e-mail and telephone and refused both.",
            )],
        });
    }
    lines
}

/// The address with what its `@`, `_` and `-` are in a message, and whether it has nothing else than letters, digits and
/// full stops; none where it is not ASCII.
fn escaped(email: &str) -> Option<(String, bool)> {
    let mut text = String::new();
    let mut is_plain = true;
    for character in email.chars() {
        match character {
            '@' => text.push_str("//"),
            '_' => text.push_str(".."),
            '-' => text.push_str("./"),
            other if other.is_ascii() => {
                is_plain &= other.is_ascii_alphanumeric() || other == '.';
                text.push(other.to_ascii_uppercase());
            }
            _ => return None,
        }
    }
    Some((text, is_plain))
}

/// ISO 639-1, where the language has such a code.
fn language(tag: &LanguageTag) -> Option<String> {
    let primary = tag.as_str().split('-').next()?;
    (primary.len() == 2).then(|| primary.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_messages_take_them() {
        for (email, text) in [
            ("a.lopez@gmail.com", Some(("A.LOPEZ//GMAIL.COM", true))),
            (
                "john_smith@my-mail.example",
                Some(("JOHN..SMITH//MY./MAIL.EXAMPLE", true)),
            ),
            ("a+b@mail.example", Some(("A+B//MAIL.EXAMPLE", false))),
            ("ä@mail.example", None),
        ] {
            assert_eq!(
                escaped(email),
                text.map(|(text, is_plain)| (text.to_owned(), is_plain))
            );
        }
    }
}

//! Which passwords can be chosen (NIST SP 800-63B-4 §3.1.1): length and what is known to be guessed, no rules about
//! kinds of characters. A password counts byte for byte as it was typed.

use entity::values::Email;
use validator::ValidationError;

use crate::auth::blocklist;
use crate::error::{Error, FieldError};
use crate::input::{Input, Refusal, Secret, cross_field};

/// Fewest characters (Unicode scalar values).
pub const MIN_CHARS: usize = 12;
/// Most bytes; longer ones are refused, never cut.
pub const MAX_BYTES: usize = 1024;
/// Shortest e-mail name that a password is searched for: "jo" is in too many good ones.
const MIN_CONTEXT: usize = 3;

/// Whether the password can be chosen.
///
/// # Errors
/// Why not, and what to do.
pub fn check(password: &Secret, email: Option<&Email>) -> Result<(), Refusal> {
    let text = password.expose();
    let refuse = |code: &'static str, detail: String| {
        Err(Refusal {
            pointer: String::new(),
            code: code.into(),
            detail: detail.into(),
        })
    };
    if text.len() > MAX_BYTES {
        return refuse("too_long", format!("A password has at most {MAX_BYTES} bytes."));
    }
    if text.chars().count() < MIN_CHARS {
        return refuse(
            "too_short",
            format!("A password has at least {MIN_CHARS} characters; a few words do well."),
        );
    }
    let folded = text.to_lowercase();
    if let Some(name) = email.map(|email| email.local_part().to_lowercase())
        && name.chars().count() >= MIN_CONTEXT
        && folded.contains(&name)
    {
        return refuse(
            "contains_email",
            "A password must not contain the name in the e-mail address.".into(),
        );
    }
    if blocklist::is_common(text) {
        return refuse(
            "too_common",
            "This password is among the first that are guessed; a few unrelated words do well.".into(),
        );
    }
    Ok(())
}

/// The check of a password that has been chosen before: what is longer than can be chosen is nobody's.
///
/// # Errors
/// When the password is too long.
pub fn possible(password: &Input<Secret>) -> Result<(), ValidationError> {
    match password.value() {
        Some(password) if password.expose().len() > MAX_BYTES => Err(ValidationError::new("too_long")
            .with_message(format!("A password has at most {MAX_BYTES} bytes.").into())),
        _ => Ok(()),
    }
}

/// The check of a command's `password`, along with those of its other fields.
///
/// # Errors
/// Why the password cannot be chosen.
pub fn choosable(password: &Input<Secret>, email: &Input<Email>) -> Result<(), ValidationError> {
    choosable_at("password", password, email.value())
}

/// The same for a field of another name.
///
/// # Errors
/// Why the password cannot be chosen.
pub fn choosable_at(
    field: &'static str,
    password: &Input<Secret>,
    email: Option<&Email>,
) -> Result<(), ValidationError> {
    match password.value().map(|password| check(password, email)) {
        Some(Err(refusal)) => Err(cross_field(field, refusal.code, refusal.detail)),
        _ => Ok(()),
    }
}

/// The check against the address of an account, once it is known whose it is.
///
/// # Errors
/// `Invalid`, at the field.
pub(super) fn check_for(field: &str, password: &Secret, email: Option<&Email>) -> Result<(), Error> {
    check(password, email).map_err(|refusal| FieldError::field(field, refusal.code, refusal.detail).into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn code(password: &str, email: Option<&str>) -> Option<String> {
        let email = email.map(|email| email.parse().unwrap());
        check(&Secret::new(password.into()), email.as_ref())
            .err()
            .map(|refusal| refusal.code.into_owned())
    }

    #[test]
    fn length_counts_characters_below_and_bytes_above() {
        assert_eq!(code("elf-zeichen", None).as_deref(), Some("too_short"));
        assert_eq!(code("zwölf-zeiche", None), None);
        let mut long = (0..300)
            .map(|n| (n * n + 7).to_string())
            .collect::<Vec<_>>()
            .join("-");
        long.truncate(MAX_BYTES);
        assert_eq!(code(&long, None), None);
        assert_eq!(code(&format!("{long}x"), None).as_deref(), Some("too_long"));
    }

    #[test]
    fn common_ones_and_the_own_email_name_are_refused() {
        assert_eq!(code("password1234", None).as_deref(), Some("too_common"));
        assert_eq!(
            code("my-anna.eriksson-words", Some("Anna.Eriksson@mail.example")).as_deref(),
            Some("contains_email")
        );
        assert_eq!(
            code("correct horse battery staple", Some("jo@mail.example")),
            None
        );
    }
}

//! What mails say. They name nobody: a name could have been chosen by a stranger, to speak through this service.

use chrono::{DateTime, Utc};
use entity::ids::MailId;
use entity::mails;
use entity::values::{Email, MailPurpose};

use super::Mailer;
use crate::input::Secret;

/// A mail, ready to be sent. It may hold a link that opens an account: it is never logged.
pub(super) struct Letter {
    pub(super) id: MailId,
    pub(super) date: DateTime<Utc>,
    pub(super) to: Email,
    pub(super) subject: &'static str,
    pub(super) text: String,
}

/// What a mail is about; mails of one kind to one address are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Invitation,
    Registration,
    Verification,
    PasswordReset,
    EmailChange,
    AccountExists,
    PasswordChanged,
    EmailChanged,
}

impl Content {
    /// All names.
    pub(super) const NAMES: [&str; 8] = [
        Self::Invitation.name(),
        Self::Registration.name(),
        Self::Verification.name(),
        Self::PasswordReset.name(),
        Self::EmailChange.name(),
        Self::AccountExists.name(),
        Self::PasswordChanged.name(),
        Self::EmailChanged.name(),
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Registration => "registration",
            Self::Verification => "verification",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
            Self::AccountExists => "account_exists",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
        }
    }

    /// What the token in the mail is for, if there is one.
    pub(super) const fn purpose(self) -> Option<MailPurpose> {
        match self {
            Self::Invitation => Some(MailPurpose::Invitation),
            Self::Registration | Self::Verification => Some(MailPurpose::EmailVerification),
            Self::PasswordReset => Some(MailPurpose::PasswordReset),
            Self::EmailChange => Some(MailPurpose::EmailChange),
            Self::AccountExists | Self::PasswordChanged | Self::EmailChanged => None,
        }
    }

    const fn subject(self) -> &'static str {
        match self {
            Self::Invitation => "Your invitation",
            Self::Registration => "Finish your registration",
            Self::Verification => "Confirm your e-mail address",
            Self::PasswordReset => "Choose a new password",
            Self::EmailChange => "Confirm your new e-mail address",
            Self::AccountExists => "You already have an account",
            Self::PasswordChanged => "Your password has been changed",
            Self::EmailChanged => "Your e-mail address has been changed",
        }
    }
}

impl Mailer {
    /// The link in which a token stands. It stands in the fragment, which browsers keep to themselves: it reaches no
    /// log of a server or a proxy. The base is the setting, never what a request says of itself.
    fn link(&self, purpose: MailPurpose, token: &Secret) -> String {
        let page = match purpose {
            MailPurpose::Invitation => "invitation",
            MailPurpose::EmailVerification => "verify",
            MailPurpose::PasswordReset => "reset",
            MailPurpose::EmailChange => "email",
        };
        format!(
            "{}/account/{page}#token={}",
            self.inner.public_url,
            token.expose()
        )
    }

    pub(super) fn letter(
        &self,
        mail: &mails::Model,
        to: Email,
        content: Content,
        token: Option<&Secret>,
    ) -> Letter {
        let link = content.purpose().zip(token);
        let link = link.map_or_else(String::new, |(purpose, token)| self.link(purpose, token));
        Letter {
            id: mail.id,
            date: mail.created_at,
            to,
            subject: content.subject(),
            text: text(content, &link, &self.inner.host),
        }
    }
}

fn text(content: Content, link: &str, host: &str) -> String {
    let body = match content {
        Content::Invitation => format!(
            "you have been invited to {host}. Choose a password within seven days, and sign in with it and\n\
             this e-mail address:\n\n{link}\n\n\
             If you do not know why you are invited, do nothing."
        ),
        Content::Registration => format!(
            "somebody has registered this e-mail address at {host}, with a password of their choice. If it was\n\
             you, finish the registration within a day:\n\n{link}\n\n\
             If it was not you, do nothing: without the link there is no account."
        ),
        Content::Verification => format!(
            "please confirm within a day that this e-mail address of your account at {host} is yours:\n\n{link}\n\n\
             If you have no account there, do nothing."
        ),
        Content::PasswordReset => format!(
            "somebody has asked for a new password for your account at {host}. If it was you, choose one within\n\
             half an hour:\n\n{link}\n\n\
             If it was not you, do nothing: your password stays as it is."
        ),
        Content::EmailChange => format!(
            "somebody wants to sign in at {host} with this e-mail address from now on. If it was you, confirm it\n\
             within a day:\n\n{link}\n\n\
             If it was not you, do nothing: nothing changes without the link."
        ),
        Content::AccountExists => format!(
            "somebody has registered this e-mail address at {host}, where you already have an account. Nothing has\n\
             changed. If it was you, sign in as before, or ask for a new password if you have forgotten yours."
        ),
        Content::PasswordChanged => format!(
            "the password of your account at {host} has been changed. If it was not you, ask for a new password\n\
             at once, and tell us."
        ),
        Content::EmailChanged => format!(
            "your account at {host} has another e-mail address from now on; this one no longer belongs to it.\n\
             If you have not asked for that, tell us at once."
        ),
    };
    format!("Hello,\n\n{body}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Content; 8] = [
        Content::Invitation,
        Content::Registration,
        Content::Verification,
        Content::PasswordReset,
        Content::EmailChange,
        Content::AccountExists,
        Content::PasswordChanged,
        Content::EmailChanged,
    ];

    #[test]
    fn who_is_to_follow_a_link_is_given_one_on_a_line_of_its_own() {
        for content in ALL {
            let text = text(content, "https://h.example/account/x#token=t", "h.example");
            let links = text
                .lines()
                .filter(|line| *line == "https://h.example/account/x#token=t")
                .count();
            assert_eq!(links, usize::from(content.purpose().is_some()), "{content:?}");
            assert!(
                text.is_ascii() && text.lines().all(|line| line.len() <= 120),
                "{text}"
            );
        }
    }
}

//! Where mail goes: to a server (SMTP, RFC 5321), or into a folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::header::ContentTransferEncoding;
use lettre::message::{Body, SinglePart};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::{Host, Url};

use super::Mailer;
use super::templates::Letter;

/// How long a server may take for one mail.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The setting `SMTP_URL`.
#[derive(Clone)]
pub struct Smtp(String);

impl Smtp {
    /// Reads the setting. The way to the server is encrypted, except on this machine: the links in mail open accounts.
    ///
    /// # Errors
    /// A sentence that says what to write instead. It never repeats the URL, which may hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form =
            "SMTP_URL must be smtps://user:password@host, or smtp://user:password@host:587?tls=required.";
        let url = Url::parse(text).map_err(|_| form.to_owned())?;
        let host = url.host().ok_or(form)?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls");
        match (url.scheme(), tls.as_ref().map(|(_, value)| value.as_ref())) {
            ("smtps", None) | ("smtp", Some("required")) => {}
            // A mail server could be made to answer that it knows no encryption, and would be believed.
            ("smtp", None | Some("opportunistic")) if is_this_machine(&host) => {}
            ("smtp", None | Some("opportunistic")) => {
                return Err(
                    "SMTP_URL would send mail to another machine in clear, and the links in it open accounts; \
                     write smtps://…, or smtp://…?tls=required."
                        .to_owned(),
                );
            }
            _ => return Err(form.to_owned()),
        }
        AsyncSmtpTransport::<Tokio1Executor>::from_url(text).map_err(|_| form.to_owned())?;
        Ok(Self(text.to_owned()))
    }
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        // What `url` knows no special rules for, it does not read as an address.
        Host::Domain(name) => {
            *name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

pub(super) enum Transport {
    /// One connection for each mail, one after the other.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// A file for each mail.
    Outbox(PathBuf),
}

impl Transport {
    pub(super) fn smtp(Smtp(url): &Smtp, hello: &str) -> Result<Self, String> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| "SMTP_URL cannot be used.".to_owned())?;
        let hello = ClientId::Domain(hello.to_owned());
        Ok(Self::Smtp(
            builder.hello_name(hello).timeout(Some(TIMEOUT)).build(),
        ))
    }
}

/// Why a mail was not sent, in words that name nobody: servers repeat addresses in their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Undelivered {
    #[error("the mail cannot be written as a message")]
    Unwritable,
    #[error("the mail server did not answer in time")]
    TimedOut,
    #[error("the mail server refuses the mail (status {0})")]
    Refused(u16),
    #[error("the mail server cannot be reached, or does not keep to the protocol")]
    Unreachable,
    #[error("the outbox cannot be written to ({0})")]
    Outbox(io::ErrorKind),
}

impl Mailer {
    /// Sends one mail.
    pub(super) async fn send(&self, letter: Letter) -> Result<(), Undelivered> {
        match &self.inner.transport {
            Transport::Smtp(server) => {
                // Encoded so that any server takes it.
                let message = self.message(&letter, SinglePart::plain(letter.text.clone()))?;
                match tokio::time::timeout(TIMEOUT, server.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) if error.is_timeout() => Err(Undelivered::TimedOut),
                    Ok(Err(error)) => Err(error
                        .status()
                        .map_or(Undelivered::Unreachable, |code| Undelivered::Refused(code.into()))),
                    Err(_) => Err(Undelivered::TimedOut),
                }
            }
            Transport::Outbox(folder) => {
                // Read by people, who follow the link as it stands: encoded, it would be broken over two lines.
                let text = letter.text.replace('\n', "\r\n").into_bytes();
                let plain = Body::dangerous_pre_encoded(text, ContentTransferEncoding::EightBit);
                let part = SinglePart::builder()
                    .header(lettre::message::header::ContentType::TEXT_PLAIN)
                    .body(plain);
                let message = self.message(&letter, part)?.formatted();
                let (folder, name) = (folder.clone(), letter.id.to_string());
                let written = tokio::task::spawn_blocking(move || write(&folder, &name, &message)).await;
                written
                    .map_err(|_| Undelivered::Outbox(io::ErrorKind::Other))?
                    .map_err(|error| Undelivered::Outbox(error.kind()))
            }
        }
    }

    /// The mail as a message (RFC 5322). Addresses and header fields are values of types that hold no line break.
    fn message(&self, letter: &Letter, part: SinglePart) -> Result<Message, Undelivered> {
        let unwritable = |_| Undelivered::Unwritable;
        let to: Address = letter.to.as_str().parse().map_err(unwritable)?;
        Message::builder()
            .from(self.inner.from.clone())
            .to(to.into())
            .subject(letter.subject)
            // The same each time, so that a repeat is known as one.
            .message_id(Some(format!(
                "<{}@{}>",
                letter.id,
                self.inner.from.email.domain()
            )))
            .date(letter.date.into())
            .singlepart(part)
            .map_err(|_| Undelivered::Unwritable)
    }
}

/// Writes a file that is there as a whole or not at all, for its owner alone.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(draft, folder.join(format!("{name}.eml")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn mail_goes_to_other_machines_encrypted_or_not_at_all() {
        for good in [
            "smtps://user:secret@mail.agency.example",
            "smtps://mail.agency.example:2465",
            "smtp://user:secret@mail.agency.example:587?tls=required",
            "smtp://127.0.0.1:1025",
            "smtp://localhost",
            "smtp://[::1]:25",
        ] {
            assert!(Smtp::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "smtp://user:hunter2@mail.agency.example",
            "smtp://user:hunter2@mail.agency.example?tls=opportunistic",
            "smtp://user:hunter2@mail.agency.example?tls=no",
            "smtp://user:hunter2@127.0.0.1.agency.example",
            "smtp://user:hunter2@0.0.0.0",
            "http://user:hunter2@localhost",
            "smtps://",
            "hunter2",
        ] {
            let error = Smtp::parse(bad).err().unwrap_or_else(|| panic!("{bad}"));
            assert!(
                error.contains("SMTP_URL") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }
}

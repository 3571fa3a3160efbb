//! Mail: what asks for it queues it in its own transaction ([`queue`]), and a worker of each process sends it
//! ([`worker`]), so that no request waits for a mail server and nothing that was promised is lost.

mod by_address;
pub mod queue;
mod templates;
mod tokens;
mod transport;
pub mod worker;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::Mailbox;
use tokio::sync::Notify;
use url::{Host, Url};

pub(crate) use self::by_address::{forget, mailed, queued};
pub use self::tokens::purge;
pub(crate) use self::tokens::{MailToken, not_good, peek, take, void_all};
pub use self::transport::Smtp;
use self::transport::Transport;

/// Sends mail, and wakes the worker that does. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Transport,
    from: Mailbox,
    /// Base of links.
    public_url: String,
    /// What the service is called in a mail: the host of its address.
    host: String,
    due: Notify,
}

/// Names no server and no password.
impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer(***)")
    }
}

impl Mailer {
    /// A mailer over a server or, without one, over a folder.
    ///
    /// # Errors
    /// A sentence, when the sender is no address.
    pub fn new(
        smtp: Option<&str>,
        from: Option<&str>,
        public_url: &str,
        outbox: PathBuf,
    ) -> Result<Self, String> {
        let host = Url::parse(public_url)
            .ok()
            .and_then(|url| url.host().map(|host| host.to_owned()));
        let domain = match &host {
            Some(Host::Domain(domain)) => domain.clone(),
            _ => "localhost".to_owned(),
        };
        let from = sender(from.unwrap_or(&format!("no-reply@{domain}")))?;
        let transport = match smtp {
            Some(url) => Transport::smtp(&Smtp::parse(url)?, &domain)?,
            None => Transport::Outbox(outbox),
        };
        let inner = Inner {
            transport,
            from,
            public_url: public_url.to_owned(),
            host: host.map_or(domain, |host| host.to_string()),
            due: Notify::new(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Tells the worker of this process that there is something to send. To be called once it is committed; if it is
    /// forgotten, the mail goes out some seconds later.
    pub fn wake(&self) {
        self.inner.due.notify_one();
    }

    /// The folder that mail is written to, where there is no server to send it.
    pub fn outbox(&self) -> Option<&std::path::Path> {
        match &self.inner.transport {
            Transport::Outbox(folder) => Some(folder),
            Transport::Smtp(_) => None,
        }
    }
}

/// Reads the setting `MAIL_FROM`: an address, also with a name before it.
///
/// # Errors
/// A sentence.
pub fn sender(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| {
        "MAIL_FROM must be an address, such as no-reply@agency.example or \
         Agency <no-reply@agency.example>."
            .to_owned()
    })
}

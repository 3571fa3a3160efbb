//! Sends one message: a connection of its own, to an address that was looked at, and no farther.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, RETRY_AFTER, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::Failure;
use super::guard::{Target, all_allowed};

/// How long all of it may take: the look-up, the connection, and the head of the answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of an answer that are read. Its body is not: only the status counts.
const MOST_ANSWER: usize = 64 * 1024;
/// The longest pause that a receiver may ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// A message that is signed and ready to go.
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) at: DateTime<Utc>,
    pub(super) signature: &'a str,
    pub(super) body: &'a str,
}

/// What the receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// For how long it wants to be left alone.
    pub(super) retry_after: Option<Duration>,
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    tls: TlsConnector,
    /// Whether http to this machine is allowed.
    pub(super) local: bool,
}

impl Sender {
    /// A sender that trusts the certificate authorities that browsers trust.
    ///
    /// # Errors
    /// A sentence, when the library cannot be set up.
    pub(crate) fn new(local: bool) -> Result<Self, String> {
        let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS for webhooks cannot be set up: {error}."))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            local,
        })
    }

    /// Sends a message and waits for the head of the answer.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn send(&self, target: &Target, message: &Message<'_>) -> Result<Answer, Failure> {
        timeout(TIMEOUT, self.deliver(target, message))
            .await
            .unwrap_or(Err(Failure::Timeout))
    }

    async fn deliver(&self, target: &Target, message: &Message<'_>) -> Result<Answer, Failure> {
        let found = lookup_host((target.host.as_str(), target.port))
            .await
            .map_err(|_| Failure::Name)?;
        let addresses = all_allowed(found.collect(), target, self.local)?;
        // To the addresses that were looked at: asked once more, the name might lead elsewhere.
        let tcp = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(|_| Failure::Connection)?;
        let request = request(target, message).ok_or(Failure::Address)?;
        if !target.is_https {
            return exchange(tcp, request).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| Failure::Tls)?;
        let tls = self.tls.connect(name, tcp).await.map_err(|_| Failure::Tls)?;
        exchange(tls, request).await
    }
}

fn request(target: &Target, message: &Message<'_>) -> Option<Request<Full<Bytes>>> {
    Request::post(&target.path)
        .header(HOST, &target.authority)
        .header(CONTENT_TYPE, "application/json")
        .header(
            USER_AGENT,
            concat!("customer-profile/", env!("CARGO_PKG_VERSION")),
        )
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.at.timestamp())
        .header("webhook-signature", message.signature)
        .body(Full::new(Bytes::from(message.body.to_owned())))
        .ok()
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_ANSWER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Protocol)?;
    let answer = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|_| Failure::Protocol)?;
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
        })
    };
    tokio::pin!(answer);
    // Both go when the answer is there, and with them whatever else the receiver may have to say.
    tokio::select! {
        biased;
        answer = &mut answer => answer,
        // Who closes the connection may have answered with the same breath; if not, it is an error.
        _ = connection => answer.await,
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or a time.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.to_utc() - Utc::now())
            .to_std()
            .ok()?,
    };
    Some(pause.min(LONGEST_PAUSE))
}

impl Answer {
    /// Whether the message has arrived. A redirect is no arrival, and is not followed.
    pub(super) fn is_success(self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|status| status.is_success())
    }
}

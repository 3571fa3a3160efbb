//! What is said of webhooks: where they go, whether they do, and what became of them.

use super::Invalid;
use super::enums::text_enum;
use super::text::{self, text_type};

text_type! {
    /// Where events are sent to (`https://…`).
    pub struct WebhookUrl(String);
    debug = hidden;
    length = 9..=2000;
    format = "uri";
    pattern = "^https?://[!-~]+$";
    example = "https://hooks.agency.example/customer-profile";
    parse = webhook_url;
}

text_type! {
    /// What a webhook endpoint is for, in the words of whoever manages it.
    pub struct WebhookDescription(String);
    debug = shown;
    length = 1..=200;
    pattern = text::PATTERN;
    example = "Keeps the booking tool in step";
    parse = text::any;
}

fn webhook_url(text: &str) -> Result<String, Invalid> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(text.to_owned())
        }
        _ => Err(Invalid::format(
            "The value is not the address of a receiver; write it as https://hooks.example.com/path.",
        )),
    }
}

text_enum! {
    /// Whether events are sent to an endpoint.
    pub enum WebhookStatus {
        /// Events are sent.
        Active = "active",
        /// Nothing is sent; once it is active again, it goes on where it was.
        Disabled = "disabled",
    }
}

text_enum! {
    /// Why nothing is sent to an endpoint.
    pub enum WebhookStop {
        /// Somebody has disabled it.
        Asked = "asked",
        /// The receiver has answered 410: it does not want any more.
        Gone = "gone",
    }
}

text_enum! {
    /// What has become of a message.
    pub enum WebhookDeliveryStatus {
        /// It is to be sent, perhaps again.
        Pending = "pending",
        /// The receiver has it.
        Delivered = "delivered",
        /// It was sent as often as a message is, and never got through; or the receiver wants no more.
        Failed = "failed",
    }
}

text_enum! {
    /// Why a message did not get through.
    pub enum WebhookFailure {
        /// The name leads to an address inside, where nothing is sent.
        Address = "address",
        /// The name leads nowhere.
        Name = "name",
        /// There is no connection to be had.
        Connection = "connection",
        /// The certificate is not trusted, or TLS fails otherwise.
        Tls = "tls",
        /// No answer has come within ten seconds.
        Timeout = "timeout",
        /// What came is no answer of HTTP.
        Protocol = "protocol",
        /// The answer has another status than 200 to 299; redirects are not followed.
        Status = "status",
    }
}

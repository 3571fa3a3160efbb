//! The mail that a server has written, as its addressees read it.

use std::collections::BTreeMap;
use std::path::Path;

use super::app::App;

/// A mail, decoded.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Header fields by their names in lower case, unfolded.
    pub headers: BTreeMap<String, String>,
    pub text: String,
}

impl Mail {
    /// Reads a message (RFC 5322) with one plain part.
    pub fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\r\n\r\n").expect("a header and a body");
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let headers: BTreeMap<_, _> = unfolded
            .lines()
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
                (name.to_lowercase(), value.to_owned())
            })
            .collect();
        assert_eq!(
            headers["content-type"].to_lowercase(),
            "text/plain; charset=utf-8"
        );
        let text = match headers["content-transfer-encoding"].as_str() {
            "7bit" | "8bit" => body.to_owned(),
            "quoted-printable" => from_quoted_printable(body),
            other => panic!("an encoding that no mail of ours needs: {other}"),
        };
        Self {
            headers,
            text: text.replace("\r\n", "\n"),
        }
    }

    pub fn to(&self) -> &str {
        &self.headers["to"]
    }

    pub fn subject(&self) -> &str {
        &self.headers["subject"]
    }

    /// The one link.
    #[track_caller]
    pub fn link(&self) -> String {
        let links: Vec<_> = self.text.lines().filter(|line| line.contains("://")).collect();
        assert_eq!(links.len(), 1, "{}", self.text);
        links[0].to_owned()
    }

    /// The token of the link.
    #[track_caller]
    pub fn token(&self) -> String {
        self.link().split_once("#token=").expect("a token").1.to_owned()
    }
}

fn from_quoted_printable(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'=' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// All mail in a folder, the oldest first.
pub fn read(data_dir: &Path) -> Vec<Mail> {
    let Ok(files) = std::fs::read_dir(data_dir.join("outbox")) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "eml"));
    paths.sort();
    paths
        .iter()
        .map(|path| Mail::parse(&std::fs::read_to_string(path).unwrap()))
        .collect()
}

impl App {
    /// All mail to an address, the oldest first, once nothing is left to send.
    pub async fn mail_to(&self, address: &str) -> Vec<Mail> {
        self.mail_is_sent().await;
        let mut mail = read(&self.config.data_dir);
        mail.retain(|mail| mail.to() == address);
        mail
    }

    /// The last mail to an address.
    #[track_caller]
    pub fn last_mail_to(&self, address: &str) -> impl Future<Output = Mail> {
        let caller = std::panic::Location::caller();
        async move {
            let mut mail = self.mail_to(address).await;
            mail.pop()
                .unwrap_or_else(|| panic!("no mail to {address}, at {caller}"))
        }
    }
}

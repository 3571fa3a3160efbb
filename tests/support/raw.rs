//! Bytes on a socket: what no HTTP client agrees to send.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What came back; empty if the server closed the connection without a word.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: Option<u16>,
    pub head: String,
    pub body: Vec<u8>,
}

/// Sends the bytes and reads until the server closes the connection, or says nothing for `patience`.
pub async fn raw(addr: SocketAddr, request: &[u8], patience: Duration) -> RawAnswer {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request).await;
    read(&mut stream, patience).await
}

/// Reads until the server closes the connection, or says nothing for `patience`.
pub async fn read(stream: &mut TcpStream, patience: Duration) -> RawAnswer {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while let Ok(Ok(length)) = tokio::time::timeout(patience, stream.read(&mut chunk)).await {
        if length == 0 {
            break;
        }
        bytes.extend_from_slice(&chunk[..length]);
    }
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let (head, body) = end.map_or((&bytes[..], &[][..]), |end| (&bytes[..end], &bytes[end + 4..]));
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    RawAnswer {
        status,
        head,
        body: body.to_vec(),
    }
}

impl RawAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// The code of the problem in the body.
    #[track_caller]
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(body["status"].as_u64(), self.status.map(u64::from), "{body}");
        body["code"].as_str().expect("a code").to_owned()
    }
}

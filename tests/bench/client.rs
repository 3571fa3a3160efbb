//! A lean HTTP/1.1 client: one connection that stays open, one request at a time. What it does not do costs the
//! server under test no processor time: no redirects, no compression, no chunked bodies, no TLS.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// End of the header section (RFC 9112 §2.1).
const END: &[u8] = b"\r\n\r\n";
/// Bytes that one read takes at the most.
const CHUNK: usize = 64 * 1024;

/// A connection to the server.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, borrowed from the connection that it came over.
pub struct Response<'a> {
    /// Status code.
    pub status: u16,
    /// The whole body.
    pub body: &'a [u8],
}

impl Client {
    /// Connects.
    pub async fn connect(addr: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(CHUNK),
        })
    }

    /// Sends a request, head and body in one piece, and waits for the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Response<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, head, length) = loop {
            self.read().await?;
            if let Some(end) = self.buffer.windows(END.len()).position(|part| part == END) {
                let head = self.buffer.get(..end).unwrap_or_default();
                let (status, length) = parse(head).ok_or(io::ErrorKind::InvalidData)?;
                break (status, end + END.len(), length);
            }
        };
        while self.buffer.len() < head + length {
            self.read().await?;
        }
        let body = self.buffer.get(head..head + length).unwrap_or_default();
        Ok(Response { status, body })
    }

    async fn read(&mut self) -> io::Result<()> {
        self.buffer.reserve(CHUNK);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Status code and length of the body.
fn parse(head: &[u8]) -> Option<(u16, usize)> {
    let head = str::from_utf8(head).ok()?;
    let (line, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let mut length = 0;
    for field in fields.split("\r\n") {
        let (name, value) = field.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return None;
        }
    }
    Some((status, length))
}

//! Bytes that are no HTTP, or HTTP that means two things.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::unharmed;
use crate::support::on_both_databases;
use crate::support::raw::{raw, read};

const PATIENCE: Duration = Duration::from_secs(3);

/// A registration that would write a row.
const REGISTER: &str =
    r#"{"email":"smuggled@mail.example","password":"a-long-way-to-utopia","first_name":"Smuggled"}"#;

on_both_databases! {
    async fn what_is_no_http_is_refused(app: &App) {
        unharmed(app, async || {
            let requests: [&[u8]; 16] = [
                b"\r\n\r\n\r\n\r\n",
                b"hello\r\n\r\n",
                b"GET\r\n\r\n",
                b"GET /v1/users\r\n\r\n",
                b"GET  /v1/users  HTTP/1.1\r\n\r\n",
                b"GET /v1/users HTTP/9.9\r\nHost: a\r\n\r\n",
                b"GET /v1/users HTTP/1.1\r\nHost a\r\n\r\n",
                b"GET /v1/users HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                b"GET /v1/users HTTP/1.1\r\nX\x00Y: b\r\n\r\n",
                b"GET /v1/users HTTP/1.1\r\nX: a\x00b\r\n\r\n",
                b"GET /v1/us\x00ers HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET /v1/users\xff HTTP/1.1\r\nHost: a\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\xff\xff\xff\xff\xff\xff\xff",
                b"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
                b"GET /v1/users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            ];
            for request in requests {
                let answer = raw(app.addr, request, Duration::from_millis(700)).await;
                let is_refusal = answer.status.is_none_or(|status| (400..500).contains(&status));
                assert!(is_refusal, "{:?}: {answer:?}", String::from_utf8_lossy(request));
            }
        })
        .await;
    }

    /// Two readers of such a request disagree where it ends; what one of them takes for a body would be a request.
    async fn requests_that_end_in_two_places_are_refused(app: &App) {
        unharmed(app, async || {
            let smuggled = format!(
                "POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{REGISTER}",
                REGISTER.len()
            );
            let framings = [
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 0",
                "Content-Length: 0\r\nContent-Length: 5",
                "Content-Length: 5, 0",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 5\r\nTransfer-Encoding : chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked\r\nTransfer-Encoding: identity",
                "Content-Length: 99999999999999999999999",
            ];
            for framing in framings {
                let request = format!(
                    "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{framing}\r\n\r\n0\r\n\r\n{smuggled}"
                );
                let answer = raw(app.addr, request.as_bytes(), Duration::from_millis(700)).await;
                assert!(matches!(answer.status, None | Some(400)), "{framing}: {answer:?}");
                let answers = String::from_utf8_lossy(&answer.body).matches("HTTP/1.1 2").count();
                assert_eq!(answers, 0, "{framing}: {answer:?}");
            }
        })
        .await;
    }

    async fn a_chunked_body_over_the_limit_is_413(app: &App) {
        unharmed(app, async || {
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            let head = "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            let request = format!("{head}{}0\r\n\r\n", chunk.repeat(6));
            let answer = raw(app.addr, request.as_bytes(), PATIENCE).await;
            assert_eq!((answer.status, answer.problem().as_str()), (Some(413), "payload_too_large"), "{}", answer.head);
            // A length that is only announced is believed without waiting for the body.
            let request = head.replace("Transfer-Encoding: chunked", "Content-Length: 100000000");
            let answer = raw(app.addr, request.as_bytes(), PATIENCE).await;
            assert_eq!((answer.status, answer.problem().as_str()), (Some(413), "payload_too_large"), "{}", answer.head);
        })
        .await;
    }

    async fn chunks_that_are_none_are_refused(app: &App) {
        unharmed(app, async || {
            for chunks in ["zz\r\n{}\r\n0\r\n\r\n", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2{}0\r\n\r\n"] {
                let request = format!(
                    "POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
                );
                let answer = raw(app.addr, request.as_bytes(), Duration::from_millis(700)).await;
                assert!(answer.status.is_none_or(|status| (400..500).contains(&status)), "{chunks:?}: {answer:?}");
            }
        })
        .await;
    }

    async fn trace_and_connect_repeat_and_open_nothing(app: &App) {
        unharmed(app, async || {
            let request = "TRACE /v1/users HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Secret: kanarie\r\n\r\n";
            let answer = raw(app.addr, request.as_bytes(), PATIENCE).await;
            assert_eq!((answer.status, answer.problem().as_str()), (Some(405), "method_not_allowed"));
            assert!(!String::from_utf8_lossy(&answer.body).contains("kanarie"));
            for target in ["mail.example:443", "/v1/users"] {
                let request = format!("CONNECT {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                let answer = raw(app.addr, request.as_bytes(), PATIENCE).await;
                assert!(matches!(answer.status, None | Some(400 | 404 | 405)), "{target}: {answer:?}");
            }
        })
        .await;
    }

    /// Somebody who leaves in the middle takes nobody along, and what was half sent is not done.
    async fn clients_that_hang_up_leave_nothing(app: &App) {
        unharmed(app, async || {
            let request = format!(
                "POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{REGISTER}",
                REGISTER.len() + 1
            );
            for length in [1, 20, 80, request.len() - 40, request.len()] {
                let mut stream = TcpStream::connect(app.addr).await.unwrap();
                stream.write_all(&request.as_bytes()[..length]).await.unwrap();
                drop(stream);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        })
        .await;
    }
}

mod slow {
    use super::*;

    on_both_databases! {
        /// A body that drips keeps a worker's attention for ten seconds at the most; a head for five.
        async fn what_does_not_arrive_is_408(app: &App) {
            unharmed(app, async || {
                let body = async {
                    let started = Instant::now();
                    let mut stream = TcpStream::connect(app.addr).await.unwrap();
                    let head = "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
                    stream.write_all(head.as_bytes()).await.unwrap();
                    let answer = read(&mut stream, Duration::from_secs(14)).await;
                    assert_eq!((answer.status, answer.problem().as_str()), (Some(408), "request_timeout"), "{}", answer.head);
                    assert_eq!(answer.header("connection"), Some("close"));
                    assert!((8..=13).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
                };
                let head = async {
                    let started = Instant::now();
                    let mut stream = TcpStream::connect(app.addr).await.unwrap();
                    stream.write_all(b"GET /v1/users HTTP/1.1\r\nHost: a\r\nX-Drip: ").await.unwrap();
                    let answer = read(&mut stream, Duration::from_secs(14)).await;
                    assert!(matches!(answer.status, None | Some(408)), "{answer:?}");
                    assert!((4..=9).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
                };
                tokio::join!(body, head);
            })
            .await;
        }
    }
}

//! Processes that are killed at any moment: what was acknowledged is in the database, stands in the feed exactly once, and
//! is sent to webhooks at least once, all in order of each record.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::rt::System;
use entity::ids::UserId;
use serde_json::{Value, json};

use super::{Receiver, endpoint};
use crate::support::program::{self, program};
use crate::support::{Backend, Caller, Running, TestDatabase, config};

/// Issuer of tokens of several processes.
const PUBLIC_URL: &str = "http://profiles.agency.example";
const KILLS: u64 = 50;
const WRITERS: usize = 8;
/// Between two changes of a writer: the receiver is to have them all in the end.
const PAUSE: Duration = Duration::from_millis(40);

/// Renames somebody over one connection until it breaks, and tells the last version that was acknowledged.
fn rename_until_killed(addr: SocketAddr, id: UserId, token: String) -> JoinHandle<Option<i64>> {
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(addr).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut acknowledged = None;
        for number in 0.. {
            let body = json!({"first_name": format!("Round {number} at {addr}")}).to_string();
            let request = format!(
                "PATCH /v1/users/{id} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if stream.write_all(request.as_bytes()).is_err() {
                break;
            }
            let Some((version, _)) = answer(&mut reader) else {
                break;
            };
            acknowledged = version;
            std::thread::sleep(PAUSE);
        }
        acknowledged
    })
}

/// What a reader of the feed keeps: which versions of whom it was told of, and how far it is.
#[derive(Default)]
struct Copy {
    position: Option<String>,
    versions: BTreeMap<String, Vec<i64>>,
}

impl Copy {
    /// Takes an answer as a whole, as a reader does that keeps events and position in one transaction.
    fn take(&mut self, page: &Value) {
        for event in page["data"].as_array().unwrap() {
            assert_eq!(event["type"], "user.updated");
            let id = event["subject"]["id"].as_str().unwrap().to_owned();
            self.versions
                .entry(id)
                .or_default()
                .push(event["version"].as_i64().unwrap());
        }
        self.position = Some(page["position"].as_str().unwrap().to_owned());
    }

    fn url(&self) -> String {
        let after = self.position.as_ref().map(|it| format!("&after={it}"));
        format!(
            "/v1/events?types=user.updated&wait=1&limit=200{}",
            after.unwrap_or_default()
        )
    }
}

/// Reads the feed over one connection until it breaks.
fn read_until_killed(addr: SocketAddr, mut copy: Copy, token: String) -> JoinHandle<Copy> {
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(addr).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        loop {
            let url = copy.url();
            let request = format!("GET {url} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n");
            if stream.write_all(request.as_bytes()).is_err() {
                return copy;
            }
            let Some((_, body)) = answer(&mut reader) else {
                return copy;
            };
            copy.take(&serde_json::from_slice(&body).unwrap());
        }
    })
}

/// The version that a 200 tells, and its body, once it has come in full.
fn answer(reader: &mut BufReader<TcpStream>) -> Option<(Option<i64>, Vec<u8>)> {
    let (mut is_ok, mut length, mut version) = (false, 0, None);
    loop {
        let mut line = String::new();
        if !matches!(reader.read_line(&mut line), Ok(1..)) {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        is_ok |= line.starts_with("http/1.1 200");
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if let Some(value) = line.strip_prefix("etag: ") {
            version = value.trim_matches('"').parse().ok();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut rest = vec![0; length];
    reader.read_exact(&mut rest).ok()?;
    assert!(is_ok, "{}", String::from_utf8_lossy(&rest));
    Some((version, rest))
}

async fn killed(database: &TestDatabase) {
    let mut settings = config(database);
    settings.public_url = Some(PUBLIC_URL.into());
    settings.webhooks_to_loopback = true;
    let receiver = Receiver::start();
    let beside = Running::start(&settings, database).await;
    let admin = beside.app.admin().await;
    let mut people = Vec::new();
    for _ in 0..WRITERS {
        people.push(beside.app.profile("Nobody").await);
    }
    endpoint(&admin, &receiver.url, &["user.updated"]).await;
    // From here on there is nobody who could do the work of those who are killed.
    let token = admin.token.clone().unwrap();
    beside.stop().await;
    let folder = database.folder();
    let start = || {
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "1"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", &folder)
            .env("PUBLIC_URL", PUBLIC_URL)
            .env("WEBHOOKS_TO_LOOPBACK", "true");
        program::Running::start(&mut command)
    };
    let mut acknowledged: BTreeMap<UserId, i64> = BTreeMap::new();
    let mut copy = Copy::default();
    for round in 0..KILLS {
        let mut server = start();
        let begin = |id: &UserId| rename_until_killed(server.addr, *id, token.clone());
        let writers: Vec<_> = people.iter().map(begin).collect();
        let reader = read_until_killed(server.addr, copy, token.clone());
        tokio::time::sleep(Duration::from_millis(200 + 137 * round % 500)).await;
        server.kill();
        copy = reader.join().unwrap();
        for (id, writer) in people.iter().copied().zip(writers) {
            if let Some(version) = writer.join().unwrap() {
                acknowledged.insert(id, version);
            }
        }
    }
    assert_eq!(
        acknowledged.len(),
        people.len(),
        "everybody was renamed: {acknowledged:?}"
    );
    let last = start();
    let admin = Caller::new(last.addr, None, Some(token));
    let mut expected = 0;
    for id in people.iter().copied() {
        let version = admin.get(format!("/v1/users/{id}")).await.expect(200)["version"]
            .as_i64()
            .unwrap();
        assert!(version >= acknowledged[&id], "what was acknowledged is there");
        acknowledged.insert(id, version);
        expected += version - 1;
    }
    // Whoever reads on is told of everything once.
    loop {
        let page = admin.get(copy.url()).await.expect(200);
        let is_end = page["data"] == json!([]);
        copy.take(&page);
        if is_end {
            break;
        }
    }
    for (id, last) in &acknowledged {
        assert_eq!(
            copy.versions[&id.to_string()],
            (2..=*last).collect::<Vec<_>>(),
            "{id} in the feed"
        );
    }
    // Nobody renames any more; what the dead had in hand goes out when their lease is over.
    let versions = receiver.versions_until(usize::try_from(expected).unwrap()).await;
    for (id, last) in acknowledged {
        let seen = &versions[&id.to_string()];
        assert!(seen.is_sorted(), "{id}: {seen:?}");
        let mut once = seen.clone();
        once.dedup();
        assert_eq!(once, (2..=last).collect::<Vec<_>>(), "{id}");
    }
    drop(last);
    receiver.stop().await;
}

fn killed_on(backend: Backend) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        killed(&database).await;
        database.remove().await;
    });
}

#[test]
fn killed_again_and_again_a_process_loses_no_event_on_sqlite() {
    killed_on(Backend::Sqlite);
}

#[test]
fn killed_again_and_again_a_process_loses_no_event_on_postgres() {
    killed_on(Backend::Postgres);
}

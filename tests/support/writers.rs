//! Callers who add users without a pause, and remember which the server has acknowledged.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::Caller;

/// Eight of them.
pub struct Writers {
    acknowledged: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Writers {
    pub fn start(addr: SocketAddr, token: &str) -> Self {
        let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..8)
            .map(|writer| {
                let (acknowledged, stop, token) = (acknowledged.clone(), stop.clone(), token.to_owned());
                std::thread::spawn(move || write_until_stopped(addr, writer, &token, &acknowledged, &stop))
            })
            .collect();
        Self {
            acknowledged,
            stop,
            threads,
        }
    }

    /// The ids of the users that have been acknowledged so far.
    pub fn acknowledged(&self) -> Vec<String> {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Stops them; the ids of all users that were acknowledged.
    pub fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().unwrap();
        }
        self.acknowledged.lock().unwrap().clone()
    }
}

/// The ids of all users, page by page.
pub async fn ids_of_users(admin: &Caller) -> BTreeSet<String> {
    let mut stored = BTreeSet::new();
    let mut path = "/v1/users?limit=200".to_owned();
    loop {
        let page = admin.get(&path).await.expect(200);
        let users = page["data"].as_array().unwrap().iter();
        stored.extend(users.map(|user| user["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            return stored;
        };
        path = format!("/v1/users?limit=200&cursor={cursor}");
    }
}

/// Adds users over one connection until it breaks.
fn write_until_stopped(
    addr: SocketAddr,
    writer: usize,
    token: &str,
    acknowledged: &Mutex<Vec<String>>,
    stop: &AtomicBool,
) {
    let mut stream = std::net::TcpStream::connect(addr).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let body =
            json!({"first_name": "Writer", "email": format!("w{writer}.{number}@mail.example")}).to_string();
        let request = format!(
            "POST /v1/users HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(request.as_bytes()).is_err() {
            return;
        }
        let (mut is_created, mut length) = (false, 0);
        loop {
            let mut line = String::new();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
            let line = line.trim().to_ascii_lowercase();
            is_created |= line.starts_with("http/1.1 201");
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        if reader.read_exact(&mut answer).is_err() || !is_created {
            return;
        }
        let user: Value = serde_json::from_slice(&answer).unwrap();
        acknowledged
            .lock()
            .unwrap()
            .push(user["id"].as_str().unwrap().to_owned());
    }
}

//! Webhooks: every event arrives, signed, in order, and nothing is sent where it must not go.

mod delivery;
mod endpoints;
mod guard;
mod killed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes, Data};
use actix_web::{App as Actix, HttpRequest, HttpResponse, HttpServer};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::Caller;

/// What came in.
#[derive(Debug, Clone)]
struct Received {
    id: String,
    timestamp: String,
    signatures: Vec<String>,
    body: String,
}

impl Received {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether one of the signatures is by this secret, as the standard computes it.
    fn is_signed_by(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let content = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let expected = format!("v1,{}", STANDARD.encode(hmac::sign(&key, content.as_bytes())));
        self.signatures.contains(&expected)
    }
}

type Behaviour = dyn Fn(usize, &Received) -> HttpResponse + Send + Sync;

struct State {
    received: Mutex<Vec<Received>>,
    behaviour: Mutex<Arc<Behaviour>>,
}

/// Another system that takes webhooks.
struct Receiver {
    url: String,
    state: Arc<State>,
    handle: ServerHandle,
}

async fn take(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|it| it.to_str().unwrap().to_owned())
            .unwrap_or_default()
    };
    let received = Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature")
            .split(' ')
            .map(str::to_owned)
            .collect(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    let count = {
        let mut all = state.received.lock().unwrap();
        all.push(received.clone());
        all.len()
    };
    let behaviour = Arc::clone(&state.behaviour.lock().unwrap());
    behaviour(count, &received)
}

impl Receiver {
    /// One that answers 204.
    fn start() -> Self {
        let state = Arc::new(State {
            received: Mutex::default(),
            behaviour: Mutex::new(Arc::new(|_: usize, _: &Received| {
                HttpResponse::NoContent().finish()
            })),
        });
        let data = Data::from(Arc::clone(&state));
        let server =
            HttpServer::new(move || Actix::new().app_data(data.clone()).default_service(web::to(take)))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, state, handle }
    }

    /// Answers otherwise from here on; given how many have come in so far.
    fn answers(&self, behaviour: impl Fn(usize, &Received) -> HttpResponse + Send + Sync + 'static) {
        *self.state.behaviour.lock().unwrap() = Arc::new(behaviour);
    }

    fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits until so many have come in.
    async fn wait_for(&self, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            assert!(
                Instant::now() < deadline,
                "{} of {count} have come in",
                received.len()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The versions of each record in the order in which they came in, once there are so many different ones in all.
    async fn versions_until(&self, count: usize) -> BTreeMap<String, Vec<i64>> {
        let deadline = Instant::now() + Duration::from_mins(3);
        loop {
            let mut versions: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for message in self.received() {
                let data = message.json()["data"].clone();
                let record = data["subject"]["id"].as_str().unwrap().to_owned();
                versions
                    .entry(record)
                    .or_default()
                    .push(data["version"].as_i64().unwrap());
            }
            let different = versions
                .iter()
                .flat_map(|(record, all)| all.iter().map(move |it| (record, it)));
            let different = different.collect::<BTreeSet<_>>().len();
            if different >= count {
                return versions;
            }
            assert!(Instant::now() < deadline, "{different} of {count} have come in");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Nothing more comes in for a while.
    async fn stays_at(&self, count: usize) {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(self.received().len(), count, "{:#?}", self.received());
    }

    async fn stop(self) {
        self.handle.stop(false).await;
    }
}

/// An endpoint as whoever added it knows it.
struct Endpoint {
    path: String,
    secret: String,
}

async fn endpoint(caller: &Caller, url: &str, events: &[&str]) -> Endpoint {
    let made = caller
        .post("/v1/webhook-endpoints", json!({"url": url, "events": events}))
        .await
        .expect(201);
    Endpoint {
        path: format!("/v1/webhook-endpoints/{}", made["id"].as_str().unwrap()),
        secret: made["secret"].as_str().unwrap().to_owned(),
    }
}

/// The log of an endpoint once its messages have this status.
async fn settled(caller: &Caller, endpoint: &Endpoint, status: &str, count: usize) -> Vec<Value> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let page = caller
            .get(format!("{}/deliveries?status={status}", endpoint.path))
            .await
            .expect(200);
        let found = page["data"].as_array().unwrap().clone();
        if found.len() == count {
            return found;
        }
        assert!(Instant::now() < deadline, "{page:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until the receiver of an endpoint has been found away so many times in a row.
async fn failed(caller: &Caller, endpoint: &Endpoint, failures: usize) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = caller.get(&endpoint.path).await.expect(200);
        if found["failures"] == json!(failures) {
            return;
        }
        assert!(Instant::now() < deadline, "{found:#}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

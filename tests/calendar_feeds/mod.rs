mod log;
mod manage;
mod read;
mod rights;

use serde_json::{Value, json};

use crate::support::{Answer, App, Caller};

const FEEDS: &str = "/v1/calendar-feeds";

/// Makes a feed and tells its id and its address on this server.
async fn feed(app: &App, by: &Caller, body: Value) -> (String, String) {
    let made = by.post(FEEDS, body).await;
    let url = made.expect(201)["url"].as_str().unwrap().to_owned();
    let path = url
        .strip_prefix(&format!("http://{}", app.addr))
        .expect("an address of this server");
    (made.id(), path.to_owned())
}

/// What a calendar program gets, which cannot sign in.
async fn subscribed(app: &App, path: &str) -> Answer {
    app.anonymous().get(path).await
}

/// The lines of a calendar, unfolded (RFC 5545 §3.1), if it is one.
#[track_caller]
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    let text = str::from_utf8(&answer.body).unwrap();
    assert!(text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
    }
    let unfolded = text.replace("\r\n ", "").replace("\r\n\t", "");
    unfolded.lines().map(str::to_owned).collect()
}

/// The values of a property.
#[track_caller]
fn values(answer: &Answer, name: &str) -> Vec<String> {
    let lines = lines(answer);
    let values = lines
        .iter()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    values.map(str::to_owned).collect()
}

/// A customer's own feed.
fn own() -> Value {
    json!({})
}

//! A caller of the server, and what it is answered.

use std::net::SocketAddr;

use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use awc::Client;
use entity::ids::UserId;
use serde_json::{Map, Value, json};

use super::contract;

/// Somebody who calls the server.
#[derive(Clone)]
pub struct Caller {
    pub addr: SocketAddr,
    id: Option<UserId>,
    pub token: Option<String>,
    client: Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
    request: String,
}

impl Caller {
    pub fn new(addr: SocketAddr, id: Option<UserId>, token: Option<String>) -> Self {
        let client = Client::builder()
            .timeout(std::time::Duration::from_mins(1))
            .finish();
        Self {
            addr,
            id,
            token,
            client,
        }
    }

    /// The caller's own user.
    pub fn id(&self) -> UserId {
        self.id.expect("somebody who has signed in")
    }

    pub async fn get(&self, path: impl AsRef<str>) -> Answer {
        self.send(Method::GET, path.as_ref(), &[], None).await
    }

    pub async fn get_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path.as_ref(), headers, None).await
    }

    pub async fn post(&self, path: impl AsRef<str>, body: Value) -> Answer {
        self.json(Method::POST, path.as_ref(), &[], &body).await
    }

    pub async fn post_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)], body: Value) -> Answer {
        self.json(Method::POST, path.as_ref(), headers, &body).await
    }

    pub async fn put(&self, path: impl AsRef<str>, body: Value) -> Answer {
        self.json(Method::PUT, path.as_ref(), &[], &body).await
    }

    pub async fn patch(&self, path: impl AsRef<str>, body: Value) -> Answer {
        self.json(Method::PATCH, path.as_ref(), &[], &body).await
    }

    pub async fn patch_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)], body: Value) -> Answer {
        self.json(Method::PATCH, path.as_ref(), headers, &body).await
    }

    pub async fn delete(&self, path: impl AsRef<str>) -> Answer {
        self.send(Method::DELETE, path.as_ref(), &[], None).await
    }

    pub async fn delete_with(&self, path: impl AsRef<str>, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::DELETE, path.as_ref(), headers, None).await
    }

    /// Any method with a JSON body.
    pub async fn json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, Some(body.to_string().into_bytes()))
            .await
    }

    /// POST of a form.
    pub async fn form(&self, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        let body: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        self.send(Method::POST, path, &all, Some(body.join("&").into_bytes()))
            .await
    }

    /// Any request at all.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let described = format!("{method} {path}");
        let mut request = self
            .client
            .request(method.clone(), format!("http://{}{path}", self.addr))
            .no_decompress();
        if let Some(token) = &self.token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        for header in headers {
            request = request.insert_header(*header);
        }
        let sent = match body {
            Some(body) => request.send_body(body).await,
            None => request.send().await,
        };
        let mut response = sent.unwrap_or_else(|error| panic!("{described}: {error}"));
        let body = response.body().limit(16 << 20).await.unwrap_or_default();
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
            request: described,
        };
        contract::hold(&method, path, &answer);
        answer
    }
}

impl Answer {
    /// The body, when the status is the expected one.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(
            self.status,
            status,
            "{}: {}",
            self.request,
            String::from_utf8_lossy(&self.body)
        );
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The code of the problem, when the status is the expected one and the body is a problem.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let problem = self.expect(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.request
        );
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("x-request-id"),
            "{problem}"
        );
        problem["code"].as_str().expect("a code").to_owned()
    }

    /// Pointer and code of every field error of a problem.
    #[track_caller]
    pub fn errors(&self, status: u16) -> Vec<(String, String)> {
        self.problem(status);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect()
    }

    /// Asserts that exactly this field breaks this rule.
    #[track_caller]
    pub fn refuses(&self, pointer: &str, code: &str) {
        assert_eq!(
            self.errors(422),
            [(pointer.to_owned(), code.to_owned())],
            "{}",
            self.request
        );
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: no JSON: {:?}", self.request, self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The strong entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag")
            .unwrap_or_else(|| panic!("{}: no ETag", self.request))
            .to_owned()
    }

    /// The id of the record in the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{}: no id: {}", self.request, self.json()))
            .to_owned()
    }
}

/// A passport that breaks no rule, of the specimen state.
pub fn anna_passport(user: UserId, number: &str) -> Value {
    json!({
        "user_id": user, "issuing_country": "UTO", "passport_number": number, "surname": "Eriksson",
        "given_names": "Anna Maria", "date_of_birth": "1974-08-12", "sex": "F", "issue_date": "2024-04-16",
        "expiry_date": "2034-04-15",
    })
}

/// A visa of the owner of a passport.
pub fn anna_visa(user: UserId, passport: &str, number: &str) -> Value {
    json!({
        "user_id": user, "passport_id": passport, "country": "USA", "visa_number": number, "type": "business",
        "entries": "multiple", "max_stay_days": 90, "place_of_issue": "Old Haven", "issue_date": "2026-01-15",
        "expiry_date": "2036-01-14",
    })
}

/// An identity card that breaks no rule, of the specimen state.
pub fn anna_identity_card(user: UserId, number: &str) -> Value {
    json!({
        "user_id": user, "issuing_country": "UTO", "document_number": number, "surname": "Eriksson",
        "given_names": "Anna Maria", "date_of_birth": "1974-08-12", "sex": "F", "issue_date": "2024-04-16",
        "expiry_date": "2034-04-15",
    })
}

/// A text as it stands in a form or an address.
pub fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if is_plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The members of a JSON object.
#[track_caller]
pub fn json_object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}"))
}

/// The rows of a file by the names of its columns, read by the crate that did not write the guards.
pub fn table_rows(file: &[u8]) -> Vec<Value> {
    let file = file
        .strip_prefix("\u{feff}".as_bytes())
        .expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(file);
    let names = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| -> Value {
        let cells = names.iter().zip(row.iter());
        cells
            .map(|(name, cell)| (name.to_owned(), json!(cell)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    reader.records().map(|it| row(it.unwrap())).collect()
}

//! What is asked of the server, and what the requests are made of.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::net::SocketAddr;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::client::Client;
use crate::fill::{FIRST_NAMES, LAST_NAMES};
use crate::random::Random;

/// Items of a page while the list is walked for ids and cursors.
const WALK: usize = 200;
/// Letters of each name that somebody types into the search.
const TYPED: usize = 3;

/// An operation under load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// GET /v1/users/{id}, any customer
    ReadUser,
    /// GET /v1/users/{id}/profile, any customer
    ReadProfile,
    /// GET /v1/users, the first page of 50
    ListFirst,
    /// GET /v1/users, a page of 50 from the second half of all customers
    ListDeep,
    /// POST /v1/users/search by the beginnings of first and family name, a page of 20
    SearchName,
    /// POST /v1/users, a customer with e-mail and without password
    CreateUser,
    /// POST /v1/auth/login with the right password
    Login,
}

impl Scenario {
    /// Name in the report.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Status of a good answer.
    pub const fn expected(self) -> u16 {
        match self {
            Self::CreateUser => 201,
            _ => 200,
        }
    }

    /// Whether it adds records, which are removed after the run.
    pub const fn writes(self) -> bool {
        matches!(self, Self::CreateUser)
    }
}

/// Who signs in, and what there is to read.
pub struct Material {
    /// Where the server listens.
    pub addr: SocketAddr,
    /// The administrator that signs in.
    pub admin: Admin,
    /// The administrator's access token.
    token: String,
    /// Ids of customers.
    pub ids: Vec<String>,
    /// Cursors that lead into the second half of the list.
    cursors: Vec<String>,
}

/// The administrator of the server under test.
pub struct Admin {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

type Result<T> = std::result::Result<T, Box<dyn StdError + Send + Sync>>;

impl Material {
    /// Signs in and walks the list of customers.
    pub async fn gather(addr: SocketAddr, admin: Admin) -> Result<Self> {
        let mut client = Client::connect(addr).await?;
        let mut material = Self {
            addr,
            admin,
            token: String::new(),
            ids: Vec::new(),
            cursors: Vec::new(),
        };
        let mut request = Vec::new();
        material.login(&mut request);
        let signed_in = json_of(&mut client, &request).await?;
        material.token = text(&signed_in, "access_token")
            .ok_or("The administrator cannot sign in; check --admin-email and --admin-password.")?;
        let mut cursor = None;
        loop {
            let mut path = format!("/v1/users?role=customer&limit={WALK}");
            if let Some(cursor) = &cursor {
                write!(path, "&cursor={cursor}")?;
            }
            request.clear();
            material.get(&mut request, &path);
            let page = json_of(&mut client, &request).await?;
            let users = page
                .get("data")
                .and_then(Value::as_array)
                .ok_or("The list has no data.")?;
            material
                .ids
                .extend(users.iter().filter_map(|user| text(user, "id")));
            match text(&page, "next_cursor") {
                None => break,
                Some(next) => {
                    material.cursors.push(next.clone());
                    cursor = Some(next);
                }
            }
        }
        if material.ids.is_empty() {
            return Err("The database has no customers; name it in --database to have it filled.".into());
        }
        material.cursors = material.cursors.split_off(material.cursors.len() / 2);
        // The last page is shorter than the others.
        material.cursors.pop();
        Ok(material)
    }

    /// Writes the next request of a scenario. `unique` is different each time, over all runs.
    pub fn request(&self, scenario: Scenario, random: &mut Random, unique: &str, out: &mut Vec<u8>) {
        match scenario {
            Scenario::ReadUser => self.get(out, &format!("/v1/users/{}", self.any_id(random))),
            Scenario::ReadProfile => self.get(out, &format!("/v1/users/{}/profile", self.any_id(random))),
            Scenario::ListFirst => self.get(out, "/v1/users?role=customer"),
            Scenario::ListDeep => {
                let cursor = self.cursors.get(random.below(self.cursors.len()));
                let cursor = cursor.map(|cursor| format!("&cursor={cursor}"));
                self.get(
                    out,
                    &format!("/v1/users?role=customer{}", cursor.unwrap_or_default()),
                );
            }
            Scenario::SearchName => {
                let (first, last) = (beginning(random, FIRST_NAMES), beginning(random, LAST_NAMES));
                let body = json!({ "q": format!("{first} {last}"), "limit": 20 });
                self.post(out, "/v1/users/search", &body);
            }
            Scenario::CreateUser => {
                let body = json!({
                    "email": format!("new.{unique}@mail.example"),
                    "first_name": random.pick(FIRST_NAMES),
                    "last_name": random.pick(LAST_NAMES),
                    "date_of_birth": "1991-05-17",
                    "gender": "F",
                    "nationality": "SE",
                    "phone": "+46 70 123 45 68",
                    "language": "sv",
                });
                self.post(out, "/v1/users", &body);
            }
            Scenario::Login => self.login(out),
        }
    }

    fn any_id(&self, random: &mut Random) -> &str {
        self.ids
            .get(random.below(self.ids.len()))
            .map_or("", String::as_str)
    }

    fn login(&self, out: &mut Vec<u8>) {
        let body = json!({ "email": self.admin.email, "password": self.admin.password });
        self.post(out, "/v1/auth/login", &body);
    }

    fn get(&self, out: &mut Vec<u8>, path: &str) {
        self.head(out, "GET", path);
        out.extend_from_slice(b"\r\n");
    }

    /// Writes a POST with a JSON body.
    pub fn post(&self, out: &mut Vec<u8>, path: &str, body: &Value) {
        let body = body.to_string();
        self.head(out, "POST", path);
        let fields = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        out.extend_from_slice(fields.as_bytes());
        out.extend_from_slice(body.as_bytes());
    }

    fn head(&self, out: &mut Vec<u8>, method: &str, path: &str) {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n",
            self.addr
        );
        out.extend_from_slice(head.as_bytes());
        if !self.token.is_empty() {
            out.extend_from_slice(b"Authorization: Bearer ");
            out.extend_from_slice(self.token.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// The first letters of one of the names.
fn beginning(random: &mut Random, names: &[&str]) -> String {
    random
        .pick(names)
        .unwrap_or_default()
        .chars()
        .take(TYPED)
        .collect()
}

async fn json_of(client: &mut Client, request: &[u8]) -> Result<Value> {
    Ok(serde_json::from_slice(client.send(request).await?.body)?)
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}

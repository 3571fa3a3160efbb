//! Every operation of the document, with what must not show up in every place that a request has.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use actix_web::http::Method;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::{PASSWORD, Planted};
use crate::support::document::{Operation, operations};
use crate::support::world::{Belongings, Canaries};
use crate::support::{Answer, App, Caller};

/// Sends each operation in every way, and looks at what is answered to those that fail.
pub async fn every_operation(addr: SocketAddr, app: App) -> Planted {
    let mut planted = Planted::default();
    let anyone = Caller::new(addr, None, None);
    let mut succeeded = BTreeSet::new();
    for operation in operations() {
        // Some operations end the sessions of whoever calls them.
        let admin = app.admin().await;
        let (owned, new) = (Canaries::new(), Canaries::new());
        let (belongings, owner) = Belongings::of_a_new_customer(&app, &admin, &owned).await;
        let before = planted.secrets.len();
        planted.canaries.extend([owned.clone(), new.clone()]);
        planted.secrets.push(belongings.secret_text.clone());
        planted.record_numbers.push(belongings.external_id.clone());
        planted
            .secrets
            .extend([&owner, &admin].map(|caller| caller.token.clone().unwrap()));
        let mut answers = Vec::new();
        for caller in [&anyone, &owner, &admin] {
            answers.extend(strange(caller, &operation, &belongings, &owned).await);
            answers.extend(bodies(caller, &operation, &belongings, [&owned, &new]).await);
        }
        // What succeeds comes last, since it may remove what the others are about.
        answers.push(belongings.send(&admin, &operation).await);
        for answer in answers {
            if answer.status < 400 {
                succeeded.insert(operation.name());
                continue;
            }
            let text = format!("{:?} {}", answer.headers, told(&answer));
            let recent = Planted {
                canaries: vec![owned.clone(), new.clone()],
                secrets: [&planted.secrets[before..], &[PASSWORD.to_owned()]].concat(),
                record_numbers: vec![belongings.external_id.clone()],
            };
            assert_eq!(
                recent.found_in(&text),
                Vec::<String>::new(),
                "{}: {text}",
                operation.name()
            );
        }
    }
    assert!(succeeded.len() > 45, "hardly anything succeeded: {succeeded:?}");
    broken_rows(&app, &mut planted).await;
    planted
}

/// What a failure tells. A field or a parameter that is not known is pointed at by the name that it was sent under; that
/// is all that is repeated.
fn told(answer: &Answer) -> String {
    let Ok(mut problem) = serde_json::from_slice::<Value>(&answer.body) else {
        return String::from_utf8_lossy(&answer.body).into_owned();
    };
    for error in problem["errors"].as_array_mut().into_iter().flatten() {
        error.as_object_mut().unwrap().remove("pointer");
    }
    problem.to_string()
}

/// Canaries in the path, the query and the header.
async fn strange(
    caller: &Caller,
    operation: &Operation,
    belongings: &Belongings,
    canaries: &Canaries,
) -> Vec<Answer> {
    let url = belongings.url(operation);
    let method = || operation.method.clone();
    let [first, _, email, phone, passport, membership, ..] = canaries.all().map(crate::support::escaped);
    let mut urls = vec![
        format!("{url}?{first}={email}"),
        format!("{url}?{email}"),
        format!("{url}/{email}"),
        operation
            .path
            .replace("{id}", &passport)
            .replace("{user_id}", &email)
            .replace("{secret_id}", &phone),
    ];
    for parameter in operation.parameters("query") {
        let name = parameter["name"].as_str().unwrap();
        urls.push(format!("{url}?{name}={membership}"));
        urls.push(format!("{url}?{name}={email}&{name}={first}"));
    }
    let mut answers = Vec::new();
    for url in urls {
        answers.push(caller.send(method(), &url, &[], None).await);
    }
    let [first, last, email, phone, passport, membership, ..] = canaries.all();
    let headers = [
        ("x-request-id", email),
        ("user-agent", first),
        ("referer", last),
        ("origin", last),
        ("x-forwarded-for", phone),
        ("forwarded", phone),
        ("cookie", passport),
        ("if-match", passport),
        ("if-none-match", membership),
        ("idempotency-key", membership),
        ("accept", first),
        ("accept-language", last),
        ("content-type", email),
    ];
    answers.push(
        caller
            .send(method(), &url, &headers, Some(email.to_owned().into_bytes()))
            .await,
    );
    let anyone = Caller::new(caller.addr, None, None);
    for credentials in [
        format!("Bearer {email}"),
        format!("Basic {membership}"),
        format!("{first} {last}"),
    ] {
        answers.push(
            anyone
                .send(method(), &url, &[("authorization", &credentials)], None)
                .await,
        );
    }
    answers
}

/// Canaries in the body: where they belong and are taken already, where they belong and are new, where they do not belong,
/// and in what is no JSON.
async fn bodies(
    caller: &Caller,
    operation: &Operation,
    belongings: &Belongings,
    [owned, new]: [&Canaries; 2],
) -> Vec<Answer> {
    let (url, mut answers) = (belongings.url(operation), Vec::new());
    if operation.form().is_some() {
        let [first, last, email, _, passport, ..] = owned.all();
        for pairs in [
            [
                ("grant_type", first),
                ("client_id", email),
                ("client_secret", PASSWORD),
                ("scope", last),
            ],
            [
                ("token", passport),
                ("token", email),
                (first, email),
                ("client_secret", PASSWORD),
            ],
            [
                ("grant_type", "client_credentials"),
                ("client_id", &belongings.client),
                ("client_secret", PASSWORD),
                ("scope", email),
            ],
        ] {
            answers.push(caller.form(&url, &[], &pairs).await);
        }
        return answers;
    }
    if operation.body().is_none() {
        return answers;
    }
    let example = belongings.body(operation);
    let mut strange = plant(&example, "", &|_, _| Some(json!(format!("{}\u{1}", owned.email))));
    if let Some(members) = strange.as_object_mut() {
        members.insert(owned.first_name.clone(), json!(owned.passport_number));
    }
    let all = Value::from(owned.all().map(Value::from).to_vec());
    let broken = format!(
        "{{\"{}\": \"{}\", {PASSWORD}: {}",
        owned.first_name, owned.email, owned.phone
    );
    for body in [
        plant(&example, "", &|name, old| valid(owned, name, old)).to_string(),
        plant(&example, "", &|name, old| valid(new, name, old)).to_string(),
        strange.to_string(),
        plant(&example, "", &|_, _| Some(all.clone())).to_string(),
        plant(&example, "", &|_, _| {
            Some(json!({ owned.last_name.as_str(): owned.membership_number }))
        })
        .to_string(),
        all.to_string(),
        json!(owned.email).to_string(),
        broken,
    ] {
        let headers = [("content-type", "application/json")];
        let method: Method = operation.method.clone();
        answers.push(caller.send(method, &url, &headers, Some(body.into_bytes())).await);
    }
    answers
}

/// The value with others in place of its texts.
fn plant(value: &Value, name: &str, other: &dyn Fn(&str, &str) -> Option<Value>) -> Value {
    match value {
        Value::String(old) => other(name, old).unwrap_or_else(|| value.clone()),
        Value::Array(items) => items.iter().map(|item| plant(item, name, other)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), plant(member, name, other)))
            .collect(),
        _ => value.clone(),
    }
}

/// What a field of this name may hold.
fn valid(canaries: &Canaries, name: &str, old: &str) -> Option<Value> {
    let canary = match name {
        "first_name" | "given_names" | "middle_names" | "preferred_name" => &canaries.first_name,
        "last_name" | "surname" | "place_of_birth" | "purpose" | "device_name" | "q" => &canaries.last_name,
        "email" => &canaries.email,
        "phone" => &canaries.phone,
        "passport_number" => &canaries.passport_number,
        "membership_number" => &canaries.membership_number,
        "password" | "current_password" | "new_password" => return Some(PASSWORD.into()),
        // Of an app or from a list of them; the code of a service or a rule opens nothing and is shown to everybody.
        "code" if old.bytes().all(|it| it.is_ascii_digit()) => return Some(PASSWORD.into()),
        "token" | "refresh_token" | "device_token" => return Some(format!("{old}{PASSWORD}").into()),
        "name" => return Some(format!("{} {old}", canaries.last_name).into()),
        _ => return None,
    };
    Some(canary.clone().into())
}

/// A stored value that cannot be read is a fault of the service, and drivers like to show the value.
async fn broken_rows(app: &App, planted: &mut Planted) {
    let admin = &app.admin().await;
    let canaries = Canaries::new();
    let (belongings, owner) = Belongings::of_a_new_customer(app, admin, &canaries).await;
    let id = uuid::Uuid::parse_str(&belongings.user).unwrap();
    let id = match app.core.db.writer().get_database_backend() {
        sea_orm::DbBackend::Sqlite => format!("X'{}'", id.simple()),
        _ => format!("'{id}'"),
    };
    let sql = format!("UPDATE users SET language = '{}' WHERE id = {id}", canaries.email);
    app.core.db.writer().execute_unprepared(&sql).await.unwrap();
    for caller in [&owner, admin] {
        let answer = caller.get(format!("/v1/users/{}", belongings.user)).await;
        assert_eq!(answer.problem(500), "internal_error");
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(canaries.found_in(&text).is_empty(), "{text}");
    }
    planted.canaries.push(canaries);
}

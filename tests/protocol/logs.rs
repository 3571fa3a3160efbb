//! Logs live long and are read by many: nothing that a person sent stands in them, however much is logged.

use actix_web::rt::System;
use serde_json::json;

use crate::support::program::{Running, program};
use crate::support::raw::raw;
use crate::support::world::Canaries;
use crate::support::{Backend, Caller, TestDatabase, anna_passport};

const PASSWORD: &str = "kanarienvogel-im-bergwerk-1911";

fn client_of(addr: std::net::SocketAddr, token: &str) -> Caller {
    Caller::new(addr, None, Some(token.to_owned()))
}

/// Requests that succeed, and that fail in every way that could tempt somebody to log the reason.
async fn scenario(addr: std::net::SocketAddr, canaries: &Canaries) -> Vec<String> {
    let anyone = Caller::new(addr, None, None);
    let login = async |email: &str, password: &str| {
        let answer = anyone
            .post("/v1/auth/login", json!({"email": email, "password": password}))
            .await;
        answer.expect(200)["access_token"].as_str().unwrap().to_owned()
    };
    let register = json!({
        "email": canaries.email, "password": PASSWORD, "first_name": canaries.first_name, "last_name": canaries.last_name,
    });
    let user = anyone.post("/v1/auth/register", register.clone()).await;
    user.expect(201);
    let id = user.id();
    let token = login(&canaries.email, PASSWORD).await;
    let admin_token = login("admin@agency.example", "a-long-way-to-utopia").await;
    let customer = client_of(addr, &token);
    let admin = client_of(addr, &admin_token);
    customer
        .patch(
            "/v1/me",
            json!({"phone": canaries.phone, "middle_names": canaries.first_name}),
        )
        .await
        .expect(200);
    let passport = anna_passport(id.parse().unwrap(), &canaries.passport_number);
    let recorded = customer.post("/v1/passports", passport.clone()).await;
    recorded.expect(201);
    // Unique violations, whose driver messages repeat the value.
    assert_eq!(
        anyone.post("/v1/auth/register", register).await.problem(409),
        "email_taken"
    );
    assert_eq!(
        customer.post("/v1/passports", passport).await.problem(409),
        "passport_exists"
    );
    let other = admin
        .post(
            "/v1/users",
            json!({"first_name": canaries.first_name, "email": "other@mail.example"}),
        )
        .await;
    let taken = json!({"email": canaries.email});
    assert_eq!(
        admin
            .patch(format!("/v1/users/{}", other.id()), taken)
            .await
            .problem(409),
        "email_taken"
    );
    // Searches.
    for body in [
        json!({"q": canaries.first_name}),
        json!({"email": canaries.email}),
        json!({"phone": canaries.phone}),
    ] {
        admin.post("/v1/users/search", body).await.expect(200);
    }
    let number = json!({"issuing_country": "UTO", "passport_number": canaries.passport_number});
    admin.post("/v1/passports/search", number).await.expect(200);
    // Machine readable zones: read, written, and refused in every way.
    let names = format!("P<UTO{:<<39}", canaries.last_name.to_uppercase());
    let lower = format!(
        "{:<<9}0UTO7408122F3404159<<<<<<<<<<<<<<<0",
        canaries.passport_number
    );
    let read = admin
        .post(
            "/v1/passports/parse-mrz",
            json!({"mrz": format!("{names}\n{lower}")}),
        )
        .await;
    assert_eq!(
        read.expect(200)["fields"]["passport_number"],
        *canaries.passport_number
    );
    for mrz in [
        format!("{names}{lower}"),
        lower,
        format!("{}\u{1}", canaries.last_name),
    ] {
        let new = json!({"user_id": id, "mrz": mrz, "surname": canaries.last_name});
        admin.post("/v1/passports", new).await.expect(422);
        admin
            .post(
                "/v1/passports/parse-mrz",
                json!({"mrz": mrz, canaries.last_name.as_str(): 1}),
            )
            .await
            .expect(422);
    }
    admin
        .get(format!("/v1/passports/{}/mrz", recorded.id()))
        .await
        .expect(200);
    admin.get(format!("/v1/users/{id}/profile")).await.expect(200);
    // What is wrong, in every place a value can stand.
    let [name, _, email, phone, passport, _] = canaries.all();
    anyone
        .post(
            "/v1/auth/login",
            json!({"email": email, "password": format!("{PASSWORD}-wrong")}),
        )
        .await
        .expect(401);
    anyone
        .post(
            "/v1/auth/login",
            json!({"email": format!("not {email}"), "password": PASSWORD}),
        )
        .await
        .expect(401);
    customer
        .patch(
            "/v1/me",
            json!({name: email, "phone": format!("{phone}x"), "gender": name}),
        )
        .await
        .expect(422);
    customer
        .patch("/v1/me", json!({"first_name": format!("{name}\u{1}")}))
        .await
        .expect(422);
    customer
        .patch("/v1/me", json!({"email": format!("new.{email}")}))
        .await
        .expect(403);
    let headers = [("content-type", "application/json")];
    let broken = format!("{{\"first_name\": \"{name}\", \"email\": {email}");
    customer
        .send(
            actix_web::http::Method::PATCH,
            "/v1/me",
            &headers,
            Some(broken.into_bytes()),
        )
        .await
        .expect(400);
    for path in [
        format!("/v1/users?q={name}"),
        format!("/v1/users?{email}=1"),
        format!("/v1/users/{passport}"),
        format!("/{email}"),
        format!("/v1/me?access_token={token}"),
        format!("/v1/passports?cursor={passport}"),
        format!("/docs/{name}"),
    ] {
        assert!(admin.get(path).await.status >= 400);
    }
    let with_headers = [
        ("x-request-id", email),
        ("user-agent", name),
        ("referer", email),
        ("x-forwarded-for", phone),
        ("cookie", passport),
        ("if-match", passport),
        ("if-none-match", name),
    ];
    customer
        .patch_with("/v1/me", &with_headers, json!({"title": "Dr"}))
        .await;
    let forged = format!("{token}{name}");
    client_of(addr, &forged).get("/v1/me").await.expect(401);
    let basic = [("authorization", name)];
    anyone.get_with("/v1/me", &basic).await.expect(401);
    for request in [
        format!("GET /{email} HTTP/1.1\r\nHost {name}\r\n\r\n"),
        format!("{name} / HTTP/1.1\r\nHost: {email}\r\n\r\n"),
        format!(
            "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{{\"email\":\"{email}\""
        ),
    ] {
        raw(addr, request.as_bytes(), std::time::Duration::from_millis(300)).await;
    }
    let mut secrets = second_factor(&customer, email).await;
    customer
        .delete(format!("/v1/passports/{}", recorded.id()))
        .await
        .expect(204);
    admin.delete(format!("/v1/users/{id}")).await.expect(204);
    secrets.extend([token, admin_token]);
    secrets
}

/// Sets a second factor up, fails with codes, and succeeds with some; answers what nobody may read.
async fn second_factor(customer: &Caller, email: &str) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let path = "/v1/auth/second-factor";
    let begun = customer
        .post(path, json!({"password": PASSWORD}))
        .await
        .expect(200);
    let secret = text(&begun["secret"]);
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(&secret).unwrap())
        .build()
        .unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let code = totp.generate(now.unwrap().as_secs()).to_string();
    let confirm = format!("{path}/confirm");
    customer
        .post(&confirm, json!({"code": format!("no {email}")}))
        .await
        .refuses("/code", "invalid_code");
    let confirmed = customer.post(&confirm, json!({"code": code})).await.expect(200);
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    let mut sign_in = json!({"email": email, "password": PASSWORD, "code": codes[0]});
    let signed_in = customer.post("/v1/auth/login", sign_in.clone()).await.expect(200);
    sign_in["device_token"] = signed_in["device_token"].clone();
    customer.post("/v1/auth/login", sign_in).await.expect(401);
    let mut secrets: Vec<_> = codes.iter().map(text).collect();
    secrets.extend([
        secret,
        text(&signed_in["device_token"]),
        text(&signed_in["refresh_token"]),
    ]);
    secrets
}

fn nothing_personal_is_logged(backend: Backend, format: &str) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let folder = database.folder();
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "2"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", folder.join("data"));
        command
            .env("ADMIN_PASSWORD", "a-long-way-to-utopia")
            .env("ALLOW_SPECIMEN", "true");
        command.env("LOG_LEVEL", "trace").env("LOG_FORMAT", format);
        let server = Running::start(&mut command);
        let canaries = Canaries::new();
        let tokens = scenario(server.addr, &canaries).await;
        let log = server.log();
        database.remove().await;
        assert!(
            log.contains("/v1/passports/{id}") && log.contains("PATCH"),
            "the log says what happened:\n{log:.2000}"
        );
        for line in log.lines() {
            let found = canaries.found_in(line);
            assert!(found.is_empty(), "{found:?} in: {line}");
            for secret in tokens
                .iter()
                .map(String::as_str)
                .chain([PASSWORD, "a-long-way-to-utopia"])
            {
                assert!(!line.contains(secret), "a secret in: {line:.300}");
            }
            // The claims of a token without its signature are personal, too.
            assert!(
                !tokens.iter().any(|token| token
                    .split('.')
                    .nth(1)
                    .is_some_and(|claims| line.contains(claims))),
                "{line:.300}"
            );
        }
    });
}

#[test]
fn nothing_personal_is_logged_on_sqlite() {
    nothing_personal_is_logged(Backend::Sqlite, "text");
}

#[test]
fn nothing_personal_is_logged_on_postgres() {
    nothing_personal_is_logged(Backend::Postgres, "json");
}

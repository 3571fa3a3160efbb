//! A journey through the service: what succeeds, and what fails in every way that could tempt somebody to log the reason.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::PASSWORD;
use crate::oauth::basic;
use crate::support::raw::raw;
use crate::support::world::Canaries;
use crate::support::{Caller, Machine, anna_passport};

fn client_of(addr: std::net::SocketAddr, token: &str) -> Caller {
    Caller::new(addr, None, Some(token.to_owned()))
}

/// Requests that succeed, and that fail in every way that could tempt somebody to log the reason.
pub async fn scenario(addr: std::net::SocketAddr, canaries: &Canaries) -> Vec<String> {
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
    let [name, _, email, phone, passport, ..] = canaries.all();
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
    secrets.extend(other_systems(addr, &admin).await);
    secrets.extend([token, admin_token]);
    secrets
}

/// Secrets of a client and the tokens got with them, shown in every way that is right or wrong.
async fn other_systems(addr: std::net::SocketAddr, admin: &Caller) -> Vec<String> {
    let anyone = Caller::new(addr, None, None);
    let new = json!({"name": "Booking tool", "scopes": ["users:read", "tokens:introspect"]});
    let made = admin.post("/v1/clients", new).await.expect(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let machine = Machine {
        id: text(&made["id"]),
        secret: text(&made["secret"]),
        secret_id: text(&made["secret_id"]),
    };
    let url = format!("/v1/clients/{}/secrets", machine.id);
    let second = text(&admin.send(Method::POST, &url, &[], None).await.expect(201)["secret"]);
    let shown = basic(&machine);
    let header = [("authorization", shown.as_str())];
    let grant = ("grant_type", "client_credentials");
    let token = text(&anyone.form("/oauth/token", &header, &[grant]).await.expect(200)["access_token"]);
    let (id, secret) = (
        ("client_id", machine.id.as_str()),
        ("client_secret", machine.secret.as_str()),
    );
    anyone
        .form("/oauth/token", &[], &[grant, id, secret])
        .await
        .expect(200);
    anyone
        .form(
            "/oauth/token",
            &[],
            &[grant, ("client_id", &machine.secret), secret],
        )
        .await
        .expect(401);
    anyone
        .form("/oauth/token", &header, &[grant, secret])
        .await
        .expect(400);
    anyone
        .form("/oauth/token", &header, &[("grant_type", &machine.secret)])
        .await
        .expect(400);
    anyone
        .form("/oauth/token", &header, &[grant, ("scope", &machine.secret)])
        .await
        .expect(400);
    anyone
        .form(&format!("/oauth/token?client_secret={second}"), &[], &[grant, id])
        .await
        .expect(400);
    anyone.get(format!("/oauth/{second}")).await.expect(404);
    client_of(addr, &token).get("/v1/users").await.expect(200);
    client_of(addr, &token)
        .get(format!("/v1/users?cursor={token}"))
        .await
        .expect(400);
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        anyone.form(path, &header, &[("token", &token)]).await.expect(200);
        anyone
            .form(path, &header, &[("token", &token), ("token", &token)])
            .await
            .expect(400);
    }
    client_of(addr, &token).get("/v1/users").await.expect(401);
    let encoded = shown.split(' ').nth(1).unwrap().to_owned();
    vec![machine.secret, second, token, encoded]
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

//! What is not told: whose an address is, and what a link would open.

use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use service::core::Registration;

use super::{ANOTHER, auth, customer, forgot, invited, login};
use crate::support::{App, on_both_databases};

/// Everything that a stolen database would show of mail.
async fn dump(app: &App) -> String {
    let db = app.core.db.read();
    let mut text = String::new();
    for mail in entity::mails::Entity::find().all(db).await.unwrap() {
        text += mail.payload.as_ref().map_or("-", |it| it.expose());
    }
    for token in entity::mail_tokens::Entity::find().all(db).await.unwrap() {
        for value in [
            Some(&token.token_hash),
            Some(&token.email),
            token.payload.as_ref(),
        ]
        .into_iter()
        .flatten()
        {
            text += value.expose();
        }
    }
    for count in entity::mail_counts::Entity::find().all(db).await.unwrap() {
        text += count.tag.expose();
    }
    text
}

on_both_databases! {
    async fn known_and_unknown_addresses_get_the_same_answer(app: &App) {
        customer(app, "known@mail.example").await;
        let gone = customer(app, "gone@mail.example").await;
        app.set_status(gone, entity::values::UserStatus::Disabled).await;
        invited(app, "invited@mail.example").await;
        for operation in ["forgot-password", "request-verification"] {
            for email in ["known@mail.example", "gone@mail.example", "invited@mail.example", "unknown@mail.example"] {
                let answer = auth(app, operation, json!({"email": email})).await;
                assert_eq!((answer.status, answer.body.len()), (202, 0), "{operation} {email}");
                let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                names.retain(|name| name != "x-request-id" && name != "date");
                names.sort();
                assert!(!names.contains(&"location".to_owned()) && !names.contains(&"etag".to_owned()));
            }
        }
    }

    /// The link leads where the agency says, whatever the request says of itself.
    async fn no_header_field_moves_the_link(app: &App) with |config| {
        config.public_url = Some("https://profiles.agency.example/api".into());
    } => {
        customer(app, "rosa@mail.example").await;
        let poison = [
            ("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "gopher"),
            ("forwarded", "host=evil.example;proto=http"), ("x-original-url", "https://evil.example/"),
            ("origin", "https://evil.example"), ("referer", "https://evil.example/"), ("content-type", "application/json"),
        ];
        let body = json!({"email": "rosa@mail.example"}).to_string().into_bytes();
        let post = actix_web::http::Method::POST;
        app.anonymous().send(post, "/v1/auth/forgot-password", &poison, Some(body)).await.expect(202);
        let mail = app.last_mail_to("rosa@mail.example").await;
        assert!(mail.link().starts_with("https://profiles.agency.example/api/account/reset#token=cpm_"), "{}", mail.link());
        assert!(!format!("{mail:?}").contains("evil"), "{mail:?}");
        assert_eq!(mail.headers["from"], "no-reply@profiles.agency.example");
    }

    /// Another spelling that some mail server takes for the same must not get the mail (CVE-2019-19844).
    async fn mail_goes_to_the_stored_address_alone(app: &App) {
        customer(app, "mike.strasse@mail.example").await;
        customer(app, "jos\u{e9}@mail.example").await;
        for look_alike in [
            "m\u{131}ke.strasse@mail.example", "mike.stra\u{df}e@mail.example", "\u{ff4d}ike.strasse@mail.example",
            "mi\u{212a}e.strasse@mail.example", "jose\u{301}@mail.example", "m\u{130}ke.strasse@mail.example",
        ] {
            for operation in ["forgot-password", "request-verification"] {
                let answer = auth(app, operation, json!({"email": look_alike})).await;
                // What is no address by its grammar is told so, known or not.
                assert!(matches!(answer.status, 202 | 422), "{look_alike} {}", answer.status);
            }
        }
        for written in ["MIKE.STRASSE@mail.example", " mike.strasse@MAIL.example ", "mike.strasse@\u{ff4d}ail.example"] {
            forgot(app, written).await;
        }
        app.mail_is_sent().await;
        let all = crate::support::outbox::read(&app.config.data_dir);
        let stored: Vec<_> = all.iter().filter(|mail| mail.to() == "mike.strasse@mail.example").collect();
        // The Kelvin sign in lower case is a k: that is the same address, and the mail goes to the stored one.
        assert_eq!(stored.len(), all.len(), "{all:?}");
        assert!((3..=5).contains(&stored.len()), "{all:?}");
    }

    async fn a_stolen_database_opens_nothing(app: &App) with |config| {
        config.registration = Registration::VerifyEmail;
    } => {
        customer(app, "rosa@mail.example").await;
        forgot(app, "rosa@mail.example").await;
        let new = json!({"email": "vera@mail.example", "password": ANOTHER, "first_name": "Veronika"});
        auth(app, "register", new).await.expect(202);
        let tokens = [app.last_mail_to("rosa@mail.example").await.token(), app.last_mail_to("vera@mail.example").await.token()];
        // As the queue looks while nobody sends.
        service::auth::forgot_password(&app.core, address("rosa@mail.example")).await.unwrap();
        let dump = dump(app).await;
        assert!(dump.len() > 200, "{dump}");
        for secret in ["rosa", "vera", "Veronika", "mail.example", "argon2"] {
            assert!(!dump.contains(secret), "{secret} in {dump}");
        }
        for token in tokens {
            assert!(!dump.contains(&token) && !dump.contains(&token[4..]), "{dump}");
        }
        app.mail_is_sent().await;
    }

    async fn nobody_is_flooded_through_this_service(app: &App) {
        customer(app, "rosa@mail.example").await;
        for _ in 0..8 {
            forgot(app, "rosa@mail.example").await;
        }
        let mail = app.mail_to("rosa@mail.example").await;
        assert_eq!(mail.len(), 5);
        // The last link that was mailed is good, and another kind of mail still comes.
        auth(app, "request-verification", json!({"email": "rosa@mail.example"})).await.expect(202);
        assert_eq!(app.mail_to("rosa@mail.example").await.len(), 6);
        let body = json!({"token": mail[4].token(), "password": ANOTHER});
        auth(app, "reset-password", body).await.expect(204);
        login(app, "rosa@mail.example", ANOTHER).await.expect(200);
        app.core.clock.shift(chrono::TimeDelta::minutes(61));
        forgot(app, "rosa@mail.example").await;
        assert_eq!(app.mail_to("rosa@mail.example").await.len(), 8);
    }

    async fn a_mail_names_nobody_and_has_the_fields_of_one(app: &App) {
        let new = json!({"email": "j\u{f6}rg@mail.example", "first_name": "J\u{f6}rg", "last_name": "Wedekind"});
        app.agent().await.post("/v1/users", new).await.expect(201);
        app.mail_is_sent().await;
        let mail = crate::support::outbox::read(&app.config.data_dir).pop().unwrap();
        assert!(!mail.text.contains("Wedekind"));
        let names: Vec<_> = mail.headers.keys().map(String::as_str).collect();
        let expected = ["content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
        assert_eq!(names, expected);
        assert!(mail.headers["message-id"].ends_with("@localhost>"), "{mail:?}");
    }

    #[cfg(unix)]
    async fn the_outbox_is_for_its_owner_alone(app: &App) {
        use std::os::unix::fs::PermissionsExt as _;
        invited(app, "rosa@mail.example").await;
        app.mail_is_sent().await;
        let folder = app.config.data_dir.join("outbox");
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(mode(&files[0]), 0o600);
    }
}

fn address(email: &str) -> service::input::Valid<service::auth::MyAddress> {
    let body: Value = json!({"email": email});
    service::input::parse(body.to_string().as_bytes()).unwrap()
}

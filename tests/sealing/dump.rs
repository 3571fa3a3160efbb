//! What a thief of the database, its log and the program's log gets.

use std::time::Duration;

use actix_web::rt::System;
use futures_util::{StreamExt as _, stream};
use serde_json::json;

use super::{found, stolen};
use crate::support::program::{Running, program};
use crate::support::{ADMIN_EMAIL, Backend, Caller, TestDatabase};

const PASSWORD: &str = "a-long-way-to-utopia";
const PEOPLE: usize = 1_000;
/// What the sealed values begin with: long enough that they do not turn up by chance.
const STEMS: &[&str] = &[
    "QZCANARY",
    "QZPERSON",
    "QZVISAXY",
    "QZCARDXY",
    "QZKNOWNX",
    "QZ-MILES-",
    "QZMILES0",
    "Quxbaltville",
    "+46705550",
    "46705550",
];
/// Dates of birth, in the forms that programs write them in.
const DATES: &[&str] = &[
    "1931-03-07",
    "19310307",
    "07.03.1931",
    "1947-11-29",
    "19471129",
    "03/07/1931",
];

async fn seed(admin: &Caller, program: &str, at: usize) {
    let born = if at.is_multiple_of(2) {
        "1931-03-07"
    } else {
        "1947-11-29"
    };
    let user = json!({"first_name": "Quinn", "last_name": "Clearname", "phone": format!("+46705550{at:04}"), "date_of_birth": born});
    let user = admin.post("/v1/users", user).await;
    user.expect(201);
    let passport = json!({
        "user_id": user.id(), "issuing_country": "UTO", "passport_number": format!("QZCANARY{at:05}"), "surname": "Clearname",
        "given_names": "Quinn", "date_of_birth": born, "sex": "X", "expiry_date": "2034-04-15",
        "personal_number": format!("QZPERSON{at:05}"), "place_of_birth": format!("Quxbaltville {at:05}"),
    });
    let passport = admin.post("/v1/passports", passport).await;
    passport.expect(201);
    let loyalty = json!({"user_id": user.id(), "program_id": program, "membership_number": format!("QZ-MILES-{at:05}")});
    admin.post("/v1/loyalties", loyalty).await.expect(201);
    for (list, document) in [
        (
            "visas",
            json!({
                "country": "USA", "visa_number": format!("QZVISAXY{at:05}"), "type": "tourist", "issue_date": "2026-01-15",
                "expiry_date": "2036-01-14", "passport_id": passport.id(),
            }),
        ),
        (
            "identity-cards",
            json!({
                "issuing_country": "UTO", "document_number": format!("QZCARDXY{at:05}"), "surname": "Clearname", "date_of_birth": born, "sex": "X",
            }),
        ),
        (
            "traveller-numbers",
            json!({"type": "known_traveller", "number": format!("QZKNOWNX{at:05}")}),
        ),
    ] {
        // Ten of each are enough to be found.
        if at.is_multiple_of(100) {
            let mut document = document;
            document["user_id"] = user.id().into();
            admin.post(format!("/v1/{list}"), document).await.expect(201);
        }
    }
    if at.is_multiple_of(50) {
        let contact = json!({
            "user_id": user.id(), "name": format!("Quxbaltville {at:05}"), "relationship": format!("QZPERSON{at:05}"),
            "phone": format!("+46705550{at:04}"), "email": "qzcanary@quxbaltville.example",
        });
        admin.post("/v1/emergency-contacts", contact).await.expect(201);
        let wishes = json!({
            "seat_note": "Quxbaltville", "meal": "SPML", "meal_note": "QZCANARY",
            "assistance": [{"code": "MEDA", "note": "QZPERSON"}],
        });
        let path = format!("/v1/users/{}", user.id());
        admin
            .patch(format!("{path}/preferences"), wishes)
            .await
            .expect(200);
        let address = json!({"street": "Quxbaltville 4", "city": "QZCANARY", "country": "SE"});
        admin.patch(path, json!({"address": address})).await.expect(200);
        // Changes leave old rows behind; searches name the value; refusals could repeat it.
        let moved = json!({"place_of_birth": format!("Quxbaltville {at:05} B")});
        let etag = passport.etag();
        admin
            .patch_with(
                format!("/v1/passports/{}", passport.id()),
                &[("if-match", &etag)],
                moved,
            )
            .await
            .expect(200);
        let search = json!({"issuing_country": "UTO", "passport_number": format!("QZCANARY{at:05}")});
        admin.post("/v1/passports/search", search).await.expect(200);
        let again = json!({
            "user_id": user.id(), "issuing_country": "UTO", "passport_number": format!("QZCANARY{at:05}"), "surname": "Clearname",
            "date_of_birth": born, "sex": "X", "expiry_date": "2034-04-15",
        });
        admin.post("/v1/passports", again).await.expect(409);
        admin
            .post("/v1/users/search", json!({"phone": format!("+46705550{at:04}")}))
            .await
            .expect(200);
        admin
            .post("/v1/users", json!({"first_name": "Quinn", "phone": "+46705550x"}))
            .await
            .expect(422);
    }
}

async fn login(addr: std::net::SocketAddr, email: &str) -> Caller {
    let login = json!({"email": email, "password": PASSWORD});
    let answer = Caller::new(addr, None, None)
        .post("/v1/auth/login", login)
        .await
        .expect(200);
    Caller::new(
        addr,
        None,
        Some(answer["access_token"].as_str().unwrap().to_owned()),
    )
}

async fn holds_nothing(database: &TestDatabase) {
    let folder = database.folder();
    let mut command = program(&folder, &["serve"]);
    command
        .env("DATABASE_URL", &database.url)
        .env("DATA_DIR", &folder)
        .env("ADMIN_EMAIL", ADMIN_EMAIL)
        .env("ADMIN_PASSWORD", PASSWORD)
        .env("ALLOW_SPECIMEN", "true")
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("LOG_LEVEL", "debug");
    let server = Running::start(&mut command);
    let admin = login(server.addr, ADMIN_EMAIL).await;
    let program = json!({"supplier": "Utopia Air", "name": "Miles", "type": "airline"});
    let program = admin.post("/v1/loyalty-programs", program).await;
    program.expect(201);
    let program = program.id();
    stream::iter(0..PEOPLE)
        .for_each_concurrent(16, |at| seed(&admin, &program, at))
        .await;
    let mut secrets: Vec<String> = STEMS
        .iter()
        .chain(DATES)
        .map(|value| (*value).to_owned())
        .collect();
    for name in ["rosa", "roy", "rut"] {
        let email = format!("{name}@mail.example");
        let who = json!({"email": email, "password": PASSWORD, "first_name": "Rosa"});
        let anonymous = Caller::new(server.addr, None, None);
        anonymous.post("/v1/auth/register", who).await.expect(201);
        let rosa = login(server.addr, &email).await;
        let app = rosa
            .post("/v1/auth/second-factor", json!({"password": PASSWORD}))
            .await;
        let secret = app.expect(200)["secret"].as_str().unwrap().to_owned();
        secrets.push(secret);
    }
    // While it runs: the log of the database is there too.
    let running = stolen(database.backend, &database.url, &folder).await;
    assert!(
        !found(&running, &["Clearname".into()]).is_empty(),
        "names stay in clear, and the search finds them"
    );
    assert_eq!(found(&running, &secrets), Vec::<String>::new());
    // Its log is written by a thread of its own.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let log = server.log();
    assert!(log.contains("/v1/passports/search"));
    assert_eq!(found(log.as_bytes(), &secrets), Vec::<String>::new());
    let stopped = stolen(database.backend, &database.url, &folder).await;
    assert_eq!(found(&stopped, &secrets), Vec::<String>::new());
}

fn on(backend: Backend) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        holds_nothing(&database).await;
        database.remove().await;
    });
}

#[test]
fn neither_the_sqlite_files_nor_the_log_hold_what_is_sealed() {
    on(Backend::Sqlite);
}

#[test]
fn neither_the_postgres_tables_nor_the_log_hold_what_is_sealed() {
    on(Backend::Postgres);
}

//! Databases of programs that did not seal yet.

use std::time::{Duration, Instant};

use actix_web::rt::System;
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{LoyaltyId, LoyaltyProgramId, PassportId, UserId};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use serde_json::json;
use service::auth::hasher::Hasher;
use service::db::{Db, PoolSizes, Target};
use service::input::Secret;
use service::keys::Keys;
use service::migrations;
use service::sealing::Sealer;

use super::{count, found, stolen};
use crate::support::program::program;
use crate::support::{ADMIN_EMAIL, Backend, Caller, Running, TestDatabase, config};

const PASSWORD: &str = "a-long-way-to-utopia";
/// Of the authenticator app of the first customer.
const SECRET: &[u8; 20] = b"QZ-SECRET-OF-AN-APP-";
/// Customers of a large agency: more than a batch.
const MANY: usize = 700;

fn born(at: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(1931, 1, 1).unwrap() + chrono::Days::new(at as u64)
}

/// What an older program has in clear of its customer `at`.
struct Old {
    user: UserId,
    passport: PassportId,
    loyalty: LoyaltyId,
    phone: String,
    number: String,
    place: String,
    member: String,
    email: String,
}

fn olds(count: usize) -> Vec<Old> {
    let old = |at| Old {
        user: UserId::new(),
        passport: PassportId::new(),
        loyalty: LoyaltyId::new(),
        phone: format!("+4670555{at:05}"),
        number: format!("QZCANARY{at:05}"),
        place: format!("Quxbaltville {at:05}"),
        member: format!("qz-miles {at:05}"),
        email: format!("customer{at:05}@mail.example"),
    };
    (0..count).map(old).collect()
}

async fn insert<const N: usize>(
    db: &DatabaseConnection,
    table: &'static str,
    columns: [&'static str; N],
    rows: Vec<[Expr; N]>,
) {
    for rows in rows.chunks(200) {
        let mut insert = Query::insert();
        insert.into_table(table).columns(columns);
        for row in rows {
            insert.values_panic(row.clone());
        }
        db.execute(&insert).await.unwrap();
    }
}

fn open(target: &Target) -> Db {
    Db::open(target.clone(), PoolSizes { read: 1, write: 1 })
}

/// A database as the last program before sealing has left it.
async fn fill(database: &TestDatabase, olds: &[Old]) {
    let target = Target::parse(&database.url, None).unwrap();
    let db = open(&target);
    let writer = db.writer();
    Migrator::up(writer, Some(9)).await.unwrap();
    let hash = Hasher::start(1)
        .unwrap()
        .hash(Secret::new(PASSWORD.into()))
        .await
        .unwrap();
    let keys = Keys::create(&database.folder()).unwrap();
    let sealer = Sealer::new(&keys, "secrets").unwrap();
    let now: DateTime<Utc> = Utc::now();
    let program = LoyaltyProgramId::new();
    let v = Expr::val::<sea_orm::Value>;
    let text = |text: &str| Expr::val(text.to_owned());

    let users = olds.iter().enumerate().map(|(at, old)| {
        [
            v(old.user.into()),
            text(&old.email),
            text(&old.email),
            text("Quinn"),
            text("customer"),
            text("active"),
            v(1_i64.into()),
            v(now.into()),
            v(now.into()),
            text(&old.phone),
            v(born(at).into()),
        ]
    });
    let columns = [
        "id",
        "email",
        "email_key",
        "first_name",
        "role",
        "status",
        "version",
        "created_at",
        "updated_at",
        "phone",
        "date_of_birth",
    ];
    insert(writer, "users", columns, users.collect()).await;
    // Somebody of whom nothing is sealed.
    let nobody = [
        v(UserId::new().into()),
        text("Plain"),
        text("customer"),
        text("active"),
        v(1_i64.into()),
        v(now.into()),
        v(now.into()),
    ];
    insert(
        writer,
        "users",
        [
            "id",
            "first_name",
            "role",
            "status",
            "version",
            "created_at",
            "updated_at",
        ],
        vec![nobody],
    )
    .await;
    let first = &olds[0];
    insert(
        writer,
        "credentials",
        ["user_id", "password_hash", "password_changed_at"],
        vec![[v(first.user.into()), text(&hash), v(now.into())]],
    )
    .await;
    let sealed = sealer
        .seal(&format!("second_factors/secret/{}", first.user), SECRET)
        .unwrap();
    let factor = [
        v(first.user.into()),
        text(sealed.expose()),
        v(now.into()),
        v(now.into()),
    ];
    insert(
        writer,
        "second_factors",
        ["user_id", "secret", "confirmed_at", "created_at"],
        vec![factor],
    )
    .await;
    let passports = olds.iter().enumerate().map(|(at, old)| {
        [
            v(old.passport.into()),
            v(old.user.into()),
            text("P"),
            text("UTO"),
            text("UTO"),
            text(&old.number),
            text("Eriksson"),
            v(born(at).into()),
            text("X"),
            text(&old.place),
            v(born(40_000).into()),
            text("active"),
            v(true.into()),
            v(3_i64.into()),
            v(now.into()),
            v(now.into()),
        ]
    });
    let columns = [
        "id",
        "user_id",
        "document_code",
        "issuing_country",
        "nationality",
        "passport_number",
        "surname",
        "date_of_birth",
        "sex",
        "place_of_birth",
        "expiry_date",
        "status",
        "primary",
        "version",
        "created_at",
        "updated_at",
    ];
    insert(writer, "passports", columns, passports.collect()).await;
    let row = [
        v(program.into()),
        text("Utopia Air"),
        text("Miles"),
        text("utopia air/miles"),
        text("airline"),
        v(json!([]).into()),
        v(1_i64.into()),
        v(now.into()),
        v(now.into()),
    ];
    insert(
        writer,
        "loyalty_programs",
        [
            "id",
            "supplier",
            "name",
            "catalogue_key",
            "type",
            "tiers",
            "version",
            "created_at",
            "updated_at",
        ],
        vec![row],
    )
    .await;
    let loyalties = olds.iter().map(|old| {
        [
            v(old.loyalty.into()),
            v(old.user.into()),
            v(program.into()),
            text(&old.member),
            text("active"),
            v(true.into()),
            v(2_i64.into()),
            v(now.into()),
            v(now.into()),
        ]
    });
    let columns = [
        "id",
        "user_id",
        "program_id",
        "membership_number",
        "status",
        "primary",
        "version",
        "created_at",
        "updated_at",
    ];
    insert(writer, "loyalties", columns, loyalties.collect()).await;
    db.close().await;
}

/// All that must not be in clear afterwards.
fn secrets(olds: &[Old]) -> Vec<String> {
    let each = olds.iter().enumerate().flat_map(|(at, old)| {
        [
            old.phone.clone(),
            old.number.clone(),
            old.place.clone(),
            old.member.clone(),
            born(at).to_string(),
        ]
    });
    each.chain([String::from_utf8(SECRET.to_vec()).unwrap()])
        .collect()
}

/// Every value is where it was, and is found by what it was found by.
async fn check(running: &Running, olds: &[Old]) {
    let app = &running.app;
    let agent = app.agent().await;
    for (at, old) in olds
        .iter()
        .enumerate()
        .filter(|(at, _)| at.is_multiple_of(200) || *at == olds.len() - 1)
    {
        let user = agent.get(format!("/v1/users/{}", old.user)).await.expect(200);
        assert_eq!(
            (&user["phone"], &user["date_of_birth"]),
            (&json!(old.phone), &json!(born(at).to_string()))
        );
        let passport = agent
            .get(format!("/v1/passports/{}", old.passport))
            .await
            .expect(200);
        // Staff see the end of it; that it is found by its number proves the rest.
        assert_eq!(
            passport["passport_number"],
            format!("••••{}", &old.number[old.number.len() - 4..])
        );
        assert_eq!(passport["place_of_birth"], old.place);
        assert_eq!(passport["date_of_birth"], born(at).to_string());
        assert_eq!(
            (&passport["version"], &passport["primary"], &passport["surname"]),
            (&json!(3), &json!(true), &json!("Eriksson"))
        );
        let loyalty = agent
            .get(format!("/v1/loyalties/{}", old.loyalty))
            .await
            .expect(200);
        assert_eq!(loyalty["membership_number"], old.member);
        let by_number = json!({"issuing_country": "UTO", "passport_number": old.number.to_lowercase()});
        let found = agent.post("/v1/passports/search", by_number).await.expect(200);
        assert_eq!(found["data"][0]["id"], old.passport.to_string());
        let by_phone = agent
            .post("/v1/users/search", json!({"phone": old.phone}))
            .await
            .expect(200);
        assert_eq!(by_phone["data"][0]["id"], old.user.to_string());
        let by_birth = agent
            .post("/v1/users/search", json!({"date_of_birth": born(at)}))
            .await
            .expect(200);
        assert_eq!(by_birth["data"][0]["id"], old.user.to_string());
    }
    let plain = agent.get("/v1/users?limit=200").await.expect(200);
    assert!(plain["data"].as_array().unwrap().len() > 1);
    // The authenticator app of before still shows the right code.
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::from(SECRET.to_vec()))
        .with_account_name("customer")
        .build()
        .unwrap();
    let now = u64::try_from(app.core.clock.now().timestamp()).unwrap();
    let login = json!({"email": olds[0].email, "password": PASSWORD});
    let anonymous: Caller = app.anonymous();
    assert_eq!(
        anonymous.post("/v1/auth/login", login.clone()).await.problem(401),
        "second_factor_required"
    );
    let mut login = login;
    login["code"] = json!(totp.generate(now).to_string());
    app.forgive().await;
    anonymous.post("/v1/auth/login", login).await.expect(200);
    let without = "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM data_keys)";
    assert_eq!(count(app.core.db.writer(), without).await, 0);
}

fn on(backend: Backend, body: impl AsyncFnOnce(&TestDatabase)) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        body(&database).await;
        database.remove().await;
    });
}

async fn nothing_is_left_in_clear(database: &TestDatabase, olds: &[Old]) {
    let all = stolen(database.backend, &database.url, &database.folder()).await;
    assert_eq!(found(&all, &secrets(olds)), Vec::<String>::new());
    assert!(
        !found(&all, &["customer00000@mail.example".into()]).is_empty(),
        "names and addresses stay"
    );
}

async fn all_at_once(database: &TestDatabase) {
    let olds = olds(3);
    fill(database, &olds).await;
    let target = Target::parse(&database.url, None).unwrap();
    let before = stolen(database.backend, &database.url, &database.folder()).await;
    assert!(found(&before, &secrets(&olds)).len() >= secrets(&olds).len() - 1);

    // Without keys nothing is done, and nothing is changed.
    let why = migrations::up(&target).await.unwrap_err().to_string();
    assert!(why.contains("start the server"), "{why}");
    let db = open(&target);
    let status = migrations::status(&db).await.unwrap();
    assert_eq!(status.iter().filter(|(_, applied)| *applied).count(), 9);
    db.close().await;

    // Nor with another master key: the apps of its customers would be lost.
    let mut config = config(database);
    config.master_key = Some(Secret::new("YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDI=".into()));
    let why = service::Core::open(config.options(([127, 0, 0, 1], 0).into()))
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(why.contains("master key"), "{why}");
    config.master_key = None;

    let running = Running::start(&config, database).await;
    check(&running, &olds).await;
    running.app.core.clone().close().await;
    running.stop().await;
    nothing_is_left_in_clear(database, &olds).await;
    // Again, there is nothing to do.
    migrations::up(&target).await.unwrap();
}

/// How many people are sealed, and how many passports are not yet; nothing before it has begun and after it has ended.
async fn progress(db: &Db) -> Option<(i64, i64)> {
    let count = async |table: &str| -> Option<i64> {
        let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
        let found = crate::storage::texts(db.writer(), &sql).await.ok()?;
        found.first()?.parse().ok()
    };
    let left = count("passports_in_clear").await?;
    Some((count("data_keys").await?, left))
}

/// The program is killed while it seals, and started again, until it gets to the end.
async fn killed(database: &TestDatabase) {
    let olds = olds(MANY);
    fill(database, &olds).await;
    let target = Target::parse(&database.url, None).unwrap();
    let folder = database.folder();
    let start = || {
        let mut command = program(&folder, &["keys", "list"]);
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", &folder)
            .env("ADMIN_EMAIL", ADMIN_EMAIL);
        command.spawn().unwrap()
    };
    // At first a run is killed at any moment, then as soon as it has sealed more than the one before.
    let (mut halfway, mut kills, mut patience, mut sealed_before) = (0, 0, Duration::from_millis(100), 0);
    loop {
        let mut child = start();
        let began = Instant::now();
        let watching = open(&target);
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            let is_time = if kills < 4 {
                began.elapsed() > patience
            } else {
                progress(&watching)
                    .await
                    .is_some_and(|(sealed, left)| sealed > sealed_before && left > 0)
            };
            if is_time {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        watching.close().await;
        if let Some(status) = ended {
            assert!(status.success());
            break;
        }
        kills += 1;
        patience = patience.mul_f64(1.4);
        let db = open(&target);
        if let Some((sealed, passports)) = progress(&db).await {
            sealed_before = sealed;
            halfway += usize::from(sealed > 0 && passports > 0);
            let both = "SELECT count(*) FROM passports p JOIN passports_in_clear c ON p.id = c.id";
            assert_eq!(count(db.writer(), both).await, 0);
            let all = count(db.writer(), "SELECT count(*) FROM passports").await;
            assert_eq!(usize::try_from(all + passports).unwrap(), MANY);
        }
        db.close().await;
        assert!(kills < 40, "it never gets to the end");
    }
    assert!(halfway > 0, "killed {kills} times and never in the midst");
    let running = Running::start(&config(database), database).await;
    check(&running, &olds).await;
    running.app.core.clone().close().await;
    running.stop().await;
    nothing_is_left_in_clear(database, &olds).await;
}

#[test]
fn a_database_in_clear_is_sealed_at_the_start_on_sqlite() {
    on(Backend::Sqlite, all_at_once);
}

#[test]
fn a_database_in_clear_is_sealed_at_the_start_on_postgres() {
    on(Backend::Postgres, all_at_once);
}

#[test]
fn a_start_that_is_killed_while_it_seals_is_carried_on_on_sqlite() {
    on(Backend::Sqlite, killed);
}

#[test]
fn a_start_that_is_killed_while_it_seals_is_carried_on_on_postgres() {
    on(Backend::Postgres, killed);
}

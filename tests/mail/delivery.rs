//! Nothing that was promised is lost: servers of mail are away, refuse and hang, and processes die.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, Instant};

use actix_web::rt::System;
use api::config::Config;
use chrono::TimeDelta;
use entity::mails;
use futures_util::FutureExt as _;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;
use service::Core;
use service::input::Secret;

use super::smtp::{Mood, Smtp};
use super::{PASSWORD, auth, customer, forgot, invited};
use crate::support::program::{Running as Process, program};
use crate::support::{App, Backend, Running, TestDatabase, config, outbox};

/// Runs a body against a database on which it starts the servers itself.
fn with_database(backend: Backend, body: impl AsyncFnOnce(&TestDatabase, Config)) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let settings = config(&database);
        let result = AssertUnwindSafe(body(&database, settings)).catch_unwind().await;
        database.remove().await;
        if let Err(panic) = result {
            resume_unwind(panic);
        }
    });
}

/// Each body on both databases.
macro_rules! on_both {
    ($($(#[$attribute:meta])* $name:ident: $body:expr;)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                use super::*;

                #[test]
                fn sqlite() {
                    with_database(Backend::Sqlite, $body);
                }

                #[test]
                fn postgres() {
                    with_database(Backend::Postgres, $body);
                }
            }
        )+
    };
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so().await {
        assert!(Instant::now() < deadline, "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn queued(core: &Core) -> Vec<mails::Model> {
    mails::Entity::find().all(core.db.read()).await.unwrap()
}

fn over(smtp: &Smtp, config: Config) -> Config {
    Config {
        smtp_url: Some(Secret::new(smtp.url())),
        ..config
    }
}

/// Queues mail while nobody sends.
async fn queue_without_a_server(config: &Config, emails: &[&str]) {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into()))
        .await
        .unwrap();
    for email in emails {
        let new = json!({"email": email, "first_name": "Rosa"}).to_string();
        let new = service::input::parse(new.as_bytes()).unwrap();
        service::users::create(&core, &service::policy::Permit::system(), new)
            .await
            .unwrap();
    }
    core.close().await;
}

/// Lets the time pass until the queue is tried again.
fn pass(app: &App, seconds: i64) {
    app.core.clock.shift(TimeDelta::seconds(seconds));
    app.core.mail.wake();
}

async fn mail_waits_for_a_server(database: &TestDatabase, config: Config) {
    queue_without_a_server(&config, &["rosa@mail.example", "ida@mail.example"]).await;
    let server = Running::start(&config, database).await;
    server.app.mail_is_sent().await;
    assert_eq!(outbox::read(&config.data_dir).len(), 2);
    server.stop().await;
}

async fn a_mail_goes_out_over_smtp_as_it_is(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Accepts).await;
    let config = Config {
        mail_from: Some("Utopia Travel <post@utopia.example>".into()),
        ..over(&smtp, config)
    };
    let server = Running::start(&config, database).await;
    for number in 0..5 {
        invited(&server.app, &format!("rosa{number}@mail.example")).await;
    }
    server.app.mail_is_sent().await;
    let mut received = smtp.received();
    received.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(received.len(), 5);
    assert_eq!(smtp.most_open(), 1);
    let (recipient, mail) = &received[0];
    assert_eq!(
        (recipient.as_str(), mail.to()),
        ("rosa0@mail.example", "rosa0@mail.example")
    );
    assert_eq!(mail.headers["from"], "\"Utopia Travel\" <post@utopia.example>");
    assert!(outbox::read(&config.data_dir).is_empty());
    auth(
        &server.app,
        "accept-invitation",
        json!({"token": mail.token(), "password": PASSWORD}),
    )
    .await
    .expect(204);
    server.stop().await;
}

async fn a_refused_mail_is_sent_later_with_another_token(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Refuses).await;
    let server = Running::start(&over(&smtp, config), database).await;
    let app = &server.app;
    invited(app, "rosa@mail.example").await;
    until("refused once", async || {
        smtp.refused() == 1 && queued(&app.core).await[0].claimed_until.is_none()
    })
    .await;
    let before = queued(&app.core).await;
    assert_eq!((before.len(), before[0].attempts), (1, 1));
    let tokens = entity::mail_tokens::Entity::find()
        .all(app.core.db.read())
        .await
        .unwrap();
    assert_eq!(tokens.len(), 1);
    pass(app, 6);
    until("refused twice", async || {
        smtp.refused() == 2 && queued(&app.core).await[0].claimed_until.is_none()
    })
    .await;
    smtp.turn(Mood::Accepts);
    pass(app, 21);
    app.mail_is_sent().await;
    let received = smtp.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].1.headers["message-id"].contains(&before[0].id.to_string()));
    let now = entity::mail_tokens::Entity::find()
        .all(app.core.db.read())
        .await
        .unwrap();
    assert_eq!(now.len(), 1);
    assert_ne!(now[0].token_hash, tokens[0].token_hash);
    auth(
        app,
        "accept-invitation",
        json!({"token": received[0].1.token(), "password": PASSWORD}),
    )
    .await
    .expect(204);
    server.stop().await;
}

async fn one_mail_that_fails_holds_up_no_other(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::RefusesBad).await;
    queue_without_a_server(
        &config,
        &["bad1@mail.example", "bad2@mail.example", "good@mail.example"],
    )
    .await;
    let server = Running::start(&over(&smtp, config), database).await;
    until("the good one", async || smtp.received().len() == 1).await;
    assert_eq!(smtp.received()[0].0, "good@mail.example");
    until("the bad ones", async || {
        queued(&server.app.core)
            .await
            .iter()
            .all(|mail| mail.claimed_until.is_none())
    })
    .await;
    assert_eq!(queued(&server.app.core).await.len(), 2);
    server.stop().await;
}

async fn a_mail_is_given_up_after_three_days(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Refuses).await;
    let server = Running::start(&over(&smtp, config), database).await;
    let app = &server.app;
    invited(app, "rosa@mail.example").await;
    until("refused once", async || {
        smtp.refused() == 1 && queued(&app.core).await[0].claimed_until.is_none()
    })
    .await;
    pass(app, 2 * 86_400);
    until("refused twice", async || {
        smtp.refused() == 2 && queued(&app.core).await[0].claimed_until.is_none()
    })
    .await;
    pass(app, 2 * 86_400);
    app.mail_is_sent().await;
    assert!(smtp.received().is_empty());
    assert_eq!(smtp.refused(), 3);
    server.stop().await;
}

/// Requests go on as if nothing were, and the mail is sent when the server has come to itself.
async fn a_server_that_hangs_holds_up_nobody(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Hangs).await;
    let server = Running::start(&over(&smtp, config), database).await;
    let app = &server.app;
    customer(app, "rosa@mail.example").await;
    forgot(app, "rosa@mail.example").await;
    until("claimed", async || {
        queued(&app.core)
            .await
            .iter()
            .any(|mail| mail.claimed_until.is_some())
    })
    .await;
    let begun = Instant::now();
    for _ in 0..3 {
        forgot(app, "rosa@mail.example").await;
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    smtp.turn(Mood::Accepts);
    // Whoever hangs is left after twenty seconds, and tried again after five.
    app.mail_is_sent_within(Duration::from_mins(1)).await;
    assert_eq!(smtp.received().len(), 4);
    server.stop().await;
}

/// Stopping does not wait for a server that hangs, and the next process sends the mail at once.
async fn a_stop_gives_the_mail_back(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Hangs).await;
    let server = Running::start(&over(&smtp, config.clone()), database).await;
    invited(&server.app, "rosa@mail.example").await;
    let core = server.app.core.clone();
    until("claimed", async || {
        queued(&core)
            .await
            .iter()
            .any(|mail| mail.claimed_until.is_some())
    })
    .await;
    drop(core);
    let begun = Instant::now();
    server.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let next = Running::start(&config, database).await;
    next.app.mail_is_sent().await;
    assert_eq!(outbox::read(&config.data_dir).len(), 1);
    next.stop().await;
}

/// As a process leaves it that is killed while it sends.
async fn what_a_dead_process_has_claimed_is_sent_after_its_lease(database: &TestDatabase, config: Config) {
    queue_without_a_server(&config, &["rosa@mail.example"]).await;
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into()))
        .await
        .unwrap();
    mails::Entity::update_many()
        .col_expr(
            mails::Column::ClaimedUntil,
            Expr::value(core.clock.now() + TimeDelta::minutes(2)),
        )
        .col_expr(mails::Column::Attempts, Expr::value(1))
        .filter(mails::COLUMN.attempts.eq(0))
        .exec(core.db.writer())
        .await
        .unwrap();
    core.close().await;
    let server = Running::start(&config, database).await;
    server.app.core.mail.wake();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(
        mails::Entity::find()
            .count(server.app.core.db.read())
            .await
            .unwrap(),
        1,
        "it is another's"
    );
    pass(&server.app, 121);
    server.app.mail_is_sent().await;
    assert_eq!(outbox::read(&config.data_dir).len(), 1);
    server.stop().await;
}

async fn two_processes_share_the_work(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Accepts).await;
    let emails: Vec<_> = (0..40)
        .map(|number| format!("rosa{number}@mail.example"))
        .collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    queue_without_a_server(&config, &emails).await;
    let config = over(&smtp, config);
    let (first, second) = (
        Running::start(&config, database).await,
        Running::start(&config, database).await,
    );
    first.app.mail_is_sent().await;
    second.app.mail_is_sent().await;
    let mut recipients: Vec<_> = smtp
        .received()
        .into_iter()
        .map(|(recipient, _)| recipient)
        .collect();
    assert_eq!(recipients.len(), 40);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 40, "each once");
    first.stop().await;
    second.stop().await;
}

/// The request of an address that is known does not do more than that of another. The worker, which does, is kept busy.
async fn known_and_unknown_addresses_cost_the_same(database: &TestDatabase, config: Config) {
    let smtp = Smtp::start(Mood::Hangs).await;
    let config = Config {
        registration: service::core::Registration::VerifyEmail,
        ..over(&smtp, config)
    };
    let server = Running::start(&config, database).await;
    let app = &server.app;
    customer(app, "known@mail.example").await;
    forgot(app, "known@mail.example").await;
    until("claimed", async || {
        queued(&app.core)
            .await
            .iter()
            .any(|mail| mail.claimed_until.is_some())
    })
    .await;
    for operation in ["forgot-password", "request-verification", "register"] {
        let cost = async |email: &str| {
            let mut least = u64::MAX;
            // Keys are read every five seconds, and count: the least of three is the request alone.
            for _ in 0..3 {
                let mut body = json!({"email": email});
                if operation == "register" {
                    body["password"] = json!(PASSWORD);
                    body["first_name"] = json!("Rosa");
                }
                let cost = app
                    .statements(async { auth(app, operation, body).await.expect(202) })
                    .await;
                least = least.min(cost);
            }
            least
        };
        let (known, unknown) = (
            cost("known@mail.example").await,
            cost("unknown@mail.example").await,
        );
        assert_eq!(known, unknown, "{operation}");
        assert!(known >= 1, "{operation}");
    }
    server.stop().await;
}

on_both! {
    mail_that_was_queued_waits_for_a_server: mail_waits_for_a_server;
    mail_goes_out_over_smtp: a_mail_goes_out_over_smtp_as_it_is;
    refused_mail_is_sent_later: a_refused_mail_is_sent_later_with_another_token;
    failing_mail_holds_up_no_other: one_mail_that_fails_holds_up_no_other;
    mail_is_given_up: a_mail_is_given_up_after_three_days;
    hanging_server_holds_up_nobody: a_server_that_hangs_holds_up_nobody;
    stopping_gives_mail_back: a_stop_gives_the_mail_back;
    claim_of_a_dead_process_ends: what_a_dead_process_has_claimed_is_sent_after_its_lease;
    processes_share_the_work: two_processes_share_the_work;
    costs_tell_nothing: known_and_unknown_addresses_cost_the_same;
}

/// What was acknowledged is mailed, whenever the process is killed.
async fn kill_loses_no_mail(database: &TestDatabase, _: Config) {
    let folder = database.folder();
    let start = || {
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "1"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", folder.join("data"));
        command.env("ADMIN_PASSWORD", "a-long-way-to-utopia");
        Process::start(&mut command)
    };
    for round in 0..3 {
        let mut server = start();
        let anyone = crate::support::Caller::new(server.addr, None, None);
        let login = json!({"email": "admin@agency.example", "password": "a-long-way-to-utopia"});
        let token = anyone.post("/v1/auth/login", login).await.expect(200)["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let admin = crate::support::Caller::new(server.addr, None, Some(token));
        for number in 0..3 {
            let new = json!({"email": format!("rosa{round}{number}@mail.example"), "first_name": "Rosa"});
            admin.post("/v1/users", new).await.expect(201);
        }
        server.kill();
    }
    let _server = start();
    let data = folder.join("data");
    // What was claimed when the process died waits for the end of its lease, two minutes: all but those are there soon.
    until("all mail", async || {
        let mut to: Vec<_> = outbox::read(&data)
            .iter()
            .map(|mail| mail.to().to_owned())
            .collect();
        to.sort();
        to.dedup();
        to.len() >= 6
    })
    .await;
}

on_both! {
    acknowledged_mail_survives_kill: kill_loses_no_mail;
}

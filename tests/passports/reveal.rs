//! `POST /v1/passports/{id}/reveal`, and all else that shows numbers: noted, and not too often.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use entity::audit_events::{self, Model};
use entity::ids::UserId;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde_json::{Value, json};
use service::input::parse;
use service::passports;
use service::policy::{Actor, Permit};
use uuid::Uuid;

use crate::support::{Answer, App, Backend, Caller, anna_passport, on_both_databases};

/// The entries of one action, the oldest first.
async fn noted(app: &App, action: &str) -> Vec<Model> {
    audit_events::Entity::find()
        .filter(audit_events::COLUMN.action.eq(action))
        .order_by_asc(audit_events::COLUMN.id)
        .all(app.core.db.read())
        .await
        .unwrap()
}

/// A passport of this user.
async fn recorded(by: &Caller, user: UserId, number: &str) -> String {
    let created = by.post("/v1/passports", anna_passport(user, number)).await;
    created.expect(201);
    created.id()
}

fn url(passport: &str) -> String {
    format!("/v1/passports/{passport}/reveal")
}

async fn reveal(by: &Caller, passport: &str) -> Answer {
    by.post(url(passport), json!({"purpose": "check-in for QF1"}))
        .await
}

/// Another process on the same database.
async fn another(app: &App) -> service::Core {
    let mut config = app.config.clone();
    config.public_url = Some(format!("http://{}", app.addr));
    service::Core::open(config.options(app.addr)).await.unwrap()
}

/// Some passport, and a group whose members have one each.
async fn group(app: &App, by: &Caller, members: usize) -> (String, Vec<String>) {
    let (mut people, mut papers) = (Vec::new(), Vec::new());
    for number in 0..members {
        let id = app.profile("Traveller").await;
        papers.push(recorded(by, id, &format!("GRP{number:04}")).await);
        people.push(json!({"user_id": id}));
    }
    let group = by
        .post(
            "/v1/groups",
            json!({"name": format!("Team {}", Uuid::now_v7()), "members": people}),
        )
        .await;
    (group.id(), papers)
}

async fn one_after_the_other(app: &App) {
    let (agent, other) = (app.agent().await, app.agent().await);
    let id = recorded(&other, app.profile("Rosa").await, "L898902C3").await;
    let mut waiting = Box::pin(reveal(&agent, &id));
    app.core
        .db
        .write(async |txn| {
            entity::users::Entity::find_by_id(agent.id())
                .lock_exclusive()
                .one(txn)
                .await?;
            assert!(
                tokio::time::timeout(Duration::from_millis(500), &mut waiting)
                    .await
                    .is_err(),
                "nothing is counted meanwhile"
            );
            reveal(&other, &id).await.expect(200);
            agent.get(format!("/v1/passports/{id}")).await.expect(200);
            Ok(())
        })
        .await
        .unwrap();
    waiting.await.expect(200);
    assert_eq!(noted(app, "passport.revealed").await.len(), 2);
}

on_both_databases! {
    async fn a_reveal_shows_the_number_and_is_noted(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let id = recorded(&agent, rosa.id(), "L898902C3").await;
        let headers = [("x-request-id", "reveal-1")];
        let body = json!({"purpose": "check-in for QF1"});
        let answer = agent.json(actix_web::http::Method::POST, &url(&id), &headers, &body).await;
        let shown = answer.expect(200);
        assert_eq!((&shown["passport_number"], &shown["masked"]), (&json!("L898902C3"), &json!(false)));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        // It shows, and changes nothing.
        assert_eq!(shown, rosa.get(format!("/v1/passports/{id}")).await.expect(200));
        let entries = noted(app, "passport.revealed").await;
        let [entry] = entries.as_slice() else { panic!("{entries:#?}") };
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id), ("user", Some(agent.id().uuid())));
        assert_eq!((entry.subject_type.as_deref(), entry.subject_id), (Some("passport"), Some(id.parse().unwrap())));
        assert_eq!((entry.user_id, entry.outcome.as_str()), (Some(rosa.id()), "done"));
        assert_eq!((entry.request_id.as_deref(), entry.purpose.as_deref()), (Some("reveal-1"), None));
        let told = rosa.get(format!("/v1/users/{}/history?action=passport.revealed", rosa.id())).await.expect(200);
        assert_eq!(told["data"][0]["purpose"], "check-in for QF1");
        assert!(entry.session_id.is_some() && entry.changes.is_none());
        // The holder needs no note, whatever is asked.
        reveal(&rosa, &id).await.expect(200);
        rosa.get(format!("/v1/passports/{id}/mrz")).await.expect(200);
        rosa.get(format!("/v1/users/{}/booking-data", rosa.id())).await.expect(200);
        assert_eq!(noted(app, "passport.revealed").await.len(), 1);
    }

    async fn a_reveal_needs_a_purpose(app: &App) {
        let agent = app.agent().await;
        let id = recorded(&agent, app.profile("Rosa").await, "L898902C3").await;
        for (body, code) in [
            (json!({}), "required"), (json!({"purpose": null}), "required"), (json!({"purpose": ""}), "too_short"),
            (json!({"purpose": " ab "}), "too_short"), (json!({"purpose": "x".repeat(201)}), "too_long"),
            (json!({"purpose": 7}), "wrong_type"), (json!({"purpose": "a\u{0000}b c"}), "invalid_character"),
        ] {
            let answer = agent.post(url(&id), body.clone()).await;
            answer.refuses("/purpose", code);
            assert!(!String::from_utf8_lossy(&answer.body).contains("L898902C3"));
        }
        assert!(noted(app, "passport.revealed").await.is_empty());
        agent.post(url(&id), json!({"purpose": "x".repeat(200)})).await.expect(200);
    }

    async fn a_client_needs_the_scope(app: &App) {
        let agent = app.agent().await;
        let (group, papers) = group(app, &agent, 2).await;
        let holder = agent.get(format!("/v1/passports/{}", papers[0])).await.expect(200)["user_id"].as_str().unwrap().to_owned();
        let client = app.client("users:read passports:read passports:write loyalties:read groups:read").await;
        for (answer, needed) in [
            (reveal(&client, &papers[0]).await, "passports:read passports:reveal"),
            (client.get(format!("/v1/passports/{}/mrz", papers[0])).await, "passports:read passports:reveal"),
            (client.get(format!("/v1/users/{holder}/booking-data")).await, "users:read passports:read passports:reveal loyalties:read"),
            (client.get(format!("/v1/groups/{group}/booking-data")).await, "users:read passports:read passports:reveal loyalties:read groups:read"),
        ] {
            assert_eq!(answer.problem(403), "insufficient_scope");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(challenge.ends_with(&format!("scope=\"{needed}\"")), "{challenge}");
        }
        assert!(noted(app, "passport.revealed").await.is_empty());
        // Nor is the scope alone enough.
        assert_eq!(reveal(&app.client("passports:reveal").await, &papers[0]).await.problem(403), "insufficient_scope");
        let machine = app.machine("passports:read passports:reveal").await;
        assert_eq!(reveal(&app.machine_caller(&machine).await, &papers[0]).await.expect(200)["masked"], false);
        let entries = noted(app, "passport.revealed").await;
        assert_eq!((entries.len(), entries[0].actor_kind.as_str()), (1, "client"));
        assert_eq!(entries[0].actor_id, Some(machine.id.parse().unwrap()));
    }

    async fn what_shows_numbers_otherwise_is_noted_too(app: &App) {
        let agent = app.agent().await;
        let (group, papers) = group(app, &agent, 3).await;
        let user = agent.get(format!("/v1/passports/{}", papers[0])).await.expect(200)["user_id"].as_str().unwrap().to_owned();
        let notes = async |url: String| {
            let before = noted(app, "passport.revealed").await.len();
            let answer = agent.get(&url).await;
            let made = noted(app, "passport.revealed").await.split_off(before);
            let purposes: BTreeSet<_> = made.iter().filter_map(|it| it.purpose.clone()).collect();
            let subjects: Vec<_> = made.iter().map(|it| it.subject_id.unwrap().to_string()).collect();
            (answer, subjects, purposes.into_iter().collect::<Vec<_>>().join(","))
        };
        let (answer, subjects, purpose) = notes(format!("/v1/passports/{}/mrz", papers[0])).await;
        answer.expect(200);
        assert_eq!((subjects, purpose.as_str()), (vec![papers[0].clone()], "machine readable zone"));
        for (channel, purpose) in [("amadeus", "booking data for amadeus"), ("duffel", "booking data for duffel")] {
            let (answer, subjects, noted) = notes(format!("/v1/users/{user}/booking-data?channel={channel}")).await;
            assert!(answer.expect(200).to_string().contains("GRP0000"));
            assert_eq!((subjects, noted.as_str()), (vec![papers[0].clone()], purpose));
        }
        let (answer, subjects, purpose) = notes(format!("/v1/groups/{group}/booking-data?channel=sabre")).await;
        answer.expect(200);
        assert_eq!((subjects, purpose.as_str()), (papers.clone(), "booking data for sabre"));
        // A number that is not shown is not revealed: of a lost passport nothing is written, and a zone that cannot be
        // written shows nothing.
        agent.patch(format!("/v1/passports/{}", papers[0]), json!({"status": "lost"})).await.expect(200);
        agent.patch(format!("/v1/users/{user}"), json!({"date_of_birth": "1974-08-12", "gender": "F"})).await.expect(200);
        let (answer, subjects, _) = notes(format!("/v1/users/{user}/booking-data?passport_id={}", papers[0])).await;
        let data = answer.expect(200).to_string();
        assert!(data.contains("DOCS") && !data.contains("GRP0000"), "{data}");
        assert!(subjects.is_empty());
        let long = recorded(&agent, user.parse().unwrap(), "1234567890").await;
        let (answer, subjects, _) = notes(format!("/v1/passports/{long}/mrz")).await;
        assert_eq!((answer.problem(409).as_str(), subjects.len()), ("no_mrz", 0));
        let (answer, subjects, _) = notes(format!("/v1/passports/{}/mrz", Uuid::now_v7())).await;
        assert_eq!((answer.problem(404).as_str(), subjects.len()), ("not_found", 0));
    }

    /// Sixty-four at once, through two processes: ten see the number, whoever comes first.
    async fn the_limit_holds_under_parallel_reveals(app: &App) with |config| { config.reveals_per_hour = 10; } => {
        let (agent, other, rosa) = (app.agent().await, app.agent().await, app.customer("Rosa").await);
        let id = recorded(&agent, rosa.id(), "L898902C3").await;
        let second = another(app).await;
        let Some(session) = entity::sessions::Entity::find().filter(entity::sessions::COLUMN.user_id.eq(agent.id()))
            .one(app.core.db.read()).await.unwrap() else { panic!("a session") };
        let actor = Actor::User { id: agent.id(), role: entity::values::Role::Agent, session: session.id, enrolling: false };
        let there = join_all((0..32).map(async |_| {
            let why = parse(br#"{"purpose": "the other process"}"#).unwrap();
            passports::reveal(&second, &Permit::obtain(actor).unwrap(), id.parse().unwrap(), why).await.is_ok()
        }));
        let callers = join_all((0..32).map(|_| app.caller(agent.id()))).await;
        let here = join_all(callers.iter().map(|caller| reveal(caller, &id)));
        let (there, here) = futures_util::future::join(there, here).await;
        let seen = there.iter().filter(|ok| **ok).count() + here.iter().filter(|it| it.status == 200).count();
        assert_eq!(seen, 10);
        let limited: Vec<_> = here.iter().filter(|it| it.status != 200).collect();
        for answer in &limited {
            assert_eq!(answer.problem(429), "too_many_reveals");
            assert!(!String::from_utf8_lossy(&answer.body).contains("L898902C3"));
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((3_500..=3_600).contains(&wait), "{wait}");
        }
        assert_eq!(noted(app, "passport.revealed").await.len(), 10);
        let alarms = noted(app, "reveal.limited").await;
        let [alarm] = alarms.as_slice() else { panic!("{alarms:#?}") };
        assert_eq!((alarm.actor_id, alarm.outcome.as_str()), (Some(agent.id().uuid()), "denied"));
        // What is counted is what this one has seen of others.
        reveal(&other, &id).await.expect(200);
        for _ in 0..12 {
            reveal(&rosa, &id).await.expect(200);
        }
        let masked = agent.get(format!("/v1/passports/{id}")).await.expect(200);
        assert_eq!(masked["masked"], true);
        // A process that has just started knows it too.
        let third = another(app).await;
        let why = parse(br#"{"purpose": "after a restart"}"#).unwrap();
        let refused = passports::reveal(&third, &Permit::obtain(actor).unwrap(), id.parse().unwrap(), why).await;
        assert!(matches!(refused, Err(service::Error::TooManyReveals { .. })), "{refused:?}");
        second.close().await;
        third.close().await;
    }

    /// Reveals of one actor are counted one after the other; nobody else waits. SQLite has one writer anyway.
    async fn reveals_wait_for_those_of_the_same_actor_alone(app: &App) with |config| { config.reveals_per_hour = 10; } => {
        if app.backend == Backend::Postgres {
            one_after_the_other(app).await;
        }
    }

    async fn an_hour_later_there_is_room_again(app: &App) with |config| { config.reveals_per_hour = 3; } => {
        let agent = app.agent().await;
        let id = recorded(&agent, app.profile("Rosa").await, "L898902C3").await;
        reveal(&agent, &id).await.expect(200);
        app.core.clock.shift(TimeDelta::minutes(30));
        let agent = app.caller(agent.id()).await;
        for _ in 0..2 {
            reveal(&agent, &id).await.expect(200);
        }
        let wait = |answer: &Answer| -> u64 { answer.header("retry-after").unwrap().parse().unwrap() };
        let refused = reveal(&agent, &id).await;
        assert_eq!(refused.problem(429), "too_many_reveals");
        assert!((1_700..=1_800).contains(&wait(&refused)), "{}", wait(&refused));
        // Shortly before the first one is an hour old, and shortly after.
        app.core.clock.shift(TimeDelta::minutes(29));
        let agent = app.caller(agent.id()).await;
        assert!(wait(&reveal(&agent, &id).await) <= 60);
        app.core.clock.shift(TimeDelta::minutes(1));
        reveal(&agent, &id).await.expect(200);
        // Only one has gone; the alarm has been given.
        assert_eq!(reveal(&agent, &id).await.status, 429);
        assert_eq!(noted(app, "reveal.limited").await.len(), 1);
        // Another hour, another alarm.
        app.core.clock.shift(TimeDelta::minutes(61));
        let agent = app.caller(agent.id()).await;
        for status in [200, 200, 200, 429, 429] {
            assert_eq!(reveal(&agent, &id).await.status, status);
        }
        assert_eq!(noted(app, "reveal.limited").await.len(), 2);
    }

    /// A group is shown as a whole or not at all, and all ways to see a number share one budget.
    async fn booking_data_and_zones_count_toward_the_limit(app: &App) with |config| { config.reveals_per_hour = 5; } => {
        let agent = app.agent().await;
        let (group, papers) = group(app, &agent, 3).await;
        let url = format!("/v1/groups/{group}/booking-data");
        agent.get(&url).await.expect(200);
        let refused = agent.get(&url).await;
        assert_eq!(refused.problem(429), "too_many_reveals");
        assert!(!String::from_utf8_lossy(&refused.body).contains("GRP"));
        assert_eq!(noted(app, "passport.revealed").await.len(), 3);
        agent.get(format!("/v1/passports/{}/mrz", papers[0])).await.expect(200);
        reveal(&agent, &papers[1]).await.expect(200);
        for answer in [reveal(&agent, &papers[1]).await, agent.get(format!("/v1/passports/{}/mrz", papers[0])).await] {
            assert_eq!(answer.problem(429), "too_many_reveals");
        }
        let user = agent.get(format!("/v1/passports/{}", papers[0])).await.expect(200)["user_id"].as_str().unwrap().to_owned();
        assert_eq!(agent.get(format!("/v1/users/{user}/booking-data")).await.problem(429), "too_many_reveals");
        assert_eq!((noted(app, "passport.revealed").await.len(), noted(app, "reveal.limited").await.len()), (5, 1));
    }

    async fn a_client_has_a_limit_of_its_own(app: &App) with |config| { config.reveals_per_hour = 2; } => {
        let agent = app.agent().await;
        let id = recorded(&agent, app.profile("Rosa").await, "L898902C3").await;
        let machines = [app.client("passports:read passports:reveal").await, app.client("passports:read passports:reveal").await];
        for machine in &machines {
            for status in [200, 200, 429] {
                assert_eq!(reveal(machine, &id).await.status, status);
            }
        }
        assert_eq!(noted(app, "reveal.limited").await.len(), 2);
    }

    /// An incident: who saw which numbers, between two times, is one question.
    async fn a_breach_report_names_what_was_seen(app: &App) {
        let (admin, thief, other) = (app.admin().await, app.agent().await, app.agent().await);
        let mut papers = Vec::new();
        for number in 0..6 {
            papers.push(recorded(&admin, app.profile("Victim").await, &format!("BREACH{number}")).await);
        }
        reveal(&thief, &papers[0]).await.expect(200);
        app.core.clock.shift(TimeDelta::seconds(5));
        let begin = app.core.clock.now();
        for paper in &papers[1..4] {
            reveal(&thief, paper).await.expect(200);
        }
        thief.get(format!("/v1/passports/{}/mrz", papers[4])).await.expect(200);
        thief.get(format!("/v1/passports/{}", papers[5])).await.expect(200);
        reveal(&other, &papers[5]).await.expect(200);
        let report = admin.get(format!(
            "/v1/audit-events?action=passport.revealed&actor_id={}&occurred_after={}",
            thief.id(), (begin - TimeDelta::microseconds(1)).to_rfc3339_opts(SecondsFormat::Micros, true),
        )).await.expect(200);
        let entries = report["data"].as_array().unwrap();
        let seen: BTreeSet<_> = entries.iter().map(|it| it["subject_id"].as_str().unwrap()).collect();
        assert_eq!(entries.len(), 4);
        assert_eq!(seen, papers[1..5].iter().map(String::as_str).collect());
        assert!(entries.iter().all(|it| it["purpose"] != Value::Null));
    }
}

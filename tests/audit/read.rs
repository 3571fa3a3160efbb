//! Who may read the trail, and what of it.

use std::collections::BTreeSet;

use entity::ids::UserId;
use entity::values::AuditAction;
use serde_json::{Value, json};
use service::audit::{Event, Who, record};
use uuid::Uuid;

use super::made_by;
use crate::support::{App, Caller, on_both_databases};

/// Walks a list to its end.
async fn walk(caller: &Caller, path: &str) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let (mut all, mut next) = (Vec::new(), format!("{path}{joint}limit=3"));
    loop {
        let page = caller.get(&next).await.expect(200);
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else {
            return all;
        };
        next = format!("{path}{joint}limit=3&cursor={cursor}");
    }
}

/// A user whose passports somebody reveals.
async fn reveal(app: &App, by: &Caller, user: UserId, purpose: &str) {
    let event = Event::new(AuditAction::PassportRevealed)
        .about(entity::values::AuditSubject::Passport, Uuid::now_v7())
        .of(user)
        .purpose(purpose);
    app.core
        .db
        .write(async |txn| record(&app.core, txn, Who::user(by.id()), event).await)
        .await
        .unwrap();
}

on_both_databases! {
    async fn the_trail_is_walked_once_from_the_newest(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let people = [app.profile("A").await, app.profile("B").await];
        for number in 0..10 {
            reveal(app, &agent, people[number % 2], "Booking 4711").await;
        }
        let path = format!("/v1/audit-events?action=passport.revealed&actor_id={}", agent.id());
        let all = walk(&admin, &path).await;
        let ids: Vec<_> = all.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.reverse();
        assert_eq!((ids.len(), &ids), (10, &sorted));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 10);
        assert!(all.iter().all(|it| it["purpose"] == "Booking 4711" && it["action"] == "passport.revealed"));
    }

    /// An incident: somebody reads what they should not, between two times.
    async fn a_breach_report_names_exactly_whose_data_was_read(app: &App) {
        let (admin, thief, other) = (app.admin().await, app.agent().await, app.agent().await);
        let mut people = Vec::new();
        for name in ["A", "B", "C", "D", "E"] {
            people.push(app.profile(name).await);
        }
        reveal(app, &thief, people[0], "before").await;
        let begin = app.core.clock.now();
        reveal(app, &thief, people[1], "theft").await;
        reveal(app, &other, people[2], "work").await;
        reveal(app, &thief, people[3], "theft").await;
        let end = app.core.clock.now() + chrono::TimeDelta::microseconds(1);
        app.core.clock.shift(chrono::TimeDelta::seconds(1));
        reveal(app, &thief, people[4], "after").await;
        let time = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let path = format!(
            "/v1/audit-events?action=passport.revealed&actor_id={}&occurred_after={}&occurred_before={}",
            thief.id(), time(begin - chrono::TimeDelta::microseconds(1)), time(end),
        );
        let read: BTreeSet<_> = walk(&admin, &path).await.iter().map(|it| it["user_id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(read, [people[1], people[3]].iter().map(ToString::to_string).collect());
    }

    async fn each_filter_narrows(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let program = json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"});
        let named = [("x-request-id", "named-1")];
        let made = admin.json(actix_web::http::Method::POST, "/v1/loyalty-programs", &named, &program).await.id();
        rosa.get("/v1/clients").await.expect(403);
        reveal(app, &agent, rosa.id(), "Booking 1").await;
        for (filter, count) in [
            ("request_id=named-1".to_owned(), 1),
            (format!("subject_id={made}"), 1),
            (format!("subject_type=loyalty_program&actor_id={}", admin.id()), 1),
            (format!("outcome=denied&actor_id={}", rosa.id()), 1),
            (format!("user_id={}&action=passport.revealed", rosa.id()), 1),
            ("action=access.denied".to_owned(), 1),
            (format!("actor_id={}", Uuid::now_v7()), 0),
            ("occurred_before=2020-01-01T00:00:00Z".to_owned(), 0),
            ("occurred_after=2090-01-01T00:00:00Z".to_owned(), 0),
        ] {
            let found = walk(&admin, &format!("/v1/audit-events?{filter}")).await;
            assert_eq!(found.len(), count, "{filter}: {found:#?}");
        }
        for wrong in ["action=none", "subject_type=none", "outcome=none", "request_id=a%20b", "actor_id=7", "other=1"] {
            admin.get(format!("/v1/audit-events?{wrong}")).await.expect(400);
        }
        agent.get("/v1/audit-events").await.expect(403);
        rosa.get("/v1/audit-events").await.expect(403);
        let client = app.client("audit:read").await;
        assert!(!walk(&client, "/v1/audit-events").await.is_empty());
    }

    async fn history_is_shown_as_far_as_each_may_see(app: &App) {
        let (admin, agent, rosa, other) = (app.admin().await, app.agent().await, app.customer("Rosa").await, app.customer("Other").await);
        let path = format!("/v1/users/{}/history", rosa.id());
        reveal(app, &agent, rosa.id(), "Booking 1").await;
        let revealed = |entries: &[Value]| entries.iter().find(|it| it["action"] == "passport.revealed").unwrap().clone();
        let seen = revealed(&walk(&rosa, &path).await);
        assert_eq!((&seen["purpose"], &seen["actor_kind"]), (&json!("Booking 1"), &json!("user")));
        assert_eq!((&seen["actor_id"], &seen["request_id"]), (&Value::Null, &Value::Null));
        for staff in [&admin, &agent] {
            assert_eq!(revealed(&walk(staff, &path).await)["actor_id"], json!(agent.id()));
        }
        other.get(&path).await.expect(404);
        app.client("users:read audit:read").await.get(&path).await.expect(403);
        admin.get(format!("/v1/users/{}/history", Uuid::now_v7())).await.expect(404);
        let filtered = walk(&admin, &format!("{path}?action=passport.revealed")).await;
        assert_eq!(filtered.len(), 1);
        // A cursor is good for one person's history alone.
        reveal(app, &agent, rosa.id(), "Booking 2").await;
        let cursor = admin.get(format!("{path}?limit=1")).await.expect(200)["next_cursor"].as_str().unwrap().to_owned();
        admin.get(format!("/v1/users/{}/history?limit=1&cursor={cursor}", other.id())).await.expect(400);
        admin.get(format!("/v1/audit-events?limit=1&cursor={cursor}")).await.expect(400);
    }

    async fn reading_costs_few_statements(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        reveal(app, &admin, rosa.id(), "Booking 1").await;
        let history = format!("/v1/users/{}/history", rosa.id());
        for path in [history.as_str(), "/v1/audit-events"] {
            assert!(app.statements(async { admin.get(path).await.expect(200) }).await <= 4, "{path}");
            let (_, made) = made_by(app, admin.get(path)).await;
            assert!(made.is_empty(), "{made:#?}");
        }
    }
}

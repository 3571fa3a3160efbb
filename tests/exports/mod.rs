//! `/v1/exports`: all records of a kind in one piece.

mod broken;
mod command_line;
mod numbers;

use entity::audit_events;
use sea_orm::{EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use service::exports::{Export, ExportRequest, Groups, Users};
use service::policy::Permit;

use crate::support::{Answer, App, anna_passport, on_both_databases, table_rows as rows};

/// The records of an export, and its last line.
#[track_caller]
fn lines(answer: &Answer) -> (Vec<Value>, Value) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = std::str::from_utf8(&answer.body).unwrap();
    assert!(text.ends_with('\n'));
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.pop().unwrap();
    assert_eq!(
        (&last["end"], &last["count"]),
        (&json!(true), &json!(lines.len()))
    );
    assert_eq!(
        answer.header("export-count"),
        Some(lines.len().to_string().as_str())
    );
    assert_eq!(last["as_of"].as_str(), answer.header("export-as-of"));
    (lines, last)
}

/// The entries of one action, the oldest first.
async fn noted(app: &App, action: &str) -> Vec<audit_events::Model> {
    audit_events::Entity::find()
        .filter(audit_events::COLUMN.action.eq(action))
        .order_by_asc(audit_events::COLUMN.id)
        .all(app.core.db.read())
        .await
        .unwrap()
}

fn all() -> ExportRequest {
    ExportRequest {
        after: None,
        format: entity::values::ExportFormat::Ndjson,
        reveal: None,
    }
}

/// An id that every record of these tests comes after, or before.
const FIRST: &str = "00000000-0000-7000-8000-000000000000";
const LAST: &str = "ffffffff-ffff-7fff-bfff-ffffffffffff";

on_both_databases! {
    async fn every_record_has_the_shape_that_it_has_alone(app: &App) {
        let agent = app.agent().await;
        let anna = app.create_user(&json!({
            "first_name": "Anna", "email": "anna@mail.example", "date_of_birth": "1974-08-12", "nationality": "UTO",
            "address": {"city": "Zenith", "country": "UTO"},
        })).await;
        let zoe = app.profile("Zoë").await;
        agent.post("/v1/passports", anna_passport(anna, "L898902C3")).await.expect(201);
        let program = json!({"supplier": "Utopia Air", "name": "Points", "type": "airline", "tiers": [{"name": "Gold"}]});
        let program = app.admin().await.post("/v1/loyalty-programs", program).await.id();
        let loyalty = json!({"user_id": anna, "program_id": program, "membership_number": "000123", "tier": "Gold"});
        agent.post("/v1/loyalties", loyalty).await.expect(201);
        let group = json!({"name": "Family", "members": [{"user_id": anna, "role": "lead"}, {"user_id": zoe}]});
        agent.post("/v1/groups", group).await.expect(201);
        for (kind, fewest) in [("users", 4), ("passports", 1), ("loyalties", 1), ("groups", 1)] {
            let answer = agent.get(format!("/v1/exports/{kind}")).await;
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let (records, _) = lines(&answer);
            assert!(records.len() >= fewest, "{kind}: {}", records.len());
            for record in &records {
                let alone = agent.get(format!("/v1/{kind}/{}", record["id"].as_str().unwrap())).await.expect(200);
                assert_eq!(*record, alone);
            }
            let ids: Vec<_> = records.iter().map(|it| it["id"].as_str().unwrap()).collect();
            assert!(ids.is_sorted(), "{ids:?}");
            // The list of a spreadsheet has the same records.
            let table = agent.get(format!("/v1/exports/{kind}?format=csv")).await;
            assert_eq!((table.status, table.header("content-type")), (200, Some("text/csv; charset=utf-8")));
            assert_eq!(table.header("content-disposition"), Some(format!("attachment; filename=\"{kind}.csv\"").as_str()));
            let found: Vec<_> = rows(&table.body).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(found, ids);
            // Each is noted, with what was taken and in which form.
            let entries = noted(app, "data.exported").await;
            let [.., first, second] = entries.as_slice() else { panic!("{entries:?}") };
            let count = ids.len();
            assert_eq!(first.detail, Some(format!("{kind} as ndjson: {count}, numbers of documents masked")));
            assert_eq!(second.detail, Some(format!("{kind} as csv: {count}, numbers of documents masked")));
            assert_eq!(first.actor_id, Some(agent.id().uuid()));
            assert_eq!(first.request_id.as_deref(), answer.header("x-request-id"));
        }
        let passport = lines(&agent.get("/v1/exports/passports").await).0.remove(0);
        assert_eq!((&passport["passport_number"], &passport["masked"]), (&json!("••••02C3"), &json!(true)));
        assert!(noted(app, "passport.revealed").await.is_empty());
    }

    async fn a_spreadsheet_runs_nothing_and_rounds_nothing(app: &App) {
        let agent = app.agent().await;
        let evil = app.create_user(&json!({
            "first_name": "=cmd|'/c calc'!A1", "last_name": "Zoë, \"Z\"", "phone": "+46701740605",
            "date_of_birth": "1974-08-12", "address": {"postal_code": "012345", "country": "UTO"},
        })).await;
        let friend = app.profile("Friend").await;
        let group = json!({"name": "-1", "members": [{"user_id": evil, "role": "lead"}, {"user_id": friend}]});
        agent.post("/v1/groups", group).await.expect(201);
        let table = rows(&agent.get("/v1/exports/users?format=csv").await.body);
        let row = table.iter().find(|row| row["id"] == json!(evil)).unwrap();
        for (column, cell) in [
            ("first_name", "'=cmd|'/c calc'!A1"), ("last_name", "Zoë, \"Z\""), ("phone", "'+46701740605"), ("email", ""),
            ("date_of_birth", "1974-08-12"), ("address_postal_code", "'012345"), ("address_country", "UTO"), ("version", "1"),
            ("email_verified", "false"),
        ] {
            assert_eq!(row[column], cell, "{column}");
        }
        let table = rows(&agent.get("/v1/exports/groups?format=csv").await.body);
        assert_eq!((&table[0]["name"], &table[0]["members"]), (&json!("'-1"), &json!(format!("lead {evil}; companion {friend}"))));
    }

    async fn an_export_goes_on_after_the_last_whole_record(app: &App) {
        let agent = app.agent().await;
        for name in ["One", "Two", "Three"] {
            app.profile(name).await;
        }
        let (records, _) = lines(&agent.get("/v1/exports/users").await);
        let third = records[2]["id"].as_str().unwrap();
        let (rest, _) = lines(&agent.get(format!("/v1/exports/users?after={third}")).await);
        assert_eq!(rest, records[3..]);
        let whole = agent.get("/v1/exports/users?format=csv").await.body;
        let rest = agent.get(format!("/v1/exports/users?format=csv&after={third}")).await;
        assert_eq!(rest.header("export-count"), Some((records.len() - 3).to_string().as_str()));
        assert!(whole.ends_with(&rest.body) && !rest.body.is_empty(), "the rest is the end of the whole, without a header");
        for kind in ["users", "passports", "loyalties", "groups"] {
            assert_eq!(lines(&agent.get(format!("/v1/exports/{kind}?after={LAST}")).await).0, Vec::<Value>::new());
            let whole = lines(&agent.get(format!("/v1/exports/{kind}")).await).0;
            assert_eq!(lines(&agent.get(format!("/v1/exports/{kind}?after={FIRST}")).await).0, whole);
        }
        let wrong = agent.get("/v1/exports/users?after=5&format=xml").await;
        let names: Vec<_> = wrong.errors(400).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["after", "format"]);
    }

    /// What others do meanwhile is not in it, however long it takes.
    async fn an_export_is_as_of_one_moment(app: &App) {
        let admin = app.admin().await;
        let (stays, goes) = (app.profile("Stays").await, app.profile("Goes").await);
        let group = json!({"name": "Before", "members": [{"user_id": stays}, {"user_id": goes}]});
        let group = admin.post("/v1/groups", group).await.id();
        let mut users = Export::<Users>::begin(&app.core, &Permit::system(), all(), None).await.unwrap();
        let mut groups = Export::<Groups>::begin(&app.core, &Permit::system(), all(), None).await.unwrap();
        let total = users.total();
        let comes = app.profile("Comes").await;
        admin.patch(format!("/v1/users/{stays}"), json!({"first_name": "Changed"})).await.expect(200);
        admin.patch(format!("/v1/groups/{group}"), json!({"name": "After"})).await.expect(200);
        admin.delete(format!("/v1/users/{goes}")).await.expect(204);
        let mut found = Vec::new();
        loop {
            let batch = users.next().await.unwrap();
            if batch.is_empty() {
                break;
            }
            found.extend(batch.into_iter().map(|user| (user.id, user.first_name.as_str().to_owned())));
        }
        assert_eq!(found.len() as u64, total);
        assert!(found.contains(&(stays, "Stays".to_owned())) && found.iter().any(|(id, _)| *id == goes));
        assert!(!found.iter().any(|(id, _)| *id == comes));
        let found = groups.next().await.unwrap();
        assert_eq!((found[0].group.name.as_str(), found[0].members.len()), ("Before", 2));
        users.close().await;
        groups.close().await;
    }

    async fn everybody_takes_what_they_may_read(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let (hidden, seen) = (app.profile("Hidden").await, app.profile("Seen").await);
        for (user, number) in [(hidden, "N1"), (seen, "N2"), (agent.id(), "N3")] {
            admin.post("/v1/passports", anna_passport(user, number)).await.expect(201);
        }
        admin.post(format!("/v1/users/{hidden}/restrict"), json!({"reason": "Contested"})).await.expect(200);
        let client = app.client("users:read passports:read").await;
        for (caller, users, passports) in [
            (&admin, vec![hidden, seen, agent.id()], vec![hidden, seen, agent.id()]),
            (&agent, vec![seen, agent.id()], vec![seen, agent.id()]),
            (&client, vec![seen], vec![seen]),
        ] {
            let (records, _) = lines(&caller.get("/v1/exports/users").await);
            for user in [hidden, seen, agent.id()] {
                assert_eq!(records.iter().any(|it| it["id"] == json!(user)), users.contains(&user), "{user}");
            }
            let (records, _) = lines(&caller.get("/v1/exports/passports").await);
            let holders: Vec<_> = records.iter().map(|it| it["user_id"].clone()).collect();
            assert_eq!(holders, passports.iter().map(|it| json!(it)).collect::<Vec<_>>());
        }
        assert_eq!(client.get("/v1/exports/loyalties").await.problem(403), "insufficient_scope");
        assert_eq!(app.customer("Carl").await.get("/v1/exports/users").await.problem(403), "forbidden");
    }

    async fn only_so_many_run_at_once(app: &App) with |config| config.exports_at_once = 1 => {
        let agent = app.agent().await;
        let running = Export::<Users>::begin(&app.core, &Permit::system(), all(), None).await.unwrap();
        let refused = agent.get("/v1/exports/users").await;
        assert_eq!(refused.problem(503), "unavailable");
        assert!(refused.header("retry-after").is_some());
        running.close().await;
        lines(&agent.get("/v1/exports/users").await);
    }

    async fn compressed_it_is_the_same(app: &App) {
        let agent = app.agent().await;
        for number in 0..30 {
            app.create_user(&json!({"first_name": format!("Name {number}")})).await;
        }
        let plain = agent.get("/v1/exports/users").await;
        let packed = agent.get_with("/v1/exports/users", &[("accept-encoding", "gzip")]).await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        let mut unpacked = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed.body[..]), &mut unpacked).unwrap();
        let records = |text: &str| text.lines().take(32).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(records(&unpacked), records(std::str::from_utf8(&plain.body).unwrap()));
        assert!(unpacked.lines().last().unwrap().starts_with("{\"end\":true"));
    }
}

//! What goes by itself when its time has come.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use entity::ids::UserId;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;
use service::privacy::retention::{self, Report, Retention, Rule};
use uuid::Uuid;

use crate::support::world::everything;
use crate::support::{App, Caller, Tweak, anna_passport, on_both_databases};

const DAYS: u32 = 365;

const ALL: Tweak = |config| {
    config.retention = Retention {
        expired_passports: DAYS,
        expired_documents: DAYS,
        dormant_customers: DAYS,
        ended_sessions: DAYS,
        events: 0,
    };
};

fn ids(reports: &[Report], rule: Rule) -> BTreeSet<Uuid> {
    let report = reports
        .iter()
        .find(|report| report.rule == rule)
        .expect("a rule that is set");
    report.ids.iter().copied().collect()
}

fn set(ids: &[UserId]) -> BTreeSet<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

async fn passport(admin: &Caller, user: UserId, number: &str, expires: NaiveDate) -> Uuid {
    let mut passport = anna_passport(user, number);
    passport["expiry_date"] = json!(expires);
    passport["issue_date"] = serde_json::Value::Null;
    let answer = admin.post("/v1/passports", passport).await;
    answer.expect(201);
    answer.id().parse().unwrap()
}

async fn run(app: &App, dry: bool) -> Vec<Report> {
    retention::run(&app.core, dry).await.unwrap()
}

/// The dry run, which changes nothing, and then the real one, which does exactly what the dry one said.
async fn dry_and_real(app: &App) -> Vec<Report> {
    let before = everything(app).await;
    let dry = run(app, true).await;
    assert_eq!(everything(app).await, before);
    assert_eq!(run(app, false).await, dry);
    for report in run(app, false).await {
        assert_eq!(report.ids, Vec::<Uuid>::new(), "{:?} was not done", report.rule);
    }
    dry
}

on_both_databases! {
    async fn customers_with_whom_nothing_happens_are_erased(app: &App) with ALL => {
        let admin = app.admin().await;
        let with_password = async |name: &str| {
            let email = format!("{name}.{}@mail.example", crate::support::world::unique());
            app.create_user(&json!({"first_name": name, "email": email, "password": "utopia-sunrise-42"})).await
        };
        let dormant = [app.profile("Dora").await, app.profile("Dana").await, with_password("Dina").await];
        let (seen, signed_in, changed) = (with_password("Seen").await, with_password("Signed").await, app.profile("Changed").await);
        let (agreed, documented, member, restricted) =
            (app.profile("Agreed").await, app.profile("Papers").await, app.profile("Member").await, app.profile("Kept").await);
        let friend = app.profile("Friend").await;
        let agent = app.agent().await;
        let group = json!({"name": "Travellers", "members": [{"user_id": member}, {"user_id": friend}]});
        admin.post("/v1/groups", group).await.expect(201);
        admin.post(format!("/v1/users/{restricted}/restrict"), json!({"reason": "Contested"})).await.expect(200);
        app.mail_is_sent().await;

        // Nobody is old enough yet, and on the last day nobody is either.
        assert_eq!(ids(&run(app, true).await, Rule::DormantCustomers), BTreeSet::new());
        app.core.clock.shift(TimeDelta::days(300));
        let admin = app.caller(admin.id()).await;
        app.session(seen).await;
        app.core.clock.shift(TimeDelta::days(64));
        assert_eq!(ids(&run(app, true).await, Rule::DormantCustomers), BTreeSet::new());
        app.core.clock.shift(TimeDelta::days(36));
        let admin = app.caller(admin.id()).await;
        // The session is not kept any longer; that it was used is.
        service::auth::sessions::purge(&app.core).await.unwrap();
        let left = entity::sessions::Entity::find().all(app.core.db.read()).await.unwrap();
        assert!(left.iter().all(|session| session.user_id != seen), "the session is purged");
        app.session(signed_in).await;
        admin.patch(format!("/v1/users/{changed}"), json!({"title": "Dr"})).await.expect(200);
        let consent = json!({"purpose": "newsletter", "text_version": "1", "granted": true});
        admin.post(format!("/v1/users/{agreed}/consents"), consent).await.expect(201);
        admin.post("/v1/passports", anna_passport(documented, "K1234567")).await.expect(201);

        let reports = dry_and_real(app).await;
        assert_eq!(ids(&reports, Rule::DormantCustomers), set(&dormant));
        for gone in dormant {
            assert_eq!(admin.get(format!("/v1/users/{gone}")).await.problem(404), "not_found");
        }
        for kept in [seen, signed_in, changed, agreed, documented, member, friend, restricted, agent.id()] {
            admin.get(format!("/v1/users/{kept}")).await.expect(200);
        }
        let done = admin.get("/v1/erasures?status=done").await.expect(200);
        assert_eq!(done["data"].as_array().unwrap().len(), 3);
        for erasure in done["data"].as_array().unwrap() {
            assert_eq!((&erasure["reason"], &erasure["requested_by_kind"]), (&json!("retention"), &json!("system")));
        }
        let log = std::fs::read_to_string(app.config.data_dir.join("erasures.log")).unwrap();
        assert_eq!(log.lines().count(), 3);
    }

    async fn passports_go_so_many_days_after_they_have_expired(app: &App) with ALL => {
        let (admin, rosa, ida) = (app.admin().await, app.customer("Rosa").await, app.customer("Ida").await);
        let limit = app.core.clock.today();
        let old = passport(&admin, rosa.id(), "K0000001", limit + TimeDelta::days(9)).await;
        let edge = passport(&admin, rosa.id(), "K0000002", limit + TimeDelta::days(10)).await;
        let restricted = passport(&admin, ida.id(), "K0000003", limit + TimeDelta::days(9)).await;
        admin.post(format!("/v1/users/{}/restrict", ida.id()), json!({"reason": "Contested"})).await.expect(200);
        app.core.clock.shift(TimeDelta::days(i64::from(DAYS) + 10));
        let admin = app.caller(admin.id()).await;
        app.session(rosa.id()).await;
        let reports = dry_and_real(app).await;
        assert_eq!(ids(&reports, Rule::ExpiredPassports), BTreeSet::from([old]));
        assert_eq!(admin.get(format!("/v1/passports/{old}")).await.problem(404), "not_found");
        // What is left is the one to book with.
        assert_eq!(admin.get(format!("/v1/passports/{edge}")).await.expect(200)["primary"], true);
        admin.get(format!("/v1/passports/{restricted}")).await.expect(200);
    }

    /// By a setting of their own. What never ends stays, and so does what is somebody's who is restricted.
    async fn other_documents_go_so_many_days_after_they_have_expired(app: &App) with |config| { config.retention.expired_documents = DAYS; } => {
        let (admin, rosa, ida) = (app.admin().await, app.customer("Rosa").await, app.customer("Ida").await);
        let limit = app.core.clock.today() + TimeDelta::days(10);
        let day_before = limit - TimeDelta::days(1);
        let mut made = Vec::new();
        for (user, number, expires) in [(&rosa, 1, day_before), (&rosa, 2, limit), (&ida, 3, day_before)] {
            for (list, body) in [
                ("visas", json!({"country": "USA", "visa_number": format!("V{number}"), "type": "tourist", "issue_date": "2026-01-01"})),
                ("identity-cards", json!({
                    "issuing_country": "UTO", "document_number": format!("D{number}"), "surname": "Lind", "sex": "F", "date_of_birth": "1974-08-12",
                })),
                ("traveller-numbers", json!({"type": "other", "number": "1", "country": (["USA", "CAN", "MEX"][number - 1]), "program": "Any"})),
            ] {
                let mut body = body;
                (body["user_id"], body["expiry_date"]) = (json!(user.id()), json!(expires));
                let created = admin.post(format!("/v1/{list}"), body).await;
                created.expect(201);
                made.push((number, format!("/v1/{list}/{}", created.id())));
            }
        }
        let forever = json!({"user_id": rosa.id(), "type": "redress", "number": "1234567"});
        let forever = admin.post("/v1/traveller-numbers", forever).await.id();
        admin.post(format!("/v1/users/{}/restrict", ida.id()), json!({"reason": "Contested"})).await.expect(200);
        app.core.clock.shift(TimeDelta::days(i64::from(DAYS) + 10));
        let admin = app.caller(admin.id()).await;
        let reports = dry_and_real(app).await;
        for rule in [Rule::ExpiredVisas, Rule::ExpiredIdentityCards, Rule::ExpiredTravellerNumbers] {
            assert_eq!(ids(&reports, rule).len(), 1, "{rule:?}");
        }
        for (number, url) in made {
            assert_eq!(admin.get(&url).await.status, if number == 1 { 404 } else { 200 }, "{url}");
        }
        admin.get(format!("/v1/traveller-numbers/{forever}")).await.expect(200);
    }

    async fn ended_sessions_go_before_their_time(app: &App) with |config| { config.retention.ended_sessions = 5; } => {
        let rosa = app.customer("Rosa").await;
        let session = app.session(rosa.id()).await;
        rosa.delete(format!("/v1/auth/sessions/{session}")).await.expect(204);
        assert_eq!(ids(&run(app, true).await, Rule::EndedSessions), BTreeSet::new());
        app.core.clock.shift(TimeDelta::days(6));
        let reports = dry_and_real(app).await;
        assert_eq!(reports.len(), 1, "the others are not set");
        assert_eq!(ids(&reports, Rule::EndedSessions), BTreeSet::from([session.uuid()]));
        assert!(entity::sessions::Entity::find().count(app.core.db.read()).await.unwrap() > 0);
    }

    async fn nothing_is_removed_unless_it_is_asked_for(app: &App) {
        let admin = app.admin().await;
        passport(&admin, app.profile("Ida").await, "K0000001", app.core.clock.today()).await;
        app.core.clock.shift(TimeDelta::days(9999));
        let before = everything(app).await;
        assert_eq!(run(app, false).await, []);
        assert_eq!(everything(app).await, before);
    }
}

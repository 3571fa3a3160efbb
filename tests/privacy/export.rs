//! All that is kept about a person, and nothing of others.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{CalendarFeedId, MailId, UserId};
use entity::values::{Hidden, MailKind, MailPurpose};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
};
use serde_json::json;

use super::dump;
use crate::storage::{tables, texts};
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, Backend, on_both_databases};

/// What opens the rest is no data about the person; nobody but who has asked can read an answer that is kept for them; and the
/// feed says of changes what the trail says too, which is in the copy.
const WITHOUT: [&str; 3] = ["data_keys", "events", "idempotency_keys"];

macro_rules! insert {
    ($app:expr, $table:ident { $($field:ident: $value:expr),+ $(,)? }) => {
        entity::$table::Entity::insert(entity::$table::Model { $($field: $value),+ }.into_active_model().reset_all())
            .exec_without_returning($app.core.db.writer())
            .await
            .unwrap()
    };
}

/// Tables with a column `user_id`.
async fn about_people(app: &App) -> Vec<String> {
    let db = app.core.db.writer();
    let mut found = Vec::new();
    for table in tables(db).await {
        let sql = match app.backend {
            Backend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
            Backend::Postgres => {
                format!(
                    "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"
                )
            }
        };
        if texts(db, &sql)
            .await
            .unwrap()
            .iter()
            .any(|column| column == "user_id")
        {
            found.push(table);
        }
    }
    found
}

/// A time that nothing else has, as the answer writes it.
fn mark(number: i64) -> (DateTime<Utc>, String) {
    let time = DateTime::from_timestamp(1_600_000_000 + number * 86_461, 0).unwrap();
    (time, time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Fills every table that refers to the person, and tells what of it the copy has to show.
async fn fill(app: &App, user: UserId, canaries: &Canaries) -> Vec<(&'static str, String)> {
    let far = app.core.clock.now() + TimeDelta::days(30);
    let (password, mail, link, factor, session) = (mark(1), mark(2), mark(3), mark(4), mark(5));
    insert!(
        app,
        credentials {
            user_id: user,
            password_hash: Hidden::from("$secret$".to_owned()),
            password_changed_at: password.0,
            last_seen_at: None,
        }
    );
    insert!(
        app,
        mails {
            id: MailId::new(),
            kind: MailKind::Invitation,
            user_id: Some(user),
            payload: None,
            attempts: 0,
            created_at: mail.0,
            next_attempt_at: far,
            claimed_until: None,
        }
    );
    insert!(
        app,
        mail_tokens {
            token_hash: Hidden::from(format!("$secret$ {user}")),
            purpose: MailPurpose::PasswordReset,
            user_id: Some(user),
            email: Hidden::from("sealed".to_owned()),
            payload: None,
            created_at: link.0,
            expires_at: far,
        }
    );
    insert!(
        app,
        second_factors {
            user_id: user,
            secret: b"$secret$".to_vec().into(),
            last_step: None,
            confirmed_at: None,
            created_at: factor.0,
        }
    );
    insert!(
        app,
        calendar_feeds {
            id: CalendarFeedId::new(),
            user_id: user,
            name: Some("Kalender of Rosa".parse().unwrap()),
            token_hash: Hidden::from(format!("$secret$ feed {user}")),
            about_user_id: Some(user),
            group_id: None,
            created_at: far,
        }
    );
    for code in 0..7 {
        insert!(
            app,
            recovery_codes {
                code_hash: Hidden::from(format!("$secret$ {code} {user}")),
                user_id: user
            }
        );
    }
    entity::sessions::Entity::update_many()
        .col_expr(entity::sessions::Column::LastUsedAt, Expr::value(session.0))
        .col_expr(
            entity::sessions::Column::DeviceName,
            Expr::value("Toaster of Rosa"),
        )
        .filter(entity::sessions::COLUMN.user_id.eq(user))
        .exec(app.core.db.writer())
        .await
        .unwrap();
    // Mail that names no user: somebody has asked for a new password at the address.
    let asked = mark(6);
    let id = MailId::new();
    let address = app.core.sealer.seal(
        &format!("mails/payload/{id}"),
        format!("\"{}\"", canaries.email).as_bytes(),
    );
    insert!(
        app,
        mails {
            id: id,
            kind: MailKind::PasswordReset,
            user_id: None,
            payload: Some(address.unwrap()),
            attempts: 0,
            created_at: asked.0,
            next_attempt_at: far,
            claimed_until: None,
        }
    );
    let caller = app.caller(user).await;
    let consent = json!({"purpose": "canary_purpose", "text_version": "1", "granted": true});
    caller
        .post(format!("/v1/users/{user}/consents"), consent)
        .await
        .expect(201);
    let wish = json!({"reason": "Canary wish"});
    caller
        .post(format!("/v1/users/{user}/erase"), wish)
        .await
        .expect(202);
    vec![
        ("credentials", password.1),
        ("mails", mail.1),
        ("mails", asked.1),
        ("mail_tokens", link.1),
        ("second_factors", factor.1),
        ("recovery_codes", "\"recovery_codes_left\":7".to_owned()),
        ("sessions", session.1),
        ("sessions", "Toaster of Rosa".to_owned()),
        ("consents", "canary_purpose".to_owned()),
        ("erasures", "Canary wish".to_owned()),
        ("calendar_feeds", "Kalender of Rosa".to_owned()),
        ("passports", canaries.passport_number.clone()),
        ("visas", canaries.visa_number.clone()),
        ("identity_cards", canaries.card_number.clone()),
        ("traveller_numbers", canaries.known_traveller.clone()),
        ("loyalties", canaries.membership_number.clone()),
        ("emergency_contacts", format!("Kontakt {}", canaries.last_name)),
        ("travel_preferences", format!("As {}", canaries.last_name)),
        ("group_members", "\"role\":\"companion\"".to_owned()),
        ("user_search_terms", canaries.last_name.to_lowercase()),
        ("users", canaries.email.clone()),
        ("users", canaries.phone.clone()),
        ("audit_events", "\"passport.created\"".to_owned()),
    ]
}

/// Tables that change behind the backs of commands: places are given, and messages sent.
const BEHIND: [&str; 3] = ["audit_", "event", "webhook_"];

on_both_databases! {
    async fn all_of_the_person_is_in_it_and_none_of_others(app: &App) {
        let admin = app.admin().await;
        let (mine, others) = (Canaries::new(), Canaries::new());
        let (rosa, _) = Belongings::of_a_new_customer(app, &admin, &mine).await;
        let (ida, _) = Belongings::of_a_new_customer(app, &admin, &others).await;
        let user: UserId = rosa.user.parse().unwrap();
        let mut expected = fill(app, user, &mine).await;
        expected.push(("external_ids", rosa.external_id.clone()));
        fill(app, ida.user.parse().unwrap(), &others).await;
        let member = format!("/v1/groups/{}/members/{}", rosa.group, ida.user);
        admin.put(member, json!({"role": "lead"})).await.expect(201);
        for table in about_people(app).await {
            let is_known = expected.iter().any(|(name, _)| *name == table) || WITHOUT.contains(&table.as_str());
            assert!(is_known, "{table} refers to people: export it, and put a canary of it into this test");
        }
        for caller in [app.caller(user).await, admin.clone()] {
            let before = dump(app).await;
            let answer = caller.get(format!("/v1/users/{user}/export")).await;
            let disposition = format!("attachment; filename=\"person-{user}.json\"");
            assert_eq!(answer.header("content-disposition"), Some(disposition.as_str()));
            let copy = answer.expect(200);
            let text = copy.to_string();
            for (table, canary) in &expected {
                assert!(text.contains(canary), "{table}: {canary} is missing in {copy:#}");
            }
            assert_eq!(mine.found_in(&text).len(), mine.all().len());
            // Of a companion the name alone.
            let strange = others.found_in(&text);
            let name = [others.first_name.clone(), others.last_name.clone()];
            assert!(strange.iter().all(|it| name.contains(it)) && strange.len() == 2, "{strange:?}");
            assert_eq!(copy["mails"].as_array().unwrap().len(), 2, "the mail of others is not in it");
            assert!(!text.contains("$secret$"), "{text}");
            assert_eq!(copy["profile"]["user"]["id"], rosa.user.as_str());
            // To look is to change nothing, but for the entry that says who looked.
            let but_the_trail = |dump: &str| -> Vec<String> {
                dump.lines().filter(|line| !BEHIND.iter().any(|table| line.starts_with(table))).map(str::to_owned).collect()
            };
            assert_eq!(but_the_trail(&dump(app).await), but_the_trail(&before));
            assert!(text.contains("\"user.exported\""), "{text}");
        }
    }

    /// What was tried, and who else is shown when a passport runs out.
    async fn what_the_person_was_refused_and_who_watches_is_in_it(app: &App) {
        let (rosa, ida, agent) = (app.customer("Rosa").await, app.customer("Ida").await, app.agent().await);
        rosa.get("/v1/clients").await.expect(403);
        ida.get("/v1/audit-events").await.expect(403);
        agent.post("/v1/calendar-feeds", json!({"name": "Passports of Rosa", "user_id": rosa.id()})).await.expect(201);
        agent.post("/v1/calendar-feeds", json!({"name": "Passports of Ida", "user_id": ida.id()})).await.expect(201);
        let copy = rosa.get(format!("/v1/users/{}/export", rosa.id())).await.expect(200).to_string();
        assert!(copy.contains("ListClients") || copy.contains("access.denied"), "{copy}");
        assert!(copy.contains("Passports of Rosa") && !copy.contains("Passports of Ida"), "{copy}");
        assert!(!copy.contains(&agent.id().to_string()) && !copy.contains("ReadAuditEvents"), "{copy}");
    }

    async fn nobody_else_gets_it(app: &App) {
        let (rosa, agent) = (app.customer("Rosa").await, app.agent().await);
        let path = format!("/v1/users/{}/export", rosa.id());
        assert_eq!(agent.get(&path).await.problem(404), "not_found");
        assert_eq!(app.customer("Ida").await.get(&path).await.problem(404), "not_found");
        agent.get(format!("/v1/users/{}/export", agent.id())).await.expect(200);
        let all: Vec<_> = entity::values::Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        assert_eq!(app.client(&all.join(" ")).await.get(&path).await.problem(403), "forbidden");
    }

    /// Who is restricted takes the data along all the same, and learns why.
    async fn the_ground_of_a_restriction_is_in_it(app: &App) {
        let (rosa, admin) = (app.customer("Rosa").await, app.admin().await);
        let reason = json!({"reason": "Contested by letter"});
        admin.post(format!("/v1/users/{}/restrict", rosa.id()), reason).await.expect(200);
        let copy = rosa.get(format!("/v1/users/{}/export", rosa.id())).await.expect(200);
        assert_eq!(copy["restriction_reason"], "Contested by letter");
        assert!(copy["restricted_at"].is_string());
    }
}

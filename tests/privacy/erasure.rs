//! Erasing people: what goes, what stays, who decides.

use futures_util::future::join_all;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{dump, may_stay};
use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{App, Caller, anna_passport, on_both_databases};

fn path(user: impl std::fmt::Display, verb: &str) -> String {
    format!("/v1/users/{user}/{verb}")
}

fn reason() -> Value {
    json!({"reason": "Asked for by letter"})
}

async fn count(app: &App, table: &str) -> String {
    let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
    crate::storage::texts(app.core.db.writer(), &sql)
        .await
        .unwrap()
        .remove(0)
}

async fn erasures(admin: &Caller, status: &str) -> Vec<Value> {
    let page = admin
        .get(format!("/v1/erasures?status={status}"))
        .await
        .expect(200);
    page["data"].as_array().unwrap().clone()
}

on_both_databases! {
    async fn an_administrator_erases_at_once_and_nothing_is_left_but_the_certificate(app: &App) {
        let admin = app.admin().await;
        let canaries = Canaries::new();
        let (rosa, caller) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
        // Rows in the tables that nobody fills by the way: a refused wish in the person's own words, counts, mail.
        let wish = caller.post(path(&rosa.user, "erase"), json!({"reason": format!("I am {}", canaries.last_name)})).await.expect(202);
        let refusal = json!({"reason": format!("{} travels", canaries.last_name)});
        admin.post(format!("/v1/erasures/{}/reject", wish["id"].as_str().unwrap()), refusal).await.expect(200);
        caller.post(path(&rosa.user, "consents"), json!({"purpose": "newsletter", "text_version": "1", "granted": true})).await.expect(201);
        let login = json!({"email": canaries.email, "password": "not-the-right-one"});
        app.anonymous().post("/v1/auth/login", login).await.expect(401);
        app.anonymous().post("/v1/auth/forgot-password", json!({"email": canaries.email})).await.expect(202);
        app.mail_is_sent().await;
        let id = entity::ids::MailId::new();
        let address = app.core.sealer.seal(&format!("mails/payload/{id}"), format!("\"{}\"", canaries.email).as_bytes());
        let waiting = entity::mails::Model {
            id, kind: entity::values::MailKind::PasswordReset, user_id: None, payload: Some(address.unwrap()), attempts: 0,
            created_at: app.core.clock.now(), next_attempt_at: app.core.clock.now() + chrono::TimeDelta::days(1), claimed_until: None,
        };
        entity::mails::Entity::insert(waiting.into_active_model().reset_all()).exec_without_returning(app.core.db.writer()).await.unwrap();
        for table in ["throttles", "mail_tokens", "mail_counts", "mails"] {
            assert_ne!(count(app, table).await, "0", "{table}");
        }
        assert!(!canaries.found_in(&dump(app).await).is_empty());

        let done = admin.post(path(&rosa.user, "erase"), reason()).await.expect(200);
        assert_eq!((&done["status"], &done["reason"]), (&json!("done"), &json!("Asked for by letter")));
        assert_eq!((&done["requested_by_kind"], &done["decided_by"]), (&json!("staff"), &json!(admin.id())));
        let left = dump(app).await;
        assert_eq!(canaries.found_in(&left), Vec::<String>::new());
        let simple = rosa.user.replace('-', "");
        for line in left.lines().filter(|line| line.contains(&rosa.user) || line.to_lowercase().contains(&simple)) {
            assert!(may_stay(line), "{line}");
        }
        for table in ["throttles", "mail_tokens", "mail_counts", "mails", "consents"] {
            assert_eq!(count(app, table).await, "0", "{table}");
        }
        assert_eq!(caller.get("/v1/me").await.problem(401), "invalid_token");
        for path in [path(&rosa.user, "profile"), format!("/v1/passports/{}", rosa.passport), format!("/v1/visas/{}", rosa.visa),
            format!("/v1/identity-cards/{}", rosa.identity_card), format!("/v1/traveller-numbers/{}", rosa.traveller_number),
            format!("/v1/loyalties/{}", rosa.loyalty), format!("/v1/emergency-contacts/{}", rosa.emergency_contact),
            path(&rosa.user, "preferences")] {
            assert_eq!(admin.get(path).await.problem(404), "not_found");
        }
        let id = done["id"].as_str().unwrap();
        assert_eq!(admin.get(format!("/v1/erasures/{id}")).await.expect(200), done);
        assert_eq!(admin.post(path(&rosa.user, "erase"), reason()).await.problem(404), "not_found");
        let log = std::fs::read_to_string(app.config.data_dir.join("erasures.log")).unwrap();
        assert!(log.lines().count() == 1 && log.contains(&rosa.user), "{log}");
        assert_eq!(canaries.found_in(&log), Vec::<String>::new());
    }

    /// SQLite leaves what is removed in free pages and in its log, unless it is told otherwise.
    async fn nothing_is_left_in_the_files_of_sqlite(app: &App) {
        if app.backend == crate::support::Backend::Sqlite {
            let admin = app.admin().await;
            let canaries = Canaries::new();
            let (rosa, _) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
            let clear = [canaries.first_name.as_bytes(), canaries.last_name.as_bytes(), canaries.email.as_bytes()];
            let there = || {
                let file = app.database_url.trim_start_matches("sqlite://").split('?').next().unwrap().to_owned();
                let mut bytes = std::fs::read(&file).unwrap();
                bytes.extend(std::fs::read(format!("{file}-wal")).unwrap_or_default());
                clear.iter().filter(|it| bytes.windows(it.len()).any(|window| window == **it)).count()
            };
            assert_eq!(there(), 3);
            admin.post(path(&rosa.user, "erase"), reason()).await.expect(200);
            // The worker looks every five seconds.
            for _ in 0..60 {
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
                if there() == 0 {
                    break;
                }
            }
            assert_eq!(there(), 0);
        }
    }

    async fn a_customer_asks_and_an_administrator_decides(app: &App) {
        let (admin, rosa, agent) = (app.admin().await, app.customer("Rosa").await, app.agent().await);
        let wish = rosa.post(path(rosa.id(), "erase"), json!({"reason": "I move away"})).await.expect(202);
        assert_eq!((&wish["status"], &wish["requested_by_kind"]), (&json!("requested"), &json!("customer")));
        assert_eq!(wish["decided_at"], Value::Null);
        let again = rosa.post(path(rosa.id(), "erase"), json!({"reason": "Again"})).await.expect(202);
        assert_eq!(again, wish);
        rosa.get("/v1/me").await.expect(200);
        assert_eq!(erasures(&admin, "requested").await, std::slice::from_ref(&wish));
        assert_eq!(agent.get("/v1/erasures").await.problem(403), "forbidden");
        assert_eq!(agent.post(path(rosa.id(), "erase"), reason()).await.problem(404), "not_found");

        let id = wish["id"].as_str().unwrap();
        let rejected = admin.post(format!("/v1/erasures/{id}/reject"), json!({"reason": "A booking is under way"})).await.expect(200);
        assert_eq!((&rejected["status"], &rejected["note"]), (&json!("rejected"), &json!("A booking is under way")));
        for verb in ["approve", "reject"] {
            let decided = admin.post(format!("/v1/erasures/{id}/{verb}"), reason()).await;
            assert_eq!(decided.problem(409), "erasure_decided");
        }
        rosa.get("/v1/me").await.expect(200);
        let second = rosa.post(path(rosa.id(), "erase"), json!({"reason": "I mean it"})).await.expect(202);
        assert_ne!(second["id"], wish["id"]);
        let done = admin.post(format!("/v1/erasures/{}/approve", second["id"].as_str().unwrap()), Value::Null).await.expect(200);
        assert_eq!((&done["status"], &done["id"], &done["reason"]), (&json!("done"), &second["id"], &json!("requested")));
        assert_eq!((&done["requested_by_kind"], &done["decided_by"]), (&json!("customer"), &json!(admin.id())));
        assert_eq!(rosa.get("/v1/me").await.problem(401), "invalid_token");
        assert_eq!(erasures(&admin, "done").await, [done]);
        assert!(!dump(app).await.contains("I mean it") && !dump(app).await.contains("I move away"));
    }

    /// Whatever the door, there is one certificate, and an open wish becomes it.
    async fn removing_is_erasing(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let wish = rosa.post(path(rosa.id(), "erase"), reason()).await.expect(202);
        admin.delete(format!("/v1/users/{}", rosa.id())).await.expect(204);
        let done = erasures(&admin, "done").await;
        assert_eq!((done.len(), &done[0]["id"], &done[0]["reason"]), (1, &wish["id"], &json!("deleted")));
        let ida = app.profile("Ida").await;
        app.client("users:delete").await.delete(format!("/v1/users/{ida}")).await.expect(204);
        let done = erasures(&admin, "done").await;
        assert_eq!((done.len(), &done[1]["requested_by_kind"]), (2, &json!("client")));
        let log = std::fs::read_to_string(app.config.data_dir.join("erasures.log")).unwrap();
        assert_eq!(log.lines().count(), 2);
    }

    async fn the_last_administrator_stays(app: &App) {
        let admin = app.admin().await;
        for other in admin.get("/v1/users?role=admin").await.expect(200)["data"].as_array().unwrap() {
            if other["id"] != json!(admin.id()) {
                admin.delete(format!("/v1/users/{}", other["id"].as_str().unwrap())).await.expect(204);
            }
        }
        assert_eq!(admin.post(path(admin.id(), "erase"), reason()).await.problem(409), "last_admin");
        let second = app.admin().await;
        second.post(path(admin.id(), "erase"), reason()).await.expect(200);
        assert_eq!(second.post(path(second.id(), "erase"), reason()).await.problem(409), "last_admin");
    }

    async fn what_is_rolled_back_is_in_no_ledger(app: &App) {
        let admin = app.admin().await;
        for other in admin.get("/v1/users?role=admin").await.expect(200)["data"].as_array().unwrap() {
            if other["id"] != json!(admin.id()) {
                admin.delete(format!("/v1/users/{}", other["id"].as_str().unwrap())).await.expect(204);
            }
        }
        let before = everything(app).await;
        let ledger = || std::fs::read_to_string(app.config.data_dir.join("erasures.log")).unwrap_or_default();
        let log = ledger();
        admin.post(path(admin.id(), "erase"), reason()).await.expect(409);
        admin.delete_with(format!("/v1/users/{}", app.profile("Ida").await), &[("if-match", "\"9\"")]).await.expect(412);
        assert_eq!(ledger(), log);
        assert_eq!(everything(app).await.lines().filter(|it| it.contains("erasures")).count(), before.lines().filter(|it| it.contains("erasures")).count());
    }

    /// 64 at once: erase, remove, change, restrict, add a passport. One erases; nobody gets a 500, and nothing is left.
    async fn of_many_at_once_one_erases_and_the_others_come_too_late(app: &App) {
        let admin = app.admin().await;
        for round in 0..3 {
            let user = app.profile("Ida").await;
            let third = [app.profile("Eva").await, app.profile("Ada").await];
            let group = json!({"name": format!("Round {round}"), "members": [{"user_id": user}, {"user_id": third[0]}, {"user_id": third[1]}]});
            let group = admin.post("/v1/groups", group).await;
            group.expect(201);
            let callers = join_all((0..64).map(|_| app.caller(admin.id()))).await;
            let answers = join_all(callers.iter().enumerate().map(async |(index, caller)| {
                let answer = match index % 6 {
                    0 => caller.post(path(user, "erase"), reason()).await,
                    1 => caller.patch(format!("/v1/users/{user}"), json!({"title": format!("Dr {index}")})).await,
                    2 => caller.post("/v1/passports", anna_passport(user, &format!("R{round}N{index:04}"))).await,
                    3 => caller.put(format!("/v1/groups/{}/members/{user}", group.id()), json!({"role": "lead"})).await,
                    4 => caller.delete(format!("/v1/users/{user}")).await,
                    _ => caller.post(path(user, if index % 12 == 5 { "restrict" } else { "unrestrict" }), reason()).await,
                };
                (index % 6, answer)
            })).await;
            let mut erased = 0;
            for (what, answer) in answers {
                let expected: &[u16] = match what {
                    0 => &[200, 404],
                    4 => &[204, 404],
                    2 => &[201, 409, 422],
                    3 => &[200, 201, 404, 409],
                    _ => &[200, 404, 409],
                };
                assert!(expected.contains(&answer.status), "{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
                erased += u32::from(matches!((what, answer.status), (0, 200) | (4, 204)));
            }
            assert_eq!(erased, 1, "round {round}");
            let left = dump(app).await;
            for line in left.lines().filter(|line| line.to_lowercase().contains(&user.to_string().replace('-', "")) || line.contains(&user.to_string())) {
            assert!(may_stay(line), "{line}");
            }
        }
        let log = std::fs::read_to_string(app.config.data_dir.join("erasures.log")).unwrap();
        assert_eq!(log.lines().count(), 3);
    }
}

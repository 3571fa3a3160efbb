//! What is done to people and what hangs on them: who did it, which fields, and nothing in the clear.

use entity::audit_events::Model;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{check, entries, fields, made_by, one_by, settled};
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, anna_passport, on_both_databases};

fn actions(made: &[Model]) -> Vec<&str> {
    made.iter().map(|entry| entry.action.as_str()).collect()
}

/// Every column of every entry, and the file of checkpoints, as somebody reads them who has stolen both.
async fn dump(app: &App) -> String {
    let db = app.core.db.read();
    let row = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT to_jsonb(audit_events)::text AS line FROM audit_events",
        _ => {
            "SELECT concat_ws('|', occurred_at, action, outcome, actor_kind, subject_type, request_id, address_class, purpose, \
              detail, changed_fields, changes, sealed_purpose, mac, hash) AS line FROM audit_events"
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), row))
        .await
        .unwrap();
    let mut all: String = rows
        .iter()
        .map(|row| row.try_get::<String>("", "line").unwrap() + "\n")
        .collect();
    all.push_str(&std::fs::read_to_string(app.core.audit.file()).unwrap());
    all
}

on_both_databases! {
    async fn a_user(app: &App) {
        let agent = app.agent().await;
        let new = json!({"first_name": "Rosa", "phone": "+46301234567", "language": "sv"});
        let (answer, entry) = one_by(app, agent.post("/v1/users", new)).await;
        let id = answer.id();
        assert_eq!((entry.action.as_str(), entry.actor_id), ("user.created", Some(agent.id().uuid())));
        assert_eq!(entry.user_id.unwrap().to_string(), id);
        assert_eq!(fields(&entry), ["first_name", "phone", "language", "role", "status"]);
        let path = format!("/v1/users/{id}");
        let (_, entry) = one_by(app, agent.patch(&path, json!({"phone": "+46307654321", "title": "Dr"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("user.updated", vec!["title".to_owned(), "phone".into()]));
        let (answer, made) = made_by(app, agent.patch(&path, json!({"title": "Dr"}))).await;
        assert!(answer.status == 200 && made.is_empty());
        let (answer, made) = made_by(app, agent.patch_with(&path, &[("if-match", "\"99\"")], json!({"title": "Prof"}))).await;
        assert!(answer.status == 412 && made.is_empty());
        let admin = app.admin().await;
        let (_, entry) = one_by(app, admin.delete(&path)).await;
        assert_eq!((entry.action.as_str(), entry.changes), ("user.deleted", None));
    }

    async fn registering(app: &App) {
        let new = json!({"email": "rosa@mail.example", "password": "lantern-otter-meadow-9", "first_name": "Rosa"});
        let (_, entry) = one_by(app, app.anonymous().post("/v1/auth/register", new)).await;
        assert_eq!((entry.action.as_str(), entry.actor_kind.as_str()), ("user.registered", "anonymous"));
        assert!(entry.user_id.is_some() && entry.request_id.is_some());
        let token = app.last_mail_to("rosa@mail.example").await.token();
        let (_, entry) = one_by(app, app.anonymous().post("/v1/auth/verify-email", json!({"token": token}))).await;
        assert_eq!((entry.action.as_str(), entry.actor_kind.as_str()), ("email.verified", "user"));
        let agent = app.agent().await;
        let (answer, entry) = one_by(app, agent.post("/v1/users", json!({"email": "ebba@mail.example", "first_name": "Ebba"}))).await;
        assert_eq!(entry.action, "user.created");
        app.mail_is_sent().await;
        let (_, entry) = one_by(app, agent.post(format!("/v1/users/{}/invitation", answer.id()), Value::Null)).await;
        assert_eq!(entry.action, "invitation.sent");
        let accept = json!({"token": app.last_mail_to("ebba@mail.example").await.token(), "password": "harbour-violin-cedar-4"});
        let (answer, entry) = one_by(app, app.anonymous().post("/v1/auth/accept-invitation", accept)).await;
        assert_eq!((answer.status, entry.action.as_str()), (204, "invitation.accepted"));
    }

    async fn a_passport_and_a_membership(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let (answer, entry) = one_by(app, rosa.post("/v1/passports", anna_passport(rosa.id(), "L898902C3"))).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("passport.created", Some(rosa.id())));
        assert_eq!(entry.subject_id.unwrap().to_string(), answer.id());
        let path = format!("/v1/passports/{}", answer.id());
        let (_, entry) = one_by(app, admin.patch(&path, json!({"passport_number": "L898902C4"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("passport.updated", vec!["passport_number".to_owned()]));
        let (_, entry) = one_by(app, rosa.delete(&path)).await;
        assert_eq!(entry.action, "passport.deleted");
        let program = admin.post("/v1/loyalty-programs", json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"})).await.id();
        let new = json!({"user_id": rosa.id(), "program_id": program, "membership_number": "77"});
        let (answer, entry) = one_by(app, rosa.post("/v1/loyalties", new)).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("loyalty.created", Some(rosa.id())));
        let path = format!("/v1/loyalties/{}", answer.id());
        let (_, entry) = one_by(app, rosa.patch(&path, json!({"membership_number": "78"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("loyalty.updated", vec!["membership_number".to_owned()]));
        let (_, entry) = one_by(app, rosa.delete(&path)).await;
        assert_eq!(entry.action, "loyalty.deleted");
    }

    /// One command changes several records: each has an entry of its own.
    async fn what_changes_along_is_noted_too(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let noted = |made: &[Model]| -> Vec<(String, String)> {
            made.iter().map(|entry| (entry.action.clone(), entry.subject_id.unwrap().to_string())).collect()
        };
        let told = |action: &str, id: &str| (action.to_owned(), id.to_owned());
        let first = rosa.post("/v1/passports", anna_passport(rosa.id(), "L898902C3")).await.id();
        let mut passport = anna_passport(rosa.id(), "L898902C4");
        passport["primary"] = json!(true);
        let (second, made) = made_by(app, rosa.post("/v1/passports", passport)).await;
        let second = second.id();
        assert_eq!(noted(&made), [told("passport.updated", &first), told("passport.created", &second)]);
        assert_eq!((fields(&made[0]), made[0].user_id), (vec!["primary".to_owned()], Some(rosa.id())));
        let (_, made) = made_by(app, rosa.patch(format!("/v1/passports/{second}"), json!({"status": "lost"}))).await;
        assert_eq!(noted(&made), [told("passport.updated", &first), told("passport.updated", &second)]);
        assert_eq!((fields(&made[0]), fields(&made[1])), (vec!["primary".to_owned()], vec!["status".to_owned(), "primary".to_owned()]));
        let (_, made) = made_by(app, rosa.patch(format!("/v1/passports/{second}"), json!({"status": "active", "primary": true}))).await;
        assert_eq!(noted(&made), [told("passport.updated", &first), told("passport.updated", &second)]);
        let (_, made) = made_by(app, rosa.delete(format!("/v1/passports/{second}"))).await;
        assert_eq!(noted(&made), [told("passport.updated", &first), told("passport.deleted", &second)]);

        let mut memberships = Vec::new();
        for name in ["Points", "Miles"] {
            let program = json!({"supplier": "Utopia Rail", "name": name, "type": "rail", "tiers": [{"name": "Gold"}]});
            let program = admin.post("/v1/loyalty-programs", program).await.id();
            let new = json!({"user_id": rosa.id(), "program_id": program, "membership_number": "77", "tier": "Gold", "primary": true});
            let (answer, made) = made_by(app, rosa.post("/v1/loyalties", new)).await;
            memberships.push((answer.id(), program, made));
        }
        let [(points, program, _), (miles, _, made)] = memberships.as_slice() else { unreachable!() };
        assert_eq!(noted(made), [told("loyalty.updated", points), told("loyalty.created", miles)]);
        assert_eq!((fields(&made[0]), made[0].user_id), (vec!["primary".to_owned()], Some(rosa.id())));
        let respelled = json!({"tiers": [{"name": "GOLD"}]});
        let (answer, made) = made_by(app, admin.patch(format!("/v1/loyalty-programs/{program}"), respelled)).await;
        answer.expect(200);
        assert_eq!(noted(&made), [told("loyalty.updated", points), told("loyalty_program.updated", program)]);
        assert_eq!((fields(&made[0]), made[0].actor_id), (vec!["tier".to_owned()], Some(admin.id().uuid())));
        let read = rosa.get(format!("/v1/loyalties/{points}")).await.expect(200);
        assert_eq!((&read["tier"], &read["primary"]), (&json!("GOLD"), &json!(false)));
    }

    /// Words of people about people: read by whoever may, by nobody who has stolen the database, and gone with the person.
    async fn what_it_was_done_for_is_sealed_and_goes_with_the_person(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let passport = rosa.post("/v1/passports", anna_passport(rosa.id(), "L898902C3")).await.id();
        let purpose = json!({"purpose": "Ferry of Rosa Quuxworth"});
        agent.post(format!("/v1/passports/{passport}/reveal"), purpose).await.expect(200);
        let path = |verb: &str| format!("/v1/users/{}/{verb}", rosa.id());
        admin.post(path("restrict"), json!({"reason": "Rosa Quuxworth contests"})).await.expect(200);
        admin.post(path("unrestrict"), Value::Null).await.expect(200);
        settled(app).await;
        assert!(!dump(app).await.contains("Quuxworth"));
        let (history, all) = (path("history"), format!("/v1/audit-events?user_id={}", rosa.id()));
        let told = async |caller: &crate::support::Caller, path: &str| -> Vec<Value> {
            let page = caller.get(path).await.expect(200);
            let of = |action: &str| page["data"].as_array().unwrap().iter().find(|it| it["action"] == action).unwrap()["purpose"].clone();
            vec![of("passport.revealed"), of("user.restricted")]
        };
        for (caller, path) in [(&admin, &history), (&agent, &history), (&rosa, &history), (&admin, &all)] {
            assert_eq!(told(caller, path).await, ["Ferry of Rosa Quuxworth", "Rosa Quuxworth contests"], "{path}");
        }
        admin.post(path("erase"), json!({"reason": "Asked by letter"})).await.expect(200);
        for path in [&history, &all] {
            assert_eq!(told(&admin, path).await, [Value::Null, Value::Null], "{path}");
        }
        settled(app).await;
        assert_eq!(check(app).await.unwrap().entries, i64::try_from(entries(app).await.len()).unwrap());
    }

    async fn a_group_and_its_members(app: &App) {
        let agent = app.agent().await;
        let people = [app.profile("A").await, app.profile("B").await, app.profile("C").await];
        let new = json!({"name": "Wedding", "members": [{"user_id": people[0]}, {"user_id": people[1]}]});
        let (answer, made) = made_by(app, agent.post("/v1/groups", new)).await;
        assert_eq!(actions(&made), ["group.created", "group_member.added", "group_member.added"]);
        assert_eq!((made[1].user_id, made[2].user_id), (Some(people[0]), Some(people[1])));
        let path = format!("/v1/groups/{}", answer.id());
        let (_, entry) = one_by(app, agent.patch(&path, json!({"purpose": "Wedding in Zenith"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("group.updated", vec!["purpose".to_owned()]));
        let member = format!("{path}/members/{}", people[2]);
        let (_, entry) = one_by(app, agent.put(&member, json!({}))).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("group_member.added", Some(people[2])));
        let (_, entry) = one_by(app, agent.put(&member, json!({"role": "lead"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("group_member.updated", vec!["role".to_owned()]));
        let (_, entry) = one_by(app, agent.delete(&member)).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("group_member.removed", Some(people[2])));
        // Who is removed leaves the group, which is then too small.
        let admin = app.admin().await;
        let (_, made) = made_by(app, admin.delete(format!("/v1/users/{}", people[0]))).await;
        assert_eq!(actions(&made), ["group.deleted", "group_member.removed", "user.deleted"]);
    }

    async fn nothing_personal_stands_in_the_trail(app: &App) {
        let admin = app.admin().await;
        let canaries = Canaries::new();
        let (it, rosa) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
        rosa.patch("/v1/me", json!({"middle_names": canaries.last_name})).await.expect(200);
        rosa.delete(format!("/v1/passports/{}", it.passport)).await.expect(204);
        rosa.get(format!("/v1/passports/{}", Uuid::now_v7())).await.expect(404);
        app.anonymous().post("/v1/auth/login", json!({"email": canaries.email, "password": canaries.phone})).await.expect(401);
        admin.delete(format!("/v1/users/{}", it.user)).await.expect(204);
        settled(app).await;
        let all = dump(app).await;
        assert!(all.lines().count() > 10, "{all}");
        assert_eq!(canaries.found_in(&all), Vec::<String>::new());
        assert!(!all.contains("127.0.0.1"));
    }

    async fn values_are_shown_to_the_person_and_to_administrators_until_the_person_is_gone(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        agent.patch(format!("/v1/users/{}", rosa.id()), json!({"phone": "+46301234567"})).await.expect(200);
        let path = format!("/v1/users/{}/history?action=user.updated", rosa.id());
        let newest = async |caller: &crate::support::Caller| caller.get(&path).await.expect(200)["data"][0].clone();
        for caller in [&admin, &rosa] {
            let changes = &newest(caller).await["changes"];
            assert_eq!(changes, &json!([{"field": "phone", "old": null, "new": "+46301234567"}]));
        }
        let seen = newest(&agent).await;
        assert_eq!((&seen["changes"], &seen["changed_fields"]), (&Value::Null, &json!(["phone"])));
        admin.delete(format!("/v1/users/{}", rosa.id())).await.expect(204);
        let seen = newest(&admin).await;
        assert_eq!((&seen["changes"], &seen["changed_fields"]), (&Value::Null, &json!(["phone"])));
        settled(app).await;
        assert_eq!(check(app).await.unwrap().entries, i64::try_from(entries(app).await.len()).unwrap());
    }
}

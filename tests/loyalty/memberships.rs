use entity::ids::{LoyaltyProgramId, UserId};
use serde_json::{Value, json};

use super::{add_program, membership};
use crate::support::{Caller, on_both_databases};

async fn join(
    caller: &Caller,
    user: UserId,
    program: &str,
    changes: &[(&str, Value)],
) -> crate::support::Answer {
    let mut new = membership(user, program);
    for (field, value) in changes {
        new[*field] = value.clone();
    }
    caller.post("/v1/loyalties", new).await
}

on_both_databases! {
    async fn a_membership_is_answered_as_sent_and_read_back_the_same(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let sent = json!({
            "user_id": member, "program_id": program, "membership_number": "UR 1234-5678", "tier": "Noon",
            "status": "suspended", "expiry_date": "2028-03-31", "primary": true,
        });
        let created = agent.post("/v1/loyalties", sent.clone()).await;
        let mut answered = created.expect(201);
        assert_eq!(created.etag(), "\"1\"");
        let location = created.header("location").unwrap();
        assert_eq!(location, format!("/v1/loyalties/{}", created.id()));
        let read = agent.get(location).await;
        assert_eq!(read.expect(200), answered);
        let known = agent.get_with(location, &[("if-none-match", &read.etag())]).await;
        assert_eq!((known.status, known.body.len()), (304, 0));
        let fields = answered.as_object_mut().unwrap();
        fields.remove("id").unwrap();
        assert_eq!(fields.remove("created_at").unwrap(), fields.remove("updated_at").unwrap());
        let mut expected = sent;
        (expected["version"], expected["external_ids"]) = (json!(1), json!([]));
        assert_eq!(answered, expected);

        let other = app.profile("Bo").await;
        let least = join(&agent, other, &program, &[]).await.expect(201);
        for (field, value) in [
            ("tier", json!(null)), ("status", json!("active")), ("expiry_date", json!(null)), ("primary", json!(false)),
        ] {
            assert_eq!(least[field], value, "{field}");
        }
    }

    async fn a_tier_is_one_of_the_programmes_in_its_spelling(app: &App) {
        let agent = app.agent().await;
        let program = add_program(app, "A", &json!({"tiers": [{"name": "Årgång Gold"}]})).await;
        let mut joined = String::new();
        for spelling in ["Årgång Gold", "årgång GOLD", "  ÅRGÅNG gold "] {
            let member = app.profile("Anna").await;
            let created = join(&agent, member, &program, &[("tier", json!(spelling))]).await;
            assert_eq!(created.expect(201)["tier"], "Årgång Gold");
            joined = created.id();
        }
        let member = app.profile("Anna").await;
        join(&agent, member, &program, &[("tier", json!("Silver"))]).await.refuses("/tier", "unknown_tier");
        let path = format!("/v1/loyalties/{joined}");
        agent.patch(&path, json!({"tier": "Silver"})).await.refuses("/tier", "unknown_tier");
        let same = agent.patch(&path, json!({"tier": "årgång gold"})).await.expect(200);
        assert_eq!((&same["tier"], &same["version"]), (&json!("Årgång Gold"), &json!(1)));
        let none = add_program(app, "B", &json!({"tiers": []})).await;
        join(&agent, member, &none, &[("tier", json!("Gold"))]).await.refuses("/tier", "unknown_tier");
        join(&agent, member, &none, &[("tier", json!(null))]).await.expect(201);
    }

    async fn member_and_programme_have_to_exist(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        join(&agent, UserId::new(), &program, &[]).await.refuses("/user_id", "not_found");
        join(&agent, member, &LoyaltyProgramId::new().to_string(), &[]).await.refuses("/program_id", "not_found");
        let expected = ["/membership_number", "/program_id", "/user_id"].map(|it| (it.to_owned(), "required".to_owned()));
        assert_eq!(agent.post("/v1/loyalties", json!({})).await.errors(422), expected);
        join(&agent, member, &program, &[("membership_number", json!("#7"))]).await
            .refuses("/membership_number", "invalid_character");
        join(&agent, member, &program, &[("expiry_date", json!("2028-02-30"))]).await.refuses("/expiry_date", "invalid_date");
    }

    async fn a_user_belongs_to_a_programme_once(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let number = [("membership_number", json!("QZX 4711"))];
        let first = join(&agent, member, &program, &number).await;
        first.expect(201);
        let again = join(&agent, member, &program, &number).await;
        assert_eq!(again.problem(409), "loyalty_exists");
        let body = String::from_utf8_lossy(&again.body).to_lowercase();
        assert!(!body.contains("qzx") && !body.contains(&program) && !body.contains(&member.to_string()), "{body}");
        // Another's number may be the same: programmes for families give one.
        join(&agent, app.profile("Bo").await, &program, &number).await.expect(201);
        join(&agent, member, &add_program(app, "B", &json!({})).await, &number).await.expect(201);
        agent.delete(format!("/v1/loyalties/{}", first.id())).await.expect(204);
        join(&agent, member, &program, &number).await.expect(201);
    }

    async fn a_favourite_takes_the_place_of_the_one_before(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let favourite = [("primary", json!(true))];
        let a = join(&agent, member, &add_program(app, "A", &json!({})).await, &favourite).await;
        let b = join(&agent, member, &add_program(app, "B", &json!({})).await, &favourite).await;
        let other = join(&agent, app.profile("Bo").await, &add_program(app, "C", &json!({})).await, &favourite).await;
        let state = async |id: String| {
            let read = agent.get(format!("/v1/loyalties/{id}")).await.expect(200);
            (read["primary"].as_bool().unwrap(), read["version"].as_i64().unwrap())
        };
        assert_eq!((state(a.id()).await, state(b.id()).await), ((false, 2), (true, 1)));
        agent.patch(format!("/v1/loyalties/{}", a.id()), json!({"primary": true})).await.expect(200);
        assert_eq!((state(a.id()).await, state(b.id()).await), ((true, 3), (false, 2)));
        // Unlike with passports, having none is fine.
        agent.patch(format!("/v1/loyalties/{}", a.id()), json!({"primary": false})).await.expect(200);
        assert_eq!((state(a.id()).await, state(b.id()).await), ((false, 4), (false, 2)));
        assert_eq!(state(other.id()).await, (true, 1));
    }

    async fn a_patch_changes_what_it_names_and_null_clears(app: &App) {
        let (agent, member) = (app.agent().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let created = join(&agent, member, &program, &[("tier", json!("Dawn")), ("expiry_date", json!("2028-03-31"))]).await;
        let path = format!("/v1/loyalties/{}", created.id());
        let change = json!({"membership_number": "UR/2", "tier": "noon", "status": "closed", "expiry_date": "2029-01-01"});
        let patched = agent.patch(&path, change).await;
        let mut expected = created.json();
        for (field, value) in [
            ("membership_number", json!("UR/2")), ("tier", json!("Noon")), ("status", json!("closed")),
            ("expiry_date", json!("2029-01-01")), ("version", json!(2)), ("updated_at", patched.json()["updated_at"].clone()),
        ] {
            expected[field] = value;
        }
        assert_eq!(patched.expect(200), expected);
        assert_eq!(patched.etag(), "\"2\"");
        for field in ["membership_number", "status", "primary"] {
            agent.patch(&path, json!({(field): null})).await.refuses(&format!("/{field}"), "not_nullable");
        }
        for field in ["user_id", "program_id"] {
            agent.patch(&path, json!({(field): member})).await.refuses(&format!("/{field}"), "unknown_field");
        }
        let cleared = agent.patch(&path, json!({"tier": null, "expiry_date": null})).await.expect(200);
        assert_eq!((&cleared["tier"], &cleared["expiry_date"]), (&json!(null), &json!(null)));
        assert_eq!(agent.patch(&path, json!({})).await.expect(200)["version"], 3);
        let stale = [("if-match", "\"2\"")];
        assert_eq!(agent.patch_with(&path, &stale, json!({"tier": "Dawn"})).await.problem(412), "stale_version");
        assert_eq!(agent.delete_with(&path, &stale).await.problem(412), "stale_version");
        agent.delete_with(&path, &[("if-match", "\"3\"")]).await.expect(204);
        assert_eq!(agent.get(&path).await.problem(404), "not_found");
    }

    async fn a_membership_outlives_the_offer(app: &App) {
        let (admin, member) = (app.admin().await, app.profile("Anna").await);
        let program = add_program(app, "A", &json!({})).await;
        let created = join(&admin, member, &program, &[]).await;
        admin.patch(format!("/v1/loyalty-programs/{program}"), json!({"offered_until": "2020-01-01"})).await.expect(200);
        assert_eq!(join(&admin, app.profile("Bo").await, &program, &[]).await.problem(409), "program_not_offered");
        admin.patch(format!("/v1/loyalties/{}", created.id()), json!({"tier": "Noon"})).await.expect(200);
    }
}

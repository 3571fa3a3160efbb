//! Each kind of command makes its entry, with who did it, in which session and request, and which fields.

use chrono::TimeDelta;
use entity::audit_events::Model;
use serde_json::{Value, json};
use service::auth::signing_keys;

use super::{check, entries, fields, made_by, one_by, settled};
use crate::support::{Answer, App, Caller, on_both_databases};

const PASSWORD: &str = "lantern-otter-meadow-9";
const ANOTHER: &str = "harbour-violin-cedar-4";
const ROSA: &str = "rosa@mail.example";

fn actions(made: &[Model]) -> Vec<&str> {
    made.iter().map(|entry| entry.action.as_str()).collect()
}

/// Asserts that work made entries of these actions, all by this person.
#[track_caller]
fn by_person(made: &[Model], expected: &[&str], person: entity::ids::UserId) {
    assert_eq!(actions(made), expected);
    for entry in made {
        assert_eq!(
            (entry.actor_kind.as_str(), entry.actor_id),
            ("user", Some(person.uuid()))
        );
        assert_eq!(entry.user_id, Some(person), "{entry:?}");
        assert!(entry.request_id.is_some());
        assert_eq!(entry.address_class.as_deref(), Some("loopback"));
    }
}

async fn login(app: &App, code: Option<&str>) -> Answer {
    let mut body = json!({"email": ROSA, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = code.into();
    }
    app.anonymous().post("/v1/auth/login", body).await
}

fn caller(app: &App, tokens: &Value) -> Caller {
    let id = tokens["user_id"].as_str().unwrap().parse().unwrap();
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    Caller::new(app.addr, Some(id), Some(token))
}

async fn rosa(app: &App) -> (entity::ids::UserId, Caller) {
    let user = json!({"email": ROSA, "password": PASSWORD, "first_name": "Rosa"});
    let id = app.create_user(&user).await;
    (id, caller(app, &login(app, None).await.expect(200)))
}

on_both_databases! {
    async fn a_client_and_its_secrets(app: &App) {
        let admin = app.admin().await;
        let body = json!({"name": "Ferry desk", "scopes": ["users:read"]});
        let named = [("x-request-id", "request-1")];
        let (made, entry) = one_by(app, admin.json(actix_web::http::Method::POST, "/v1/clients", &named, &body)).await;
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        assert_eq!((entry.action.as_str(), entry.outcome.as_str()), ("client.created", "done"));
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id), ("user", Some(admin.id().uuid())));
        assert!(entry.session_id.is_some());
        assert_eq!(entry.subject_type.as_deref(), Some("client"));
        assert_eq!(entry.subject_id.unwrap().to_string(), id);
        assert_eq!((entry.user_id, entry.request_id.as_deref()), (None, Some("request-1")));
        assert_eq!(entry.address_class.as_deref(), Some("loopback"));
        assert_eq!(fields(&entry), ["name", "scopes", "status"]);
        let path = format!("/v1/clients/{id}");
        let (_, entry) = one_by(app, admin.patch(&path, json!({"status": "disabled"}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("client.updated", vec!["status".to_owned()]));
        // Nothing changes, and nothing is noted.
        let (_, made) = made_by(app, admin.patch(&path, json!({"status": "disabled"}))).await;
        assert!(made.is_empty(), "{made:#?}");
        let (secret, entry) = one_by(app, admin.post(format!("{path}/secrets"), Value::Null)).await;
        assert_eq!(entry.action, "client_secret.added");
        let secret = secret.id();
        let (_, entry) = one_by(app, admin.delete(format!("{path}/secrets/{secret}"))).await;
        assert_eq!((entry.action.as_str(), entry.subject_id.unwrap().to_string()), ("client_secret.removed", secret));
        let (_, entry) = one_by(app, admin.delete(&path)).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("client.deleted", vec!["name".into(), "scopes".into(), "status".into()]));
    }

    async fn a_loyalty_programme(app: &App) {
        let machine = app.machine("loyalty-programs:write loyalty-programs:read").await;
        let client = app.machine_caller(&machine).await;
        let program = json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"});
        let (made, entry) = one_by(app, client.post("/v1/loyalty-programs", program)).await;
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id.unwrap().to_string()), ("client", machine.id.clone()));
        assert_eq!((entry.action.as_str(), entry.session_id), ("loyalty_program.created", None));
        let path = format!("/v1/loyalty-programs/{}", made.id());
        let (_, entry) = one_by(app, client.patch(&path, json!({"name": "Stars", "tiers": [{"name": "Gold"}]}))).await;
        assert_eq!((entry.action.as_str(), fields(&entry)), ("loyalty_program.updated", vec!["name".into(), "tiers".into()]));
        let (_, entry) = one_by(app, client.delete(&path)).await;
        assert_eq!(entry.action, "loyalty_program.deleted");
    }

    async fn sessions(app: &App) {
        let (id, here) = rosa(app).await;
        let (tokens, made) = made_by(app, login(app, None)).await;
        by_person(&made, &["session.started"], id);
        assert_eq!(made[0].session_id.map(entity::ids::SessionId::uuid), made[0].subject_id);
        let tokens = tokens.expect(200);
        let refresh = json!({"refresh_token": tokens["refresh_token"]});
        let (answer, made) = made_by(app, app.anonymous().post("/v1/auth/refresh", refresh.clone())).await;
        assert!(answer.status == 200 && made.is_empty(), "{made:#?}");
        let next = answer.json();
        let again = json!({"refresh_token": next["refresh_token"]});
        app.anonymous().post("/v1/auth/refresh", again).await.expect(200);
        app.core.clock.shift(TimeDelta::seconds(30));
        let (answer, entry) = one_by(app, app.anonymous().post("/v1/auth/refresh", refresh)).await;
        assert_eq!((answer.status, entry.action.as_str(), entry.user_id), (401, "session.reuse_detected", Some(id)));
        assert_eq!((entry.outcome.as_str(), entry.actor_kind.as_str()), ("denied", "anonymous"));

        let there = login(app, None).await.expect(200);
        let (_, made) = made_by(app, app.anonymous().post("/v1/auth/logout", json!({"refresh_token": there["refresh_token"]}))).await;
        by_person(&made, &["session.ended"], id);
        let other = app.session(id).await;
        let (_, made) = made_by(app, here.delete(format!("/v1/auth/sessions/{other}"))).await;
        by_person(&made, &["session.ended"], id);
        let (_, made) = made_by(app, here.delete("/v1/auth/sessions")).await;
        by_person(&made, &["session.ended"], id);
        let admin = app.admin().await;
        let (_, entry) = one_by(app, admin.delete(format!("/v1/users/{id}/sessions"))).await;
        assert_eq!((entry.action.as_str(), entry.actor_id, entry.user_id), ("session.ended", Some(admin.id().uuid()), Some(id)));
    }

    async fn passwords_and_addresses(app: &App) {
        let (id, here) = rosa(app).await;
        let body = json!({"current_password": PASSWORD, "new_password": ANOTHER});
        let (_, made) = made_by(app, here.post("/v1/auth/change-password", body)).await;
        by_person(&made, &["password.changed"], id);
        app.mail_is_sent().await;
        let (_, made) = made_by(app, app.anonymous().post("/v1/auth/forgot-password", json!({"email": ROSA}))).await;
        assert!(made.is_empty(), "{made:#?}");
        let token = app.last_mail_to(ROSA).await.token();
        let body = json!({"token": token, "password": PASSWORD});
        let (answer, made) = made_by(app, app.anonymous().post("/v1/auth/reset-password", body)).await;
        answer.expect(204);
        assert_eq!(made.iter().filter(|it| it.action == "password.reset").count(), 1, "{made:#?}");
        let here = caller(app, &login(app, None).await.expect(200));
        let body = json!({"email": "new@mail.example", "password": PASSWORD});
        let (_, made) = made_by(app, here.post("/v1/auth/change-email", body)).await;
        by_person(&made, &["email.change_requested"], id);
        let token = app.last_mail_to("new@mail.example").await.token();
        let (answer, made) = made_by(app, app.anonymous().post("/v1/auth/confirm-email", json!({"token": token}))).await;
        answer.expect(204);
        by_person(&made, &["email.changed"], id);
        let (_, made) = made_by(app, here.post("/v1/auth/change-email", json!({"email": "x@mail.example", "password": "wrong"}))).await;
        by_person(&made, &["reauthentication.failed"], id);
    }

    async fn second_factors(app: &App) {
        let (id, here) = rosa(app).await;
        let password = json!({"password": PASSWORD});
        let (answer, made) = made_by(app, here.post("/v1/auth/second-factor", password)).await;
        by_person(&made, &["second_factor.created"], id);
        let secret = totp_rs::Secret::try_from_base32(answer.json()["secret"].as_str().unwrap()).unwrap();
        let totp = totp_rs::Builder::new().with_secret(secret).with_account_name(ROSA).build().unwrap();
        let code = || {
            app.core.clock.shift(TimeDelta::seconds(30));
            totp.generate(u64::try_from(app.core.clock.now().timestamp()).unwrap()).to_string()
        };
        let (answer, made) = made_by(app, here.post("/v1/auth/second-factor/confirm", json!({"code": code()}))).await;
        by_person(&made, &["second_factor.confirmed"], id);
        let recovery = answer.json()["recovery_codes"][0].as_str().unwrap().to_owned();
        let (answer, made) = made_by(app, login(app, None)).await;
        assert_eq!((answer.status, actions(&made)), (401, vec!["sign_in.code_asked"]));
        let (_, made) = made_by(app, login(app, Some(&recovery))).await;
        by_person(&made, &["recovery_code.used", "session.started"], id);
        assert_eq!(made[1].detail.as_deref(), Some("second_factor"));
        let proof = |code: String| json!({"password": PASSWORD, "code": code});
        let (_, made) = made_by(app, here.post("/v1/auth/second-factor/recovery-codes", proof(code()))).await;
        by_person(&made, &["recovery_codes.renewed"], id);
        let admin = app.admin().await;
        let (_, entry) = one_by(app, admin.delete(format!("/v1/users/{id}/second-factor"))).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("second_factor.reset", Some(id)));
    }

    async fn signing_keys_and_what_runs_outside_of_requests(app: &App) {
        let (_, entry) = one_by(app, signing_keys::rotate(&app.core)).await;
        assert_eq!((entry.action.as_str(), entry.actor_kind.as_str()), ("keys.rotated", "system"));
        assert_eq!((entry.request_id.clone(), entry.address_class.clone(), entry.actor_id), (None, None, None));
        let core = &app.core;
        let (_, entry) = one_by(app, signing_keys::replace_all(&core.db, &core.clock, &core.sealer, &core.audit)).await;
        assert_eq!(entry.action, "keys.replaced");
        settled(app).await;
        assert_eq!(check(app).await.unwrap().entries, i64::try_from(entries(app).await.len()).unwrap());
    }
}

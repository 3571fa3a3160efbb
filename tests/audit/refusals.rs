//! What was asked for and not given.

use actix_web::http::Method;
use entity::values::{AuditAction, AuditSubject};
use serde_json::json;
use uuid::Uuid;

use super::{entries, made_by, one_by, sql};
use crate::support::on_both_databases;

const PASSWORD: &str = "lantern-otter-meadow-9";

on_both_databases! {
    async fn a_denial_is_noted_once_with_the_permission(app: &App) {
        let rosa = app.customer("Rosa").await;
        let other = app.profile("Other").await;
        let (answer, entry) = one_by(app, rosa.delete(format!("/v1/users/{other}"))).await;
        assert_eq!((answer.status, entry.action.as_str(), entry.outcome.as_str()), (403, "access.denied", "denied"));
        assert_eq!((entry.actor_id, entry.detail.as_deref()), (Some(rosa.id().uuid()), Some("DeleteUser")));
        assert_eq!((entry.subject_type.as_deref(), entry.subject_id), (Some("user"), Some(other.uuid())));
        assert_eq!(entry.user_id, Some(other));
        assert_eq!(entry.request_id.as_deref(), answer.header("x-request-id"));
        // Fields that the role may not set.
        let (answer, entry) = one_by(app, rosa.patch("/v1/me", json!({"role": "admin"}))).await;
        assert_eq!((answer.status, entry.detail.as_deref()), (403, Some("UpdateMe")));
        let client = app.client("users:read").await;
        let (answer, entry) = one_by(app, client.get("/v1/passports")).await;
        assert_eq!((answer.status, entry.actor_kind.as_str(), entry.subject_id), (403, "client", None));
    }

    async fn whoever_tries_out_ids_is_noted(app: &App) {
        let (rosa, agent, client) = (app.customer("Rosa").await, app.agent().await, app.client("passports:read").await);
        let id = Uuid::now_v7();
        for caller in [&rosa, &client] {
            let (answer, entry) = one_by(app, caller.get(format!("/v1/passports/{id}"))).await;
            assert_eq!((answer.status, entry.action.as_str()), (404, "access.not_found"));
            assert_eq!((entry.subject_type.as_deref(), entry.subject_id), (Some("passport"), Some(id)));
        }
        let head = async || rosa.send(Method::HEAD, &format!("/v1/passports/{id}"), &[], None).await;
        assert_eq!(one_by(app, head()).await.1.action, "access.not_found");
        // Staff look for what is gone; nobody is known; there is no id; there is no such address.
        for (answer, made) in [
            made_by(app, agent.get(format!("/v1/passports/{id}"))).await,
            made_by(app, app.anonymous().get(format!("/v1/loyalty-programs/{id}"))).await,
            made_by(app, app.anonymous().get(format!("/v1/passports/{id}"))).await,
            made_by(app, rosa.get("/v1/nowhere")).await,
            made_by(app, rosa.get("/v1/passports/nonsense")).await,
        ] {
            assert!(answer.status >= 400);
            assert!(made.is_empty(), "{made:#?}");
        }
    }

    /// What staff are not given although it is there is a refusal, if it looks as if it was not.
    async fn staff_who_are_refused_what_is_there_are_noted(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let passport = rosa.post("/v1/passports", crate::support::anna_passport(rosa.id(), "L898902C3")).await.id();
        let user = format!("/v1/users/{}", rosa.id());
        let (answer, entry) = one_by(app, agent.get(format!("{user}/export"))).await;
        assert_eq!((answer.status, entry.action.as_str(), entry.user_id), (404, "access.not_found", Some(rosa.id())));
        assert_eq!((entry.actor_id, entry.detail.as_deref()), (Some(agent.id().uuid()), Some("ExportUser")));
        let (answer, entry) = one_by(app, agent.post(format!("{user}/erase"), json!({"reason": "By letter"}))).await;
        assert_eq!((answer.status, entry.detail.as_deref()), (404, Some("EraseUser")));
        admin.post(format!("{user}/restrict"), json!({"reason": "Contested"})).await.expect(200);
        for (path, kind) in [(user, "user"), (format!("/v1/passports/{passport}"), "passport")] {
            let (answer, entry) = one_by(app, agent.get(&path)).await;
            assert_eq!((answer.status, entry.action.as_str(), entry.subject_type.as_deref()), (404, "access.not_found", Some(kind)));
        }
    }

    async fn a_failed_sign_in_names_the_account_and_never_the_address(app: &App) {
        let user = json!({"email": "rosa@mail.example", "password": PASSWORD, "first_name": "Rosa"});
        let id = app.create_user(&user).await;
        let login = async |email: &str| {
            app.anonymous().post("/v1/auth/login", json!({"email": email, "password": "wrong-otter-meadow-9"})).await
        };
        let (answer, entry) = one_by(app, login("rosa@mail.example")).await;
        assert_eq!((answer.status, entry.action.as_str(), entry.user_id), (401, "sign_in.failed", Some(id)));
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id), ("anonymous", None));
        let (_, entry) = one_by(app, login("lantern-otter-meadow-9")).await;
        assert_eq!((entry.action.as_str(), entry.user_id), ("sign_in.failed", None));
        let all = format!("{:?}", entries(app).await);
        assert!(!all.contains("rosa@") && !all.contains("otter"), "{all}");
        // Who is turned away unheard writes nothing.
        let mut turned_away = 0;
        for _ in 0..8 {
            let (answer, made) = made_by(app, login("rosa@mail.example")).await;
            if answer.status == 429 {
                assert!(made.is_empty(), "{made:#?}");
                turned_away += 1;
            }
        }
        assert!(turned_away > 0);
    }

    async fn refused_clients(app: &App) {
        let machine = app.machine("users:read").await;
        let token = async |secret: &str| {
            let form = [("grant_type", "client_credentials"), ("client_id", machine.id.as_str()), ("client_secret", secret)];
            app.anonymous().form("/oauth/token", &[], &form).await
        };
        let (answer, entry) = one_by(app, token("cps_wrong")).await;
        assert_eq!((answer.status, entry.action.as_str()), (401, "client.refused"));
        assert_eq!((entry.subject_id.unwrap().to_string(), entry.actor_kind.as_str()), (machine.id.clone(), "anonymous"));
        let (issued, entry) = one_by(app, token(&machine.secret)).await;
        assert_eq!((issued.status, entry.action.as_str(), entry.detail.as_deref()), (200, "client_token.issued", Some("users:read")));
        assert_eq!((entry.actor_kind.as_str(), entry.actor_id.unwrap().to_string()), ("client", machine.id.clone()));
        let issued = issued.expect(200)["access_token"].as_str().unwrap().to_owned();
        let revoke = async || {
            let form = [("token", issued.as_str()), ("client_id", machine.id.as_str()), ("client_secret", machine.secret.as_str())];
            app.anonymous().form("/oauth/revoke", &[], &form).await
        };
        let (answer, entry) = one_by(app, revoke()).await;
        assert_eq!((answer.status, entry.action.as_str()), (200, "client_token.revoked"));
        // It has ended already.
        assert!(made_by(app, revoke()).await.1.is_empty());
        let client = app.machine_caller(&machine).await;
        let admin = app.admin().await;
        admin.patch(format!("/v1/clients/{}", machine.id), json!({"status": "disabled"})).await.expect(200);
        let (answer, entry) = one_by(app, client.get("/v1/users")).await;
        assert_eq!((answer.status, entry.action.as_str(), entry.detail.as_deref()), (401, "client.refused", Some("ended_token")));
        assert_eq!(entry.actor_id.unwrap().to_string(), machine.id);
    }

    async fn a_violated_value_can_be_noted(app: &App) {
        let id = Uuid::now_v7();
        let work = service::audit::integrity_violated(&app.core, AuditSubject::Passport, id, None, "passport_number");
        let ((), entry) = one_by(app, work).await;
        assert_eq!(entry.action, AuditAction::IntegrityViolated.as_str());
        assert_eq!((entry.outcome.as_str(), entry.subject_id), ("failed", Some(id)));
    }

    async fn a_refusal_stays_one_when_it_cannot_be_noted(app: &App) {
        let rosa = app.customer("Rosa").await;
        sql(app, "ALTER TABLE audit_events RENAME TO hidden").await;
        rosa.get("/v1/clients").await.expect(403);
        sql(app, "ALTER TABLE hidden RENAME TO audit_events").await;
    }
}

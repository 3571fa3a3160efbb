//! Whose key it is, and of what.

use entity::values::Role;
use serde_json::{Value, json};

use super::{add, is_replayed, kept, key, named, seen};
use crate::support::{Answer, App, on_both_databases};

async fn register(app: &App, first_name: &str, password: &str) -> Answer {
    let body = json!({"email": format!("{first_name}@mail.example"), "first_name": first_name, "password": password});
    app.anonymous()
        .post_with("/v1/auth/register", &key("a"), body)
        .await
}

fn nils() -> Value {
    json!({"first_name": "Nils"})
}

on_both_databases! {
    async fn each_caller_has_keys_of_their_own(app: &App) {
        let (one, other) = (app.agent().await, app.agent().await);
        let machine = app.client("users:write").await;
        let mut ids = Vec::new();
        for caller in [&one, &other, &machine] {
            let made = caller.post_with("/v1/users", &key("a"), nils()).await;
            made.expect(201);
            assert!(!is_replayed(&made));
            ids.push(made.id());
        }
        assert_eq!((named(app, "Nils").await, kept(app).await), (3, 3));
        for (caller, id) in [&one, &other, &machine].into_iter().zip(ids) {
            assert_eq!(caller.post_with("/v1/users", &key("a"), nils()).await.id(), id);
        }
    }

    async fn each_operation_has_keys_of_its_own(app: &App) {
        let agent = app.agent().await;
        let user = agent.post_with("/v1/users", &key("a"), nils()).await.id();
        let contact = json!({"user_id": user, "name": "Vera", "phone": "+46701234567"});
        let made = agent.post_with("/v1/emergency-contacts", &key("a"), contact).await;
        made.expect(201);
        assert!(!is_replayed(&made));
    }

    async fn another_record_is_another_request(app: &App) {
        let agent = app.agent().await;
        let consent = json!({"purpose": "newsletter", "text_version": "1", "granted": true});
        let (one, other) = (app.profile("Nils").await, app.profile("Elsa").await);
        let path = |user| format!("/v1/users/{user}/consents");
        agent.post_with(path(one), &key("a"), consent.clone()).await.expect(201);
        assert_eq!(agent.post_with(path(other), &key("a"), consent.clone()).await.problem(422), "idempotency_key_reused");
        assert!(is_replayed(&agent.post_with(path(one), &key("a"), consent).await));
    }

    /// The connection may have broken because the token ran out.
    async fn a_new_token_of_the_same_caller_will_do(app: &App) {
        let machine = app.machine("users:write").await;
        let made = app.machine_caller(&machine).await.post_with("/v1/users", &key("a"), nils()).await;
        let again = app.machine_caller(&machine).await.post_with("/v1/users", &key("a"), nils()).await;
        assert!(is_replayed(&again));
        assert_eq!(seen(&again), seen(&made));
        let agent = app.agent().await;
        add(&agent, "a").await.expect(201);
        assert!(is_replayed(&add(&app.caller(agent.id()).await, "a").await));
    }

    async fn who_may_no_longer_do_it_is_not_answered_again(app: &App) {
        let agent = app.agent().await;
        add(&agent, "a").await.expect(201);
        assert_eq!(add(&app.anonymous(), "a").await.problem(401), "unauthenticated");
        app.give_email(agent.id(), "ada@mail.example", Role::Customer).await;
        assert_eq!(add(&app.caller(agent.id()).await, "a").await.problem(403), "forbidden");
        app.give_email(agent.id(), "ada@mail.example", Role::Agent).await;
        assert!(is_replayed(&add(&app.caller(agent.id()).await, "a").await));
    }

    /// Nobody is signed in, so that anybody may come upon the key.
    async fn a_registration_is_known_by_all_of_it(app: &App) {
        let first = register(app, "ebba", "lantern-otter-meadow-9").await;
        first.expect(201);
        let again = register(app, "ebba", "lantern-otter-meadow-9").await;
        assert!(is_replayed(&again));
        assert_eq!(seen(&again), seen(&first));
        assert_eq!(register(app, "ebba", "another-otter-meadow-9").await.problem(409), "email_taken");
        let other = register(app, "nils", "lantern-otter-meadow-9").await;
        other.expect(201);
        assert!(!is_replayed(&other));
        app.mail_is_sent().await;
        assert_eq!(crate::support::outbox::read(&app.config.data_dir).len(), 2);
    }

    async fn a_registration_that_waits_for_a_mail_is_answered_again(app: &App)
        with |config| config.registration = service::core::Registration::VerifyEmail =>
    {
        for replayed in [false, true] {
            let answer = register(app, "ebba", "lantern-otter-meadow-9").await;
            answer.expect(202);
            assert_eq!(is_replayed(&answer), replayed);
        }
        app.mail_is_sent().await;
        assert_eq!(crate::support::outbox::read(&app.config.data_dir).len(), 1);
    }
}

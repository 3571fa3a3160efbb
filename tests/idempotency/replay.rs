//! What is answered the second time.

use serde_json::json;

use super::{add, ebba, is_replayed, kept, key, named, seen};
use crate::support::on_both_databases;

on_both_databases! {
    /// The thinnest path through all layers.
    async fn a_user_that_is_added_twice_is_there_once(app: &App) {
        let agent = app.agent().await;
        let first = add(&agent, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"").await;
        let user = first.expect(201);
        assert!(!is_replayed(&first));
        let again = add(&agent, "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"").await;
        assert!(is_replayed(&again));
        assert_eq!(seen(&again), seen(&first));
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        assert_eq!(agent.get(format!("/v1/users/{}", first.id())).await.expect(200), user);
        assert_eq!((named(app, "Ebba").await, kept(app).await), (1, 1));
        // The invitation goes out once, and at once.
        app.mail_is_sent_within(std::time::Duration::from_secs(3)).await;
        assert_eq!(crate::support::outbox::read(&app.config.data_dir).len(), 1);
    }

    async fn quotes_spaces_and_the_order_of_fields_make_no_difference(app: &App) {
        let agent = app.agent().await;
        let first = add(&agent, "\"booking-4711\"").await;
        first.expect(201);
        let turned = br#"{ "last_name":"Lindqvist",  "email":"ebba@mail.example", "first_name":"Ebba" }"#;
        let headers = [("content-type", "application/json"), ("idempotency-key", "booking-4711")];
        let again = agent.send(actix_web::http::Method::POST, "/v1/users", &headers, Some(turned.to_vec())).await;
        assert!(is_replayed(&again));
        assert_eq!(seen(&again), seen(&first));
    }

    async fn another_request_under_the_same_key_is_refused(app: &App) {
        let agent = app.agent().await;
        add(&agent, "a").await.expect(201);
        let other = agent.post_with("/v1/users", &key("a"), json!({"first_name": "Elsa"})).await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
        assert!(other.json()["detail"].as_str().unwrap().contains("Idempotency-Key"));
        // Also where it would not do by itself.
        let broken = agent.post_with("/v1/users", &key("a"), json!({"first_name": 1})).await;
        assert_eq!(broken.problem(422), "idempotency_key_reused");
        assert_eq!(named(app, "Elsa").await, 0);
        assert!(is_replayed(&add(&agent, "a").await));
    }

    async fn what_failed_can_be_corrected_under_the_same_key(app: &App) {
        let agent = app.agent().await;
        agent.post_with("/v1/users", &key("a"), json!({"email": "ebba@mail.example"})).await.refuses("/first_name", "required");
        app.create_user(&json!({"first_name": "Ewa", "email": "ewa@mail.example"})).await;
        let taken = json!({"first_name": "Ebba", "email": "ewa@mail.example"});
        assert_eq!(agent.post_with("/v1/users", &key("a"), taken).await.problem(409), "email_taken");
        assert_eq!(kept(app).await, 0);
        let first = add(&agent, "a").await;
        first.expect(201);
        assert!(!is_replayed(&first));
        assert_eq!(kept(app).await, 1);
    }

    async fn a_key_that_is_none_is_refused(app: &App) {
        let agent = app.agent().await;
        for (bad, code) in [("", "out_of_range"), ("\"\"", "out_of_range"), (&"x".repeat(256), "out_of_range"),
            ("a b", "invalid_character"), ("\"a", "invalid_character"), ("\"a\";b", "invalid_character")] {
            let refused = add(&agent, bad).await;
            assert_eq!(refused.errors(400), [("Idempotency-Key".to_owned(), code.to_owned())], "{bad}");
        }
        assert_eq!(named(app, "Ebba").await, 0);
        add(&agent, &"x".repeat(255)).await.expect(201);
    }

    async fn without_a_key_everything_is_as_ever(app: &App) {
        let agent = app.agent().await;
        agent.post("/v1/users", ebba()).await.expect(201);
        assert_eq!(agent.post("/v1/users", ebba()).await.problem(409), "email_taken");
        assert_eq!(kept(app).await, 0);
    }
}

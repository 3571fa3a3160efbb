//! `POST /v1/auth/register`.

use futures_util::future::join_all;
use serde_json::json;
use service::core::Registration;

use super::{PASSWORD, login, register, with_password};
use crate::support::on_both_databases;

on_both_databases! {
    async fn who_registers_is_a_customer_who_can_sign_in(app: &App) {
        let caller = app.anonymous();
        let answer = register(&caller, "Rosa@Mail.example", PASSWORD).await;
        let user = answer.expect(201);
        assert_eq!(user["role"], "customer");
        assert_eq!(user["status"], "active");
        assert_eq!(user["email"], "Rosa@mail.example");
        assert_eq!((&user["first_name"], &user["last_name"]), (&json!("Rosa"), &json!("Lind")));
        assert_eq!(answer.etag(), "\"1\"");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(!String::from_utf8_lossy(&answer.body).contains("password"));
        let token = login(&caller, "rosa@mail.example", PASSWORD).await.expect(200)["access_token"].clone();
        let rosa = crate::support::Caller::new(app.addr, None, token.as_str().map(str::to_owned));
        assert_eq!(rosa.get(answer.header("location").unwrap()).await.expect(200), user);
    }

    async fn an_address_registers_once_whatever_its_case(app: &App) {
        let caller = app.anonymous();
        register(&caller, "rosa@mail.example", PASSWORD).await.expect(201);
        assert_eq!(register(&caller, "ROSA@MAIL.EXAMPLE", PASSWORD).await.problem(409), "email_taken");
    }

    async fn of_many_who_register_one_address_at_once_one_gets_it(app: &App) {
        let callers: Vec<_> = (0..8).map(|_| app.anonymous()).collect();
        let answers = join_all(callers.iter().map(|caller| register(caller, "rosa@mail.example", PASSWORD))).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    }

    async fn everything_wrong_is_named_at_once(app: &App) {
        let caller = app.anonymous();
        let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(
            caller.post("/v1/auth/register", json!({})).await.errors(422),
            [pair("/email", "required"), pair("/first_name", "required"), pair("/password", "required")]
        );
        let wrong = json!({"email": "nobody", "password": "short", "first_name": "7", "last_name": "", "role": "admin"});
        assert_eq!(
            caller.post("/v1/auth/register", wrong).await.errors(422),
            [
                pair("/email", "invalid_format"), pair("/first_name", "invalid_format"), pair("/last_name", "too_short"),
                pair("/password", "too_short"), pair("/role", "unknown_field"),
            ]
        );
    }

    async fn a_last_name_may_be_missing_or_null(app: &App) {
        let caller = app.anonymous();
        for (email, last_name) in [("a@mail.example", None), ("b@mail.example", Some(()))] {
            let mut user = json!({"email": email, "password": PASSWORD, "first_name": "Suharto"});
            if last_name.is_some() {
                user["last_name"] = json!(null);
            }
            assert_eq!(caller.post("/v1/auth/register", user).await.expect(201)["last_name"], json!(null));
        }
    }

    async fn where_addresses_are_verified_the_answer_says_nothing_about_them(app: &App) with |config| {
        config.registration = Registration::VerifyEmail;
    } => {
        let caller = app.anonymous();
        with_password(app, "known@mail.example").await;
        let answers = [
            register(&caller, "new@mail.example", PASSWORD).await,
            register(&caller, "known@mail.example", "another-otter-meadow-3").await,
            register(&caller, "new@mail.example", "another-otter-meadow-3").await,
        ];
        for answer in &answers {
            answer.expect(202);
            assert!(answer.body.is_empty(), "{:?}", answer.body);
            let names = |answer: &crate::support::Answer| {
                let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                names
            };
            assert_eq!(names(answer), names(&answers[0]));
        }
        // Nobody's password has been replaced.
        login(&caller, "known@mail.example", PASSWORD).await.expect(200);
        assert_eq!(login(&caller, "known@mail.example", "another-otter-meadow-3").await.problem(401), "invalid_credentials");
        assert_eq!(register(&caller, "new2@mail.example", "short").await.problem(422), "invalid_fields");
    }

    async fn where_registration_is_closed_nobody_is_made(app: &App) with |config| {
        config.registration = Registration::Closed;
    } => {
        let caller = app.anonymous();
        assert_eq!(register(&caller, "rosa@mail.example", PASSWORD).await.problem(403), "registration_closed");
        let agent = app.agent().await;
        let found = agent.post("/v1/users/search", json!({"email": "rosa@mail.example"})).await.expect(200);
        assert_eq!(found["data"], json!([]));
        // Staff go on adding customers, who sign in.
        let user = json!({"email": "rosa@mail.example", "password": PASSWORD, "first_name": "Rosa"});
        agent.post("/v1/users", user).await.expect(201);
        login(&caller, "rosa@mail.example", PASSWORD).await.expect(200);
    }
}

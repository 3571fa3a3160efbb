//! Whom staff add without a password chooses one by a mailed link.

use entity::values::UserStatus;
use serde_json::json;

use super::{ANOTHER, PASSWORD, auth, customer, invited, login, refused};
use crate::support::on_both_databases;

on_both_databases! {
    async fn who_is_added_chooses_a_password_and_signs_in(app: &App) {
        let agent = app.agent().await;
        let new = json!({"email": "Ebba.Lind@Mail.example", "first_name": "Ebba"});
        let user = agent.post("/v1/users", new).await.expect(201);
        assert_eq!((&user["status"], &user["email_verified"]), (&json!("invited"), &json!(false)));
        let mail = app.last_mail_to("Ebba.Lind@mail.example").await;
        assert_eq!(mail.subject(), "Your invitation");
        assert!(mail.link().starts_with(&format!("http://{}/account/invitation#token=cpm_", app.addr)), "{}", mail.link());
        let accept = json!({"token": mail.token(), "password": PASSWORD});
        auth(app, "accept-invitation", accept.clone()).await.expect(204);
        login(app, "ebba.lind@mail.example", PASSWORD).await.expect(200);
        let answer = agent.get(format!("/v1/users/{}", user["id"].as_str().unwrap())).await;
        let now = answer.expect(200);
        assert_eq!((&now["status"], &now["email_verified"]), (&json!("active"), &json!(true)));
        assert_eq!(now["version"], 2);
        refused(&auth(app, "accept-invitation", accept).await);
        login(app, "ebba.lind@mail.example", PASSWORD).await.expect(200);
    }

    async fn who_has_a_password_or_no_address_is_not_invited(app: &App) {
        let agent = app.agent().await;
        agent.post("/v1/users", json!({"email": "a@mail.example", "password": PASSWORD, "first_name": "A"})).await.expect(201);
        agent.post("/v1/users", json!({"first_name": "B"})).await.expect(201);
        app.mail_is_sent().await;
        assert!(crate::support::outbox::read(&app.config.data_dir).is_empty());
    }

    async fn a_user_who_is_refused_is_not_invited(app: &App) {
        let agent = app.agent().await;
        let new = json!({"email": "ebba@mail.example", "first_name": "Ebba"});
        agent.post("/v1/users", new.clone()).await.expect(201);
        assert_eq!(agent.post("/v1/users", new).await.problem(409), "email_taken");
        assert_eq!(app.mail_to("ebba@mail.example").await.len(), 1);
    }

    async fn a_second_invitation_voids_the_first(app: &App) {
        let (agent, id) = (app.agent().await, invited(app, "ebba@mail.example").await);
        let first = app.last_mail_to("ebba@mail.example").await.token();
        let answer = agent.send(actix_web::http::Method::POST, &format!("/v1/users/{id}/invitation"), &[], None).await;
        answer.expect(202);
        assert!(answer.body.is_empty());
        let second = app.last_mail_to("ebba@mail.example").await.token();
        assert_ne!(first, second);
        refused(&auth(app, "accept-invitation", json!({"token": first, "password": PASSWORD})).await);
        auth(app, "accept-invitation", json!({"token": second, "password": PASSWORD})).await.expect(204);
    }

    async fn staff_invite_whom_they_look_after_and_nobody_twice(app: &App) {
        let (agent, admin, rosa) = (app.agent().await, app.admin().await, app.customer("Rosa").await);
        let id = invited(app, "ebba@mail.example").await;
        let colleague = app.create_user(&json!({"email": "c@mail.example", "first_name": "C", "role": "agent"})).await;
        let url = |id| format!("/v1/users/{id}/invitation");
        let post = actix_web::http::Method::POST;
        assert_eq!(rosa.send(post.clone(), &url(id), &[], None).await.problem(403), "forbidden");
        assert_eq!(agent.send(post.clone(), &url(colleague), &[], None).await.problem(404), "not_found");
        admin.send(post.clone(), &url(colleague), &[], None).await.expect(202);
        assert_eq!(agent.send(post.clone(), &url(rosa.id()), &[], None).await.problem(409), "not_invited");
        app.set_status(id, UserStatus::Disabled).await;
        assert_eq!(agent.send(post.clone(), &url(id), &[], None).await.problem(409), "not_invited");
        let child = app.profile("Elsa").await;
        assert_eq!(agent.send(post, &url(child), &[], None).await.problem(409), "not_invited");
    }

    async fn a_corrected_address_is_invited_and_the_wrong_one_is_not_told(app: &App) {
        let (agent, id) = (app.agent().await, invited(app, "ebba@wrong.example").await);
        let wrong = app.last_mail_to("ebba@wrong.example").await.token();
        agent.patch(format!("/v1/users/{id}"), json!({"email": "ebba@right.example"})).await.expect(200);
        let right = app.last_mail_to("ebba@right.example").await.token();
        assert_eq!(app.mail_to("ebba@wrong.example").await.len(), 1);
        refused(&auth(app, "accept-invitation", json!({"token": wrong, "password": PASSWORD})).await);
        auth(app, "accept-invitation", json!({"token": right, "password": PASSWORD})).await.expect(204);
    }

    async fn a_refused_password_does_not_use_up_the_link(app: &App) {
        invited(app, "rosa.lind@mail.example").await;
        let token = app.last_mail_to("rosa.lind@mail.example").await.token();
        for (password, code) in [("short", "too_short"), ("password1234", "too_common"), ("for-ROSA.lind-only", "contains_email")] {
            let answer = auth(app, "accept-invitation", json!({"token": token, "password": password})).await;
            answer.refuses("/password", code);
        }
        auth(app, "accept-invitation", json!({"token": token, "password": PASSWORD})).await.expect(204);
    }

    async fn a_link_of_somebody_who_may_not_sign_in_is_void(app: &App) {
        let id = invited(app, "ebba@mail.example").await;
        let token = app.last_mail_to("ebba@mail.example").await.token();
        app.set_status(id, UserStatus::Disabled).await;
        refused(&auth(app, "accept-invitation", json!({"token": token, "password": PASSWORD})).await);
        // Not even when the user is invited once more.
        app.set_status(id, UserStatus::Invited).await;
        refused(&auth(app, "accept-invitation", json!({"token": token, "password": PASSWORD})).await);
    }

    async fn who_is_invited_again_after_a_time_as_user_gets_a_new_password(app: &App) {
        let id = customer(app, "rosa@mail.example").await;
        app.set_status(id, UserStatus::Invited).await;
        let agent = app.agent().await;
        let url = format!("/v1/users/{id}/invitation");
        agent.send(actix_web::http::Method::POST, &url, &[], None).await.expect(202);
        let token = app.last_mail_to("rosa@mail.example").await.token();
        auth(app, "accept-invitation", json!({"token": token, "password": ANOTHER})).await.expect(204);
        assert_eq!(login(app, "rosa@mail.example", PASSWORD).await.status, 401);
        login(app, "rosa@mail.example", ANOTHER).await.expect(200);
    }
}

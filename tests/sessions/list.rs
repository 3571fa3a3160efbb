//! Where somebody is signed in.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::json;

use super::{EMAIL, PASSWORD, Tokens, login, refresh, refused, renewed, rosa};
use crate::support::{Caller, on_both_databases};

on_both_databases! {
    async fn a_session_says_what_its_owner_knows_it_by(app: &App) {
        rosa(app).await;
        let body = json!({"email": EMAIL, "password": PASSWORD});
        let agent = [("user-agent", "Utopia Browser/7 (Tablet)")];
        let anyone = app.anonymous();
        let answer = anyone.json(actix_web::http::Method::POST, "/v1/auth/login", &agent, &body).await.expect(200);
        let (here, there) = (Tokens::of(&answer), login(app).await);
        app.core.clock.shift(TimeDelta::seconds(30));
        renewed(app, &there).await;
        let list = here.caller(app).get("/v1/auth/sessions").await;
        assert_eq!(list.header("cache-control"), Some("no-store"));
        let list = list.expect(200);
        assert_eq!((list["has_more"].as_bool(), list["data"].as_array().unwrap().len()), (Some(false), 2));
        let (mine, other) = (&list["data"][0], &list["data"][1]);
        assert_eq!((mine["current"].as_bool(), other["current"].as_bool()), (Some(true), Some(false)));
        assert_eq!(mine["device_name"], "Utopia Browser/7 (Tablet)");
        assert_eq!(mine["address_class"], "loopback");
        assert_eq!(mine["second_factor"], false);
        assert_eq!(mine["created_at"], mine["last_used_at"]);
        let time = |value: &serde_json::Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        assert!(time(&other["last_used_at"]) >= time(&other["created_at"]) + TimeDelta::seconds(30));
        assert_eq!((time(&mine["expires_at"]) - time(&mine["created_at"])).num_days(), 90);
        let text = list.to_string();
        assert!(!text.contains("127.0.0.1") && !text.contains("cpr_"), "{text}");
    }

    async fn sessions_come_in_pages(app: &App) {
        let id = rosa(app).await;
        let caller = app.caller(id).await;
        for _ in 0..6 {
            app.session(id).await;
        }
        let (mut seen, mut path) = (Vec::new(), "/v1/auth/sessions?limit=3".to_owned());
        loop {
            let page = caller.get(&path).await.expect(200);
            seen.extend(page["data"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/v1/auth/sessions?limit=3&cursor={cursor}");
        }
        let mut unique = seen.clone();
        unique.dedup();
        assert_eq!((seen.len(), unique.len()), (7, 7));
    }

    async fn ending_one_session_leaves_the_others(app: &App) {
        rosa(app).await;
        let (here, lost) = (login(app).await, login(app).await);
        let path = format!("/v1/auth/sessions/{}", lost.claims()["sid"].as_str().unwrap());
        here.caller(app).delete(&path).await.expect(204);
        assert!(!lost.opens(app).await && here.opens(app).await);
        refused(&refresh(app, &lost.refresh).await);
        here.caller(app).delete(&path).await.problem(404);
        assert_eq!(here.caller(app).get("/v1/auth/sessions").await.expect(200)["data"].as_array().unwrap().len(), 1);
    }

    async fn ending_the_others_leaves_this_one(app: &App) {
        rosa(app).await;
        let (here, first, second) = (login(app).await, login(app).await, login(app).await);
        here.caller(app).delete("/v1/auth/sessions").await.expect(204);
        assert!(here.opens(app).await && !first.opens(app).await && !second.opens(app).await);
        refused(&refresh(app, &first.refresh).await);
        renewed(app, &here).await;
    }

    async fn staff_see_and_end_the_sessions_of_customers(app: &App) {
        let id = rosa(app).await;
        let (agent, admin) = (app.agent().await, app.admin().await);
        let path = format!("/v1/users/{id}/sessions");
        for staff in [&agent, &admin] {
            let tokens = login(app).await;
            let list = staff.get(&path).await.expect(200);
            assert_eq!(list["data"].as_array().unwrap().len(), 1);
            assert_eq!(list["data"][0]["current"], false);
            staff.delete(&path).await.expect(204);
            assert!(!tokens.opens(app).await);
            refused(&refresh(app, &tokens.refresh).await);
        }
        // An agent looks after customers, not after colleagues.
        let colleague = app.agent().await;
        let path = format!("/v1/users/{}/sessions", colleague.id());
        agent.get(&path).await.problem(404);
        agent.delete(&path).await.problem(404);
        colleague.get("/v1/me").await.expect(200);
        admin.delete(&path).await.expect(204);
        assert_eq!(colleague.get("/v1/me").await.problem(401), "invalid_token");
    }

    /// No process remembers what a token allowed: another one hears of the end at once, not when a cache forgets.
    async fn an_ended_session_is_refused_on_every_process_within_a_second(app: &App) {
        rosa(app).await;
        let mut config = app.config.clone();
        config.public_url = Some(format!("http://{}", app.addr));
        let application = api::app::Application::build(&config).await.unwrap();
        let (addr, handle) = (application.addr(), application.handle());
        let server = actix_web::rt::spawn(application.run());
        let tokens = login(app).await;
        let elsewhere = Caller::new(addr, None, Some(tokens.access.clone()));
        elsewhere.get("/v1/me").await.expect(200);
        let ended = Instant::now();
        tokens.caller(app).delete(format!("/v1/auth/sessions/{}", tokens.claims()["sid"].as_str().unwrap())).await.expect(204);
        assert_eq!(elsewhere.get("/v1/me").await.problem(401), "invalid_token");
        assert!(ended.elapsed() < Duration::from_secs(1));
        handle.stop(false).await;
        server.await.unwrap().unwrap();
    }
}

use serde_json::json;

use super::new_client;
use crate::oauth::{ask, bearer};
use crate::support::{Caller, Machine, on_both_databases};

on_both_databases! {
    async fn a_client_has_at_most_two_secrets(app: &App) {
        let admin = app.admin().await;
        let made = admin.post("/v1/clients", new_client(&["users:read"])).await.expect(201);
        let url = format!("/v1/clients/{}", made["id"].as_str().unwrap());
        let answer = admin.send("POST".parse().unwrap(), &format!("{url}/secrets"), &[], None).await;
        let second = answer.expect(201);
        assert_eq!((answer.header("location"), answer.etag().as_str()), (Some(url.as_str()), "\"2\""));
        assert_ne!(second["secret"], made["secret"]);
        let third = admin.send("POST".parse().unwrap(), &format!("{url}/secrets"), &[], None).await;
        assert_eq!(third.problem(409), "too_many_secrets");
        let read = admin.get(&url).await.expect(200);
        let ids: Vec<_> = read["secrets"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
        assert_eq!(ids, [made["secret_id"].clone(), second["id"].clone()]);
        assert_eq!(read["version"], 2);
        let first = format!("{url}/secrets/{}", made["secret_id"].as_str().unwrap());
        assert_eq!(admin.delete_with(&first, &[("if-match", "\"1\"")]).await.problem(412), "stale_version");
        admin.delete_with(&first, &[("if-match", "\"2\"")]).await.expect(204);
        assert_eq!(admin.delete(&first).await.problem(404), "not_found");
        assert_eq!(admin.get(&url).await.expect(200)["version"], 3);
        admin.send("POST".parse().unwrap(), &format!("{url}/secrets"), &[], None).await.expect(201);
    }

    async fn of_many_who_add_a_secret_at_once_one_succeeds(app: &App) {
        let admin = app.admin().await;
        for _ in 0..10 {
            let made = admin.post("/v1/clients", new_client(&["users:read"])).await;
            let url = format!("/v1/clients/{}/secrets", made.id());
            // Each with a connection of its own, open already: who still has to connect comes too late to a race.
            let callers: Vec<_> = (0..20).map(|_| Caller::new(app.addr, None, admin.token.clone())).collect();
            for caller in &callers {
                caller.get("/health/live").await.expect(200);
            }
            let adding: Vec<_> = callers
                .into_iter()
                .map(|caller| {
                    let url = url.clone();
                    actix_web::rt::spawn(async move { caller.send("POST".parse().unwrap(), &url, &[], None).await })
                })
                .collect();
            let mut statuses = Vec::new();
            for answer in adding {
                let answer = answer.await.unwrap();
                if answer.status == 409 {
                    assert_eq!(answer.problem(409), "too_many_secrets");
                }
                statuses.push(answer.status);
            }
            statuses.sort_unstable();
            assert_eq!((statuses[0], statuses[1], statuses[19]), (201, 409, 409));
            let read = admin.get(url.trim_end_matches("/secrets")).await.expect(200);
            assert_eq!(read["secrets"].as_array().unwrap().len(), 2);
        }
    }

    /// The new secret works beside the old one; when the old one goes, its tokens go, and only they.
    async fn a_secret_is_changed_without_a_break(app: &App) {
        let admin = app.admin().await;
        let old = app.machine("users:read").await;
        let url = format!("/v1/clients/{}", old.id);
        let added = admin.send("POST".parse().unwrap(), &format!("{url}/secrets"), &[], None).await.expect(201);
        let new = Machine {
            id: old.id.clone(),
            secret: added["secret"].as_str().unwrap().to_owned(),
            secret_id: added["id"].as_str().unwrap().to_owned(),
        };
        let (by_old, by_new) = (bearer(app, &old).await, bearer(app, &new).await);
        for caller in [&by_old, &by_new] {
            caller.get("/v1/users").await.expect(200);
        }
        admin.delete(format!("{url}/secrets/{}", old.secret_id)).await.expect(204);
        assert_eq!(by_old.get("/v1/users").await.problem(401), "invalid_token");
        by_new.get("/v1/users").await.expect(200);
        assert_eq!(ask(app, &old, &[]).await.expect(401)["error"], "invalid_client");
        ask(app, &new, &[]).await.expect(200);
        // A secret is removed under its own client only.
        let other = app.machine("users:read").await;
        let wrong = admin.delete(format!("/v1/clients/{}/secrets/{}", other.id, new.secret_id)).await;
        assert_eq!(wrong.problem(404), "not_found");
        by_new.get("/v1/users").await.expect(200);
        // Without any secret nobody gets in.
        admin.delete(format!("{url}/secrets/{}", new.secret_id)).await.expect(204);
        assert_eq!(admin.get(&url).await.expect(200)["secrets"], json!([]));
        assert_eq!(ask(app, &new, &[]).await.expect(401)["error"], "invalid_client");
    }
}

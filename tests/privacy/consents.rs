//! The log of consents.

use serde_json::{Value, json};

use crate::support::on_both_databases;

fn consent(purpose: &str, granted: bool) -> Value {
    json!({"purpose": purpose, "text_version": "2026-11-01", "granted": granted})
}

on_both_databases! {
    async fn nothing_is_overwritten_and_the_last_one_of_a_purpose_counts(app: &App) {
        let (rosa, agent) = (app.customer("Rosa").await, app.agent().await);
        let path = format!("/v1/users/{}/consents", rosa.id());
        assert_eq!(rosa.get(&path).await.expect(200)["data"], json!([]));
        let first = rosa.post(&path, consent("marketing_email", true)).await.expect(201);
        assert_eq!((&first["source"], &first["current"]), (&json!("customer"), &json!(true)));
        agent.post(&path, consent("marketing_sms", true)).await.expect(201);
        let system = app.client("users:read users:write").await;
        system.post(&path, consent("marketing_email", false)).await.expect(201);
        let page = agent.get(&path).await.expect(200);
        let seen: Vec<_> = page["data"].as_array().unwrap().iter().map(|it| {
            (it["purpose"].as_str().unwrap(), it["granted"].as_bool().unwrap(), it["source"].as_str().unwrap(), it["current"].as_bool().unwrap())
        }).collect();
        assert_eq!(seen, [
            ("marketing_email", true, "customer", false),
            ("marketing_sms", true, "staff", true),
            ("marketing_email", false, "client", true),
        ]);
        assert_eq!(page["data"][0]["id"], first["id"]);
        // Page by page it is the same, also where the one that counts is on the next page.
        let one = rosa.get(format!("{path}?limit=1")).await.expect(200);
        assert_eq!((&one["data"][0], &one["has_more"]), (&page["data"][0], &json!(true)));
        let cursor = one["next_cursor"].as_str().unwrap();
        let rest = rosa.get(format!("{path}?limit=5&cursor={cursor}")).await.expect(200);
        assert_eq!(rest["data"].as_array().unwrap()[..], page["data"].as_array().unwrap()[1..]);
        // Another person's log is another list.
        let ida = app.customer("Ida").await;
        let other = format!("/v1/users/{}/consents", ida.id());
        ida.post(&other, consent("marketing_email", true)).await.expect(201);
        assert_eq!(ida.get(&other).await.expect(200)["data"].as_array().unwrap().len(), 1);
        assert_eq!(rosa.get(&path).await.expect(200), page);
        assert_eq!(agent.get(format!("{other}?cursor={cursor}")).await.errors(400)[0].1, "invalid_cursor");
    }

    async fn an_agent_consents_for_customers_and_itself_alone(app: &App) {
        let (agent, colleague) = (app.agent().await, app.agent().await);
        let path = |caller: &crate::support::Caller| format!("/v1/users/{}/consents", caller.id());
        agent.post(path(&agent), consent("newsletter", true)).await.expect(201);
        assert_eq!(agent.post(path(&colleague), consent("newsletter", true)).await.problem(404), "not_found");
    }

    async fn what_is_no_name_is_refused(app: &App) {
        let rosa = app.customer("Rosa").await;
        let path = format!("/v1/users/{}/consents", rosa.id());
        for (field, value) in [("purpose", json!("Marketing e-mail")), ("purpose", Value::Null), ("text_version", json!("a b")), ("granted", json!("yes"))] {
            let mut body = consent("marketing_email", true);
            body[field] = value;
            assert_eq!(rosa.post(&path, body).await.errors(422)[0].0, format!("/{field}"));
        }
    }

    /// Who takes a consent back does not overtake who gives it at the same time: there is one last entry.
    async fn entries_at_the_same_time_are_one_after_the_other(app: &App) {
        let rosa = app.customer("Rosa").await;
        let path = format!("/v1/users/{}/consents", rosa.id());
        let answers = futures_util::future::join_all((0..16).map(|round| {
            let (caller, path) = (rosa.clone(), path.clone());
            async move { caller.post(path, consent("newsletter", round % 2 == 0)).await }
        })).await;
        for answer in answers {
            answer.expect(201);
        }
        let page = rosa.get(&path).await.expect(200);
        let current: Vec<_> = page["data"].as_array().unwrap().iter().map(|it| it["current"] == true).collect();
        assert_eq!(current.iter().filter(|it| **it).count(), 1);
        assert_eq!(current.last(), Some(&true));
    }
}

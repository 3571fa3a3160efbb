//! Who sees the number of a visa, and how often.

use entity::audit_events;
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde_json::json;

use super::{passport, recorded, visa};
use crate::support::on_both_databases;

on_both_databases! {
    async fn the_holder_sees_the_number_and_everybody_else_its_end(app: &App) {
        let (agent, admin, rosa) = (app.agent().await, app.admin().await, app.customer("Rosa").await);
        let machine = app.client("users:read passports:read travel-documents:read loyalties:read groups:read").await;
        let url = recorded(&rosa, rosa.id(), "V41730598").await;
        let paths = [url.clone(), "/v1/visas".to_owned(), format!("/v1/users/{}/profile", rosa.id())];
        for path in &paths {
            for caller in [&agent, &admin, &machine] {
                let text = caller.get(path).await.expect(200).to_string();
                assert!(text.contains("••••0598") && !text.contains("V41730598"), "{path}: {text}");
            }
            let text = rosa.get(path).await.expect(200).to_string();
            assert!(text.contains("V41730598") && !text.contains('•'), "{path}: {text}");
        }
        let history = format!("/v1/users/{}/history", rosa.id());
        let (own, seen) = (rosa.get(&history).await.expect(200).to_string(), admin.get(&history).await.expect(200).to_string());
        assert!(own.contains("V41730598"), "{own}");
        assert!(seen.contains("••••0598") && !seen.contains("V41730598"), "{seen}");
    }

    async fn a_masked_number_is_refused(app: &App) {
        let (agent, user) = (app.agent().await, app.profile("Rosa").await);
        let url = recorded(&agent, user, "V41730598").await;
        let seen = agent.get(&url).await.expect(200)["visa_number"].clone();
        agent.patch(&url, json!({"visa_number": seen})).await.refuses("/visa_number", "masked");
        agent.post("/v1/visas", visa(user, "V2", &json!({"visa_number": seen}))).await.refuses("/visa_number", "masked");
        agent.post("/v1/visas/search", json!({"country": "USA", "visa_number": seen})).await.refuses("/visa_number", "masked");
    }

    async fn a_reveal_is_noted_with_its_purpose(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let url = recorded(&agent, rosa.id(), "V41730598").await;
        agent.post(format!("{url}/reveal"), json!({})).await.refuses("/purpose", "required");
        let shown = agent.post(format!("{url}/reveal"), json!({"purpose": "check-in for QF1"})).await.expect(200);
        assert_eq!((&shown["visa_number"], &shown["masked"]), (&json!("V41730598"), &json!(false)));
        rosa.post(format!("{url}/reveal"), json!({"purpose": "my own"})).await.expect(200);
        let noted = audit_events::Entity::find().filter(audit_events::COLUMN.action.eq("visa.revealed"));
        let noted = noted.all(app.core.db.read()).await.unwrap();
        let [entry] = noted.as_slice() else { panic!("{noted:#?}") };
        assert_eq!((entry.actor_id, entry.user_id), (Some(agent.id().uuid()), Some(rosa.id())));
        assert_eq!((entry.subject_type.as_deref(), entry.purpose.as_deref()), (Some("visa"), None));
        assert!(entry.sealed_purpose.is_some());
        let told = agent.get(format!("/v1/users/{}/history?action=visa.revealed", rosa.id())).await.expect(200);
        assert_eq!(told["data"][0]["purpose"], "check-in for QF1");
        assert!(url.ends_with(&entry.subject_id.unwrap().to_string()));
    }

    /// Whoever has seen as many passports as one may sees no visas either, and the other way round.
    async fn one_limit_counts_reveals_of_every_kind_of_document(app: &App) with |config| { config.reveals_per_hour = 3; } => {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let visa = format!("{}/reveal", recorded(&agent, rosa.id(), "V41730598").await);
        let passport = format!("/v1/passports/{}/reveal", passport(&agent, rosa.id(), "L898902C3").await);
        let why = || json!({"purpose": "check-in for QF1"});
        for url in [&visa, &passport, &visa] {
            agent.post(url, why()).await.expect(200);
        }
        for url in [&visa, &passport] {
            let refused = agent.post(url, why()).await;
            assert_eq!(refused.problem(429), "too_many_reveals");
            let body = String::from_utf8_lossy(&refused.body).into_owned();
            assert!(!body.contains("V41730598") && !body.contains("L898902C3"), "{body}");
        }
        rosa.post(&visa, why()).await.expect(200);
    }
}

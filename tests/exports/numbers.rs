//! Numbers of documents in an export.

use serde_json::json;

use super::{lines, noted};
use crate::support::{anna_passport, on_both_databases};

const CLEAR: &str = "/v1/exports/passports?documents=clear";
const PURPOSE: (&str, &str) = ("reveal-purpose", "moving to the new booking tool");

on_both_databases! {
    async fn numbers_in_clear_are_reveals(app: &App) {
        let (agent, client) = (app.agent().await, app.client("passports:read passports:reveal").await);
        for number in ["N1234567", "N2345678"] {
            let user = app.profile("Traveller").await;
            agent.post("/v1/passports", anna_passport(user, number)).await.expect(201);
        }
        agent.post("/v1/passports", anna_passport(agent.id(), "N3456789")).await.expect(201);
        // Not without saying what for.
        let nothing = agent.get(CLEAR).await;
        assert_eq!(nothing.errors(400), [("Reveal-Purpose".to_owned(), "required".to_owned())]);
        let short = agent.get_with(CLEAR, &[("reveal-purpose", "x")]).await;
        assert_eq!(short.errors(400), [("Reveal-Purpose".to_owned(), "too_short".to_owned())]);
        assert!(noted(app, "passport.revealed").await.is_empty());
        let answer = agent.get_with(CLEAR, &[PURPOSE]).await;
        let (records, _) = lines(&answer);
        let numbers: Vec<_> = records.iter().map(|it| it["passport_number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["N1234567", "N2345678", "N3456789"]);
        assert!(records.iter().all(|it| it["masked"] == false));
        // The own one is nobody else's.
        let entries = noted(app, "passport.revealed").await;
        assert_eq!(entries.len(), 2);
        for entry in &entries {
            assert_eq!(entry.purpose.as_deref(), Some(PURPOSE.1));
            assert_eq!(entry.actor_id, Some(agent.id().uuid()));
            assert_eq!(entry.request_id.as_deref(), answer.header("x-request-id"));
        }
        let exported = noted(app, "data.exported").await;
        assert_eq!(exported[0].purpose.as_deref(), Some(PURPOSE.1));
        assert_eq!(exported[0].detail.as_deref(), Some("passports as ndjson: 3, numbers of documents in clear"));
        // Another system needs the scope.
        assert_eq!(lines(&client.get_with(CLEAR, &[PURPOSE]).await).0.len(), 2);
        let masked = app.client("passports:read").await;
        let refused = masked.get_with(CLEAR, &[PURPOSE]).await;
        assert_eq!(refused.problem(403), "insufficient_scope");
        assert!(refused.header("www-authenticate").unwrap().contains("scope=\"passports:read passports:reveal\""));
        assert_eq!(lines(&masked.get("/v1/exports/passports").await).0[0]["masked"], true);
    }

    async fn more_than_one_may_see_are_not_shown_at_all(app: &App) with |config| config.reveals_per_hour = 2 => {
        let agent = app.agent().await;
        for number in ["N1234567", "N2345678", "N3456789"] {
            let user = app.profile("Traveller").await;
            agent.post("/v1/passports", anna_passport(user, number)).await.expect(201);
        }
        let refused = agent.get_with(CLEAR, &[PURPOSE]).await;
        assert_eq!(refused.problem(429), "too_many_reveals");
        assert!(noted(app, "passport.revealed").await.is_empty() && noted(app, "data.exported").await.is_empty());
        assert_eq!(noted(app, "reveal.limited").await.len(), 1);
        let first = lines(&agent.get("/v1/exports/passports").await).0[0]["id"].as_str().unwrap().to_owned();
        // The two that follow are as many as one may.
        let rest = agent.get_with(format!("{CLEAR}&after={first}"), &[PURPOSE]).await;
        assert_eq!(lines(&rest).0.len(), 2);
        assert_eq!(agent.get_with(format!("{CLEAR}&after={first}"), &[PURPOSE]).await.problem(429), "too_many_reveals");
        assert_eq!(json!(noted(app, "passport.revealed").await.len()), json!(2));
    }
}

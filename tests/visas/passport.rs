//! A visa stands in a passport of its holder's.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{passport, recorded, visa};
use crate::support::on_both_databases;

on_both_databases! {
    async fn another_persons_passport_is_refused(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.profile("Rosa").await, app.profile("Ida").await);
        let (own, foreign) = (passport(&agent, rosa, "L1").await, passport(&agent, ida, "L2").await);
        let url = recorded(&agent, rosa, "V1").await;
        for paper in [foreign, Uuid::now_v7().to_string()] {
            agent.post("/v1/visas", visa(rosa, "V2", &json!({"passport_id": paper}))).await.refuses("/passport_id", "not_found");
            agent.patch(&url, json!({"passport_id": paper})).await.refuses("/passport_id", "not_found");
        }
        assert_eq!(agent.patch(&url, json!({"passport_id": own})).await.expect(200)["passport_id"], own.as_str());
        assert_eq!(agent.patch(&url, json!({"passport_id": null})).await.expect(200)["passport_id"], Value::Null);
    }

    /// The visa is good without it, and whoever has read it before learns that it has changed.
    async fn a_visa_outlives_its_passport_as_a_new_version(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let paper = passport(&agent, rosa, "L1").await;
        let url = recorded(&agent, rosa, "V1").await;
        let other = recorded(&agent, rosa, "V2").await;
        agent.patch(&url, json!({"passport_id": paper})).await.expect(200);
        agent.delete(format!("/v1/passports/{paper}")).await.expect(204);
        let seen = agent.get(&url).await;
        assert_eq!((&seen.expect(200)["passport_id"], &seen.json()["version"]), (&Value::Null, &json!(3)));
        assert_eq!(agent.get_with(&url, &[("if-none-match", "\"2\"")]).await.status, 200);
        assert_eq!(agent.get(&other).await.expect(200)["version"], 1);
    }
}

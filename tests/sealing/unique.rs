use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{anna_passport, on_both_databases};

on_both_databases! {
    async fn of_sixty_four_ways_to_write_a_number_at_once_one_is_recorded(app: &App) {
        let agent = app.agent().await;
        let mut holders = Vec::new();
        for _ in 0..8 {
            holders.push(app.profile("Anna").await);
        }
        let spellings = ["X47112026", "x47112026", "X 4711 2026", "X-4711-2026", "x4711-2026", " X47112026 ", "X4711 2026", "x 47112026"];
        let tries = (0..64).map(|at| {
            let body = anna_passport(holders[at / 8], spellings[at % 8]);
            let agent = agent.clone();
            async move { agent.post("/v1/passports", body).await }
        });
        let mut answers = BTreeMap::new();
        for answer in join_all(tries).await {
            if answer.status == 409 {
                assert_eq!(answer.problem(409), "passport_exists");
            }
            *answers.entry(answer.status).or_insert(0) += 1;
        }
        // Who has to wait too long for a connection may try again.
        let busy = answers.remove(&503).unwrap_or(0);
        assert_eq!(answers, BTreeMap::from([(201, 1), (409, 63 - busy)]));
        let search = json!({"issuing_country": "UTO", "passport_number": "x 4711 2026"});
        let found = agent.post("/v1/passports/search", search).await.expect(200);
        assert_eq!(found["data"].as_array().unwrap().len(), 1);
    }
}

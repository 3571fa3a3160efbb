use serde_json::{Value, json};

use crate::support::{App, Caller, on_both_databases};

async fn program(app: &App, name: &str) -> String {
    let admin = app.admin().await;
    let program = json!({"supplier": "Utopia Air", "name": name, "type": "airline"});
    let program = admin.post("/v1/loyalty-programs", program).await;
    program.expect(201);
    program.id()
}

async fn join(by: &Caller, user: entity::ids::UserId, program: &str, number: &str) -> String {
    let new = json!({"user_id": user, "program_id": program, "membership_number": number});
    let made = by.post("/v1/loyalties", new).await;
    made.expect(201);
    made.id()
}

fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect()
}

on_both_databases! {
    async fn memberships_are_found_by_their_number_however_it_is_written(app: &App) {
        let agent = app.agent().await;
        let (miles, nights) = (program(app, "Miles").await, program(app, "Nights").await);
        let (anna, bo) = (app.profile("Anna").await, app.profile("Bo").await);
        let first = join(&agent, anna, &miles, "UA 7400-1234").await;
        let second = join(&agent, bo, &nights, "ua74001234").await;
        join(&agent, bo, &miles, "UA74001235").await;
        for number in ["UA74001234", "ua 7400 1234", "UA-7400-1234"] {
            let found = agent.post("/v1/loyalties/search", json!({"membership_number": number})).await.expect(200);
            assert_eq!(ids(&found), [first.clone(), second.clone()]);
            let narrow = json!({"membership_number": number, "program_id": nights});
            assert_eq!(ids(&agent.post("/v1/loyalties/search", narrow).await.expect(200)), vec![second.clone()]);
        }
        let none = agent.post("/v1/loyalties/search", json!({"membership_number": "UA7400123"})).await.expect(200);
        assert_eq!(none, json!({"data": [], "has_more": false, "next_cursor": null}));

        let page = json!({"membership_number": "UA74001234", "limit": 1});
        let page = agent.post("/v1/loyalties/search", page).await.expect(200);
        assert_eq!((ids(&page), &page["has_more"]), (vec![first], &json!(true)));
        let next = json!({"membership_number": "ua 74001234", "limit": 1, "cursor": page["next_cursor"]});
        assert_eq!(ids(&agent.post("/v1/loyalties/search", next).await.expect(200)), [second]);
        let other = json!({"membership_number": "UA74001235", "cursor": page["next_cursor"]});
        agent.post("/v1/loyalties/search", other).await.expect(422);
    }

    async fn customers_find_their_own_memberships_only(app: &App) {
        let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
        let miles = program(app, "Miles").await;
        let annas = join(&anna, anna.id(), &miles, "UA74001234").await;
        let search = json!({"membership_number": "UA74001234"});
        assert_eq!(ids(&anna.post("/v1/loyalties/search", search.clone()).await.expect(200)), [annas]);
        assert!(ids(&bo.post("/v1/loyalties/search", search.clone()).await.expect(200)).is_empty());
        let blind = app.client("users:read").await;
        blind.post("/v1/loyalties/search", search).await.expect(403);
        anna.post("/v1/loyalties/search", json!({})).await.refuses("/membership_number", "required");
    }
}

//! `GET /v1/alerts`.

use entity::values::UserStatus;
use serde_json::json;

use super::{day, identity_card, membership, passport, subjects, traveller_number, visa};
use crate::support::{anna_identity_card, on_both_databases, without_chance};

on_both_databases! {
    async fn what_runs_out_first_stands_first_with_its_threshold(app: &App) {
        let agent = app.agent().await;
        let anna = app.create_user(&json!({"first_name": "Anna", "last_name": "Eriksson"})).await;
        let loyalty = membership(app, &agent, anna, 90).await;
        let expired = passport(app, &agent, anna, "L898902C1", -1).await;
        let last_day = passport(app, &agent, anna, "L898902C2", 0).await;
        let later = passport(app, &agent, anna, "L898902C3", 180).await;
        passport(app, &agent, anna, "L898902C4", 181).await;
        passport(app, &agent, anna, "L898902C5", -91).await;
        let page = agent.get("/v1/alerts").await;
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let page = page.expect(200);
        assert_eq!(subjects(&page), [&expired, &last_day, &loyalty, &later].map(String::clone));
        assert_eq!(page["data"][0], json!({
            "kind": "passport", "subject": {"type": "passport", "id": expired}, "user_id": anna,
            "title": "Passport (UTO) of Anna Eriksson", "expiry_date": day(app, -1), "days_left": -1, "expired": true,
            "threshold_days": 30,
        }));
        assert_eq!(page["data"][2], json!({
            "kind": "loyalty", "subject": {"type": "loyalty", "id": loyalty}, "user_id": anna,
            "title": "Whistle Stop Card (Express) of Anna Eriksson", "expiry_date": day(app, 90), "days_left": 90,
            "expired": false, "threshold_days": 90,
        }));
        let second = &page["data"][1];
        assert_eq!((&second["days_left"], &second["expired"], &second["threshold_days"]), (&json!(0), &json!(false), &json!(30)));
        assert_eq!(page["data"][3]["threshold_days"], 180);
        // No number of a document, in whatever form.
        let said = without_chance(&page["data"].to_string());
        for number in ["L898902", "02C", "WS-088213", "8213"] {
            assert!(!said.contains(number), "{number}");
        }
    }

    async fn filters_narrow_and_widen(app: &App) {
        let agent = app.agent().await;
        let (anna, erik) = (app.profile("Anna").await, app.profile("Erik").await);
        let soon = passport(app, &agent, anna, "L898902C1", 10).await;
        let member = membership(app, &agent, erik, 20).await;
        let far = passport(app, &agent, erik, "L898902C2", 400).await;
        let gone = passport(app, &agent, erik, "L898902C3", -90).await;
        let members = json!([{"user_id": erik}, {"user_id": app.profile("Ida").await}]);
        let group = agent.post("/v1/groups", json!({"name": "Pair", "members": members})).await.id();
        for (query, expected) in [
            ("within=10".to_owned(), vec![&gone, &soon]),
            ("within=0".to_owned(), vec![&gone]),
            ("within=3650".to_owned(), vec![&gone, &soon, &member, &far]),
            ("kind=passport".to_owned(), vec![&gone, &soon]),
            ("kind=loyalty".to_owned(), vec![&member]),
            (format!("user_id={anna}"), vec![&soon]),
            (format!("group_id={group}&kind=loyalty"), vec![&member]),
            (format!("group_id={group}&user_id={anna}"), vec![]),
        ] {
            let page = agent.get(format!("/v1/alerts?{query}")).await.expect(200);
            assert_eq!(subjects(&page).iter().collect::<Vec<_>>(), expected, "{query}");
        }
        let page = agent.get("/v1/alerts?within=3650").await.expect(200);
        assert_eq!(page["data"][3]["threshold_days"], json!(null), "more time than any threshold");
        for query in ["within=3651", "within=-1", "within=x", "kind=visa2", "expired=true", "cursor=x"] {
            assert_eq!(agent.get(format!("/v1/alerts?{query}")).await.problem(400), "invalid_parameter", "{query}");
        }
    }

    async fn what_is_not_used_any_more_is_no_alert(app: &App) {
        let agent = app.agent().await;
        let anna = app.profile("Anna").await;
        let used = visa(app, &agent, anna, "V41730598", 10).await;
        let page = agent.get("/v1/alerts?kind=visa").await.expect(200);
        assert_eq!((subjects(&page), &page["data"][0]["title"]), (vec![used.clone()], &json!("Visa (USA) of Anna")));
        agent.patch(format!("/v1/visas/{used}"), json!({"status": "used"})).await.expect(200);
        let lost = passport(app, &agent, anna, "L898902C1", 10).await;
        let member = membership(app, &agent, anna, 10).await;
        agent.patch(format!("/v1/passports/{lost}"), json!({"status": "lost"})).await.expect(200);
        agent.patch(format!("/v1/loyalties/{member}"), json!({"status": "closed"})).await.expect(200);
        assert!(subjects(&agent.get("/v1/alerts").await.expect(200)).is_empty());
    }

    /// An identity card stands in for a passport, and a traveller number that has run out slows its holder down.
    async fn cards_and_traveller_numbers_run_out_too(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let ida = app.create_user(&json!({"first_name": "Ida", "last_name": "Berg"})).await;
        let card = identity_card(app, &agent, ida, "D23145890", 30).await;
        let number = traveller_number(app, &agent, ida, "USA", -1).await;
        let other = json!({
            "user_id": ida, "type": "other", "number": "98765432", "country": "CAN", "program": "NEXUS", "expiry_date": day(app, 91),
        });
        let other = agent.post("/v1/traveller-numbers", other).await.id();
        let own = identity_card(app, &agent, rosa.id(), "D00000001", 180).await;
        // What never ends, is lost, or has more time is not told of.
        let mut endless = anna_identity_card(ida, "D00000002");
        endless["expiry_date"] = json!(null);
        agent.post("/v1/identity-cards", endless).await.expect(201);
        agent.post("/v1/traveller-numbers", json!({"user_id": ida, "type": "redress", "number": "1234567"})).await.expect(201);
        let lost = identity_card(app, &agent, ida, "D00000003", 10).await;
        agent.patch(format!("/v1/identity-cards/{lost}"), json!({"status": "lost"})).await.expect(200);
        identity_card(app, &agent, ida, "D00000004", 181).await;
        traveller_number(app, &agent, ida, "GBR", -91).await;
        let page = agent.get("/v1/alerts").await.expect(200);
        assert_eq!(subjects(&page), [&number, &card, &other, &own].map(String::clone));
        let told: Vec<_> = page["data"].as_array().unwrap().iter()
            .map(|it| (it["kind"].as_str().unwrap(), it["title"].as_str().unwrap(), it["threshold_days"].clone()))
            .collect();
        assert_eq!(told[..3], [
            ("traveller_number", "Known Traveler number (USA) of Ida Berg", json!(30)),
            ("identity_card", "Identity card (UTO) of Ida Berg", json!(30)),
            ("traveller_number", "Traveller number (CAN) of Ida Berg", json!(180)),
        ]);
        assert_eq!(page["data"][1]["subject"], json!({"type": "identity_card", "id": card}));
        for hidden in ["D23145890", "5890", "TT1234567", "4567", "98765432", "5432", "NEXUS"] {
            assert!(!told.iter().any(|it| it.1.contains(hidden)), "{hidden}");
        }
        for (kind, expected) in [("identity_card", vec![&card, &own]), ("traveller_number", vec![&number, &other])] {
            let page = agent.get(format!("/v1/alerts?kind={kind}")).await.expect(200);
            assert_eq!(subjects(&page).iter().collect::<Vec<_>>(), expected, "{kind}");
        }
        assert_eq!(subjects(&rosa.get("/v1/alerts").await.expect(200)), std::slice::from_ref(&own));
        let machine = app.client("alerts:read").await;
        assert_eq!(subjects(&machine.get("/v1/alerts").await.expect(200)).len(), 4);
        app.admin().await.post(format!("/v1/users/{ida}/restrict"), json!({"reason": "Contested"})).await.expect(200);
        for caller in [&agent, &machine] {
            assert_eq!(subjects(&caller.get("/v1/alerts").await.expect(200)), std::slice::from_ref(&own));
        }
    }

    async fn the_agency_chooses_its_thresholds(app: &App) with |config| config.alert_days = "365,7".parse().unwrap() => {
        let agent = app.agent().await;
        let anna = app.profile("Anna").await;
        passport(app, &agent, anna, "L898902C1", 8).await;
        passport(app, &agent, anna, "L898902C2", 365).await;
        passport(app, &agent, anna, "L898902C3", 366).await;
        let page = agent.get("/v1/alerts").await.expect(200);
        let thresholds: Vec<_> = page["data"].as_array().unwrap().iter().map(|it| it["threshold_days"].clone()).collect();
        assert_eq!(thresholds, [json!(365), json!(365)]);
    }

    async fn everybody_sees_what_is_theirs_to_see(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let ida = app.profile("Ida").await;
        let own = passport(app, &agent, rosa.id(), "L898902C1", 10).await;
        let other = passport(app, &agent, ida, "L898902C2", 20).await;
        let staff = passport(app, &agent, agent.id(), "L898902C3", 30).await;
        let members = json!([{"user_id": rosa.id()}, {"user_id": ida}]);
        let group = agent.post("/v1/groups", json!({"name": "Pair", "members": members})).await.id();
        let all = [own.clone(), other.clone(), staff];
        for caller in [&admin, &agent] {
            assert_eq!(subjects(&caller.get("/v1/alerts").await.expect(200)), all);
        }
        for query in [String::new(), format!("?group_id={group}")] {
            let path = format!("/v1/alerts{query}");
            assert_eq!(subjects(&rosa.get(path).await.expect(200)), std::slice::from_ref(&own));
        }
        assert!(subjects(&rosa.get(format!("/v1/alerts?user_id={ida}")).await.expect(200)).is_empty());
        let machine = app.client("alerts:read").await;
        assert_eq!(subjects(&machine.get("/v1/alerts").await.expect(200)), [own.clone(), other.clone()]);
        let of_group = machine.get(format!("/v1/alerts?group_id={group}")).await;
        assert_eq!(of_group.problem(403), "insufficient_scope");
        let machine = app.client("alerts:read groups:read").await;
        machine.get(format!("/v1/alerts?group_id={group}")).await.expect(200);
        app.client("users:read passports:read loyalties:read").await.get("/v1/alerts").await.expect(403);
        // Who is restricted is found by administrators and by themselves alone.
        admin.post(format!("/v1/users/{}/restrict", rosa.id()), json!({"reason": "Contested"})).await.expect(200);
        assert!(!subjects(&agent.get("/v1/alerts").await.expect(200)).contains(&own));
        assert!(!subjects(&machine.get("/v1/alerts").await.expect(200)).contains(&own));
        assert!(subjects(&admin.get("/v1/alerts").await.expect(200)).contains(&own));
        assert_eq!(subjects(&rosa.get("/v1/alerts").await.expect(200)), [own]);
        app.set_status(ida, UserStatus::Disabled).await;
        assert!(subjects(&agent.get("/v1/alerts").await.expect(200)).contains(&other), "still a customer");
    }
}

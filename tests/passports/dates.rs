use chrono::{NaiveTime, TimeDelta};
use serde_json::{Value, json};

use super::passport;
use crate::support::{App, on_both_databases};

/// Moves the clock to noon, so that the day does not change during the test.
fn noon(app: &App) {
    let now = app.core.clock.now();
    let noon = now.with_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()).unwrap();
    app.core.clock.shift(noon - now);
}

/// A day, counted from today.
fn day(app: &App, offset: i64) -> String {
    (app.core.clock.today() + TimeDelta::days(offset)).to_string()
}

on_both_databases! {
    async fn dates_come_in_order(app: &App) {
        noon(app);
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let path = {
            let created = agent.post("/v1/passports", passport(holder, "X1", &json!({}))).await;
            created.expect(201);
            format!("/v1/passports/{}", created.id())
        };
        let dates = |birth: &str, issue: Option<&str>, expiry: &str| json!({
            "date_of_birth": birth, "issue_date": issue, "expiry_date": expiry,
        });
        let cases: Vec<(Value, &str, &str)> = vec![
            (dates("1974-08-12", Some("2024-04-16"), "2024-04-16"), "/issue_date", "out_of_order"),
            (dates("1974-08-12", Some("2024-04-16"), "2024-04-15"), "/issue_date", "out_of_order"),
            (dates("2024-04-16", Some("2024-04-16"), "2034-04-15"), "/issue_date", "out_of_order"),
            (dates("2024-04-17", Some("2024-04-16"), "2034-04-15"), "/issue_date", "out_of_order"),
            (dates("2000-01-01", None, "2000-01-01"), "/expiry_date", "out_of_order"),
            (dates("2000-01-02", None, "2000-01-01"), "/expiry_date", "out_of_order"),
            (dates(&day(app, 1), None, "2199-12-31"), "/date_of_birth", "in_the_future"),
            (dates("1974-08-12", Some(&day(app, 1)), "2199-12-31"), "/issue_date", "in_the_future"),
        ];
        for (case, pointer, code) in cases {
            agent.post("/v1/passports", passport(holder, "X2", &case)).await.refuses(pointer, code);
            agent.patch(&path, case).await.refuses(pointer, code);
        }
        for case in [
            dates("1974-08-12", Some(&day(app, 0)), &day(app, 1)),
            dates(&day(app, 0), None, "2199-12-31"),
            dates("1900-01-01", Some("1900-01-02"), "1900-01-03"),
        ] {
            agent.patch(&path, case).await.expect(200);
        }
        // The other dates of the rule are the stored ones.
        agent.patch(&path, dates("1974-08-12", Some("2024-04-16"), "2034-04-15")).await.expect(200);
        agent.patch(&path, json!({"expiry_date": "2024-04-16"})).await.refuses("/issue_date", "out_of_order");
        agent.patch(&path, json!({"issue_date": "1974-08-12"})).await.refuses("/issue_date", "out_of_order");
        agent.patch(&path, json!({"issue_date": null, "expiry_date": "2024-04-16"})).await.expect(200);
    }

    async fn several_dates_out_of_order_are_named_at_once(app: &App) {
        noon(app);
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let new = passport(holder, "X1", &json!({
            "date_of_birth": day(app, 2), "issue_date": day(app, 1), "expiry_date": "2020-01-01",
        }));
        let mut pointers: Vec<_> = agent.post("/v1/passports", new).await.errors(422).into_iter().map(|it| it.0).collect();
        pointers.sort();
        assert_eq!(pointers, ["/date_of_birth", "/expiry_date", "/issue_date"]);
    }

    async fn a_date_exists_and_lies_between_1900_and_2199(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (field, bad, code) in [
            ("expiry_date", "2030-02-30", "invalid_date"), ("expiry_date", "2030-13-01", "invalid_date"),
            ("date_of_birth", "1900-02-29", "invalid_date"), ("date_of_birth", "1999-9-9", "invalid_date"),
            ("issue_date", "16.04.2024", "invalid_date"), ("issue_date", "2024-04-16T00:00:00Z", "invalid_date"),
            ("expiry_date", "+2030-01-1", "invalid_date"), ("date_of_birth", "", "invalid_date"),
            ("expiry_date", "2200-01-01", "out_of_range"), ("date_of_birth", "1899-12-31", "out_of_range"),
            ("date_of_birth", "0000-01-01", "out_of_range"),
        ] {
            let new = passport(holder, "X1", &json!({(field): bad}));
            agent.post("/v1/passports", new).await.refuses(&format!("/{field}"), code);
        }
        let number = passport(holder, "X1", &json!({"expiry_date": 20_340_415}));
        agent.post("/v1/passports", number).await.refuses("/expiry_date", "wrong_type");
        let bounds = json!({"date_of_birth": "1900-01-01", "issue_date": "1904-02-29", "expiry_date": "2199-12-31"});
        let created = agent.post("/v1/passports", passport(holder, "X1", &bounds)).await.expect(201);
        assert_eq!(created["expiry_date"], "2199-12-31");
        assert_eq!(created["issue_date"], "1904-02-29");
    }

    async fn a_passport_has_expired_from_the_day_after_its_last(app: &App) {
        noon(app);
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (index, (offset, expired)) in [(-1, true), (0, false), (1, false)].into_iter().enumerate() {
            let new = passport(holder, &format!("X{index}"), &json!({"expiry_date": day(app, offset)}));
            let created = agent.post("/v1/passports", new).await;
            assert_eq!(created.expect(201)["expired"], expired, "{offset}");
            assert_eq!(created.json()["status"], "active");
        }
        app.core.clock.shift(TimeDelta::days(1));
        let agent = app.caller(agent.id()).await;
        let page = agent.get("/v1/passports").await.expect(200);
        let expired: Vec<_> = page["data"].as_array().unwrap().iter().map(|it| it["expired"].clone()).collect();
        assert_eq!(expired, [true, true, false]);
        for item in page["data"].as_array().unwrap() {
            let read = agent.get(format!("/v1/passports/{}", item["id"].as_str().unwrap())).await.expect(200);
            assert_eq!(read["expired"], item["expired"]);
        }
    }
}

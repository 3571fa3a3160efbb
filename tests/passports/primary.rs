use entity::ids::UserId;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{expiring, ids, passport};
use crate::support::{App, Caller, on_both_databases};

/// All passports of a user, after checking that the active ones, if any, have exactly one primary among them.
async fn checked(app: &App, caller: &Caller, user: UserId) -> Vec<Value> {
    let page = caller
        .get(format!("/v1/passports?limit=200&user_id={user}"))
        .await
        .expect(200);
    let passports = page["data"].as_array().unwrap().clone();
    let primary = passports.iter().filter(|it| it["primary"] == true).count();
    let active = passports.iter().filter(|it| it["status"] == "active").count();
    assert_eq!(primary, active.min(1), "{:?} {passports:#?}", app.backend);
    assert!(
        passports
            .iter()
            .all(|it| it["primary"] == false || it["status"] == "active"),
        "{passports:#?}"
    );
    passports
}

async fn add(caller: &Caller, new: Value) -> String {
    let created = caller.post("/v1/passports", new).await;
    created.expect(201);
    created.id()
}

async fn read(caller: &Caller, id: &str) -> Value {
    caller.get(format!("/v1/passports/{id}")).await.expect(200)
}

on_both_databases! {
    async fn the_first_active_one_is_primary_whatever_is_said(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let lost = agent.post("/v1/passports", passport(holder, "X0", &json!({"status": "lost"}))).await.expect(201);
        assert_eq!(lost["primary"], false);
        let first = agent.post("/v1/passports", passport(holder, "X1", &json!({"primary": false}))).await.expect(201);
        assert_eq!(first["primary"], true);
        let second = agent.post("/v1/passports", passport(holder, "X2", &json!({}))).await.expect(201);
        assert_eq!(second["primary"], false);
        checked(app, &agent, holder).await;
    }

    async fn a_new_primary_one_takes_the_place_of_the_one_before(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let first = add(&agent, passport(holder, "X1", &json!({}))).await;
        let before = read(&agent, &first).await;
        let second = add(&agent, passport(holder, "X2", &json!({"primary": true}))).await;
        let after = read(&agent, &first).await;
        assert_eq!((&after["primary"], &after["version"]), (&json!(false), &json!(2)));
        assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
        assert_eq!(read(&agent, &second).await["primary"], true);

        let patched = agent.patch(format!("/v1/passports/{first}"), json!({"primary": true})).await;
        assert_eq!(patched.expect(200)["primary"], true);
        assert_eq!(patched.etag(), "\"3\"");
        let second = read(&agent, &second).await;
        assert_eq!((&second["primary"], &second["version"]), (&json!(false), &json!(2)));
        // What one holder books with says nothing about another.
        let other = app.profile("Bo").await;
        add(&agent, passport(other, "X3", &json!({"primary": true}))).await;
        assert_eq!(read(&agent, &first).await["primary"], true);
    }

    async fn one_that_is_gone_hands_over_to_the_one_that_is_valid_longest(app: &App) {
        let agent = app.agent().await;
        for status in ["lost", "stolen", "replaced"] {
            let holder = app.profile("Anna").await;
            let number = |index: u8| format!("{status}{index}");
            let primary = add(&agent, expiring(holder, &number(0), "2040-01-01")).await;
            let short = add(&agent, expiring(holder, &number(1), "2030-01-01")).await;
            let long = add(&agent, expiring(holder, &number(2), "2032-01-01")).await;
            let as_long = add(&agent, expiring(holder, &number(3), "2032-01-01")).await;
            let longest_but_lost = passport(holder, &number(4), &json!({"expiry_date": "2039-01-01", "status": "lost"}));
            add(&agent, longest_but_lost).await;

            let gone = agent.patch(format!("/v1/passports/{primary}"), json!({"status": status})).await.expect(200);
            assert_eq!((&gone["status"], &gone["primary"]), (&json!(status), &json!(false)));
            let heir = read(&agent, &long).await;
            assert_eq!((&heir["primary"], &heir["version"]), (&json!(true), &json!(2)), "{status}");
            for other in [&short, &as_long] {
                assert_eq!(read(&agent, other).await["version"], 1);
            }
            checked(app, &agent, holder).await;
            // Found again, it is one of several.
            let found = agent.patch(format!("/v1/passports/{primary}"), json!({"status": "active"})).await.expect(200);
            assert_eq!(found["primary"], false);
        }
    }

    async fn removing_the_primary_one_hands_over_too(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let primary = add(&agent, expiring(holder, "X1", "2030-01-01")).await;
        let short = add(&agent, expiring(holder, "X2", "2031-01-01")).await;
        let long = add(&agent, expiring(holder, "X3", "2032-01-01")).await;
        for (gone, heir) in [(&primary, Some(&long)), (&long, Some(&short)), (&short, None)] {
            agent.delete(format!("/v1/passports/{gone}")).await.expect(204);
            assert_eq!(agent.get(format!("/v1/passports/{gone}")).await.problem(404), "not_found");
            let left = checked(app, &agent, holder).await;
            match heir {
                Some(heir) => assert_eq!(read(&agent, heir).await["primary"], true),
                None => assert!(left.is_empty()),
            }
        }
    }

    async fn the_last_active_one_that_is_lost_leaves_none(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let only = add(&agent, passport(holder, "X1", &json!({}))).await;
        agent.patch(format!("/v1/passports/{only}"), json!({"status": "stolen"})).await.expect(200);
        checked(app, &agent, holder).await;
        let back = agent.patch(format!("/v1/passports/{only}"), json!({"status": "active"})).await.expect(200);
        assert_eq!(back["primary"], true);
    }

    async fn only_an_active_one_can_be_primary(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let active = add(&agent, passport(holder, "X1", &json!({}))).await;
        let lost = add(&agent, passport(holder, "X2", &json!({"status": "lost"}))).await;
        let path = format!("/v1/passports/{lost}");
        assert_eq!(agent.patch(&path, json!({"primary": true})).await.problem(409), "primary_not_active");
        for status in ["lost", "stolen", "replaced"] {
            let wish = json!({"status": status, "primary": true});
            assert_eq!(agent.patch(&path, wish.clone()).await.problem(409), "primary_not_active");
            assert_eq!(agent.patch(format!("/v1/passports/{active}"), wish.clone()).await.problem(409), "primary_not_active");
            assert_eq!(agent.post("/v1/passports", passport(holder, "X3", &wish)).await.problem(409), "primary_not_active");
        }
        assert_eq!(read(&agent, &active).await["version"], 1);
        let wish = json!({"status": "active", "primary": true});
        assert_eq!(agent.patch(&path, wish).await.expect(200)["primary"], true);
        checked(app, &agent, holder).await;
    }

    async fn the_primary_one_cannot_be_told_not_to_be(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let primary = add(&agent, passport(holder, "X1", &json!({}))).await;
        let other = add(&agent, passport(holder, "X2", &json!({}))).await;
        agent.patch(format!("/v1/passports/{primary}"), json!({"primary": false})).await.refuses("/primary", "not_permitted");
        let same = agent.patch(format!("/v1/passports/{other}"), json!({"primary": false})).await;
        assert_eq!(same.expect(200)["version"], 1);
        // Together with the loss, it is what happens anyway.
        let lost = json!({"status": "lost", "primary": false});
        agent.patch(format!("/v1/passports/{primary}"), lost).await.expect(200);
        assert_eq!(read(&agent, &other).await["primary"], true);
    }

    async fn one_is_primary_after_any_sequence_of_changes(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        // A fixed sequence of pseudo-random numbers (the minimal standard generator).
        let mut state: u64 = 20_261_122;
        let mut pick = |below: usize| {
            state = state * 48_271 % 2_147_483_647;
            usize::try_from(state).unwrap() % below
        };
        let mut present: Vec<String> = Vec::new();
        let mut refused = 0;
        for step in 0..60 {
            let status = ["active", "active", "lost", "stolen", "replaced"][pick(5)];
            let answer = match (pick(8), present.len()) {
                (0..=1, _) | (_, 0) => {
                    let expiry = format!("20{}-01-01", 30 + pick(9));
                    let mut new = passport(holder, &format!("W{step}"), &json!({"expiry_date": expiry, "status": status}));
                    if pick(2) == 0 {
                        new["primary"] = json!(pick(2) == 0);
                    }
                    let answer = agent.post("/v1/passports", new).await;
                    if answer.status == 201 {
                        present.push(answer.id());
                    }
                    answer
                }
                (2..=4, count) => {
                    agent.patch(format!("/v1/passports/{}", present[pick(count)]), json!({"status": status})).await
                }
                (5..=6, count) => {
                    let wish = json!({"primary": pick(4) > 0});
                    agent.patch(format!("/v1/passports/{}", present[pick(count)]), wish).await
                }
                (_, count) => {
                    let gone = present.swap_remove(pick(count));
                    agent.delete(format!("/v1/passports/{gone}")).await
                }
            };
            assert!(matches!(answer.status, 200 | 201 | 204 | 409 | 422), "step {step}: {answer:?}");
            refused += usize::from(answer.status >= 400);
            let left = checked(app, &agent, holder).await;
            assert_eq!(left.len(), present.len(), "step {step}");
        }
        assert!(refused < 30, "most steps of the walk have to change something");
    }

    async fn of_sixteen_wishes_at_once_one_is_left(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let mut made = Vec::new();
        for index in 0..8 {
            made.push(add(&agent, passport(holder, &format!("X{index}"), &json!({}))).await);
        }
        let patches = made.iter().map(|id| agent.patch(format!("/v1/passports/{id}"), json!({"primary": true})));
        let posts = (0..8).map(|index| {
            agent.post("/v1/passports", passport(holder, &format!("Y{index}"), &json!({"primary": true})))
        });
        let (patched, posted) = tokio::join!(join_all(patches), join_all(posts));
        for answer in &patched {
            answer.expect(200);
        }
        for answer in &posted {
            answer.expect(201);
        }
        assert_eq!(checked(app, &agent, holder).await.len(), 16);
        let page = agent.get(format!("/v1/passports?user_id={holder}")).await.expect(200);
        assert_eq!(ids(&page).len(), 16);
    }
}

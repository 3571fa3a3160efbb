//! `GET /v1/users`: pages and filters.

use std::collections::BTreeSet;

use entity::values::UserStatus;
use serde_json::{Value, json};

use super::{group, ids, join, passport, path_of, program, sorted};
use crate::support::{App, Caller, on_both_databases};

/// Walks a list from its first page to its last, and checks what every page must hold.
async fn walk(caller: &Caller, query: &str, limit: usize) -> Vec<String> {
    let mut path = format!("/v1/users?limit={limit}{query}");
    let mut found = Vec::new();
    for _ in 0..1000 {
        let answer = caller.get(&path).await;
        let page = answer.expect(200);
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= limit);
        found.extend(data.iter().map(|user| user["id"].as_str().unwrap().to_owned()));
        assert_eq!(page["has_more"], json!(!page["next_cursor"].is_null()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            assert_eq!(answer.header("link"), None);
            return found;
        };
        assert_eq!(data.len(), limit);
        let link = answer.header("link").expect("a link to the next page");
        path = link
            .strip_prefix('<')
            .unwrap()
            .strip_suffix(">; rel=\"next\"")
            .unwrap()
            .to_owned();
        assert!(path.ends_with(&format!("cursor={cursor}")), "{path}");
        assert!(path.contains(&format!("limit={limit}{query}")), "{path}");
    }
    panic!("the list does not end");
}

async fn add(app: &App, count: usize) {
    for number in 0..count {
        app.profile(&format!("Ebba {number}")).await;
    }
}

fn named(errors: &[(String, String)]) -> Vec<(&str, &str)> {
    errors
        .iter()
        .map(|(name, code)| (name.as_str(), code.as_str()))
        .collect()
}

on_both_databases! {
    async fn a_walk_at_any_limit_meets_everybody_once(app: &App) {
        let agent = app.agent().await;
        add(app, 55).await;
        let all = walk(&agent, "", 200).await;
        assert_eq!(all.len(), 57);
        assert!(all.is_sorted());
        for limit in [1, 7, 50, 56, 57, 58] {
            assert_eq!(walk(&agent, "", limit).await, all, "limit {limit}");
        }
        let page = agent.get("/v1/users").await.expect(200);
        assert_eq!(page["data"].as_array().unwrap().len(), 50);
        assert_eq!(walk(&agent, "&role=customer", 7).await.len(), 55);
    }

    async fn a_walk_while_others_are_added_meets_everybody_once(app: &App) {
        let agent = app.agent().await;
        add(app, 40).await;
        let before: BTreeSet<_> = walk(&agent, "", 200).await.into_iter().collect();
        let (found, ()) = tokio::join!(walk(&agent, "", 3), add(app, 30));
        let distinct: BTreeSet<_> = found.iter().cloned().collect();
        assert_eq!(distinct.len(), found.len());
        assert!(distinct.is_superset(&before));
    }

    async fn an_empty_list_is_a_page(app: &App) {
        let agent = app.agent().await;
        let page = agent.get("/v1/users?status=disabled").await.expect(200);
        assert_eq!(page, json!({"data": [], "next_cursor": null, "has_more": false}));
    }

    async fn a_bad_limit_is_named(app: &App) {
        let agent = app.agent().await;
        for limit in ["0", "201", "-1", "x", "1.5", "99999999999999999999", ""] {
            let answer = agent.get(format!("/v1/users?limit={limit}")).await;
            assert_eq!(answer.problem(400), "invalid_parameter", "{limit}");
            assert_eq!(answer.json()["errors"][0]["pointer"], "limit", "{limit}");
        }
        for limit in ["1", "200"] {
            agent.get(format!("/v1/users?limit={limit}")).await.expect(200);
        }
    }

    async fn a_cursor_works_for_its_list_its_filter_and_its_caller_alone(app: &App) {
        let (agent, other, admin) = (app.agent().await, app.agent().await, app.admin().await);
        add(app, 3).await;
        let page = agent.get("/v1/users?limit=1&role=customer").await.expect(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        let refused = async |caller: &Caller, path: String| {
            let errors = caller.get(&path).await.errors(400);
            assert_eq!(named(&errors), [("cursor", "invalid_cursor")], "{path}");
        };
        agent.get(format!("/v1/users?role=customer&limit=5&cursor={cursor}")).await.expect(200);
        refused(&agent, format!("/v1/users?cursor={cursor}")).await;
        refused(&agent, format!("/v1/users?role=agent&cursor={cursor}")).await;
        refused(&agent, format!("/v1/users?role=customer&status=active&cursor={cursor}")).await;
        refused(&other, format!("/v1/users?role=customer&cursor={cursor}")).await;
        refused(&admin, format!("/v1/users?role=customer&cursor={cursor}")).await;
        for list in ["groups", "passports", "loyalties", "loyalty-programs"] {
            refused(&agent, format!("/v1/{list}?cursor={cursor}")).await;
        }
        let mut changed = cursor.to_owned();
        changed.replace_range(3..4, if &cursor[3..4] == "A" { "B" } else { "A" });
        for bad in [
            changed, cursor[..cursor.len() - 1].to_owned(), cursor[..22].to_owned(), format!("{cursor}AAAA"), "x".into(),
            "%20".into(), agent.id().to_string(),
        ] {
            refused(&agent, format!("/v1/users?role=customer&cursor={bad}")).await;
        }
        let errors = agent.get("/v1/users?limit=0&cursor=x").await.errors(400);
        assert_eq!(named(&errors), [("limit", "out_of_range"), ("cursor", "invalid_cursor")]);
    }

    async fn each_filter_finds_its_users(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        let (rosa, ida, eva) = (app.profile("Rosa").await, app.profile("Ida").await, app.profile("Eva").await);
        let invited = app.create_user(&json!({"first_name": "Ina", "email": "ina@mail.example"})).await;
        app.set_status(eva, UserStatus::Disabled).await;
        let group = group(&admin, "Pair", &[rosa, eva]).await;
        let program = program(&admin, "Sunrise Points").await;
        join(&admin, ida, &program).await;
        join(&admin, eva, &program).await;
        passport(&admin, rosa, "L898902C3", "2030-01-01").await;
        passport(&admin, ida, "L898902C4", "2035-01-01").await;
        passport(&admin, ida, "L898902C5", "2036-01-01").await;
        let lost = passport(&admin, eva, "L898902C6", "2029-01-01").await;
        admin.patch(format!("/v1/passports/{lost}"), json!({"status": "lost"})).await.expect(200);
        let found = async |query: String| ids(&agent.get(format!("/v1/users?{query}")).await.expect(200));
        assert_eq!(found("role=agent".into()).await, sorted(&[agent.id()]));
        assert_eq!(found("role=customer".into()).await, sorted(&[rosa, ida, eva, invited]));
        assert_eq!(found("status=invited".into()).await, sorted(&[invited]));
        assert_eq!(found("status=disabled".into()).await, sorted(&[eva]));
        assert_eq!(found(format!("group_id={group}")).await, sorted(&[rosa, eva]));
        assert_eq!(found(format!("loyalty_program_id={program}")).await, sorted(&[ida, eva]));
        // The day itself is not before; a lost passport does not count; two passports find their holder once.
        assert_eq!(found("passport_expires_before=2030-01-01".into()).await, sorted(&[]));
        assert_eq!(found("passport_expires_before=2030-01-02".into()).await, sorted(&[rosa]));
        assert_eq!(found("passport_expires_before=2099-01-01".into()).await, sorted(&[rosa, ida]));
        let unknown = uuid::Uuid::now_v7();
        assert_eq!(found(format!("group_id={unknown}")).await, sorted(&[]));
        assert_eq!(found(format!("loyalty_program_id={unknown}")).await, sorted(&[]));
        // Together.
        assert_eq!(found(format!("group_id={group}&loyalty_program_id={program}")).await, sorted(&[eva]));
        assert_eq!(found(format!("group_id={group}&loyalty_program_id={program}&status=active")).await, sorted(&[]));
        assert_eq!(found("role=customer&status=active&passport_expires_before=2035-06-01".into()).await, sorted(&[rosa, ida]));
    }

    async fn who_was_changed_since_a_time_is_found(app: &App) {
        let (agent, rosa, ida) = (app.agent().await, app.profile("Rosa").await, app.profile("Ida").await);
        let changed = agent.patch(path_of(rosa), json!({"title": "Dr"})).await.expect(200);
        let since = changed["updated_at"].as_str().unwrap().to_owned();
        let found = async |since: &str| {
            ids(&agent.get(format!("/v1/users?updated_since={}", since.replace('+', "%2B"))).await.expect(200))
        };
        assert_eq!(found(&since).await, sorted(&[rosa]));
        let all = found("2000-01-01T00:00:00Z").await;
        assert!(all.contains(&ida.to_string()) && all.contains(&rosa.to_string()));
        assert!(found("2199-01-01T00:00:00Z").await.is_empty());
        // The same time with an offset.
        let time: chrono::DateTime<chrono::Utc> = since.parse().unwrap();
        let offset = chrono::FixedOffset::east_opt(2 * 3600).unwrap();
        assert_eq!(found(&time.with_timezone(&offset).to_rfc3339()).await, sorted(&[rosa]));
    }

    async fn wrong_parameters_are_named(app: &App) {
        let agent = app.agent().await;
        for (query, errors) in [
            ("color=red", vec![("color", "unknown_parameter")]),
            ("email=rosa@mail.example", vec![("email", "unknown_parameter")]),
            ("q=rosa", vec![("q", "unknown_parameter")]),
            ("offset=5", vec![("offset", "unknown_parameter")]),
            ("role=agent&role=agent", vec![("role", "duplicate_parameter")]),
            ("role=", vec![("role", "empty")]),
            ("group_id=7", vec![("group_id", "invalid_format")]),
            ("loyalty_program_id=x", vec![("loyalty_program_id", "invalid_format")]),
            ("limit=0x1&color=red", vec![("limit", "invalid_format"), ("color", "unknown_parameter")]),
        ] {
            let answer = agent.get(format!("/v1/users?{query}")).await;
            assert_eq!(answer.problem(400), "invalid_parameter", "{query}");
            assert_eq!(named(&answer.errors(400)), errors, "{query}");
        }
        for query in [
            "role=boss", "role=Agent", "status=gone", "passport_expires_before=2030-02-30", "passport_expires_before=soon",
            "updated_since=2026-01-01", "updated_since=yesterday", "role=%00", "role=%ff",
        ] {
            let answer = agent.get(format!("/v1/users?{query}")).await;
            assert_eq!(answer.problem(400), "invalid_parameter", "{query}");
            assert_eq!(answer.json()["errors"][0]["pointer"], query.split('=').next().unwrap(), "{query}");
        }
    }

    async fn a_list_holds_whole_users_and_is_not_stored(app: &App) {
        let agent = app.agent().await;
        let answer = agent.get("/v1/users?role=agent").await;
        assert_eq!(answer.expect(200)["data"][0], agent.get("/v1/me").await.expect(200));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.json()["next_cursor"], Value::Null);
    }
}

//! `/v1/calendar-feeds`: to make, to see and to revoke.

use chrono::TimeDelta;
use entity::{audit_events, calendar_feeds};
use futures_util::future::join_all;
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::{FEEDS, feed, own, subscribed};
use crate::support::{App, on_both_databases};

async fn noted(app: &App, action: &str) -> Vec<audit_events::Model> {
    let query = audit_events::Entity::find().filter(audit_events::COLUMN.action.eq(action));
    query.all(app.core.db.read()).await.unwrap()
}

on_both_databases! {
    async fn the_address_is_shown_once(app: &App) {
        let rosa = app.customer("Rosa").await;
        let answer = rosa.post(FEEDS, json!({"name": "Passports"})).await;
        let made = answer.expect(201);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!((&made["name"], &made["user_id"], &made["group_id"]), (&json!("Passports"), &json!(rosa.id()), &json!(null)));
        let token = made["url"].as_str().unwrap().rsplit('/').next().unwrap().strip_suffix(".ics").unwrap().to_owned();
        let list = rosa.get(FEEDS).await.expect(200);
        let mut listed = made.clone();
        listed.as_object_mut().unwrap().shift_remove("url");
        assert_eq!(list["data"], json!([listed]));
        assert!(!list.to_string().contains(&token[4..]));
        // The database has the hash alone.
        let rows = calendar_feeds::Entity::find().all(app.core.db.read()).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].token_hash.expose().contains(&token[4..]) && rows[0].token_hash.expose().len() == 43);
        assert!(!format!("{rows:?}").contains("Passports"));
        // Nobody else sees it or ends it.
        for caller in [app.customer("Vera").await, app.agent().await, app.admin().await] {
            assert_eq!(caller.get(FEEDS).await.expect(200)["data"], json!([]));
            assert_eq!(caller.delete(format!("{FEEDS}/{}", answer.id())).await.problem(404), "not_found");
        }
        let events = noted(app, "calendar_feed.created").await;
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].subject_id, events[0].user_id), (Some(answer.id().parse::<Uuid>().unwrap()), Some(rosa.id())));
    }

    async fn a_revoked_address_is_good_for_nothing_at_once(app: &App) {
        let rosa = app.customer("Rosa").await;
        let ((id, path), (_, other)) = (feed(app, &rosa, own()).await, feed(app, &rosa, own()).await);
        assert_eq!(subscribed(app, &path).await.status, 200);
        rosa.delete(format!("{FEEDS}/{id}")).await.expect(204);
        assert_eq!(subscribed(app, &path).await.problem(404), "not_found");
        assert_eq!(subscribed(app, &other).await.status, 200);
        assert_eq!(rosa.delete(format!("{FEEDS}/{id}")).await.problem(404), "not_found");
        assert_eq!(noted(app, "calendar_feed.revoked").await.len(), 1);
    }

    async fn ten_are_the_most_however_many_are_asked_for_at_once(app: &App) {
        let rosa = app.customer("Rosa").await;
        let answers = join_all((0..14).map(|_| rosa.post(FEEDS, own()))).await;
        let made = answers.iter().filter(|it| it.status == 201).count();
        assert_eq!(made, 10, "{:?}", answers.iter().map(|it| it.status).collect::<Vec<_>>());
        for refused in answers.iter().filter(|it| it.status != 201) {
            assert_eq!(refused.problem(409), "too_many_calendar_feeds");
        }
        let page = rosa.get(format!("{FEEDS}?limit=4")).await.expect(200);
        assert_eq!((page["data"].as_array().unwrap().len(), &page["has_more"]), (4, &json!(true)));
        let id = page["data"][0]["id"].as_str().unwrap();
        rosa.delete(format!("{FEEDS}/{id}")).await.expect(204);
        rosa.post(FEEDS, own()).await.expect(201);
        app.customer("Vera").await.post(FEEDS, own()).await.expect(201);
    }

    async fn a_feed_is_about_what_its_owner_may_see(app: &App) {
        let (rosa, vera) = (app.customer("Rosa").await, app.customer("Vera").await);
        let admin = app.admin().await;
        let members = json!([{"user_id": vera.id()}, {"user_id": app.profile("Ida").await}]);
        let group = admin.post("/v1/groups", json!({"name": "Pair", "members": members})).await.id();
        for (user, code) in [(json!(vera.id()), "not_found"), (json!(Uuid::now_v7()), "not_found"), (json!("x"), "invalid_format")] {
            rosa.post(FEEDS, json!({"user_id": user})).await.refuses("/user_id", code);
        }
        for id in [json!(group), json!(Uuid::now_v7())] {
            rosa.post(FEEDS, json!({"group_id": id})).await.refuses("/group_id", "not_found");
        }
        let both = json!({"group_id": group, "user_id": vera.id()});
        vera.post(FEEDS, both).await.refuses("/group_id", "not_both");
        vera.post(FEEDS, json!({"name": ""})).await.expect(422);
        vera.post(FEEDS, json!({"group_id": group})).await.expect(201);
        let made = admin.post(FEEDS, json!({"user_id": vera.id(), "name": null})).await.expect(201);
        assert_eq!(made["user_id"], json!(vera.id()));
        admin.post(format!("/v1/users/{}/restrict", rosa.id()), json!({"reason": "Contested"})).await.expect(200);
        assert_eq!(rosa.post(FEEDS, own()).await.problem(409), "restricted");
        app.core.clock.shift(TimeDelta::days(1));
    }

    async fn the_owner_s_copy_of_all_data_names_it_without_its_address(app: &App) {
        let rosa = app.customer("Rosa").await;
        let (id, path) = feed(app, &rosa, json!({"name": "Passports"})).await;
        let export = rosa.get(format!("/v1/users/{}/export", rosa.id())).await.expect(200);
        assert_eq!((&export["calendar_feeds"][0]["id"], &export["calendar_feeds"][0]["name"]), (&json!(id), &json!("Passports")));
        let token = path.rsplit('/').next().unwrap().strip_suffix(".ics").unwrap();
        assert!(!export.to_string().contains(&token[4..]));
    }
}

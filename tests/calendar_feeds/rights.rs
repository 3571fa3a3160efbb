//! A feed shows what its owner may see now, and ends with the owner.

use entity::calendar_feeds;
use entity::values::{Role, UserStatus};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;
use service::core::SecondFactor;

use super::{feed, own, subscribed, values};
use crate::alerts::passport;
use crate::support::{App, on_both_databases};

async fn left(app: &App) -> u64 {
    calendar_feeds::Entity::find()
        .count(app.core.db.read())
        .await
        .unwrap()
}

on_both_databases! {
    async fn it_ends_with_the_owner(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let (_, path) = feed(app, &rosa, own()).await;
        app.set_status(rosa.id(), UserStatus::Disabled).await;
        assert_eq!(subscribed(app, &path).await.problem(404), "not_found");
        // As with sessions: it stays ended.
        app.set_status(rosa.id(), UserStatus::Active).await;
        assert_eq!(subscribed(app, &path).await.problem(404), "not_found");
        let (_, path) = feed(app, &app.caller(rosa.id()).await, own()).await;
        assert_eq!(subscribed(app, &path).await.status, 200);
        admin.delete(format!("/v1/users/{}", rosa.id())).await.expect(204);
        assert_eq!(subscribed(app, &path).await.problem(404), "not_found");
        assert_eq!(left(app).await, 0);
    }

    async fn it_ends_with_the_role_that_allowed_it(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let ida = app.profile("Ida").await;
        passport(app, &agent, ida, "L898902C3", 10).await;
        let (_, of_ida) = feed(app, &agent, json!({"user_id": ida})).await;
        let (_, of_agent) = feed(app, &agent, own()).await;
        assert_eq!(values(&subscribed(app, &of_ida).await, "SUMMARY"), ["Passport (UTO) of Ida expires"]);
        let role = json!({"role": Role::Customer.as_str()});
        admin.patch(format!("/v1/users/{}", agent.id()), role).await.expect(200);
        assert_eq!(subscribed(app, &of_ida).await.problem(404), "not_found");
        assert_eq!(subscribed(app, &of_agent).await.status, 200, "one's own stays");
    }

    async fn it_ends_with_the_person_or_the_group(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let people = [app.profile("Ida").await, app.profile("Eva").await, app.profile("Ada").await];
        let members: Vec<_> = people.iter().map(|id| json!({"user_id": id})).collect();
        let group = agent.post("/v1/groups", json!({"name": "Team", "members": members})).await.id();
        for (index, person) in people.iter().enumerate() {
            passport(app, &agent, *person, &format!("L898902C{index}"), 10).await;
        }
        let (_, of_ida) = feed(app, &agent, json!({"user_id": people[0]})).await;
        let (_, of_group) = feed(app, &agent, json!({"group_id": group})).await;
        assert_eq!(values(&subscribed(app, &of_group).await, "UID").len(), 3);
        // Who is restricted is found by no agent.
        let restrict = format!("/v1/users/{}/restrict", people[0]);
        admin.post(&restrict, json!({"reason": "Contested"})).await.expect(200);
        assert_eq!(subscribed(app, &of_ida).await.problem(404), "not_found");
        assert_eq!(values(&subscribed(app, &of_group).await, "UID").len(), 2);
        admin.post(format!("/v1/users/{}/unrestrict", people[0]), json!({})).await.expect(200);
        assert_eq!(subscribed(app, &of_ida).await.status, 200);
        admin.delete(format!("/v1/users/{}", people[0])).await.expect(204);
        assert_eq!(subscribed(app, &of_ida).await.problem(404), "not_found");
        assert_eq!(values(&subscribed(app, &of_group).await, "UID").len(), 2);
        agent.delete(format!("/v1/groups/{group}")).await.expect(204);
        assert_eq!(subscribed(app, &of_group).await.problem(404), "not_found");
        assert_eq!(left(app).await, 0);
    }

    async fn a_customer_s_feed_of_a_group_shows_the_own_and_ends_with_the_membership(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let people = [rosa.id(), app.profile("Eva").await, app.profile("Ada").await];
        let members: Vec<_> = people.iter().map(|id| json!({"user_id": id})).collect();
        let group = agent.post("/v1/groups", json!({"name": "Team", "members": members})).await.id();
        for (index, person) in people.iter().enumerate() {
            passport(app, &agent, *person, &format!("L898902C{index}"), 10).await;
        }
        let (_, path) = feed(app, &rosa, json!({"group_id": group})).await;
        assert_eq!(values(&subscribed(app, &path).await, "SUMMARY"), ["Passport (UTO) of Rosa expires"]);
        agent.delete(format!("/v1/groups/{group}/members/{}", rosa.id())).await.expect(204);
        assert_eq!(subscribed(app, &path).await.problem(404), "not_found");
    }

    async fn staff_without_the_second_factor_that_is_asked_of_them_read_nothing(app: &App) {
        let agent = app.agent().await;
        let (_, path) = feed(app, &agent, own()).await;
        assert_eq!(subscribed(app, &path).await.status, 200);
        let mut core = app.core.clone();
        let mut settings = (*core.settings).clone();
        settings.second_factor = SecondFactor::Staff;
        core.settings = settings.into();
        let token = path.rsplit('/').next().unwrap().strip_suffix(".ics").unwrap();
        let token = service::input::Secret::new(token.to_owned());
        let from = service::auth::Origin::default();
        let refused = service::calendar_feeds::calendar(&core, &from, &token).await;
        assert!(matches!(refused, Err(service::Error::NotFound)), "{refused:?}");
        assert!(service::calendar_feeds::calendar(&app.core, &from, &token).await.is_ok());
    }
}

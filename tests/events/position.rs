//! Where a reader stands: kept for weeks, and good for nothing else.

use chrono::TimeDelta;
use entity::{event_head, events};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use service::events::sequence::settle;
use service::privacy::retention::{self, Retention, Rule};

use super::{Reader, types};
use crate::support::{App, on_both_databases};

async fn three_people(app: &App) {
    for name in ["A", "B", "C"] {
        app.profile(name).await;
    }
}

on_both_databases! {
    async fn every_walk_finds_each_event_once(app: &App) {
        let reader = Reader::from_now(app).await;
        three_people(app).await;
        three_people(app).await;
        for limit in [1, 2, 4, 6, 7] {
            let mut url = format!("/v1/events?after={}&limit={limit}", reader.position);
            let mut seen = Vec::new();
            loop {
                let answer = reader.caller.get(&url).await;
                let page = answer.expect(200);
                let data = page["data"].as_array().unwrap();
                seen.extend(data.iter().map(|event| event["id"].as_str().unwrap().to_owned()));
                let link = answer.header("link").and_then(|it| it.strip_prefix('<')?.split_once('>'));
                assert_eq!(link.is_some(), page["has_more"] == true);
                assert_eq!(page["next_cursor"].is_null(), link.is_none());
                assert_eq!(data.last().unwrap()["position"], page["position"]);
                let Some((next, _)) = link else { break };
                assert!(next.contains(&format!("after={}", page["next_cursor"].as_str().unwrap())), "{next}");
                next.clone_into(&mut url);
            }
            let once: std::collections::BTreeSet<_> = seen.iter().collect();
            assert_eq!((seen.len(), once.len()), (6, 6), "limit {limit}");
        }
    }

    async fn the_oldest_event_comes_first_where_nobody_says_where_to_begin(app: &App) {
        app.profile("Rosa").await;
        let agent = app.agent().await;
        let page = agent.get("/v1/events?limit=1").await.expect(200);
        assert_eq!(types(page["data"].as_array().unwrap()), ["user.created"]);
        assert!(page["position"].as_str().unwrap().starts_with("1-"), "{page}");
        assert_eq!(agent.get("/v1/events?limit=1&after=0").await.expect(200)["data"], page["data"]);
    }

    async fn what_is_old_goes_and_who_has_not_read_it_is_told(app: &App)
        with |config| config.retention = Retention { events: 30, ..Retention::default() } =>
    {
        let mut late = Reader::from_now(app).await;
        three_people(app).await;
        late.caller.get("/v1/events?after=0").await.expect(200);
        let mut reader = Reader { caller: late.caller.clone(), position: late.position.clone() };
        assert_eq!(reader.new_events().await.len(), 3);
        // Tokens do not live as long as events.
        app.core.clock.shift(TimeDelta::days(29));
        retention::run(&app.core, false).await.unwrap();
        late.caller = app.client("events:read").await;
        assert_eq!(late.new_events().await.len(), 3);
        app.core.clock.shift(TimeDelta::days(2));
        let (late_position, caller) = (late.position, app.client("events:read").await);
        app.profile("D").await;
        settle(&app.core).await.unwrap();
        let due = |reports: Vec<retention::Report>| {
            reports.into_iter().find(|it| it.rule == Rule::Events).map(|it| it.ids.len()).unwrap()
        };
        let before = events::Entity::find().count(app.core.db.read()).await.unwrap();
        assert_eq!(due(retention::run(&app.core, true).await.unwrap()) as u64, before - 1);
        assert_eq!(events::Entity::find().count(app.core.db.read()).await.unwrap(), before);
        assert_eq!(due(retention::run(&app.core, false).await.unwrap()) as u64, before - 1);
        assert_eq!(events::Entity::find().count(app.core.db.read()).await.unwrap(), 1);
        // Who has read all that is gone goes on.
        let page = caller.get(format!("/v1/events?after={late_position}")).await.expect(200);
        assert_eq!(types(page["data"].as_array().unwrap()), ["user.created"]);
        let end = page["position"].as_str().unwrap().to_owned();
        // Who has not, and who begins at a beginning that is gone, copies anew.
        for gone in ["0", "1-00000000"] {
            assert_eq!(caller.get(format!("/v1/events?after={gone}")).await.problem(410), "position_gone");
        }
        assert_eq!(caller.get("/v1/events").await.expect(200)["data"], page["data"]);
        // The last event stays, and with it the place of whoever has read it.
        app.core.clock.shift(TimeDelta::days(365));
        assert_eq!(due(retention::run(&app.core, false).await.unwrap()), 0);
        let caller = app.client("events:read").await;
        assert_eq!(caller.get(format!("/v1/events?after={end}")).await.expect(200)["data"], json!([]));
    }

    async fn a_database_that_goes_back_to_a_backup_leads_nobody_astray(app: &App) {
        let mut reader = Reader::from_now(app).await;
        three_people(app).await;
        reader.new_events().await;
        let (ahead, caller) = (reader.position.clone(), reader.caller.clone());
        // As it was two events ago, and then something else happens.
        let head = event_head::Entity::find_by_id(1).one(app.core.db.read()).await.unwrap().unwrap();
        let db = app.core.db.writer();
        let column = events::COLUMN;
        events::Entity::delete_many().filter(column.position.gt(head.position - 2)).exec(db).await.unwrap();
        event_head::Entity::update_many().col_expr(event_head::Column::Position, Expr::value(head.position - 2)).exec(db).await.unwrap();
        assert_eq!(caller.get(format!("/v1/events?after={ahead}")).await.problem(410), "position_gone");
        three_people(app).await;
        assert_eq!(caller.get(format!("/v1/events?after={ahead}")).await.problem(410), "position_gone");
        let last = events::Entity::find().order_by_desc(column.position).one(db).await.unwrap().unwrap();
        assert_eq!(last.position, Some(head.position + 1));
    }

    async fn places_have_no_gaps_and_what_is_rolled_back_takes_none(app: &App) {
        let mut reader = Reader::from_now(app).await;
        let agent = app.agent().await;
        let group = |name: &str| json!({"name": name, "members": [{"user_id": agent.id()}, {"user_id": uuid::Uuid::now_v7()}]});
        for name in ["One", "Two"] {
            agent.post("/v1/groups", group(name)).await.expect(422);
        }
        three_people(app).await;
        let events: Vec<Value> = reader.new_events().await;
        let places: Vec<i64> = events.iter().map(|event| event["position"].as_str().unwrap().split('-').next().unwrap().parse().unwrap()).collect();
        assert!(places.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{places:?}");
    }
}

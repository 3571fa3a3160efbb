use chrono::{NaiveTime, TimeDelta};
use serde_json::json;

use super::{add_program, ids, membership, program};
use crate::support::{App, on_both_databases};

/// Moves the clock to noon, so that the day does not change during the test.
fn noon(app: &App) {
    let now = app.core.clock.now();
    let noon = now.with_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()).unwrap();
    app.core.clock.shift(noon - now);
}

on_both_databases! {
    async fn both_ends_belong_to_the_offer(app: &App) {
        noon(app);
        let day = |offset: i64| (app.core.clock.today() + TimeDelta::days(offset)).to_string();
        let always = add_program(app, "Always", &json!({})).await;
        let from = add_program(app, "From", &json!({"offered_from": day(1)})).await;
        let until = add_program(app, "Until", &json!({"offered_until": day(1)})).await;
        let one_day = add_program(app, "One day", &json!({"offered_from": day(1), "offered_until": day(1)})).await;
        let (member, agent) = (app.profile("Anna").await, app.agent().await.id());
        let all = [&always, &from, &until, &one_day];
        for (shift, offered) in [
            (0, vec![&always, &until]),
            (1, vec![&always, &from, &until, &one_day]),
            (1, vec![&always, &from]),
        ] {
            app.core.clock.shift(TimeDelta::days(shift));
            let anybody = app.anonymous();
            let listed = ids(&anybody.get("/v1/loyalty-programs?on_offer=true").await.expect(200));
            assert_eq!(listed.iter().collect::<Vec<_>>(), offered);
            let others = ids(&anybody.get("/v1/loyalty-programs?on_offer=false").await.expect(200));
            let rest: Vec<_> = all.into_iter().filter(|id| !offered.contains(id)).collect();
            assert_eq!(others.iter().collect::<Vec<_>>(), rest);
            // Reading one and joining it agree with the list.
            let agent = app.caller(agent).await;
            for id in all {
                let read = anybody.get(format!("/v1/loyalty-programs/{id}")).await.expect(200);
                assert_eq!(read["on_offer"], offered.contains(&id), "{}", read["name"]);
                let joined = agent.post("/v1/loyalties", membership(member, id)).await;
                if offered.contains(&id) {
                    joined.expect(201);
                    agent.delete(format!("/v1/loyalties/{}", joined.id())).await.expect(204);
                } else {
                    assert_eq!(joined.problem(409), "program_not_offered");
                }
            }
        }
    }

    async fn an_offer_cannot_end_before_it_begins(app: &App) {
        let admin = app.admin().await;
        let backwards = json!({"offered_from": "2026-06-02", "offered_until": "2026-06-01"});
        let answer = admin.post("/v1/loyalty-programs", program("Sunrise Points", &backwards)).await;
        answer.refuses("/offered_until", "out_of_order");
        let same_day = json!({"offered_from": "2026-06-01", "offered_until": "2026-06-01"});
        let created = admin.post("/v1/loyalty-programs", program("Sunrise Points", &same_day)).await;
        created.expect(201);
        let path = format!("/v1/loyalty-programs/{}", created.id());
        for change in [json!({"offered_until": "2026-05-31"}), json!({"offered_from": "2026-06-02"}), backwards] {
            admin.patch(&path, change).await.refuses("/offered_until", "out_of_order");
        }
        admin.patch(&path, json!({"offered_from": "2026-06-02", "offered_until": null})).await.expect(200);
    }

    async fn the_catalogue_is_narrowed_by_kind_and_supplier(app: &App) {
        let rail = add_program(app, "Rail", &json!({})).await;
        let air = add_program(app, "Air", &json!({"type": "airline", "supplier_code": "UA"})).await;
        let air_without_code = add_program(app, "Air too", &json!({"type": "airline", "supplier_code": null})).await;
        let anybody = app.anonymous();
        for (query, expected) in [
            ("type=airline", vec![&air, &air_without_code]), ("type=hotel", vec![]), ("supplier_code=UR", vec![&rail]),
            ("supplier_code=ua", vec![&air]), ("type=rail&supplier_code=UA", vec![]),
            ("type=airline&on_offer=true&supplier_code=UA", vec![&air]),
        ] {
            let page = anybody.get(format!("/v1/loyalty-programs?{query}")).await.expect(200);
            assert_eq!(ids(&page).iter().collect::<Vec<_>>(), expected, "{query}");
        }
        for (query, pointer) in [
            ("on_offer=maybe", "on_offer"), ("type=ferry", "type"), ("name=Rail", "name"), ("supplier_code=U-R", "supplier_code"),
        ] {
            let errors = anybody.get(format!("/v1/loyalty-programs?{query}")).await.errors(400);
            assert_eq!(errors.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), [pointer]);
        }
        let first = anybody.get("/v1/loyalty-programs?limit=2").await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = anybody.get(format!("/v1/loyalty-programs?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!([ids(&first), ids(&second)].concat(), [rail, air, air_without_code]);
        let statements = app.statements(async { anybody.get("/v1/loyalty-programs").await.expect(200) }).await;
        assert_eq!(statements, 1);
    }
}

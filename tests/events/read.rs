//! What events say, who reads them, and waiting for the next one.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Reader, person, told, types};
use crate::support::world::{Belongings, Canaries};
use crate::support::{anna_passport, anna_visa, on_both_databases};

on_both_databases! {
    async fn an_event_names_the_record_its_fields_and_who_did_it(app: &App) {
        let (agent, mut reader) = (app.agent().await, Reader::from_now(app).await);
        let id = agent.post("/v1/users", json!({"first_name": "Rosa"})).await.id();
        agent.patch(format!("/v1/users/{id}"), json!({"phone": "+46301234567", "title": "Dr"})).await.expect(200);
        let events = reader.new_events().await;
        assert_eq!(types(&events), ["user.created", "user.updated"]);
        let event = &events[1];
        assert_eq!(event["subject"], json!({"type": "user", "id": id}));
        assert_eq!((event["version"].as_i64(), &event["user_id"]), (Some(2), &json!(id)));
        assert_eq!(event["changed_fields"], json!(["title", "phone"]));
        assert_eq!(event["actor"], json!({"kind": "user", "id": agent.id()}));
        let mut names: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["actor", "changed_fields", "id", "occurred_at", "position", "subject", "type", "user_id", "version"]);
        // Nothing changes, and nothing is told; neither is what is refused.
        agent.patch(format!("/v1/users/{id}"), json!({"title": "Dr"})).await.expect(200);
        agent.patch_with(format!("/v1/users/{id}"), &[("if-match", "\"1\"")], json!({"title": "Prof"})).await.expect(412);
        assert_eq!(reader.new_events().await, Vec::<Value>::new());
    }

    async fn what_a_change_does_to_other_records_is_told_too(app: &App) {
        let (agent, admin, mut reader) = (app.agent().await, app.admin().await, Reader::from_now(app).await);
        let rosa = app.profile("Rosa").await;
        let passport = async |number: &str| agent.post("/v1/passports", anna_passport(rosa, number)).await.id();
        let (first, second) = (passport("L898902C3").await, passport("L898902C4").await);
        let visa = agent.post("/v1/visas", anna_visa(rosa, &first, "V1234567")).await.id();
        reader.new_events().await;
        let fields = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let heard = async |reader: &mut Reader| {
            let events = reader.new_events().await;
            assert!(events.iter().all(|event| person(event) == Some(rosa)), "{events:#?}");
            events.iter().map(told).collect::<Vec<_>>()
        };
        // Another passport becomes the primary one.
        agent.patch(format!("/v1/passports/{second}"), json!({"primary": true})).await.expect(200);
        assert_eq!(heard(&mut reader).await, [
            ("passport.updated".into(), first.clone(), Some(2), fields(&["primary"])),
            ("passport.updated".into(), second.clone(), Some(2), fields(&["primary"])),
        ]);
        // The first one is primary again, because the second one is lost.
        agent.patch(format!("/v1/passports/{second}"), json!({"status": "lost"})).await.expect(200);
        let events = heard(&mut reader).await;
        assert_eq!((&events[0].1, events[0].2), (&first, Some(3)), "{events:#?}");
        assert_eq!((&events[1].1, events[1].2), (&second, Some(3)));
        // A visa loses its passport.
        agent.delete(format!("/v1/passports/{first}")).await.expect(204);
        let events = heard(&mut reader).await;
        assert_eq!(events[0], ("visa.updated".into(), visa.clone(), Some(2), fields(&["passport_id"])));
        assert_eq!((events[1].0.as_str(), &events[1].1), ("passport.deleted", &first));
        // Memberships: another favourite, and a tier in another spelling.
        let program = async |name: &str| {
            let program = json!({"supplier": "Utopia Rail", "name": name, "type": "rail", "tiers": [{"name": "gold"}]});
            admin.post("/v1/loyalty-programs", program).await.id()
        };
        let (points, stars) = (program("Points").await, program("Stars").await);
        let join = async |program: &str| {
            let new = json!({"user_id": rosa, "program_id": program, "membership_number": "77", "tier": "gold", "primary": true});
            agent.post("/v1/loyalties", new).await.id()
        };
        let old = join(&points).await;
        reader.new_events().await;
        let favourite = join(&stars).await;
        let events = heard(&mut reader).await;
        assert_eq!(events[0], ("loyalty.updated".into(), old.clone(), Some(2), fields(&["primary"])));
        assert_eq!((events[1].0.as_str(), &events[1].1), ("loyalty.created", &favourite));
        admin.patch(format!("/v1/loyalty-programs/{points}"), json!({"tiers": [{"name": "Gold"}]})).await.expect(200);
        let events = reader.new_events().await;
        assert_eq!(told(&events[0]), ("loyalty.updated".into(), old, Some(3), fields(&["tier"])));
        assert_eq!(types(&events[1..]), ["loyalty_program.updated"]);
    }

    async fn who_is_erased_takes_everything_along_and_every_piece_is_told(app: &App) {
        let admin = app.admin().await;
        let (it, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        // Two are left without the companion, so that the group goes with the user.
        admin.delete(format!("/v1/groups/{}/members/{}", it.group, it.companion)).await.expect(204);
        let mut reader = Reader::from_now(app).await;
        admin.post(format!("/v1/users/{}/erase", it.user), json!({"reason": "The customer has asked for it"})).await.expect(200);
        let events = reader.new_events().await;
        let mut told: Vec<_> = events.iter().map(|event| {
            (event["type"].as_str().unwrap(), event["subject"]["id"].as_str().unwrap())
        }).collect();
        assert_eq!(told.pop(), Some(("user.erased", it.user.as_str())), "the last word of a person");
        told.sort_unstable();
        let mut expected = vec![
            ("emergency_contact.deleted", it.emergency_contact.as_str()),
            ("group.deleted", &it.group),
            ("identity_card.deleted", &it.identity_card),
            ("loyalty.deleted", &it.loyalty),
            ("passport.deleted", &it.passport),
            ("traveller_number.deleted", &it.traveller_number),
            ("visa.deleted", &it.visa),
        ];
        expected.sort_unstable();
        assert_eq!(told, expected);
    }

    async fn groups_count_their_members_changes_as_their_own(app: &App) {
        let (agent, mut reader) = (app.agent().await, Reader::from_now(app).await);
        let people = [app.profile("A").await, app.profile("B").await, app.profile("C").await];
        reader.new_events().await;
        let new = json!({"name": "Wedding", "members": [{"user_id": people[0]}, {"user_id": people[1]}]});
        let path = format!("/v1/groups/{}", agent.post("/v1/groups", new).await.id());
        let member = format!("{path}/members/{}", people[2]);
        agent.put(&member, json!({})).await.expect(201);
        agent.put(&member, json!({"role": "lead"})).await.expect(200);
        agent.delete(&member).await.expect(204);
        let version = agent.get(&path).await.expect(200)["version"].as_i64();
        agent.delete(&path).await.expect(204);
        let events = reader.new_events().await;
        let heard: Vec<_> = events.iter().map(|event| (event["type"].as_str().unwrap(), event["version"].as_i64(), person(event))).collect();
        assert_eq!(heard, [
            ("group.created", Some(1), None),
            ("group.member_added", Some(1), Some(people[0])),
            ("group.member_added", Some(1), Some(people[1])),
            ("group.member_added", Some(2), Some(people[2])),
            ("group.member_updated", Some(3), Some(people[2])),
            ("group.member_removed", Some(4), Some(people[2])),
            ("group.deleted", Some(4), None),
        ]);
        assert_eq!(version, Some(4));
    }

    async fn nothing_personal_stands_in_an_event(app: &App) {
        let (admin, canaries, mut reader) = (app.admin().await, Canaries::new(), Reader::from_now(app).await);
        let (it, rosa) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
        rosa.patch("/v1/me", json!({"middle_names": canaries.last_name})).await.expect(200);
        rosa.delete(format!("/v1/passports/{}", it.passport)).await.expect(204);
        admin.delete(format!("/v1/users/{}", it.user)).await.expect(204);
        let events = reader.new_events().await;
        assert!(events.len() > 20);
        assert_eq!(canaries.found_in(&Value::from(events).to_string()), Vec::<String>::new());
    }

    async fn a_reader_may_ask_for_some_types_only(app: &App) {
        let (agent, reader) = (app.agent().await, Reader::from_now(app).await);
        let rosa = app.profile("Rosa").await;
        let passport = agent.post("/v1/passports", anna_passport(rosa, "L898902C3")).await.id();
        agent.delete(format!("/v1/passports/{passport}")).await.expect(204);
        let ask = async |types: &str| {
            reader.caller.get(format!("/v1/events?after={}&types={types}", reader.position)).await.expect(200)
        };
        let found = ask("passport.*").await;
        assert_eq!(types(found["data"].as_array().unwrap()), ["passport.created", "passport.deleted"]);
        let found = ask("user.created,passport.deleted").await;
        assert_eq!(types(found["data"].as_array().unwrap()), ["user.created", "passport.deleted"]);
        // Nothing of interest has happened, and the reader comes along all the same.
        let found = ask("group.*").await;
        assert_eq!(found["data"], json!([]));
        let page = reader.caller.get(format!("/v1/events?after={}", found["position"].as_str().unwrap())).await.expect(200);
        assert_eq!((&page["data"], &page["has_more"], &page["next_cursor"]), (&json!([]), &json!(false), &Value::Null));
        for wrong in ["types=passport", "types=passport.eaten", "types=user.created,", "types=", "wait=31", "wait=-1", "wait=x",
            "limit=0", "limit=201", "cursor=x", "after=1", "after=last", "after=1-0000000g", "after=-1-00000000"] {
            let answer = reader.caller.get(format!("/v1/events?{wrong}")).await;
            assert_eq!(answer.errors(400)[0].0, wrong.split('=').next().unwrap(), "{wrong}");
        }
    }

    async fn who_waits_is_told_at_once(app: &App) {
        let (agent, reader) = (app.agent().await, Reader::from_now(app).await);
        let url = |wait: u32, types: &str| format!("/v1/events?after={}&wait={wait}{types}", reader.position);
        let begun = Instant::now();
        let wait = async {
            let page = reader.caller.get(url(30, "&types=passport.*")).await.expect(200);
            (page, begun.elapsed())
        };
        let change = async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            let rosa = app.profile("Rosa").await;
            tokio::time::sleep(Duration::from_millis(600)).await;
            agent.post("/v1/passports", anna_passport(rosa, "L898902C3")).await.expect(201);
        };
        let ((page, waited), ()) = tokio::join!(wait, change);
        assert_eq!(types(page["data"].as_array().unwrap()), ["passport.created"]);
        assert!(waited > Duration::from_millis(1200) && waited < Duration::from_secs(10), "{waited:?}");
        let begun = Instant::now();
        let page = reader.caller.get(format!("/v1/events?after={}&wait=1", page["position"].as_str().unwrap())).await.expect(200);
        assert_eq!(page["data"], json!([]));
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        // Who stops does not wait for those who wait.
        let wait = async {
            let begun = Instant::now();
            reader.caller.get(format!("/v1/events?after={}&wait=30", page["position"].as_str().unwrap())).await.expect(200);
            begun.elapsed()
        };
        let stop = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            app.core.events.close();
        };
        let (waited, ()) = tokio::join!(wait, stop);
        assert!(waited < Duration::from_secs(10), "{waited:?}");
    }

    async fn nobody_waits_longer_than_the_agency_lets_them(app: &App) with |config| config.events_max_wait = Duration::ZERO => {
        let reader = Reader::from_now(app).await;
        let begun = Instant::now();
        reader.caller.get(format!("/v1/events?after={}&wait=30", reader.position)).await.expect(200);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
}

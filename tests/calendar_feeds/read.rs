//! `GET /v1/calendar-feeds/{token}.ics`.

use serde_json::json;

use super::{FEEDS, feed, lines, own, subscribed, values};
use crate::alerts::{day, identity_card, membership, passport, traveller_number};
use crate::support::{on_both_databases, without_chance};

on_both_databases! {
    async fn a_calendar_program_reads_last_days_with_alarms(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        rosa.patch("/v1/me", json!({"first_name": "Rosa, \"R\"; Ørsted"})).await.expect(200);
        let record = passport(app, &agent, rosa.id(), "L898902C3", 400).await;
        membership(app, &agent, rosa.id(), 20).await;
        passport(app, &agent, rosa.id(), "L898902C4", -91).await;
        let name = "Ausweise, Pässe; und so weiter bis die Zeile länger als fünfundsiebzig Oktette ist";
        let (_, path) = feed(app, &rosa, json!({"name": name})).await;
        let answer = subscribed(app, &path).await;
        let lines = lines(&answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!((lines.first().unwrap().as_str(), lines.last().unwrap().as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
        assert_eq!(values(&answer, "NAME"), [name.replace(',', "\\,").replace(';', "\\;")]);
        assert_eq!(values(&answer, "REFRESH-INTERVAL;VALUE=DURATION"), ["P1D"]);
        // What expires first stands first; what has expired long ago is gone.
        assert_eq!(values(&answer, "SUMMARY"), [
            "Whistle Stop Card (Express) of Rosa\\, \"R\"\\; Ørsted expires",
            "Passport (UTO) of Rosa\\, \"R\"\\; Ørsted expires",
        ]);
        let dates = |days| day(app, days).format("%Y%m%d").to_string();
        assert_eq!(values(&answer, "DTSTART;VALUE=DATE"), [dates(20), dates(400)]);
        assert_eq!(values(&answer, "DTEND;VALUE=DATE"), [dates(21), dates(401)]);
        assert_eq!(values(&answer, "UID")[1], format!("passport-{record}"));
        assert_eq!(values(&answer, "TRIGGER"), ["-P30D", "-P90D", "-P180D"].repeat(2));
        for kind in ["VEVENT", "VALARM"] {
            let count = |mark: &str| lines.iter().filter(|line| **line == format!("{mark}:{kind}")).count();
            assert_eq!(count("BEGIN"), count("END"));
        }
        let text = without_chance(&String::from_utf8_lossy(&answer.body));
        for number in ["L898902", "02C3", "WS-088213", "8213"] {
            assert!(!text.contains(number), "{number}");
        }
        assert!(!text.contains("Tester"), "the first name alone");
    }

    async fn cards_and_traveller_numbers_are_events_too(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let number = traveller_number(app, &agent, rosa.id(), "USA", 500).await;
        let card = identity_card(app, &agent, rosa.id(), "D23145890", 700).await;
        let (_, path) = feed(app, &rosa, own()).await;
        let answer = subscribed(app, &path).await;
        assert_eq!(values(&answer, "SUMMARY"), ["Known Traveler number (USA) of Rosa expires", "Identity card (UTO) of Rosa expires"]);
        assert_eq!(values(&answer, "UID"), [format!("traveller_number-{number}"), format!("identity_card-{card}")]);
        assert_eq!(values(&answer, "TRIGGER").len(), 6);
        let text = without_chance(&String::from_utf8_lossy(&answer.body));
        assert!(!text.contains("4567") && !text.contains("5890"), "{text}");
    }

    async fn what_has_not_changed_is_not_sent_again(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let record = passport(app, &agent, rosa.id(), "L898902C3", 400).await;
        let (_, path) = feed(app, &rosa, own()).await;
        let tag = subscribed(app, &path).await.etag();
        let again = app.anonymous().get_with(&path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len(), again.etag()), (304, 0, tag.clone()));
        agent.patch(format!("/v1/passports/{record}"), json!({"expiry_date": day(app, 500)})).await.expect(200);
        let changed = app.anonymous().get_with(&path, &[("if-none-match", &tag)]).await;
        assert_eq!(values(&changed, "UID"), [format!("passport-{record}")], "the same event on another day");
        assert_ne!(changed.etag(), tag);
    }

    async fn whatever_is_no_address_is_not_found(app: &App) {
        let rosa = app.customer("Rosa").await;
        let (id, path) = feed(app, &rosa, own()).await;
        let token = path.rsplit('/').next().unwrap().strip_suffix(".ics").unwrap();
        assert_eq!(token.len(), "cpf_".len() + 43);
        let mut refusals = Vec::new();
        for token in [&id, "x", "cpf_", &format!("{token}x"), &token[..token.len() - 1], &token[4..], "%00", "%ff"] {
            let answer = subscribed(app, &format!("{FEEDS}/{token}.ics")).await;
            let mut problem = answer.json();
            assert_eq!((answer.problem(404), answer.header("www-authenticate")), ("not_found".to_owned(), None), "{token}");
            problem.as_object_mut().unwrap().shift_remove("request_id");
            refusals.push(problem);
        }
        refusals.dedup();
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        // An access token is no way in, and a wrong one no way out.
        subscribed(app, &path).await;
        assert_eq!(app.anonymous().get_with(&path, &[("authorization", "Bearer x")]).await.status, 200);
        assert_eq!(rosa.get(format!("{FEEDS}/{id}")).await.status, 405);
        assert_eq!(app.anonymous().get(format!("{path}?user_id=1")).await.problem(400), "invalid_parameter");
    }

    async fn who_guesses_is_slowed_down(app: &App) with |config| config.failed_sign_ins_per_address = 5 => {
        let rosa = app.customer("Rosa").await;
        let (_, path) = feed(app, &rosa, own()).await;
        let mut statuses = Vec::new();
        for number in 0..8 {
            statuses.push(subscribed(app, &format!("{FEEDS}/cpf_{number}.ics")).await.status);
        }
        assert_eq!(statuses, [404, 404, 404, 404, 404, 404, 429, 429]);
        let answer = subscribed(app, &path).await;
        assert_eq!(answer.problem(429), "too_many_attempts");
        assert!(answer.header("retry-after").is_some());
        app.core.clock.shift(chrono::TimeDelta::minutes(2));
        assert_eq!(subscribed(app, &path).await.status, 200);
    }

    async fn a_calendar_takes_the_same_statements_whatever_it_holds(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let (_, path) = feed(app, &rosa, own()).await;
        let count = async || app.statements(async { lines(&subscribed(app, &path).await) }).await;
        let few = count().await;
        for number in 0..5 {
            passport(app, &agent, rosa.id(), &format!("L898902C{number}"), 10).await;
            membership(app, &agent, rosa.id(), 10).await;
        }
        // The feed, its owner and the person, and one for each kind.
        assert_eq!((few, count().await), (8, 8));
    }
}

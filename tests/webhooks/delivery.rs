//! How messages arrive.

use actix_web::HttpResponse;
use chrono::TimeDelta;
use entity::webhook_deliveries::{self, Column};
use futures_util::future::join_all;
use futures_util::stream;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};
use service::webhooks::worker;
use tokio::sync::watch;

use super::{Receiver, endpoint, failed, settled};
use crate::support::on_both_databases;

on_both_databases! {
    async fn an_event_arrives_signed_and_thin(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.*"]).await;
        let rosa = app.profile("Rosa").await;
        admin.post("/v1/groups", json!({"name": "Pair", "members": [{"user_id": rosa}, {"user_id": admin.id()}]})).await.expect(201);
        admin.patch(format!("/v1/users/{rosa}"), json!({"phone": "+46301234567"})).await.expect(200);
        let received = receiver.wait_for(2).await;
        let types: Vec<_> = received.iter().map(|it| it.json()["type"].as_str().unwrap().to_owned()).collect();
        assert_eq!(types, ["user.created", "user.updated"], "groups were not asked for");
        for message in &received {
            assert!(message.is_signed_by(&it.secret), "{message:?}");
            assert!(!message.body.contains("Rosa") && !message.body.contains("+4630"), "{message:?}");
            assert!(message.id.starts_with("msg_") && !message.id.contains('.'), "{message:?}");
        }
        // The event is the one of the feed.
        let feed = admin.get("/v1/events?after=0&limit=200&types=user.updated").await.expect(200);
        let of_feed = feed["data"].as_array().unwrap().iter().find(|event| event["subject"]["id"] == json!(rosa)).unwrap().clone();
        let payload = received[1].json();
        assert_eq!((&payload["data"], &payload["timestamp"]), (&of_feed, &of_feed["occurred_at"]));
        let log = settled(&admin, &it, "delivered", 2).await;
        assert_eq!((&log[0]["message_id"], &log[0]["response_status"], &log[0]["attempts"]), (&json!(received[1].id), &json!(204), &json!(1)));
        receiver.stop().await;
    }

    async fn what_fails_comes_again_and_what_is_about_the_same_record_waits_for_it(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.updated"]).await;
        let (rosa, carl) = (app.profile("Rosa").await, app.profile("Carl").await);
        receiver.answers(|count, _| if count == 1 { HttpResponse::InternalServerError().finish() } else { HttpResponse::Ok().finish() });
        let rename = async |id, name: &str| { admin.patch(format!("/v1/users/{id}"), json!({"first_name": name})).await.expect(200); };
        rename(rosa, "Rosa I").await;
        receiver.wait_for(1).await;
        rename(rosa, "Rosa II").await;
        rename(carl, "Carl I").await;
        // Somebody else's goes through; hers waits.
        let received = receiver.wait_for(2).await;
        assert_eq!(received[1].json()["data"]["subject"]["id"], json!(carl));
        receiver.stays_at(2).await;
        let log = settled(&admin, &it, "pending", 2).await;
        assert_eq!((&log[1]["failure"], &log[1]["response_status"], &log[1]["attempts"]), (&json!("status"), &json!(500), &json!(1)));
        app.core.clock.shift(TimeDelta::seconds(6));
        let received = receiver.wait_for(4).await;
        assert_eq!((received[2].id.as_str(), received[2].json()), (received[0].id.as_str(), received[0].json()), "the same message once more");
        assert!(received[2].is_signed_by(&it.secret) && received[2].timestamp != received[0].timestamp);
        assert_eq!(received[3].json()["data"]["version"], json!(3));
        settled(&admin, &it, "delivered", 3).await;
        receiver.stop().await;
    }

    async fn a_receiver_that_is_away_is_left_alone_and_gets_everything_when_it_is_back(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        receiver.answers(|_, _| HttpResponse::ServiceUnavailable().finish());
        let people = join_all((0..20).map(|number| async move { app.profile(&format!("P{number}")).await })).await;
        receiver.wait_for(1).await;
        tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
        assert!(receiver.received().len() <= 16, "nobody hammers at {} calls", receiver.received().len());
        let found = admin.get(&it.path).await.expect(200);
        assert!(found["failures"].as_i64() > Some(0) && !found["paused_until"].is_null(), "{found}");
        receiver.answers(|_, _| HttpResponse::Ok().finish());
        app.core.clock.shift(TimeDelta::seconds(60));
        settled(&admin, &it, "delivered", people.len()).await;
        assert_eq!(admin.get(&it.path).await.expect(200)["failures"], 0);
        receiver.stop().await;
    }

    async fn a_receiver_that_was_away_for_long_need_not_wait_for_hours(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        receiver.answers(|_, _| HttpResponse::BadGateway().finish());
        app.profile("Rosa").await;
        // The second attempt comes when it is due, and the third is not due for five minutes.
        for (failures, attempts) in [(1, 1), (2, 2), (3, 2), (4, 2)] {
            receiver.wait_for(failures).await;
            failed(&admin, &it, failures).await;
            let log = settled(&admin, &it, "pending", 1).await;
            assert_eq!(log[0]["attempts"], attempts, "a look whether it is back costs nothing");
            app.core.clock.shift(TimeDelta::seconds(60));
        }
        receiver.wait_for(5).await;
        failed(&admin, &it, 5).await;
        receiver.answers(|_, _| HttpResponse::Ok().finish());
        app.core.clock.shift(TimeDelta::seconds(60));
        receiver.wait_for(6).await;
        let log = settled(&admin, &it, "delivered", 1).await;
        assert_eq!(log[0]["attempts"], 3);
        receiver.stop().await;
    }

    async fn a_receiver_says_how_long_it_wants_to_be_left_alone(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        receiver.answers(|_, _| HttpResponse::TooManyRequests().insert_header(("retry-after", "3600")).finish());
        app.profile("Rosa").await;
        receiver.wait_for(1).await;
        settled(&admin, &it, "pending", 1).await;
        app.core.clock.shift(TimeDelta::minutes(50));
        receiver.stays_at(1).await;
        let admin = app.caller(admin.id()).await;
        app.core.clock.shift(TimeDelta::minutes(11));
        receiver.answers(|_, _| HttpResponse::Ok().finish());
        receiver.wait_for(2).await;
        settled(&app.caller(admin.id()).await, &it, "delivered", 1).await;
        receiver.stop().await;
    }

    async fn who_answers_410_is_asked_no_more(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &[]).await;
        receiver.answers(|_, _| HttpResponse::Gone().finish());
        app.profile("Rosa").await;
        settled(&admin, &it, "failed", 1).await;
        app.profile("Carl").await;
        receiver.stays_at(1).await;
        let found = admin.get(&it.path).await.expect(200);
        assert_eq!((&found["status"], &found["stopped_because"]), (&json!("disabled"), &json!("gone")));
        // Active again, it goes on where it was: nobody is missing but who was refused, and that one is replayed.
        receiver.answers(|_, _| HttpResponse::Ok().finish());
        admin.patch(&it.path, json!({"status": "active"})).await.expect(200);
        receiver.wait_for(2).await;
        let replayed = admin.post(format!("{}/replay", it.path), json!({"since": "2020-01-01T00:00:00Z", "failed_only": true})).await.expect(202);
        assert_eq!(replayed["count"], 1);
        let received = receiver.wait_for(3).await;
        assert_eq!(received[2].id, received[0].id);
        settled(&admin, &it, "delivered", 2).await;
        receiver.stop().await;
    }

    async fn what_a_receiver_has_lost_is_sent_once_more(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        for name in ["A", "B", "C"] {
            app.profile(name).await;
        }
        let first = receiver.wait_for(3).await;
        let log = settled(&admin, &it, "delivered", 3).await;
        let one = format!("{}/deliveries/{}/replay", it.path, log[1]["id"].as_str().unwrap());
        assert_eq!(admin.post(&one, Value::Null).await.expect(202)["status"], "pending");
        let received = receiver.wait_for(4).await;
        assert_eq!((&received[3].id, &received[3].body), (&first[1].id, &first[1].body));
        settled(&admin, &it, "delivered", 3).await;
        let all = admin.post(format!("{}/replay", it.path), json!({"since": "2020-01-01T00:00:00Z"})).await.expect(202);
        assert_eq!(all["count"], 3);
        receiver.wait_for(7).await;
        settled(&admin, &it, "delivered", 3).await;
        let none = json!({"since": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z"});
        assert_eq!(admin.post(format!("{}/replay", it.path), none).await.expect(202)["count"], 0);
        for (path, delivery) in [(&it.path, uuid::Uuid::now_v7().to_string()), (&format!("/v1/webhook-endpoints/{}", uuid::Uuid::now_v7()), log[0]["id"].as_str().unwrap().to_owned())] {
            assert_eq!(admin.post(format!("{path}/deliveries/{delivery}/replay"), Value::Null).await.problem(404), "not_found");
        }
        receiver.stop().await;
    }

    async fn several_processes_share_the_work_and_keep_the_order(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.updated"]).await;
        let others = [app.core.for_worker(), app.core.for_worker()];
        let (stop, stopped) = watch::channel(false);
        let people = [app.profile("A").await, app.profile("B").await, app.profile("C").await];
        let work = async {
            for round in 1..=8 {
                for id in people {
                    admin.patch(format!("/v1/users/{id}"), json!({"first_name": format!("Round {round}")})).await.expect(200);
                }
            }
            receiver.wait_for(24).await;
            settled(&admin, &it, "delivered", 24).await;
            stop.send(true).unwrap();
        };
        let workers = join_all(others.iter().map(|core| worker::run(core, stopped.clone())));
        tokio::join!(work, workers);
        let versions = receiver.versions_until(24).await;
        assert_eq!(versions.len(), 3);
        for (record, seen) in versions {
            assert_eq!(seen, (2..=9).collect::<Vec<i64>>(), "{record}");
        }
        receiver.stop().await;
    }

    /// As a process leaves it that is killed while a message is on its way.
    async fn what_a_dead_process_had_in_its_hands_goes_out_when_its_lease_is_over(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        admin.patch(&it.path, json!({"status": "disabled"})).await.expect(200);
        app.profile("Rosa").await;
        let until = app.core.clock.now() + TimeDelta::seconds(30);
        admin.patch(&it.path, json!({"status": "active"})).await.expect(200);
        receiver.wait_for(1).await;
        settled(&admin, &it, "delivered", 1).await;
        webhook_deliveries::Entity::update_many().col_expr(Column::Status, Expr::value("pending")).col_expr(Column::ClaimedUntil, Expr::value(until))
            .exec(app.core.db.writer()).await.unwrap();
        receiver.stays_at(1).await;
        app.core.clock.shift(TimeDelta::seconds(31));
        let received = receiver.wait_for(2).await;
        assert_eq!(received[1].id, received[0].id, "the receiver knows it by its id");
        receiver.stop().await;
    }

    async fn an_answer_that_never_ends_is_not_read(app: &App) with |config| config.webhooks_to_loopback = true => {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, &receiver.url, &["user.created"]).await;
        receiver.answers(|_, _| HttpResponse::Ok().streaming(stream::repeat_with(|| Ok::<_, actix_web::Error>(actix_web::web::Bytes::from(vec![b'x'; 65_536])))));
        app.profile("Rosa").await;
        let log = settled(&admin, &it, "delivered", 1).await;
        assert!(!log[0].to_string().contains("xxx"));
        receiver.stop().await;
    }
}

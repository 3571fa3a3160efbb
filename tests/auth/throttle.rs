//! Whoever guesses is stopped; the one whose account it is gets in.

use std::time::Instant;

use api::app::Application;
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use serde_json::json;

use super::{PASSWORD, login, with_password, without_request_id};
use crate::support::{Answer, App, Caller, on_both_databases};

const WRONG: &str = "lantern-otter-meadow-8";
const ROSA: &str = "rosa@mail.example";
/// Seconds that a sign-in may take on a busy machine without an end of a delay being missed.
const SLACK: i64 = 20;

async fn login_from(caller: &Caller, email: &str, password: &str, device: &str) -> Answer {
    let body = json!({"email": email, "password": password, "device_token": device});
    caller.post("/v1/auth/login", body).await
}

/// Seconds after which the caller is asked to come back.
#[track_caller]
fn blocked(answer: &Answer) -> i64 {
    assert_eq!(answer.problem(429), "too_many_attempts");
    answer.header("retry-after").unwrap().parse().unwrap()
}

/// Fails so often that the next try is not looked at.
async fn block(app: &App, email: &str) {
    for _ in 0..5 {
        login(&app.anonymous(), email, WRONG).await.expect(401);
    }
}

on_both_databases! {
    async fn five_failures_are_free_and_the_next_try_waits(app: &App) {
        with_password(app, ROSA).await;
        let caller = app.anonymous();
        block(app, ROSA).await;
        let answer = login(&caller, ROSA, WRONG).await;
        assert_eq!(blocked(&answer), 1);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        // What is not looked at is not counted, and the right password is not looked at either.
        for _ in 0..10 {
            assert_eq!(blocked(&login(&caller, ROSA, PASSWORD).await), 1);
        }
        app.core.clock.shift(TimeDelta::seconds(2));
        login(&caller, ROSA, PASSWORD).await.expect(200);
        // A success gives the whole budget back.
        block(app, ROSA).await;
        blocked(&login(&caller, ROSA, PASSWORD).await);
    }

    async fn delays_grow_to_a_quarter_of_an_hour_and_end_in_a_lock(app: &App) {
        with_password(app, ROSA).await;
        let caller = app.anonymous();
        for failure in 1..=100_i64 {
            let began = Instant::now();
            login(&caller, ROSA, WRONG).await.expect(401);
            let delay = match failure {
                ..5 => continue,
                5..15 => 1 << (failure - 5),
                15..100 => 900,
                _ => 86_400,
            };
            // A busy machine may take seconds for a sign-in, and the delay would be over.
            app.core.clock.shift(TimeDelta::seconds(-SLACK));
            let left = blocked(&login(&caller, ROSA, PASSWORD).await);
            // Nobody is asked to wait for more than a day.
            let most = (delay + SLACK).min(86_400);
            let took = i64::try_from(began.elapsed().as_secs()).unwrap();
            assert!((most - took..=most).contains(&left), "after {failure}: {left} of {delay}");
            app.core.clock.shift(TimeDelta::seconds(delay));
            blocked(&login(&caller, ROSA, PASSWORD).await);
            app.core.clock.shift(TimeDelta::seconds(SLACK + 1));
        }
        app.core.clock.shift(TimeDelta::days(90));
        assert_eq!(blocked(&login(&caller, ROSA, PASSWORD).await), 86_400);
        // A new password by mail clears it.
        let account = service::auth::throttle::Account::named(&app.core, " ROSA@mail.example");
        let cleared = async |txn: &_| service::auth::throttle::clear(txn, &account).await;
        app.core.db.write(cleared).await.unwrap();
        login(&caller, ROSA, PASSWORD).await.expect(200);
    }

    async fn every_way_to_write_an_address_is_on_one_budget(app: &App) {
        with_password(app, "Rosa.Lind@münchen.example").await;
        let caller = app.anonymous();
        let variants = [
            "rosa.lind@münchen.example", "ROSA.LIND@MÜNCHEN.EXAMPLE", " rosa.lind@xn--mnchen-3ya.example\t",
            "rosa .lind@münchen.example", "\u{ff32}osa.lind\u{ff20}münchen.example", "rosa.lind@mu\u{308}nchen.example",
            "Rosa.Lind@\u{a0}münchen\u{3002}example",
        ];
        for email in &variants[..5] {
            login(&caller, email, WRONG).await.expect(401);
        }
        for email in variants {
            blocked(&login(&caller, email, PASSWORD).await);
        }
        // Somebody else is not concerned.
        login(&caller, "rosa.lund@münchen.example", WRONG).await.expect(401);
    }

    async fn every_path_that_takes_the_password_is_on_one_budget(app: &App) {
        let id = with_password(app, ROSA).await;
        let rosa = app.caller(id).await;
        let change = |current: &str| json!({"current_password": current, "new_password": "fjord-and-ferry-7"});
        let moving = |password: &str| json!({"email": "rosa.lind@mail.example", "password": password});
        login(&rosa, ROSA, WRONG).await.expect(401);
        rosa.post("/v1/auth/change-password", change(WRONG)).await.refuses("/current_password", "wrong_password");
        rosa.post("/v1/auth/change-email", moving(WRONG)).await.refuses("/password", "wrong_password");
        rosa.post("/v1/auth/second-factor", json!({"password": WRONG})).await.refuses("/password", "wrong_password");
        login(&rosa, "ROSA@mail.example ", WRONG).await.expect(401);
        for answer in [
            login(&rosa, ROSA, PASSWORD).await,
            rosa.post("/v1/auth/change-password", change(PASSWORD)).await,
            rosa.post("/v1/auth/change-email", moving(PASSWORD)).await,
            rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await,
        ] {
            assert_eq!(blocked(&answer), 1);
        }
        app.core.clock.shift(TimeDelta::seconds(2));
        rosa.post("/v1/auth/change-password", change(PASSWORD)).await.expect(204);
    }

    /// Strangers can lock an account for good; who reads its mail opens it again.
    async fn a_new_password_by_mail_opens_a_locked_account(app: &App) {
        with_password(app, ROSA).await;
        for _ in 0..100 {
            login(&app.anonymous(), ROSA, WRONG).await.expect(401);
            app.core.clock.shift(TimeDelta::seconds(901));
        }
        assert_eq!(blocked(&login(&app.anonymous(), ROSA, PASSWORD).await), 86_400);
        app.anonymous().post("/v1/auth/forgot-password", json!({"email": ROSA})).await.expect(202);
        let token = app.last_mail_to(ROSA).await.token();
        let new = json!({"token": token, "password": "fjord-and-ferry-7"});
        app.anonymous().post("/v1/auth/reset-password", new).await.expect(204);
        login(&app.anonymous(), ROSA, "fjord-and-ferry-7").await.expect(200);
    }

    async fn an_unknown_address_is_answered_like_a_known_one(app: &App) {
        with_password(app, ROSA).await;
        let caller = app.anonymous();
        for _ in 0..9 {
            let known = login(&caller, ROSA, WRONG).await;
            for email in ["nobody@mail.example", "no address at all", ""] {
                let unknown = login(&caller, email, WRONG).await;
                assert_eq!(unknown.status, known.status);
                assert_eq!(without_request_id(&unknown), without_request_id(&known));
                assert_eq!(unknown.header("retry-after"), known.header("retry-after"));
            }
        }
        blocked(&login(&caller, "nobody@mail.example", WRONG).await);
    }

    async fn of_many_guesses_at_once_five_are_evaluated(app: &App) {
        with_password(app, ROSA).await;
        let callers: Vec<_> = (0..64).map(|_| app.anonymous()).collect();
        let begin = std::time::Instant::now();
        let answers = join_all(callers.iter().map(|caller| login(caller, ROSA, WRONG))).await;
        let evaluated = answers.iter().filter(|answer| answer.status == 401).count();
        let refused = answers.iter().filter(|answer| answer.status == 429).count();
        // A machine that is slow gives the delays time to pass.
        let late = [1, 3, 7, 15].iter().filter(|at| begin.elapsed().as_secs() >= **at).count();
        assert!((5..=5 + late).contains(&evaluated), "{evaluated} in {:?}", begin.elapsed());
        assert_eq!(evaluated + refused, 64);
        let rows = entity::throttles::Entity::find().all(app.core.db.read()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.failures).collect::<Vec<_>>(), [i64::try_from(evaluated).unwrap()]);
    }

    async fn many_correct_sign_ins_at_once_are_no_failures(app: &App) {
        with_password(app, ROSA).await;
        let callers: Vec<_> = (0..60).map(|_| app.anonymous()).collect();
        let answers = join_all(callers.iter().map(|caller| login(caller, ROSA, PASSWORD))).await;
        for answer in &answers {
            answer.expect(200);
        }
        let rows = entity::throttles::Entity::find().all(app.core.db.read()).await.unwrap();
        assert!(rows.is_empty(), "{rows:?}");
    }

    async fn a_restart_forgets_nothing(app: &App) {
        with_password(app, ROSA).await;
        // Blocked for an hour by the clock of the process that starts, however long it takes to.
        app.core.clock.shift(TimeDelta::hours(1));
        block(app, ROSA).await;
        let again = Application::build(&app.config).await.unwrap();
        let (addr, handle) = (again.addr(), again.handle());
        let server = actix_web::rt::spawn(again.run());
        assert!(blocked(&login(&Caller::new(addr, None, None), ROSA, PASSWORD).await) > 3000);
        handle.stop(false).await;
        server.await.unwrap().unwrap();
    }

    async fn strangers_cannot_lock_a_known_device_out(app: &App) {
        with_password(app, ROSA).await;
        let caller = app.anonymous();
        let device = login(&caller, ROSA, PASSWORD).await.expect(200)["device_token"].as_str().unwrap().to_owned();
        assert!(device.starts_with("cpd_"), "{}", device.len());
        block(app, ROSA).await;
        blocked(&login(&caller, ROSA, PASSWORD).await);
        let renewed = login_from(&caller, ROSA, PASSWORD, &device).await.expect(200)["device_token"].clone();
        // A browser sends the cookie.
        let cookie = format!("theme=dark; device={}", renewed.as_str().unwrap());
        let body = json!({"email": " Rosa@mail.example", "password": PASSWORD});
        let post = actix_web::http::Method::POST;
        let answer = caller.json(post, "/v1/auth/login", &[("cookie", &cookie)], &body).await;
        answer.expect(200);
        let set = answer.header("set-cookie").unwrap();
        assert!(set.starts_with("device=cpd_") && set.ends_with("Path=/v1/auth; Max-Age=15552000; HttpOnly; SameSite=Strict"));
        // The sign-ins of the device have not helped the strangers.
        blocked(&login(&caller, ROSA, PASSWORD).await);
        // Failures of the device are on its own budget, which a renewed token shares.
        for device in [&device, renewed.as_str().unwrap(), &device, &device, &device] {
            login_from(&caller, ROSA, WRONG, device).await.expect(401);
        }
        blocked(&login_from(&caller, ROSA, PASSWORD, renewed.as_str().unwrap()).await);
        app.core.clock.shift(TimeDelta::seconds(2));
        login(&caller, ROSA, PASSWORD).await.expect(200);
    }

    async fn a_device_of_somebody_else_is_as_good_as_none(app: &App) {
        for email in [ROSA, "ida@mail.example"] {
            with_password(app, email).await;
        }
        let caller = app.anonymous();
        let token = async |email: &str| {
            login(&caller, email, PASSWORD).await.expect(200)["device_token"].as_str().unwrap().to_owned()
        };
        let (own, others) = (token(ROSA).await, token("ida@mail.example").await);
        app.core.clock.shift(TimeDelta::days(181));
        let fresh = token(ROSA).await;
        let mut tampered = fresh.clone().into_bytes();
        tampered[10] ^= 1;
        let tampered = String::from_utf8(tampered).unwrap();
        block(app, ROSA).await;
        let plain = login(&caller, ROSA, WRONG).await;
        for device in [&own, &others, &tampered, &fresh[..fresh.len() - 1], &fresh[4..], "cpd_", ""] {
            let answer = login_from(&caller, ROSA, PASSWORD, device).await;
            blocked(&answer);
            assert_eq!(without_request_id(&answer), without_request_id(&plain));
        }
        login_from(&caller, ROSA, PASSWORD, &fresh).await.expect(200);
    }

    async fn an_address_has_a_budget_of_failures(app: &App) with |config| {
        config.failed_sign_ins_per_address = 6;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    } => {
        with_password(app, ROSA).await;
        let caller = app.anonymous();
        let from = async |hops: &str, email: &str, password: &str| {
            let body = json!({"email": email, "password": password});
            let headers = [("x-forwarded-for", hops)];
            caller.json(actix_web::http::Method::POST, "/v1/auth/login", &headers, &body).await
        };
        // An office signs in as often as it likes.
        for _ in 0..10 {
            from("203.0.113.7", ROSA, PASSWORD).await.expect(200);
        }
        // A stranger takes another account for each guess, and claims to come from elsewhere each time.
        let mut refused = 0;
        for number in 0..20 {
            let hops = format!("203.0.113.{number}, 198.51.100.9");
            let answer = from(&hops, &format!("nobody{number}@mail.example"), WRONG).await;
            if answer.status == 429 {
                assert!((1..=10).contains(&blocked(&answer)));
                refused += 1;
            }
        }
        assert!((12..=14).contains(&refused), "{refused}");
        blocked(&from("198.51.100.9", ROSA, PASSWORD).await);
        from("203.0.113.7", ROSA, PASSWORD).await.expect(200);
        app.core.clock.shift(TimeDelta::seconds(11));
        from("198.51.100.9", ROSA, PASSWORD).await.expect(200);
    }

    async fn nobody_chooses_an_address_without_a_trusted_proxy(app: &App) with |config| {
        config.failed_sign_ins_per_address = 3;
    } => {
        let caller = app.anonymous();
        let mut statuses = Vec::new();
        for number in 0..8 {
            let body = json!({"email": format!("nobody{number}@mail.example"), "password": WRONG});
            let hop = format!("203.0.113.{number}");
            let headers = [("x-forwarded-for", hop.as_str()), ("x-real-ip", &hop), ("forwarded", &hop)];
            let answer = caller.json(actix_web::http::Method::POST, "/v1/auth/login", &headers, &body).await;
            statuses.push(answer.status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 429, 429, 429, 429]);
    }

    async fn failures_long_past_are_forgotten(app: &App) {
        let caller = app.anonymous();
        login(&caller, "once@mail.example", WRONG).await.expect(401);
        block(app, "often@mail.example").await;
        let count = async || entity::throttles::Entity::find().all(app.core.db.read()).await.unwrap().len();
        for (days, left) in [(0, 2), (2, 1), (30, 0)] {
            app.core.clock.shift(TimeDelta::days(days));
            service::auth::throttle::purge(&app.core).await.unwrap();
            assert_eq!(count().await, left, "after {days} days more");
        }
    }
}

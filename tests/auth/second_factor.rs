//! Authenticator apps and recovery codes.

use chrono::TimeDelta;
use entity::ids::UserId;
use entity::values::Role;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use service::core::SecondFactor;

use super::{PASSWORD, login, with_password};
use crate::support::document::operations;
use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{Answer, App, Caller, on_both_databases};

const WRONG: &str = "lantern-otter-meadow-8";
const ROSA: &str = "rosa@mail.example";

/// An authenticator app.
struct Phone(totp_rs::Totp);

impl Phone {
    fn with(secret: &str) -> Self {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let totp = totp_rs::Builder::new()
            .with_secret(secret)
            .with_account_name(ROSA)
            .build();
        Self(totp.unwrap())
    }

    /// The code of this moment.
    fn shows(&self, app: &App) -> String {
        let now = u64::try_from(app.core.clock.now().timestamp()).unwrap();
        self.0.generate(now).to_string()
    }

    /// The code of the next step, which has not been used.
    fn next(&self, app: &App) -> String {
        app.core.clock.shift(TimeDelta::seconds(30));
        self.shows(app)
    }

    /// A code that is none of the last, this and the next minute.
    fn lies(&self, app: &App) -> String {
        let now = u64::try_from(app.core.clock.now().timestamp()).unwrap();
        let near: Vec<_> = (0..9)
            .map(|step| self.0.generate(now - 120 + 30 * step).to_string())
            .collect();
        ["000000", "111111", "222222"]
            .map(str::to_owned)
            .into_iter()
            .find(|code| !near.contains(code))
            .unwrap()
    }
}

async fn login_with(caller: &Caller, code: &str) -> Answer {
    let body = json!({"email": ROSA, "password": PASSWORD, "code": code});
    caller.post("/v1/auth/login", body).await
}

fn caller_of(app: &App, answer: &Value) -> Caller {
    Caller::new(
        app.addr,
        None,
        Some(answer["access_token"].as_str().unwrap().to_owned()),
    )
}

async fn signed_in(app: &App, email: &str) -> Caller {
    caller_of(app, &login(&app.anonymous(), email, PASSWORD).await.expect(200))
}

/// Sets a second factor up; answers the app and the recovery codes.
async fn enrol(app: &App, caller: &Caller) -> (Phone, Vec<String>) {
    let secret = caller
        .post("/v1/auth/second-factor", json!({"password": PASSWORD}))
        .await
        .expect(200);
    let phone = Phone::with(secret["secret"].as_str().unwrap());
    let code = phone.shows(app);
    let answer = caller
        .post("/v1/auth/second-factor/confirm", json!({"code": code}))
        .await
        .expect(200);
    let codes = answer["recovery_codes"].as_array().unwrap();
    (
        phone,
        codes
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect(),
    )
}

async fn staff(app: &App, email: &str, role: Role) -> UserId {
    let user = json!({"email": email, "password": PASSWORD, "first_name": "Ada", "role": role.as_str()});
    app.create_user(&user).await
}

/// Rosa, signed in here and elsewhere, with the refresh token of elsewhere.
async fn rosa_here_and_there(app: &App, code: Option<&str>) -> (Caller, Caller, String) {
    let sign_in = async |code: Option<String>| {
        let mut body = json!({"email": ROSA, "password": PASSWORD});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        app.anonymous().post("/v1/auth/login", body).await.expect(200)
    };
    let there = sign_in(code.map(str::to_owned)).await;
    let here = signed_in(app, ROSA).await;
    let refresh = there["refresh_token"].as_str().unwrap().to_owned();
    (here, caller_of(app, &there), refresh)
}

async fn is_out(app: &App, caller: &Caller, refresh: &str) {
    assert_eq!(
        caller.get("/v1/auth/second-factor").await.problem(401),
        "invalid_token"
    );
    let refreshed = app
        .anonymous()
        .post("/v1/auth/refresh", json!({"refresh_token": refresh}))
        .await;
    assert_eq!(refreshed.problem(401), "invalid_refresh_token");
}

on_both_databases! {
    async fn a_second_factor_from_beginning_to_end(app: &App) {
        let id = with_password(app, ROSA).await;
        let (rosa, there, refresh) = rosa_here_and_there(app, None).await;
        let status = rosa.get("/v1/auth/second-factor").await.expect(200);
        assert_eq!(status, json!({"enabled": false, "confirmed_at": null, "recovery_codes_left": 0}));
        // The password is asked for, and nothing is enabled before the first code.
        rosa.post("/v1/auth/second-factor", json!({"password": WRONG})).await.refuses("/password", "wrong_password");
        rosa.post("/v1/auth/second-factor", json!({"password": "x".repeat(5000)})).await.refuses("/password", "too_long");
        let none = rosa.post("/v1/auth/second-factor/confirm", json!({"code": "000000"})).await;
        assert_eq!(none.problem(409), "second_factor_not_set_up");
        let first = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await.expect(200);
        login(&app.anonymous(), ROSA, PASSWORD).await.expect(200);
        // It can be begun again, and the first secret is good for nothing then.
        let lost = Phone::with(first["secret"].as_str().unwrap());
        let begun = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await.expect(200);
        let wrong = json!({"code": lost.shows(app)});
        rosa.post("/v1/auth/second-factor/confirm", wrong).await.refuses("/code", "invalid_code");
        let uri = begun["otpauth_uri"].as_str().unwrap();
        assert!(uri.starts_with("otpauth://totp/Customer%20Profile:rosa%40mail.example?"), "{uri}");
        assert!(uri.contains(begun["secret"].as_str().unwrap()) && begun["qr_svg"].as_str().unwrap().starts_with("<svg"));
        let phone = Phone::with(begun["secret"].as_str().unwrap());
        let code = phone.shows(app);
        let confirmed = rosa.post("/v1/auth/second-factor/confirm", json!({"code": code})).await;
        assert_eq!(confirmed.header("cache-control"), Some("no-store"));
        let codes = confirmed.expect(200)["recovery_codes"].as_array().unwrap().clone();
        assert_eq!(codes.len(), 10);
        is_out(app, &there, &refresh).await;
        let status = rosa.get("/v1/auth/second-factor").await.expect(200);
        assert_eq!((&status["enabled"], &status["recovery_codes_left"]), (&json!(true), &json!(10)));
        let sessions = rosa.get("/v1/auth/sessions").await.expect(200);
        assert_eq!(sessions["data"][0]["second_factor"], json!(true));
        // The password alone opens nothing, and the code of the confirmation has been used.
        let anyone = app.anonymous();
        let alone = login(&anyone, ROSA, PASSWORD).await;
        assert_eq!(alone.problem(401), "second_factor_required");
        assert_eq!(login_with(&anyone, &code).await.problem(401), "invalid_code");
        assert_eq!(login_with(&anyone, &phone.lies(app)).await.problem(401), "invalid_code");
        let code = phone.next(app);
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        let signed_in = login_with(&anyone, &spaced).await.expect(200);
        assert_eq!(signed_in["user_id"], json!(id));
        assert_eq!(login_with(&anyone, &code).await.problem(401), "invalid_code");
        // A recovery code is good once, however it is typed.
        let typed = codes[3].as_str().unwrap().to_lowercase().replace('-', " ");
        login_with(&anyone, &typed).await.expect(200);
        assert_eq!(login_with(&anyone, codes[3].as_str().unwrap()).await.problem(401), "invalid_code");
        assert_eq!(rosa.get("/v1/auth/second-factor").await.expect(200)["recovery_codes_left"], json!(9));
        let again = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await;
        assert_eq!(again.problem(409), "second_factor_enabled");
        let again = rosa.post("/v1/auth/second-factor/confirm", json!({"code": phone.next(app)})).await;
        assert_eq!(again.problem(409), "second_factor_enabled");
        // New recovery codes replace the old ones.
        let proof = json!({"password": PASSWORD, "code": phone.next(app)});
        let renewed = rosa.post("/v1/auth/second-factor/recovery-codes", proof).await.expect(200);
        assert_eq!(login_with(&anyone, codes[5].as_str().unwrap()).await.problem(401), "invalid_code");
        let there = login_with(&anyone, renewed["recovery_codes"][0].as_str().unwrap()).await.expect(200);
        // Away with it.
        for (proof, pointer, error) in [
            (json!({"password": WRONG, "code": phone.next(app)}), "/password", "wrong_password"),
            (json!({"password": PASSWORD, "code": phone.lies(app)}), "/code", "invalid_code"),
            (json!({"password": PASSWORD}), "/code", "required"),
        ] {
            rosa.post("/v1/auth/second-factor/disable", proof).await.refuses(pointer, error);
        }
        let proof = json!({"password": PASSWORD, "code": phone.next(app)});
        rosa.post("/v1/auth/second-factor/disable", proof.clone()).await.expect(204);
        is_out(app, &caller_of(app, &there), there["refresh_token"].as_str().unwrap()).await;
        login(&anyone, ROSA, PASSWORD).await.expect(200);
        let gone = rosa.post("/v1/auth/second-factor/disable", proof).await;
        assert_eq!(gone.problem(409), "second_factor_not_set_up");
        let status = rosa.get("/v1/auth/second-factor").await.expect(200);
        assert_eq!(status, json!({"enabled": false, "confirmed_at": null, "recovery_codes_left": 0}));
        let sessions = rosa.get("/v1/auth/sessions").await.expect(200);
        assert_eq!(sessions["data"][0]["second_factor"], json!(false));
    }

    async fn of_many_tries_with_one_code_one_succeeds(app: &App) {
        with_password(app, ROSA).await;
        let (phone, codes) = enrol(app, &signed_in(app, ROSA).await).await;
        for code in [phone.next(app), codes[0].clone()] {
            // No more at once than the budget of failures lets through.
            let callers: Vec<_> = (0..20).map(|_| app.anonymous()).collect();
            let answers = join_all(callers.iter().map(|caller| login_with(caller, &code))).await;
            let winners = answers.iter().filter(|answer| answer.status == 200).count();
            assert_eq!(winners, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
            for answer in answers.iter().filter(|answer| answer.status == 401) {
                assert_eq!(answer.problem(401), "invalid_code");
            }
            app.core.clock.shift(TimeDelta::seconds(901));
            login_with(&app.anonymous(), &phone.next(app)).await.expect(200);
        }
    }

    async fn guesses_at_codes_and_passwords_share_one_budget(app: &App) {
        with_password(app, ROSA).await;
        let rosa = signed_in(app, ROSA).await;
        let (phone, codes) = enrol(app, &rosa).await;
        let (anyone, lie) = (app.anonymous(), phone.lies(app));
        // Who has the password does not get the budget back by it.
        for round in 0..5 {
            match round {
                0 => assert_eq!(login(&anyone, ROSA, PASSWORD).await.problem(401), "second_factor_required"),
                1 => assert_eq!(login_with(&anyone, &lie).await.problem(401), "invalid_code"),
                2 => assert_eq!(login(&anyone, " ROSA@mail.example", WRONG).await.problem(401), "invalid_credentials"),
                3 => {
                    let proof = json!({"password": PASSWORD, "code": lie});
                    rosa.post("/v1/auth/second-factor/disable", proof).await.refuses("/code", "invalid_code");
                }
                _ => {
                    let proof = json!({"password": WRONG, "code": phone.shows(app)});
                    let path = "/v1/auth/second-factor/recovery-codes";
                    rosa.post(path, proof).await.refuses("/password", "wrong_password");
                }
            }
        }
        let proof = json!({"password": PASSWORD, "code": codes[0]});
        for answer in [
            login_with(&anyone, &codes[0]).await,
            rosa.post("/v1/auth/second-factor/disable", proof.clone()).await,
            rosa.post("/v1/auth/second-factor/recovery-codes", proof).await,
        ] {
            assert_eq!(answer.problem(429), "too_many_attempts");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        app.core.clock.shift(TimeDelta::seconds(2));
        login_with(&anyone, &codes[0]).await.expect(200);
    }

    async fn guesses_at_the_first_code_are_on_the_budget_too(app: &App) {
        with_password(app, ROSA).await;
        let rosa = signed_in(app, ROSA).await;
        let begun = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await.expect(200);
        let phone = Phone::with(begun["secret"].as_str().unwrap());
        let lie = json!({"code": phone.lies(app)});
        for _ in 0..5 {
            rosa.post("/v1/auth/second-factor/confirm", lie.clone()).await.refuses("/code", "invalid_code");
        }
        assert_eq!(rosa.post("/v1/auth/second-factor/confirm", lie).await.problem(429), "too_many_attempts");
        assert_eq!(login(&app.anonymous(), ROSA, PASSWORD).await.problem(429), "too_many_attempts");
        let again = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await;
        assert_eq!(again.problem(429), "too_many_attempts");
    }

    async fn an_owner_with_a_known_device_changes_things_while_strangers_guess(app: &App) {
        with_password(app, ROSA).await;
        let answer = login(&app.anonymous(), ROSA, PASSWORD).await.expect(200);
        let rosa = caller_of(app, &answer);
        for _ in 0..5 {
            login(&app.anonymous(), ROSA, WRONG).await.expect(401);
        }
        let body = json!({"password": PASSWORD});
        assert_eq!(rosa.post("/v1/auth/second-factor", body.clone()).await.problem(429), "too_many_attempts");
        let cookie = format!("device={}", answer["device_token"].as_str().unwrap());
        let post = actix_web::http::Method::POST;
        rosa.json(post, "/v1/auth/second-factor", &[("cookie", &cookie)], &body).await.expect(200);
    }

    async fn no_secret_is_in_the_database(app: &App) {
        with_password(app, ROSA).await;
        let rosa = signed_in(app, ROSA).await;
        let begun = rosa.post("/v1/auth/second-factor", json!({"password": PASSWORD})).await.expect(200);
        let secret = begun["secret"].as_str().unwrap().to_owned();
        let phone = Phone::with(&secret);
        let confirm = json!({"code": phone.shows(app)});
        let codes = rosa.post("/v1/auth/second-factor/confirm", confirm).await.expect(200)["recovery_codes"].clone();
        let factor = entity::second_factors::Entity::find().one(app.core.db.read()).await.unwrap().unwrap();
        let hashes = entity::recovery_codes::Entity::find().all(app.core.db.read()).await.unwrap();
        let mut stored = String::from_utf8_lossy(factor.secret.as_bytes()).into_owned();
        stored.extend(hashes.iter().map(|row| row.code_hash.expose().to_owned()));
        stored.push_str(&everything(app).await);
        let codes = codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
        for code in codes.flat_map(|code| [code.replace('-', ""), code]).chain([secret]) {
            assert!(!stored.contains(&code));
        }
    }

    async fn staff_without_a_second_factor_can_set_one_up_and_nothing_else(app: &App) with |config| {
        config.second_factor = SecondFactor::Staff;
    } => {
        let admin = app.admin().await;
        staff(app, ROSA, Role::Admin).await;
        let rosa = signed_in(app, ROSA).await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let before = everything(app).await;
        let mut refused = 0;
        for operation in operations() {
            let own = operation.path.starts_with("/v1/auth/");
            if own || !operation.is_guarded() {
                continue;
            }
            let answer = belongings.send(&rosa, &operation).await;
            assert_eq!(answer.problem(403), "second_factor_missing", "{}", operation.name());
            refused += 1;
        }
        assert!(refused > 25, "{refused}");
        assert_eq!(everything(app).await, before);
        rosa.get("/v1/auth/sessions").await.expect(200);
        // Once it is set up, this very session works.
        let (phone, _) = enrol(app, &rosa).await;
        rosa.get("/v1/users").await.expect(200);
        login(&app.anonymous(), ROSA, PASSWORD).await.expect(401);
        let again = caller_of(app, &login_with(&app.anonymous(), &phone.next(app)).await.expect(200));
        again.get("/v1/users").await.expect(200);
        let proof = json!({"password": PASSWORD, "code": phone.next(app)});
        assert_eq!(again.post("/v1/auth/second-factor/disable", proof).await.problem(409), "second_factor_demanded");
        // Customers are not asked.
        with_password(app, "carl@mail.example").await;
        signed_in(app, "carl@mail.example").await.get("/v1/me").await.expect(200);
    }

    async fn an_administrator_resets_what_somebody_has_lost(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let id = with_password(app, ROSA).await;
        enrol(app, &signed_in(app, ROSA).await).await;
        let there = app.caller(id).await;
        let path = format!("/v1/users/{id}/second-factor");
        assert_eq!(agent.delete(&path).await.problem(403), "forbidden");
        assert_eq!(there.delete(&path).await.problem(403), "forbidden");
        admin.delete(&path).await.expect(204);
        assert_eq!(there.get("/v1/me").await.problem(401), "invalid_token");
        // Where there is none, nobody is signed out.
        let here = signed_in(app, ROSA).await;
        admin.delete(&path).await.expect(204);
        here.get("/v1/me").await.expect(200);
        let rows = entity::recovery_codes::Entity::find().all(app.core.db.read()).await.unwrap();
        assert!(rows.is_empty());
        let own = format!("/v1/users/{}/second-factor", admin.id());
        assert_eq!(admin.delete(own).await.problem(403), "forbidden");
        // From the command line too.
        enrol(app, &here).await;
        service::auth::second_factor::reset_of(&app.core, "Rosa@mail.example").await.unwrap();
        signed_in(app, ROSA).await;
        let nobody = service::auth::second_factor::reset_of(&app.core, "nobody@mail.example").await;
        assert!(nobody.unwrap_err().to_string().contains("Nobody has"));
    }

    async fn a_code_of_somebody_else_is_no_code(app: &App) {
        with_password(app, ROSA).await;
        with_password(app, "ida@mail.example").await;
        enrol(app, &signed_in(app, ROSA).await).await;
        let (phone, codes) = enrol(app, &signed_in(app, "ida@mail.example").await).await;
        for code in [phone.next(app), codes[0].clone(), String::new(), "-".into()] {
            assert_eq!(login_with(&app.anonymous(), &code).await.problem(401), "invalid_code");
        }
        let ida = json!({"email": "ida@mail.example", "password": PASSWORD, "code": codes[0]});
        app.anonymous().post("/v1/auth/login", ida).await.expect(200);
    }
}

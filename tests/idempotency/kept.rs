//! What is kept, how, and how long.

use chrono::TimeDelta;
use entity::idempotency_keys;
use sea_orm::ActiveValue::{Set, Unchanged};
use sea_orm::{ActiveModelTrait as _, ConnectionTrait as _, EntityTrait as _};
use serde_json::json;

use super::{add, is_replayed, kept, key, named};
use crate::privacy::dump;
use crate::support::world::Canaries;
use crate::support::{anna_passport, on_both_databases};

on_both_databases! {
    async fn after_a_day_a_key_is_free_again(app: &App) {
        let agent = app.agent().await;
        let nils = json!({"first_name": "Nils"});
        agent.post_with("/v1/users", &key("a"), nils.clone()).await.expect(201);
        app.core.clock.shift(TimeDelta::hours(24) - TimeDelta::minutes(1));
        let agent = app.caller(agent.id()).await;
        assert!(is_replayed(&agent.post_with("/v1/users", &key("a"), nils.clone()).await));
        app.core.clock.shift(TimeDelta::minutes(2));
        for replayed in [false, true] {
            let answer = agent.post_with("/v1/users", &key("a"), nils.clone()).await;
            answer.expect(201);
            assert_eq!(is_replayed(&answer), replayed);
        }
        assert_eq!((named(app, "Nils").await, kept(app).await), (2, 1));
    }

    async fn the_agency_chooses_how_long(app: &App) with |config| config.idempotency_ttl = std::time::Duration::from_hours(72) => {
        let agent = app.agent().await;
        add(&agent, "a").await.expect(201);
        app.core.clock.shift(TimeDelta::hours(71));
        assert!(is_replayed(&add(&app.caller(agent.id()).await, "a").await));
    }

    async fn what_is_over_is_removed(app: &App) {
        let agent = app.agent().await;
        add(&agent, "a").await.expect(201);
        app.core.clock.shift(TimeDelta::hours(25));
        let agent = app.caller(agent.id()).await;
        agent.post_with("/v1/users", &key("b"), json!({"first_name": "Nils"})).await.expect(201);
        assert_eq!(kept(app).await, 2);
        service::idempotency::purge(&app.core).await.unwrap();
        assert_eq!(kept(app).await, 1);
        assert!(is_replayed(&agent.post_with("/v1/users", &key("b"), json!({"first_name": "Nils"})).await));
    }

    async fn what_was_told_of_an_erased_person_goes_too(app: &App) {
        let admin = app.admin().await;
        let (nils, elsa) = (app.profile("Nils").await, app.profile("Elsa").await);
        let ebba = add(&admin, "a").await.id();
        admin.post_with("/v1/passports", &key("a"), anna_passport(ebba.parse().unwrap(), "L898902C3")).await.expect(201);
        let members = json!([{"user_id": ebba}, {"user_id": nils}, {"user_id": elsa}]);
        let group = json!({"name": "Lindqvist", "members": members});
        admin.post_with("/v1/groups", &key("a"), group.clone()).await.expect(201);
        // Nobody's, and somebody else's.
        admin.post_with("/v1/users", &key("b"), json!({"first_name": "Vera"})).await.expect(201);
        let client = json!({"name": "Ferry desk", "scopes": ["users:read"]});
        admin.post_with("/v1/clients", &key("a"), client).await.expect(201);
        assert_eq!(kept(app).await, 5);
        admin.delete(format!("/v1/users/{ebba}")).await.expect(204);
        assert_eq!(kept(app).await, 2);
        admin.post_with("/v1/groups", &key("a"), group).await.refuses("/members/0/user_id", "not_found");
    }

    async fn of_a_restricted_person_nothing_is_told(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let ebba = add(&agent, "a").await.id();
        admin.post(format!("/v1/users/{ebba}/restrict"), json!({"reason": "The birthday is contested"})).await.expect(200);
        assert_eq!(add(&agent, "a").await.problem(409), "restricted");
        admin.send("POST".parse().unwrap(), &format!("/v1/users/{ebba}/unrestrict"), &[], None).await.expect(200);
        assert!(is_replayed(&add(&agent, "a").await));
    }

    /// Neither with the database nor with the keys of the installation.
    async fn neither_key_nor_request_nor_answer_is_readable(app: &App) {
        let (agent, canaries) = (app.agent().await, Canaries::new());
        let user = json!({
            "first_name": "Ebba", "email": "ebba@mail.example", "phone": canaries.phone, "password": "kanarienvogel-im-bergwerk-1911",
        });
        let named = format!("key-of-{}", canaries.membership_number);
        let made = agent.post_with("/v1/users", &key(&named), user).await;
        made.expect(201);
        assert_eq!(kept(app).await, 1);
        let stored = dump(app).await;
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        for hidden in [named.as_str(), canaries.phone.as_str(), "kanarienvogel"] {
            let stored = stored.to_lowercase();
            assert!(!stored.contains(&hidden.to_lowercase()) && !stored.contains(&hex(hidden)), "{hidden}");
        }
        let rows = entity::idempotency_keys::Entity::find().all(app.core.db.read()).await.unwrap();
        let row = rows[0].clone();
        let place = format!("idempotency_keys/answer/{}", row.key.expose());
        let sealed = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, row.answer.unwrap().as_bytes());
        for purpose in ["idempotency", "secrets"] {
            let sealer = service::sealing::Sealer::new(&app.core.keys, purpose).unwrap();
            assert!(sealer.open(&place, &sealed.clone().into()).is_err());
        }
    }

    async fn a_changed_answer_is_not_given_and_noted(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let ebba = add(&agent, "a").await.id();
        let mut row = idempotency_keys::Entity::find().one(app.core.db.read()).await.unwrap().unwrap();
        let mut answer = row.answer.take().unwrap().as_bytes().to_vec();
        *answer.last_mut().unwrap() ^= 1;
        let row = idempotency_keys::ActiveModel { key: Unchanged(row.key), answer: Set(Some(answer.into())), ..Default::default() };
        row.update(app.core.db.writer()).await.unwrap();
        assert_eq!(add(&agent, "a").await.problem(500), "internal_error");
        let noted = admin.get(&format!("/v1/audit-events?action=integrity.violated&user_id={ebba}")).await.expect(200);
        assert_eq!(noted["data"].as_array().unwrap().len(), 1, "{noted}");
        assert_eq!(noted["data"][0]["detail"], "answer");
    }

    async fn what_fails_by_our_fault_leaves_no_key(app: &App) {
        let agent = app.agent().await;
        let db = app.core.db.writer();
        db.execute_unprepared("ALTER TABLE audit_events RENAME TO elsewhere").await.unwrap();
        assert_eq!(add(&agent, "a").await.problem(500), "internal_error");
        db.execute_unprepared("ALTER TABLE elsewhere RENAME TO audit_events").await.unwrap();
        let first = add(&agent, "a").await;
        first.expect(201);
        assert!(!is_replayed(&first));
    }

    /// The answer is kept in the transaction that does the work: without it, nothing is done.
    async fn what_cannot_be_kept_is_not_done(app: &App) {
        let agent = app.agent().await;
        let (refuse, allow) = match app.backend {
            crate::support::Backend::Sqlite => (
                "CREATE TRIGGER refused BEFORE UPDATE ON idempotency_keys BEGIN SELECT RAISE(ABORT, 'refused'); END",
                "DROP TRIGGER refused",
            ),
            crate::support::Backend::Postgres => (
                "ALTER TABLE idempotency_keys ADD CONSTRAINT refused CHECK (answer IS NULL)",
                "ALTER TABLE idempotency_keys DROP CONSTRAINT refused",
            ),
        };
        let db = app.core.db.writer();
        db.execute_unprepared(refuse).await.unwrap();
        assert_eq!(add(&agent, "a").await.problem(500), "internal_error");
        assert_eq!((named(app, "Ebba").await, kept(app).await), (0, 0));
        db.execute_unprepared(allow).await.unwrap();
        assert!(!is_replayed(&add(&agent, "a").await));
        assert_eq!(named(app, "Ebba").await, 1);
    }
}

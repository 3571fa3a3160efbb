//! Sealed values that somebody has changed or moved past the program.

use serde_json::json;

use super::{literal, run};
use crate::support::program::{Running, program};
use crate::support::{Answer, App, Caller, anna_passport, on_both_databases};

/// Two customers, each with a passport, and what is known of the second one's.
struct Two {
    anna: Caller,
    bo: Caller,
    annas: String,
    bos: String,
}

const BOS: &[&str] = &["B99887766", "1955-11-05", "Nadir", "+46705551234"];

async fn two(app: &App) -> Two {
    let (anna, bo) = (app.customer("Anna").await, app.customer("Bo").await);
    let annas = anna
        .post("/v1/passports", anna_passport(anna.id(), "A11223344"))
        .await;
    annas.expect(201);
    let mut passport = anna_passport(bo.id(), BOS[0]);
    passport["date_of_birth"] = json!(BOS[1]);
    passport["place_of_birth"] = json!(BOS[2]);
    let bos = bo.post("/v1/passports", passport).await;
    bos.expect(201);
    let phone = json!({"phone": BOS[3], "date_of_birth": BOS[1]});
    bo.patch(format!("/v1/users/{}", bo.id()), phone)
        .await
        .expect(200);
    let phone = json!({"phone": "+46705550000", "date_of_birth": "1974-08-12"});
    anna.patch(format!("/v1/users/{}", anna.id()), phone)
        .await
        .expect(200);
    Two {
        annas: annas.id(),
        bos: bos.id(),
        anna,
        bo,
    }
}

/// The answer is a fault of ours, and tells nothing.
#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!(answer.problem(500), "internal_error");
    let body = String::from_utf8_lossy(&answer.body);
    for value in BOS
        .iter()
        .chain(&["A11223344", "1974-08-12", "passport_number", "tampered", "key"])
    {
        assert!(!body.contains(value), "{body}");
    }
}

impl Two {
    /// Copies a sealed column of a row into a sealed column of another.
    async fn copy(&self, app: &App, table: &str, (from, from_id): (&str, &str), (to, to_id): (&str, &str)) {
        let id = |id: &str| literal(app.backend, id.parse::<uuid::Uuid>().unwrap());
        let sql = format!(
            "UPDATE {table} SET {to} = (SELECT {from} FROM {table} WHERE id = {}) WHERE id = {}",
            id(from_id),
            id(to_id)
        );
        assert_eq!(run(app.core.db.writer(), &sql).await, 1);
    }
}

/// What the audit trail says of values that did not open.
async fn noted(app: &App) -> Vec<(Option<uuid::Uuid>, Option<String>)> {
    use sea_orm::EntityTrait as _;
    let all = entity::audit_events::Entity::find()
        .all(app.core.db.read())
        .await
        .unwrap();
    let of_this_kind = all
        .into_iter()
        .filter(|entry| entry.action.as_str() == "integrity.violated");
    of_this_kind
        .map(|entry| (entry.subject_id, entry.detail))
        .collect()
}

on_both_databases! {
    async fn the_audit_trail_notes_it_once(app: &App) {
        let two = two(app).await;
        two.anna.get(format!("/v1/passports/{}", two.annas)).await.expect(200);
        assert_eq!(noted(app).await, []);
        two.copy(app, "passports", ("passport_number", &two.bos), ("passport_number", &two.annas)).await;
        refused(&two.anna.get(format!("/v1/passports/{}", two.annas)).await);
        assert_eq!(noted(app).await, [(two.annas.parse().ok(), Some("passport_number".to_owned()))]);
    }

    async fn a_value_of_another_person_opens_nowhere_else(app: &App) {
        let two = two(app).await;
        two.copy(app, "passports", ("passport_number", &two.bos), ("passport_number", &two.annas)).await;
        refused(&two.anna.get(format!("/v1/passports/{}", two.annas)).await);
        refused(&two.anna.get(format!("/v1/passports?user_id={}", two.anna.id())).await);
        refused(&two.anna.get(format!("/v1/users/{}/profile", two.anna.id())).await);
        // Who was not touched goes on.
        two.bo.get(format!("/v1/passports/{}", two.bos)).await.expect(200);
        two.anna.get("/v1/me").await.expect(200);
    }

    async fn a_value_of_another_column_opens_nowhere_else(app: &App) {
        let two = two(app).await;
        two.copy(app, "passports", ("date_of_birth", &two.annas), ("passport_number", &two.annas)).await;
        refused(&two.anna.get(format!("/v1/passports/{}", two.annas)).await);
        let (anna, bo) = (two.anna.id().to_string(), two.bo.id().to_string());
        two.copy(app, "users", ("phone", &bo), ("phone", &anna)).await;
        refused(&two.anna.get("/v1/me").await);
        two.bo.get("/v1/me").await.expect(200);
    }

    async fn a_value_of_another_row_of_the_same_person_opens_nowhere_else(app: &App) {
        let two = two(app).await;
        let other = two.bo.post("/v1/passports", anna_passport(two.bo.id(), "B00000001")).await;
        other.expect(201);
        two.copy(app, "passports", ("passport_number", &two.bos), ("passport_number", &other.id())).await;
        refused(&two.bo.get(format!("/v1/passports/{}", other.id())).await);
        two.bo.get(format!("/v1/passports/{}", two.bos)).await.expect(200);
    }

    async fn the_number_of_another_document_opens_nowhere_else(app: &App) {
        let two = two(app).await;
        for (table, list, column, body) in [
            ("visas", "visas", "visa_number", json!({
                "country": "USA", "visa_number": "V", "type": "tourist", "issue_date": "2026-01-15", "expiry_date": "2036-01-14",
            })),
            ("identity_cards", "identity-cards", "document_number", json!({
                "issuing_country": "UTO", "document_number": "D", "surname": "Lind", "date_of_birth": "1980-02-03", "sex": "F",
            })),
            ("traveller_numbers", "traveller-numbers", "number", json!({"type": "redress", "number": "R", "country": "USA"})),
        ] {
            let mut ids = Vec::new();
            for (holder, end, country) in [(&two.anna, "1111", "USA"), (&two.bo, "2222", "USA"), (&two.bo, "3333", "CAN")] {
                let mut new = body.clone();
                new["user_id"] = json!(holder.id());
                new[column] = format!("{}{end}", body[column].as_str().unwrap()).into();
                if table == "traveller_numbers" {
                    new["country"] = country.into();
                }
                let answer = holder.post(format!("/v1/{list}"), new).await;
                answer.expect(201);
                ids.push(answer.id());
            }
            // Of another person, and of another row of the same person.
            two.copy(app, table, (column, &ids[1]), (column, &ids[0])).await;
            two.copy(app, table, (column, &ids[1]), (column, &ids[2])).await;
            refused(&two.anna.get(format!("/v1/{list}/{}", ids[0])).await);
            refused(&two.bo.get(format!("/v1/{list}/{}", ids[2])).await);
            two.bo.get(format!("/v1/{list}/{}", ids[1])).await.expect(200);
        }
    }

    async fn a_data_key_that_moves_along_opens_nothing(app: &App) {
        let two = two(app).await;
        two.copy(app, "passports", ("passport_number", &two.bos), ("passport_number", &two.annas)).await;
        let (anna, bo) = (literal(app.backend, two.anna.id().uuid()), literal(app.backend, two.bo.id().uuid()));
        let db = app.core.db.writer();
        run(db, &format!("CREATE TABLE aside AS SELECT key_id, wrapped_key FROM data_keys WHERE user_id = {bo}")).await;
        run(db, &format!("DELETE FROM data_keys WHERE user_id = {bo}")).await;
        let sql = format!(
            "UPDATE data_keys SET key_id = (SELECT key_id FROM aside), wrapped_key = (SELECT wrapped_key FROM aside) WHERE user_id = {anna}"
        );
        assert_eq!(run(db, &sql).await, 1);
        refused(&two.anna.get(format!("/v1/passports/{}", two.annas)).await);
        refused(&two.anna.get("/v1/me").await);
    }

    async fn every_byte_of_a_stored_value_counts(app: &App) {
        use entity::passports;
        use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
        let two = two(app).await;
        let id: entity::ids::PassportId = two.annas.parse().unwrap();
        let db = app.core.db.writer();
        let sealed = passports::Entity::find_by_id(id).one(db).await.unwrap().unwrap().passport_number;
        let store = async |bytes: Vec<u8>| {
            let update = passports::Entity::update_many()
                .col_expr(passports::Column::PassportNumber, sea_orm::sea_query::Expr::value(bytes))
                .filter(passports::COLUMN.id.eq(id));
            assert_eq!(update.exec(db).await.unwrap().rows_affected, 1);
        };
        let read = || two.anna.get(format!("/v1/passports/{}", two.annas));
        for at in 0..sealed.as_bytes().len() {
            let mut changed = sealed.as_bytes().to_vec();
            changed[at] ^= 1 << (at % 8);
            store(changed).await;
            refused(&read().await);
        }
        store(sealed.as_bytes().to_vec()).await;
        assert_eq!(read().await.expect(200)["passport_number"], "A11223344");
    }

    async fn the_log_names_the_place_and_no_value(app: &App) {
        let two = two(app).await;
        two.copy(app, "passports", ("passport_number", &two.bos), ("passport_number", &two.annas)).await;
        let mut command = program(&app.config.data_dir, &["serve"]);
        command
            .env("DATABASE_URL", &app.database_url)
            .env("DATA_DIR", &app.config.data_dir)
            .env("PUBLIC_URL", format!("http://{}", app.addr))
            .env("LISTEN_ADDR", "127.0.0.1:0");
        let (server, token) = tokio::task::spawn_blocking(move || Running::start(&mut command))
            .await
            .map(|server| (server, two.anna.token.clone()))
            .unwrap();
        let anna = Caller::new(server.addr, None, token);
        let answer = anna.get(format!("/v1/passports/{}", two.annas)).await;
        refused(&answer);
        // Its log is written by a thread of its own.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let log = server.log();
        let line = log.lines().find(|line| line.contains("ERROR")).unwrap();
        assert!(line.contains(&format!("passports.passport_number of {}", two.annas)), "{line}");
        assert!(line.contains(answer.header("x-request-id").unwrap()), "{line}");
        for value in BOS {
            assert!(!log.contains(value), "{log}");
        }
    }
}

//! The bounds of every field, the same when a user is added and when one is changed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::path_of;
use crate::support::{App, Caller, on_both_databases};

/// Sends a value on both ways, and answers what is stored or the code of the refusal.
async fn sent(agent: &Caller, path: &str, field: &str, value: &Value) -> Result<Value, String> {
    let mut user = json!({"first_name": "Ebba"});
    user[field] = value.clone();
    let added = agent.post("/v1/users", user).await;
    let mut patch = json!({});
    patch[field] = value.clone();
    if added.status == 201 && field == "email" {
        // The address is taken now.
        return Ok(added.expect(201)[field].clone());
    }
    let changed = agent.patch(path, patch).await;
    if added.status == 201 {
        assert_eq!(
            added.expect(201)[field],
            changed.expect(200)[field],
            "{field}: {value}"
        );
        return Ok(changed.json()[field].clone());
    }
    let (errors, same) = (added.errors(422), changed.errors(422));
    assert_eq!(errors, same, "{field}: {value}");
    assert_eq!(
        (errors.len(), errors[0].0.as_str()),
        (1, format!("/{field}").as_str()),
        "{field}: {value}"
    );
    Err(errors[0].1.clone())
}

async fn holds(app: &App, field: &str, cases: &[(Value, Result<Value, &str>)]) {
    let agent = app.agent().await;
    let path = path_of(app.profile("Ebba").await);
    for (value, expected) in cases {
        let expected = expected.clone().map_err(str::to_owned);
        assert_eq!(
            sent(&agent, &path, field, value).await,
            expected,
            "{field}: {value}"
        );
    }
}

/// A good value that is stored as it is.
fn kept(value: impl Into<Value>) -> (Value, Result<Value, &'static str>) {
    let value = value.into();
    (value.clone(), Ok(value))
}

on_both_databases! {
    async fn names_have_1_to_100_characters_in_any_script(app: &App) {
        for field in ["first_name", "last_name", "middle_names", "preferred_name"] {
            holds(app, field, &[
                kept("E"), kept("ä".repeat(100)), kept("🦦a".repeat(50)), kept("李小龍"), kept("O'Connor-Łódź"),
                (json!("  Ebba  "), Ok(json!("Ebba"))),
                (json!("ä".repeat(101)), Err("too_long")), (json!(""), Err("too_short")), (json!("   "), Err("too_short")),
                (json!("123"), Err("invalid_format")), (json!(7), Err("wrong_type")), (json!(["Ebba"]), Err("wrong_type")),
                (json!({"a": 1}), Err("wrong_type")),
            ]).await;
        }
    }

    async fn characters_that_deceive_or_break_are_refused(app: &App) {
        for field in ["first_name", "last_name", "middle_names", "preferred_name", "title"] {
            let cases: Vec<_> = ["\0", "\u{7}", "\n", "\t", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{2066}", "\u{feff}"]
                .iter()
                .map(|character| (json!(format!("Eb{character}ba")), Err("invalid_character")))
                .collect();
            holds(app, field, &cases).await;
        }
        holds(app, "email", &[(json!("eb\0ba@mail.example"), Err("invalid_character"))]).await;
        holds(app, "phone", &[(json!("+4930\0123456"), Err("invalid_character"))]).await;
    }

    async fn a_title_has_1_to_20_characters(app: &App) {
        holds(app, "title", &[
            kept("D"), kept("é".repeat(20)), (json!("é".repeat(21)), Err("too_long")), (json!(""), Err("too_short")),
        ]).await;
    }

    async fn an_address_has_at_most_254_octets_and_64_before_the_at(app: &App) {
        let domain = |last: usize| format!("{}.{}.{}.de", "b".repeat(63), "c".repeat(63), "d".repeat(last));
        let local = "a".repeat(64);
        holds(app, "email", &[
            kept("a@b"), kept(format!("{local}@{}", domain(58))), kept("anna.o'connor+vip@mail.example"),
            (json!(format!("{local}@{}", domain(59))), Err("too_long")),
            (json!(format!("{local}a@mail.example")), Err("too_long")),
            (json!("a@"), Err("too_short")), (json!("nobody"), Err("invalid_format")), (json!("a@b@c"), Err("invalid_format")),
            (json!("a b@mail.example"), Err("invalid_character")), (json!("a@mail..example"), Err("invalid_format")),
        ]).await;
    }

    async fn a_telephone_number_has_7_to_15_digits(app: &App) {
        holds(app, "phone", &[
            kept("+1234567"), kept("+123456789012345"), (json!(" +1 (202) 555-0142 "), Ok(json!("+12025550142"))),
            (json!("+123456"), Err("too_short")), (json!("+1234567890123456"), Err("invalid_format")),
            (json!("030 1234567"), Err("invalid_format")), (json!("+49 (0)30 123456"), Err("invalid_format")),
            (json!("+49 30 CALL-ME"), Err("invalid_character")), (json!(4_930_123_456_u64), Err("wrong_type")),
        ]).await;
    }

    async fn a_language_is_a_tag_of_bcp_47(app: &App) {
        holds(app, "language", &[
            kept("de"), kept("zh-Hant-TW"), (json!("EN-gb"), Ok(json!("en-GB"))), kept("en-x-aaaaaaaa-bbbbbbbb-cccccccc-ddd"),
            (json!("en-x-aaaaaaaa-bbbbbbbb-cccccccc-dddd"), Err("too_long")), (json!("d"), Err("too_short")),
            (json!("de_DE"), Err("invalid_format")),
        ]).await;
    }

    async fn a_gender_is_one_of_four_letters(app: &App) {
        holds(app, "gender", &[
            kept("F"), kept("M"), kept("X"), kept("U"), (json!("f"), Err("unknown_code")), (json!(""), Err("unknown_code")),
        ]).await;
    }

    async fn a_nationality_is_stored_as_the_passport_prints_it(app: &App) {
        holds(app, "nationality", &[
            (json!("se"), Ok(json!("SWE"))), kept("SWE"), (json!("DEU"), Ok(json!("D"))), (json!("DE"), Ok(json!("D"))),
            kept("D"), kept("GBN"), kept("XXA"), kept("RKS"), kept("UTO"),
            (json!("ZZ"), Err("unknown_code")), (json!("UK"), Err("unknown_code")), (json!("Germany"), Err("too_long")),
            (json!(""), Err("too_short")),
        ]).await;
        let agent = app.agent().await;
        for (code, alpha2) in [("D", json!("DE")), ("GBN", json!("GB")), ("XXA", Value::Null), ("RKS", Value::Null)] {
            let user = agent.post("/v1/users", json!({"first_name": "Ebba", "nationality": code})).await.expect(201);
            assert_eq!(user["nationality_alpha2"], alpha2, "{code}");
        }
    }

    async fn a_date_of_birth_is_a_day_from_1900_to_today(app: &App) {
        let today = app.core.clock.today();
        holds(app, "date_of_birth", &[
            kept("1900-01-01"), kept("2000-02-29"), kept(today.to_string()),
            (json!((today + TimeDelta::days(1)).to_string()), Err("in_the_future")), (json!("2199-12-31"), Err("in_the_future")),
            (json!("1899-12-31"), Err("out_of_range")), (json!("2200-01-01"), Err("out_of_range")),
            (json!("2001-02-29"), Err("invalid_date")), (json!("1991-5-17"), Err("invalid_date")),
            (json!("17.05.1991"), Err("invalid_date")), (json!("1991-05-17T00:00:00Z"), Err("invalid_date")),
            (json!(""), Err("invalid_date")), (json!(1991), Err("wrong_type")),
        ]).await;
    }

    async fn utopia_is_refused_where_specimens_are(app: &App) with |config| { config.allow_specimen = false; } => {
        holds(app, "nationality", &[(json!("UTO"), Err("specimen")), kept("SWE")]).await;
    }

    async fn a_profile_from_the_time_of_specimens_can_still_be_changed(app: &App) with |config| {
        config.allow_specimen = false;
    } => {
        use sea_orm::ConnectionTrait as _;
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let sql = "UPDATE users SET nationality = 'UTO' WHERE first_name = 'Ebba'";
        app.core.db.writer().execute_unprepared(sql).await.unwrap();
        let changed = agent.patch(path_of(id), json!({"title": "Dr"})).await.expect(200);
        assert_eq!((changed["title"].as_str(), changed["nationality"].as_str()), (Some("Dr"), Some("UTO")));
    }
}

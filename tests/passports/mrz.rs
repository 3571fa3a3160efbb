use serde_json::{Value, json};

use super::passport;
use crate::support::{Answer, Caller, anna_passport, on_both_databases};

const UPPER: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const LOWER: &str = "L898902C36UTO7408122F3404159ZE184226B<<<<<16";

async fn parse(caller: &Caller, mrz: &str) -> Answer {
    caller
        .post("/v1/passports/parse-mrz", json!({ "mrz": mrz }))
        .await
}

fn codes(verdict: &Value) -> Vec<&str> {
    let warnings = verdict["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["code"].as_str().unwrap())
        .collect()
}

fn check(field: &str, position: u8, found: &str, expected: &str) -> Value {
    json!({"field": field, "line": 2, "position": position, "found": found, "expected": expected, "ok": found == expected})
}

on_both_databases! {
    async fn a_good_zone_is_read_in_the_fields_of_a_passport(app: &App) {
        let agent = app.agent().await;
        let answer = parse(&agent, &format!("{UPPER}\n{LOWER}")).await;
        assert_eq!(answer.expect(200), json!({
            "format": "TD3", "valid": true,
            "fields": {
                "document_code": "P", "issuing_country": "UTO", "nationality": "UTO", "passport_number": "L898902C3",
                "surname": "ERIKSSON", "given_names": "ANNA MARIA", "date_of_birth": "1974-08-12", "sex": "F",
                "expiry_date": "2034-04-15", "personal_number": "ZE184226B", "optional_data": null,
            },
            "checks": [
                check("passport_number", 10, "6", "6"), check("date_of_birth", 20, "2", "2"), check("expiry_date", 28, "9", "9"),
                check("personal_number", 43, "1", "1"), check("composite", 44, "6", "6"),
            ],
            "warnings": [
                {"code": "legacy_document_code",
                 "detail": "Line 1, positions 1 to 2: P< is the code of passports from before 2028; new ones have a second letter, such as PP."},
                {"code": "year_read", "detail": "Line 2, positions 14 to 19: the year 74 of the date of birth was read as 1974."},
                {"code": "year_read", "detail": "Line 2, positions 22 to 27: the year 34 of the expiry date was read as 2034."},
            ],
        }));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        for text in [format!("{UPPER}{LOWER}"), format!("  {UPPER} \r\n{LOWER}\r\n").to_lowercase()] {
            assert_eq!(parse(&agent, &text).await.expect(200), answer.json());
        }
    }

    async fn a_wrong_digit_is_a_verdict_that_says_where(app: &App) {
        let agent = app.agent().await;
        let verdict = parse(&agent, &format!("{UPPER}\n{}", LOWER.replace("C36", "C37"))).await.expect(200);
        assert_eq!(verdict["valid"], false);
        assert_eq!(verdict["checks"][0], check("passport_number", 10, "7", "6"));
        assert_eq!(verdict["checks"][4], check("composite", 44, "6", "3"));
        assert_eq!(verdict["fields"]["passport_number"], "L898902C3");
    }

    async fn a_character_that_was_mistaken_is_repaired_and_told(app: &App) {
        let agent = app.agent().await;
        let good = parse(&agent, &format!("{UPPER}\n{LOWER}")).await.expect(200);
        for (line, code) in [(LOWER.replace("7408", "74O8"), "repaired"), (LOWER.replace("8902", "89O2"), "repaired_by_check_digit")] {
            let verdict = parse(&agent, &format!("{UPPER}\n{line}")).await.expect(200);
            assert_eq!((&verdict["valid"], &verdict["fields"]), (&json!(true), &good["fields"]));
            assert_eq!(codes(&verdict)[0], code);
        }
    }

    async fn cards_and_visas_are_read_too(app: &App) {
        let agent = app.agent().await;
        for (format, text) in [
            ("TD1", "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
            ("TD2", "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"),
            ("MRV-A", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
            ("MRV-B", "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"),
        ] {
            let verdict = parse(&agent, text).await.expect(200);
            assert_eq!((&verdict["format"], &verdict["valid"]), (&json!(format), &json!(true)));
            assert_eq!(verdict["fields"]["surname"], "ERIKSSON");
        }
    }

    async fn only_what_is_no_zone_is_refused(app: &App) {
        let customer = app.customer("Anna").await;
        for text in ["", "hello", &format!("{UPPER}\n{}", &LOWER[..43]), &format!("{UPPER}\n{LOWER}").replace('N', "Ñ")] {
            let answer = parse(&customer, text).await;
            answer.refuses("/mrz", "not_mrz");
            assert!(!String::from_utf8_lossy(&answer.body).contains("L898902C3"));
        }
        parse(&customer, &"<".repeat(301)).await.refuses("/mrz", "too_long");
        customer.post("/v1/passports/parse-mrz", json!({})).await.refuses("/mrz", "required");
        customer.post("/v1/passports/parse-mrz", json!({"mrz": [UPPER, LOWER]})).await.refuses("/mrz", "wrong_type");
    }

    async fn the_zone_of_a_record_reads_back_as_the_record(app: &App) {
        let holder = app.customer("Anna").await;
        let created = holder.post("/v1/passports", anna_passport(holder.id(), "L898902C3")).await;
        let path = format!("/v1/passports/{}/mrz", created.id());
        let written = holder.get(&path).await;
        assert_eq!(written.expect(200), json!({
            "format": "TD3", "lines": [UPPER, "L898902C36UTO7408122F3404159<<<<<<<<<<<<<<<4"], "warnings": [],
        }));
        assert_eq!((written.header("cache-control"), written.etag()), (Some("no-store"), created.etag()));
        assert_eq!(holder.get_with(&path, &[("if-none-match", &created.etag())]).await.status, 304);
        let lines = written.json()["lines"].clone();
        let text = [lines[0].as_str().unwrap(), lines[1].as_str().unwrap()].join("\n");
        let verdict = parse(&holder, &text).await.expect(200);
        assert_eq!(verdict["valid"], true);
        for field in ["document_code", "issuing_country", "nationality", "passport_number", "date_of_birth", "sex", "expiry_date"] {
            assert_eq!(verdict["fields"][field], created.json()[field], "{field}");
        }
    }

    async fn names_are_written_by_the_rules_of_the_standard(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (number, changes, upper, expected) in [
            ("X1", json!({"issuing_country": "D", "document_code": "PP", "surname": "Müller-Strauß", "given_names": "Jürgen"}),
             "PPD<<MUELLER<STRAUSS<<JUERGEN<<<<<<<<<<<<<<<", vec!["name_transliterated", "name_transliterated"]),
            ("X2", json!({"surname": "Nilavadhanananda", "given_names": "Chayapa Dejthamrong Krasuang"}),
             "P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", vec!["name_truncated"]),
            ("X3", json!({"issuing_country": "UKR", "surname": "Згурський", "given_names": "Юрій"}),
             "P<UKRZHURSKYI<<YURII<<<<<<<<<<<<<<<<<<<<<<<<", vec!["name_transliterated", "name_transliterated"]),
            ("X4", json!({"surname": "O'Connor", "given_names": null}),
             "P<UTOOCONNOR<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", vec![]),
        ] {
            let created = agent.post("/v1/passports", passport(holder, number, &changes)).await;
            let written = agent.get(format!("/v1/passports/{}/mrz", created.id())).await.expect(200);
            assert_eq!((&written["lines"][0], codes(&written)), (&json!(upper), expected));
        }
    }

    async fn what_does_not_go_into_a_zone_is_a_conflict(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        for (number, changes) in [("1234567890", json!({})), ("X1", json!({"surname": "李", "given_names": "小龍"}))] {
            let created = agent.post("/v1/passports", passport(holder, number, &changes)).await;
            assert_eq!(agent.get(format!("/v1/passports/{}/mrz", created.id())).await.problem(409), "no_mrz");
        }
    }
}

use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::world::everything;
use crate::support::{Answer, json_object, on_both_databases};

const UPPER: &str = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const LOWER: &str = "L898902C36UTO7408122F3404159ZE184226B<<<<<16";

fn with_mrz(holder: UserId, mrz: &str, more: &Value) -> Value {
    let mut body = json!({ "user_id": holder, "mrz": mrz });
    for (field, value) in json_object(more) {
        body[field] = value.clone();
    }
    body
}

fn detail(answer: &Answer) -> String {
    answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn a_zone_fills_the_fields_that_it_holds(app: &App) {
        let anna = app.customer("Anna").await;
        let holder = anna.id();
        let more = json!({"place_of_birth": "Zenith", "birth_country": "UTO", "issue_date": "2024-04-16"});
        let created = anna.post("/v1/passports", with_mrz(holder, &format!("{UPPER}\n{LOWER}"), &more)).await;
        let record = created.expect(201);
        for (field, value) in [
            ("user_id", json!(holder)), ("document_code", json!("PP")), ("issuing_country", json!("UTO")),
            ("nationality", json!("UTO")), ("passport_number", json!("L898902C3")), ("surname", json!("ERIKSSON")),
            ("given_names", json!("ANNA MARIA")), ("date_of_birth", json!("1974-08-12")), ("sex", json!("F")),
            ("expiry_date", json!("2034-04-15")), ("place_of_birth", json!("Zenith")), ("birth_country", json!("UTO")),
            ("issue_date", json!("2024-04-16")), ("status", json!("active")), ("primary", json!(true)),
        ] {
            assert_eq!(record[field], value, "{field}");
        }
        assert_eq!(anna.get(created.header("location").unwrap()).await.expect(200), record);
        let again = anna.post("/v1/passports", with_mrz(holder, &format!("{UPPER}{LOWER}").to_lowercase(), &json!({}))).await;
        assert_eq!(again.problem(409), "passport_exists");
    }

    async fn single_names_and_unspecified_sex_are_taken(app: &App) {
        let customer = app.customer("Anna").await;
        let text = "P<D<<<<RAJESHWARI<<<<<<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125<3208313<<<<<<<<<<<<<<<2";
        let record = customer.post("/v1/passports", with_mrz(customer.id(), text, &json!({}))).await.expect(201);
        for (field, value) in [
            ("document_code", json!("P")), ("issuing_country", json!("D")), ("issuing_country_alpha2", json!("DE")),
            ("surname", json!("RAJESHWARI")), ("given_names", Value::Null), ("sex", json!("X")), ("expired", json!(false)),
        ] {
            assert_eq!(record[field], value, "{field}");
        }
    }

    async fn a_field_is_sent_once(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let before = everything(app).await;
        let good = format!("{UPPER}\n{LOWER}");
        let held = json!({
            "document_code": "PP", "issuing_country": "UTO", "nationality": "UTO", "passport_number": "L898902C3",
            "surname": "ERIKSSON", "given_names": "ANNA MARIA", "date_of_birth": "1974-08-12", "sex": "F",
            "expiry_date": "2034-04-15",
        });
        for (field, value) in json_object(&held) {
            let body = with_mrz(holder, &good, &json!({ field: value }));
            agent.post("/v1/passports", body).await.refuses(&format!("/{field}"), "in_mrz");
        }
        let all = agent.post("/v1/passports", with_mrz(holder, &good, &held)).await;
        assert_eq!(all.errors(422).len(), 9);
        assert_eq!(everything(app).await, before);
        // Clients that send what they do not have as null mean the same as to leave it out.
        let nulls: Value = json_object(&held).keys().map(|field| (field.clone(), Value::Null)).collect();
        agent.post("/v1/passports", with_mrz(holder, &good, &nulls)).await.expect(201);
    }

    async fn what_is_wrong_is_named_with_line_position_and_digit(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let before = everything(app).await;
        let post = async |text: String| agent.post("/v1/passports", with_mrz(holder, &text, &json!({}))).await;
        for (text, code, says) in [
            (format!("{UPPER}\n{}", LOWER.replace("C36", "C37")), "check_digit",
             "Line 2, position 10: the check digit of the passport number does not fit, 6 is expected; compare the passport number with the document."),
            (format!("{UPPER}\n{}7", &LOWER[..43]), "check_digit",
             "Line 2, position 44: the check digit over all others does not fit, 6 is expected; compare the line with the document."),
            // What could be right is not recorded without a person who looks at the document.
            (format!("{UPPER}\n{}", LOWER.replace("8902", "89O2")), "check_digit",
             "Line 2, position 6: O was read as 0, which alone satisfies the check digits; compare it with the document. Send it with the right character."),
            (format!("{UPPER}\nL898902C36UTO7413014F3404159<<<<<<<<<<<<<<<4"), "invalid_date",
             "Line 2, positions 14 to 19: the date of birth is no date that exists."),
            (format!("{UPPER}\nL898902C36UTO<<<<<<0F3404159<<<<<<<<<<<<<<<4"), "invalid_date",
             "Line 2, positions 14 to 19: parts of the date of birth are not known."),
            (format!("{}\n{LOWER}", UPPER.replace("UTO", "ZZQ")), "unknown_code",
             "Line 1, positions 3 to 5: this issuing country is not in the list of ICAO Doc 9303-3."),
            (format!("PPUTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K\n{LOWER}"), "too_long",
             "Line 1, position 44 holds a letter: the names fill the line and may have been cut; compare them with the document. Send the fields instead of mrz, with the whole names."),
            (format!("{}\n{LOWER}", UPPER.replace("ANNA", "ANN4")), "invalid_character", "Line 1, position 19: names have no digits."),
            (format!("{}\n{LOWER}", UPPER.replace("ERIK", "ER1K")), "invalid_character",
             "Line 1, position 8: 1 cannot stand in a name and was read as I, which no check digit confirms; compare it with the document. Send it with the right character."),
            (format!("{}\n{LOWER}", UPPER.replace("UTO", "XXA")), "not_an_issuer",
             "This code stands for a nationality only; give the state that issued the document."),
            ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6".to_owned(), "invalid_format",
             "The value is not the document code of a passport; use P, or P and a second letter such as PP."),
            ("nothing".to_owned(), "not_mrz",
             "A machine readable zone has 2 lines of 44 or 36 characters, or 3 of 30; this text has 1 line with 7."),
        ] {
            let answer = post(text.clone()).await;
            let errors = answer.errors(422);
            assert!(errors.iter().all(|(pointer, _)| pointer == "/mrz"), "{errors:?}");
            assert_eq!((errors[0].1.as_str(), detail(&answer)), (code, says.to_owned()), "{text}");
        }
    let both = post(format!("{UPPER}\n{}", LOWER.replace("C36", "C37").replace("122F", "123F"))).await;
        assert_eq!(both.errors(422).len(), 2, "{:?}", both.json());
        assert_eq!(everything(app).await, before);
    }

    async fn other_rules_point_at_their_own_fields(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let good = format!("{UPPER}\n{LOWER}");
        let late = with_mrz(holder, &good, &json!({"issue_date": "2034-05-01"}));
        agent.post("/v1/passports", late).await.refuses("/issue_date", "out_of_order");
        let nobody = with_mrz(UserId::new(), &good, &json!({}));
        agent.post("/v1/passports", nobody).await.refuses("/user_id", "not_found");
        agent.post("/v1/passports", json!({ "mrz": good })).await.refuses("/user_id", "required");
    }

    async fn a_specimen_is_refused_where_real_people_travel(app: &App) with |config| { config.allow_specimen = false; } => {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let specimen = with_mrz(holder, &format!("{UPPER}\n{LOWER}"), &json!({}));
        agent.post("/v1/passports", specimen).await.refuses("/mrz", "specimen");
    }
}

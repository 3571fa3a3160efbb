use entity::ids::UserId;
use serde_json::{Value, json};

use crate::support::world::everything;
use crate::support::{Answer, json_object, on_both_databases};

const UPPER: &str = "I<UTOD231458907<<<<<<<<<<<<<<<";
const MIDDLE: &str = "7408122F3404159UTO<<<<<<<<<<<2";
const LOWER: &str = "ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
/// The same on a card of two lines.
const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F3404159<<<<<<<2";

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
    async fn a_zone_of_three_lines_or_two_fills_the_fields_that_it_holds(app: &App) {
        for (name, zone) in [("Anna", format!("{UPPER}\n{MIDDLE}\n{LOWER}")), ("Other", TD2.to_owned())] {
            let anna = app.customer(name).await;
            let more = json!({"issue_date": "2024-04-16"});
            let created = anna.post("/v1/identity-cards", with_mrz(anna.id(), &zone, &more)).await;
            let record = created.expect(201);
            for (field, value) in [
                ("user_id", json!(anna.id())), ("issuing_country", json!("UTO")), ("nationality", json!("UTO")),
                ("document_number", json!("D23145890")), ("surname", json!("ERIKSSON")), ("given_names", json!("ANNA MARIA")),
                ("date_of_birth", json!("1974-08-12")), ("sex", json!("F")), ("issue_date", json!("2024-04-16")),
                ("expiry_date", json!("2034-04-15")), ("status", json!("active")),
            ] {
                assert_eq!(record[field], value, "{name}: {field}");
            }
            assert_eq!(anna.get(created.header("location").unwrap()).await.expect(200), record);
            let again = format!("{UPPER}{MIDDLE}{LOWER}").to_lowercase();
            let again = anna.post("/v1/identity-cards", with_mrz(anna.id(), &again, &json!({}))).await;
            assert_eq!(again.problem(409), "identity_card_exists");
            anna.delete(created.header("location").unwrap()).await.expect(204);
        }
    }

    async fn long_numbers_and_unspecified_sex_are_taken(app: &App) {
        let customer = app.customer("Anna").await;
        for (text, expected) in [
            (format!("I<UTOD23145890<73447<<<<<<<<<<\n7408122F3404159UTO<<<<<<<<<<<4\n{LOWER}"),
             [("document_number", "D231458907344"), ("issuing_country", "UTO"), ("sex", "F")]),
            (format!("I<D<<L01X00T471<<<<<<<<<<<<<<<\n6408125<3208313D<<<<<<<<<<<<<6\n{LOWER}"),
             [("document_number", "L01X00T47"), ("issuing_country", "D"), ("sex", "X")]),
        ] {
            let record = customer.post("/v1/identity-cards", with_mrz(customer.id(), &text, &json!({}))).await.expect(201);
            for (field, value) in expected {
                assert_eq!(record[field], value, "{field}");
            }
        }
    }

    async fn a_field_of_a_card_is_sent_once(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let before = everything(app).await;
        let held = json!({
            "issuing_country": "UTO", "nationality": "UTO", "document_number": "D23145890", "surname": "ERIKSSON",
            "given_names": "ANNA MARIA", "date_of_birth": "1974-08-12", "sex": "F", "expiry_date": "2034-04-15",
        });
        for (field, value) in json_object(&held) {
            let body = with_mrz(holder, TD2, &json!({ field: value }));
            agent.post("/v1/identity-cards", body).await.refuses(&format!("/{field}"), "in_mrz");
        }
        let all = agent.post("/v1/identity-cards", with_mrz(holder, TD2, &held)).await;
        assert_eq!(all.errors(422).len(), 8);
        assert_eq!(everything(app).await, before);
        // Clients that send what they do not have as null mean the same as to leave it out.
        let nulls: Value = json_object(&held).keys().map(|field| (field.clone(), Value::Null)).collect();
        agent.post("/v1/identity-cards", with_mrz(holder, TD2, &nulls)).await.expect(201);
    }

    async fn what_is_wrong_with_a_card_is_named_with_line_position_and_digit(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let before = everything(app).await;
        let post = async |text: &str| agent.post("/v1/identity-cards", with_mrz(holder, text, &json!({}))).await;
        let no_card = "The zone is not that of an identity card, which has 3 lines of 30 characters or 2 of 36 and begins with I, A or C, \
                       but not with AC; record passports and visas as such.";
        for (text, code, says) in [
            (format!("{}\n{MIDDLE}\n{LOWER}", UPPER.replace("907", "906")), "check_digit",
             "Line 1, position 15: the check digit of the document number does not fit, 7 is expected; compare the document number with the document."),
            (format!("{UPPER}\n{}\n{LOWER}", MIDDLE.replace("122F", "123F")), "check_digit",
             "Line 2, position 7: the check digit of the date of birth does not fit, 2 is expected; compare the date of birth with the document."),
            (format!("{UPPER}\n{}3\n{LOWER}", &MIDDLE[..29]), "check_digit",
             "Line 2, position 30: the check digit over all others does not fit, 2 is expected; compare the line with the document."),
            (format!("{}3", &TD2[..TD2.len() - 1]), "check_digit",
             "Line 2, position 36: the check digit over all others does not fit, 2 is expected; compare the line with the document."),
            (format!("{UPPER}\n7413014F3404159UTO<<<<<<<<<<<2\n{LOWER}"), "invalid_date",
             "Line 2, positions 1 to 6: the date of birth is no date that exists."),
            (format!("{UPPER}\n7408122F<<<<<<0UTO<<<<<<<<<<<6\n{LOWER}"), "invalid_date",
             "Line 2, positions 9 to 14: parts of the expiry date are not known."),
            (format!("{}\n{MIDDLE}\n{LOWER}", UPPER.replace("UTO", "ZZQ")), "unknown_code",
             "Line 1, positions 3 to 5: this issuing country is not in the list of ICAO Doc 9303-3."),
            (format!("{UPPER}\n{MIDDLE}\nNILAVADHANANANDA<<CHAYAPA<DEJT"), "too_long",
             "Line 3, position 30 holds a letter: the names fill the line and may have been cut; compare them with the document. Send the fields instead of mrz, with the whole names."),
            ("I<UTOD23145890<734412345<<<<<<\n7408122F3404159UTO<<<<<<<<<<<0\nERIKSSON<<ANNA<MARIA<<<<<<<<<<".to_owned(), "too_long",
             "The number of the card is too long; it has at most 15 letters and digits."),
            (format!("{}\n{MIDDLE}\n{LOWER}", UPPER.replace("UTO", "XXA")), "not_an_issuer",
             "This code stands for a nationality only; give the state that issued the document."),
            (format!("{}\n{MIDDLE}\n{LOWER}", UPPER.replace("I<", "AC")), "invalid_format", no_card),
            ("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16".to_owned(), "invalid_format", no_card),
            (TD2.replacen("I<", "V<", 1), "invalid_format", no_card),
            ("nothing".to_owned(), "not_mrz",
             "A machine readable zone has 2 lines of 44 or 36 characters, or 3 of 30; this text has 1 line with 7."),
        ] {
            let answer = post(&text).await;
            let errors = answer.errors(422);
            assert!(errors.iter().all(|(pointer, _)| pointer == "/mrz"), "{errors:?}");
            assert_eq!((errors[0].1.as_str(), detail(&answer)), (code, says.to_owned()), "{text}");
        }
        assert_eq!(everything(app).await, before);
    }

    async fn other_rules_of_cards_point_at_their_own_fields(app: &App) {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        let late = with_mrz(holder, TD2, &json!({"issue_date": "2034-05-01"}));
        agent.post("/v1/identity-cards", late).await.refuses("/issue_date", "out_of_order");
        agent.post("/v1/identity-cards", with_mrz(UserId::new(), TD2, &json!({}))).await.refuses("/user_id", "not_found");
        agent.post("/v1/identity-cards", json!({ "mrz": TD2 })).await.refuses("/user_id", "required");
    }

    async fn a_specimen_of_a_card_is_refused_where_real_people_travel(app: &App) with |config| { config.allow_specimen = false; } => {
        let agent = app.agent().await;
        let holder = app.profile("Anna").await;
        agent.post("/v1/identity-cards", with_mrz(holder, TD2, &json!({}))).await.refuses("/mrz", "specimen");
    }
}

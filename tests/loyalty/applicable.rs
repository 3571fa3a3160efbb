//! `GET /v1/users/{id}/loyalties/applicable`, and the same choice in booking data.

use entity::ids::{ClientId, UserId};
use entity::values::{BookingChannel, Scope};
use serde_json::{Value, json};
use service::booking::{FlightToCredit, applicable_loyalties};
use service::policy::{Actor, Permit};

use super::ids;
use crate::support::{App, Caller, on_both_databases};

fn path(id: impl std::fmt::Display, query: &str) -> String {
    format!("/v1/users/{id}/loyalties/applicable?{query}")
}

/// Makes the user a member of the airline's programme of the catalogue, and answers the id of the membership.
async fn join(admin: &Caller, user: UserId, code: &str, number: &str, more: &Value) -> String {
    let found = admin
        .get(format!("/v1/loyalty-programs?supplier_code={code}&type=airline"))
        .await
        .expect(200);
    let mut body = json!({"user_id": user, "program_id": ids(&found)[0], "membership_number": number});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    admin.post("/v1/loyalties", body).await.id()
}

async fn import(app: &App) {
    service::loyalty_catalogue::import(&app.core, &Permit::system(), false)
        .await
        .unwrap();
}

/// A traveller with cards of all kinds.
async fn eva(app: &App, admin: &Caller) -> UserId {
    import(app).await;
    let eva = app.profile("Eva").await;
    join(
        admin,
        eva,
        "SQ",
        "8901234567",
        &json!({"tier": "Elite Gold", "primary": true}),
    )
    .await;
    join(admin, eva, "EK", "EK 123 456 789", &json!({"tier": "Gold"})).await;
    join(
        admin,
        eva,
        "TK",
        "123456789",
        &json!({"tier": "Elite", "expiry_date": "2020-01-01"}),
    )
    .await;
    join(
        admin,
        eva,
        "LH",
        "992 0031 4512 3456",
        &json!({"tier": "Senator"}),
    )
    .await;
    join(admin, eva, "AF", "12", &json!({})).await;
    join(admin, eva, "A3", "123456789", &json!({"status": "closed"})).await;
    eva
}

fn told(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |it: &Value| {
        format!(
            "{} {} {} {}",
            text(&it["program"]),
            text(&it["reason"]),
            text(&it["carrier"]),
            text(&it["alliance_status"])
        )
    };
    answer["loyalties"].as_array().unwrap().iter().map(one).collect()
}

fn codes(warnings: &Value) -> Vec<&str> {
    warnings
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect()
}

on_both_databases! {
    async fn the_best_card_comes_first_with_its_line(app: &App) {
        let admin = app.admin().await;
        let eva = eva(app, &admin).await;
        let answer = admin.get(path(eva, "marketing=lh&operating=ua&channel=amadeus")).await;
        let found = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(told(&found), [
            "Miles & More own LH gold", "Skywards partner UA -", "KrisFlyer alliance LH gold", "Miles&Smiles alliance LH -",
        ]);
        let cards = found["loyalties"].as_array().unwrap();
        assert_eq!(cards[0]["lines"][0]["text"], "FFNLH-992003145123456/P1");
        assert_eq!(cards[1]["lines"][0]["text"], "FFNEK-123456789,LH/P1");
        assert_eq!(cards[1]["account"], json!({"carrier": "EK", "account_number": "123456789"}));
        assert_eq!(codes(&cards[3]["warnings"]), ["tier_expired"]);
        assert_eq!((&cards[3]["tier"], &cards[3]["alliance"]), (&json!("Elite"), &json!("star_alliance")));
        assert!(cards[..3].iter().all(|card| codes(&card["warnings"]).is_empty()));
        assert_eq!((&found["marketing"], &found["operating"], &found["warnings"]), (&json!("LH"), &json!("UA"), &json!([])));
        // Line for line what booking data has.
        let booking = admin.get(format!("/v1/users/{eva}/booking-data?carrier=LH&channel=amadeus")).await.expect(200);
        let lines: Vec<_> = booking["lines"].as_array().unwrap().iter().filter(|line| line["kind"] == "fqtv").collect();
        let found = admin.get(path(eva, "marketing=LH&channel=amadeus")).await.expect(200);
        let own: Vec<_> = found["loyalties"].as_array().unwrap().iter().map(|card| card["lines"][0]["text"].clone()).collect();
        let texts: Vec<_> = lines.iter().map(|line| line["text"].clone()).collect();
        assert_eq!((texts[..own.len()].to_vec(), own.len()), (own, 3));
        assert_eq!(codes(&lines[0]["warnings"]), Vec::<&str>::new());
        assert_eq!(codes(&lines[2]["warnings"]), ["tier_expired"]);
        let others: Vec<_> = lines[3..].iter().map(|line| codes(&line["warnings"])).collect();
        assert_eq!(others, [vec!["other_program"], vec!["other_program", "unlikely_number"]]);
    }

    async fn fields_day_and_empty_answers(app: &App) {
        let admin = app.admin().await;
        let eva = eva(app, &admin).await;
        let duffel = admin.get(path(eva, "marketing=AF&channel=duffel")).await.expect(200);
        assert_eq!(told(&duffel), ["Flying Blue own AF -"]);
        let card = &duffel["loyalties"][0];
        assert_eq!((&card["lines"], &card["account"]["account_number"]), (&json!([]), &json!("12")));
        assert_eq!(codes(&card["warnings"]), ["unlikely_number"]);
        assert!(card["warnings"][0]["detail"].as_str().unwrap().contains("10 or 12 digits"));
        assert_eq!(told(&admin.get(path(eva, "marketing=U2")).await.expect(200)), Vec::<String>::new());
        // Asiana leaves the alliance: what credits its flights depends on the day.
        let on = async |day: &str| told(&admin.get(path(eva, &format!("marketing=OZ&date={day}"))).await.expect(200)).len();
        assert_eq!((on("2026-12-16").await, on("2026-12-17").await), (3, 0));
        for query in ["", "operating=LH", "marketing=LHX", "marketing=LH&operating=1", "marketing=LH&date=tomorrow", "marketing=LH&x=1"] {
            assert_eq!(admin.get(path(eva, query)).await.problem(400), "invalid_parameter", "{query}");
        }
    }

    /// A programme without the code of an airline has no line.
    async fn what_cannot_be_sent_is_said(app: &App) {
        let admin = app.admin().await;
        let ida = app.profile("Ida").await;
        let program = json!({"supplier": "Utopia Rail", "name": "Sky and Rail", "type": "rail", "carriers": ["U0"]});
        let program = admin.post("/v1/loyalty-programs", program).await.id();
        let loyalty = json!({"user_id": ida, "program_id": program, "membership_number": "1"});
        admin.post("/v1/loyalties", loyalty).await.expect(201);
        let found = admin.get(path(ida, "marketing=U0")).await.expect(200);
        assert_eq!((told(&found).len(), codes(&found["warnings"])), (0, vec!["loyalty_left_out"]));
    }

    async fn customers_ask_about_themselves_and_systems_with_the_scope(app: &App) {
        let (admin, rosa, vera) = (app.admin().await, app.customer("Rosa").await, app.customer("Vera").await);
        import(app).await;
        join(&admin, rosa.id(), "LH", "992003145123456", &json!({})).await;
        let url = path(rosa.id(), "marketing=LH");
        assert_eq!(told(&rosa.get(&url).await.expect(200)), ["Miles & More own LH -"]);
        assert_eq!(vera.get(&url).await.problem(404), "not_found");
        assert_eq!(admin.get(path(UserId::new(), "marketing=LH")).await.problem(404), "not_found");
        let client = |scopes: &[Scope]| Actor::Client { id: ClientId::new(), scopes: scopes.iter().copied().collect() };
        let flight = || FlightToCredit { marketing: "LH".parse().unwrap(), operating: None, date: None, channel: BookingChannel::Ssr };
        let by = Permit::obtain(client(&[Scope::LoyaltiesRead])).unwrap();
        let found = applicable_loyalties(&app.core, &by, rosa.id(), flight()).await.unwrap();
        assert_eq!(found.loyalties.len(), 1);
        assert!(applicable_loyalties(&app.core, &by, admin.id(), flight()).await.is_err());
        assert!(Permit::<service::policy::ReadLoyalties>::obtain(client(&[Scope::UsersRead])).is_err());
        for text in [format!("{found:?}"), format!("{:?}", api::booking::loyalties::ApplicableLoyalties::from(found.clone()))] {
            assert!(!text.contains("992003145123456"), "{text}");
        }
    }

    async fn many_cards_take_two_statements(app: &App) {
        let admin = app.admin().await;
        let eva = eva(app, &admin).await;
        // One is the caller's.
        assert!(app.statements(async { admin.get(path(eva, "marketing=LH")).await.expect(200) }).await <= 3);
    }
}

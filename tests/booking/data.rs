//! `GET /v1/users/{id}/booking-data` and `GET /v1/groups/{id}/booking-data`.

use entity::ids::{ClientId, GroupId, PassportId, UserId};
use entity::values::{BookingChannel, InfantSeating, Scope};
use serde_json::{Value, json};
use service::booking::{self, BookingRequest};
use service::policy::{Actor, Permit};

use super::codes;
use crate::support::{App, Caller, anna_passport, on_both_databases, without_chance};

fn path(id: impl std::fmt::Display, query: &str) -> String {
    format!("/v1/users/{id}/booking-data?{query}")
}

/// A traveller with everything that a line is made of.
async fn anna(app: &App, agent: &Caller) -> UserId {
    let anna = app
        .create_user(&json!({
            "first_name": "Anna", "middle_names": "Maria", "last_name": "Eriksson", "title": "Mrs", "language": "sv",
            "email": "anna.eriksson@mail.example", "phone": "+46 70 174 06 05",
        }))
        .await;
    agent
        .post("/v1/passports", anna_passport(anna, "L898902C3"))
        .await
        .expect(201);
    anna
}

/// Makes the user a member of a new programme of the airline.
async fn join(app: &App, user: UserId, carrier: &str, number: &str) {
    let admin = app.admin().await;
    let name = format!("Points {}", uuid::Uuid::now_v7());
    let program =
        json!({"supplier": "Utopia Airways", "name": name, "type": "airline", "supplier_code": carrier});
    let program = admin.post("/v1/loyalty-programs", program).await.id();
    let loyalty = json!({"user_id": user, "program_id": program, "membership_number": number});
    admin.post("/v1/loyalties", loyalty).await.expect(201);
}

/// One that nobody else has.
fn visa_number(user: UserId) -> String {
    format!("V{}", &user.to_string()[28..]).to_uppercase()
}

/// Says where the user lives, whom to call, and what the airline must know.
async fn ready(agent: &Caller, user: UserId) {
    let address = json!({"street": "301 Park", "city": "New York", "region": "NY", "postal_code": "10022", "country": "US"});
    agent
        .patch(format!("/v1/users/{user}"), json!({"address": address}))
        .await
        .expect(200);
    let visa = json!({
        "user_id": user, "country": "US", "visa_number": visa_number(user), "type": "tourist",
        "place_of_issue": "London GB", "issue_date": "2024-06-14", "expiry_date": "2034-06-13",
    });
    agent.post("/v1/visas", visa).await.expect(201);
    let known = json!({"user_id": user, "type": "known_traveller", "number": "TT1234567"});
    agent.post("/v1/traveller-numbers", known).await.expect(201);
    for (name, phone) in [
        ("Jane Smith", "+44 181 555 6662"),
        ("Second Choice", "+46701740606"),
    ] {
        let contact = json!({"user_id": user, "name": name, "phone": phone});
        agent.post("/v1/emergency-contacts", contact).await.expect(201);
    }
    let wishes = json!({"seat": "aisle", "meal": "MOML", "assistance": [{"code": "WCHR"}]});
    agent
        .patch(format!("/v1/users/{user}/preferences"), wishes)
        .await
        .expect(200);
}

fn texts(data: &Value) -> Vec<&str> {
    let lines = data["lines"].as_array().unwrap();
    lines.iter().map(|line| line["text"].as_str().unwrap()).collect()
}

fn client(scopes: &[Scope]) -> Actor {
    Actor::Client {
        id: ClientId::new(),
        scopes: scopes.iter().copied().collect(),
    }
}

const SCOPES: [Scope; 5] = [
    Scope::UsersRead,
    Scope::PassportsRead,
    Scope::PassportsReveal,
    Scope::LoyaltiesRead,
    Scope::GroupsRead,
];

fn request() -> BookingRequest {
    BookingRequest {
        channel: BookingChannel::Ssr,
        carrier: None,
        destination: None,
        departure: None,
        infants: InfantSeating::Seat,
    }
}

on_both_databases! {
    async fn an_agent_copies_lines(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        join(app, id, "U0", "U0 1234-5678").await;
        let answer = agent.get(path(id, "channel=amadeus&carrier=QF")).await;
        let data = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(texts(&data), [
            "NM1ERIKSSON/ANNA MARIA MRS",
            "SRDOCSQFHK1-P-UTO-L898902C3-UTO-12AUG74-F-15APR34-ERIKSSON-ANNA-MARIA/P1",
            "SRCTCE-ANNA.ERIKSSON//MAIL.EXAMPLE/SV/P1",
            "SRCTCM-46701740605/SV/P1",
            "FFNU0-12345678,QF/P1",
        ]);
        assert_eq!(data["lines"][2], json!({
            "kind": "ctce", "text": "SRCTCE-ANNA.ERIKSSON//MAIL.EXAMPLE/SV/P1", "source_fields": ["user.email", "user.language"],
            "warnings": [],
        }));
        assert_eq!((codes(&data["warnings"]), codes(&data["lines"][4]["warnings"])), (vec![], vec!["other_program"]));
        assert_eq!((&data["channel"], &data["carrier"], &data["passenger"]), (&json!("amadeus"), &json!("QF"), &Value::Null));
        assert_eq!(data["format"]["version"], "2026-11-30");
        let sabre = agent.get(path(id, "channel=sabre")).await.expect(200);
        assert_eq!(texts(&sabre)[1], "3DOCS/P/UTO/L898902C3/UTO/12AUG1974/F/15APR2034/ERIKSSON/ANNA/MARIA-1.1");
        let travelport = agent.get(path(id, "channel=travelport")).await.expect(200);
        assert_eq!(texts(&travelport)[0], "N.ERIKSSON/ANNAMARIA MRS");
        let ssr = agent.get(path(id, "carrier=qf").trim_end_matches('?')).await.expect(200);
        assert_eq!(texts(&ssr)[3], "SSR CTCM QF HK1/46701740605/SV");
    }

    async fn a_booking_tool_takes_fields(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        join(app, id, "U0", "U0 1234-5678").await;
        let data = agent.get(path(id, "channel=duffel")).await.expect(200);
        assert_eq!(data["lines"], json!([]));
        assert_eq!(data["passenger"], json!({
            "given_name": "ANNA MARIA", "middle_name": null, "surname": "ERIKSSON", "title": "mrs", "gender": "f",
            "born_on": "1974-08-12", "email": "anna.eriksson@mail.example", "phone_number": "+46701740605",
            "identity_documents": [{"document_type": "passport", "number": "L898902C3", "issuing_country": "UTO", "nationality": "UTO", "expires_on": "2034-04-15"}],
            "loyalty_accounts": [{"carrier": "U0", "account_number": "12345678"}],
            "emergency_contact": null, "address": null, "seat": null, "special_services": [], "traveller_numbers": [],
        }));
        assert_eq!(codes(&data["warnings"]), ["country_code"]);
        let ndc = agent.get(path(id, "channel=ndc")).await.expect(200);
        let passenger = &ndc["passenger"];
        assert_eq!((&passenger["given_name"], &passenger["middle_name"], &passenger["gender"]), (&json!("ANNA"), &json!("MARIA"), &json!("F")));
        assert_eq!(passenger["identity_documents"][0]["document_type"], "PT");
    }

    /// What was written once is in the lines of each booking.
    async fn what_the_airline_must_know_is_in_every_booking(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        ready(&agent, id).await;
        for _ in 0..2 {
            let data = agent.get(path(id, "channel=amadeus")).await.expect(200);
            let doco = format!("SR DOCO YY HK1--V-{}-LONDON GB-14JUN24-US/P1", visa_number(id));
            assert_eq!(texts(&data)[4..], [
                doco.as_str(), "SRDOCOYYHK1--K-TT1234567---US/P1", "SR DOCA YY HK1-R-US-301 PARK-NEW YORK-NY-10022/P1", "SR PCTC YY HK/JANE SMITH/GB 441815556662/P1", "SR MOML/P1", "SR WCHR/P1",
            ]);
        }
        let data = agent.get(path(id, "channel=travelport")).await.expect(200);
        assert_eq!(data["lines"][6]["source_fields"], json!([
            "user.address.country", "user.address.street", "user.address.city", "user.address.region", "user.address.postal_code",
        ]));
        assert_eq!(codes(&data["lines"][6]["warnings"]), ["unconfirmed_format"]);
        assert_eq!(codes(&data["lines"][8]["warnings"]), Vec::<&str>::new());
        let ndc = agent.get(path(id, "channel=ndc")).await.expect(200);
        assert_eq!(ndc["passenger"]["emergency_contact"], json!({"name": "Jane Smith", "phone_number": "+441815556662"}));
        assert_eq!((&ndc["passenger"]["seat"], &ndc["passenger"]["address"]["region"]), (&json!("aisle"), &json!("NY")));
        let services = json!([{"code": "MOML", "note": null}, {"code": "WCHR", "note": null}]);
        assert_eq!(ndc["passenger"]["special_services"], services);
        let duffel = agent.get(path(id, "channel=duffel")).await.expect(200);
        let known = json!([{"type": "known_traveler_number", "number": "TT1234567", "issuing_country": "US"}]);
        assert_eq!(duffel["passenger"]["traveller_numbers"], known);
        assert_eq!((&duffel["passenger"]["seat"], &duffel["passenger"]["special_services"]), (&Value::Null, &json!([])));
    }

    /// The visas of the country that the trip goes to, or those that are good today.
    async fn visas_are_those_of_the_trip_and_each_is_a_reveal(app: &App) with |config| { config.reveals_per_hour = 3; } => {
        let (agent, id) = (app.agent().await, app.profile("Rosa").await);
        let visa = |country: &str, number: &str, from: &str, until: &str| json!({
            "user_id": id, "country": country, "visa_number": number, "type": "business", "place_of_issue": "Zenith",
            "issue_date": "2024-01-01", "valid_from": from, "expiry_date": until,
        });
        for (country, number, from, until) in [
            ("US", "USNOW", "2024-01-01", "2094-01-01"), ("US", "USPAST", "2024-01-01", "2024-02-01"),
            ("IN", "INLATER", "2090-01-01", "2094-01-01"),
        ] {
            agent.post("/v1/visas", visa(country, number, from, until)).await.expect(201);
        }
        let mut esta = visa("US", "ESTA1", "2024-01-01", "2094-01-01");
        esta["type"] = json!("electronic_authorization");
        agent.post("/v1/visas", esta).await.expect(201);
        let numbers = async |query: &str| {
            let data = agent.get(path(id, query)).await.expect(200);
            let lines = data["lines"].as_array().unwrap().clone();
            let doco = lines.into_iter().filter(|it| it["kind"] == "doco");
            doco.map(|it| it["text"].as_str().unwrap().split('-').nth(3).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(numbers("channel=amadeus").await, ["USNOW"]);
        assert_eq!(numbers("channel=amadeus&destination=IN").await, ["INLATER"]);
        assert_eq!(numbers("channel=amadeus&destination=FR").await, Vec::<String>::new());
        let admin = app.admin().await;
        let seen = admin.get("/v1/audit-events?action=visa.revealed").await.expect(200);
        assert_eq!(seen["data"].as_array().unwrap().len(), 2, "{seen}");
        assert_eq!(numbers("channel=amadeus&destination=USA").await, ["USNOW"]);
        assert_eq!(agent.get(path(id, "channel=amadeus")).await.problem(429), "too_many_reveals");
        // Fields have no place for a visa, and what is not shown is not counted.
        agent.get(path(id, "channel=ndc")).await.expect(200);
        assert_eq!(agent.get(path(id, "destination=XX1")).await.problem(400), "invalid_parameter");
    }

    /// A client that has worked so far goes on, and learns what it does not get.
    async fn what_a_client_has_no_scope_for_is_left_out_and_said(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        ready(&agent, id).await;
        let scopes = "users:read passports:read passports:reveal loyalties:read";
        for (more, has_contact, has_meal) in [
            ("", false, false), (" emergency-contacts:read", true, false), (" preferences:read", false, true),
            (" emergency-contacts:read preferences:read", true, true), (" travel-documents:read", false, false),
        ] {
            let client = app.client(&format!("{scopes}{more}")).await;
            let data = client.get(path(id, "channel=amadeus")).await.expect(200);
            let kinds: Vec<_> = data["lines"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
            assert_eq!((kinds.contains(&"pctc"), kinds.contains(&"meal")), (has_contact, has_meal), "{more}");
            let left_out = codes(&data["warnings"]).iter().filter(|it| **it == "scope_missing").count();
            // To read a visa is not to see its number.
            assert_eq!(left_out, usize::from(!has_contact) + usize::from(!has_meal) + 1);
            assert!(!kinds.contains(&"doco"));
        }
        let all = app.client(&format!("{scopes} travel-documents:read travel-documents:reveal")).await;
        assert!(texts(&all.get(path(id, "channel=amadeus")).await.expect(200))[4].starts_with("SR DOCO"));
    }

    async fn what_is_missing_is_said(app: &App) {
        let agent = app.agent().await;
        let bare = app.profile("Elsa").await;
        let data = agent.get(path(bare, "channel=ssr")).await.expect(200);
        assert_eq!(texts(&data), ["1ELSA/FNU", "SSR CTCR YY HK1/REFUSED"]);
        assert_eq!(codes(&data["warnings"]), ["missing_passport", "missing_date_of_birth", "missing_gender", "missing_email", "missing_phone"]);
        assert_eq!(codes(&data["lines"][1]["warnings"]), ["ask_for_contact"]);
        let mut expired = anna_passport(bare, "L898902C4");
        expired["issue_date"] = Value::Null;
        expired["expiry_date"] = json!("2020-01-01");
        agent.post("/v1/passports", expired).await.expect(201);
        let data = agent.get(path(bare, "channel=ssr")).await.expect(200);
        assert_eq!(codes(&data["warnings"]), ["passport_expired", "name_differs", "missing_email", "missing_phone"]);
    }

    async fn another_passport_can_be_chosen(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        let second = agent.post("/v1/passports", anna_passport(id, "M771903B6")).await.id();
        let data = agent.get(path(id, &format!("passport_id={second}"))).await.expect(200);
        assert!(texts(&data)[1].contains("/M771903B6/"));
        assert_eq!(data["passport_id"], json!(second));
        assert!(texts(&agent.get(path(id, "")).await.expect(200))[1].contains("/L898902C3/"));
        agent.patch(format!("/v1/passports/{second}"), json!({"status": "lost"})).await.expect(200);
        let lost = agent.get(path(id, &format!("passport_id={second}"))).await.expect(200);
        assert_eq!(codes(&lost["warnings"])[0], "passport_not_active");
        assert!(!lost.to_string().contains("M771903B6"));
        // A passport of somebody else is none of this person's.
        let other = anna_passport(app.profile("Eva").await, "K299310A5");
        let other = agent.post("/v1/passports", other).await.id();
        for passport in [other, PassportId::new().to_string()] {
            assert_eq!(agent.get(path(id, &format!("passport_id={passport}"))).await.problem(404), "not_found");
        }
        for query in ["channel=fax", "carrier=QFA", "passport_id=1", "user=1"] {
            assert_eq!(agent.get(path(id, query)).await.problem(400), "invalid_parameter", "{query}");
        }
    }

    async fn a_group_is_numbered_and_customers_see_themselves(app: &App) {
        let (agent, rosa) = (app.agent().await, app.customer("Rosa").await);
        let (eva, ida) = (app.profile("Eva").await, app.profile("Ida").await);
        agent.post("/v1/passports", anna_passport(ida, "L898902C3")).await.expect(201);
        let members: Vec<_> = [eva, rosa.id(), ida].iter().map(|id| json!({"user_id": id})).collect();
        let group = agent.post("/v1/groups", json!({"name": "Team", "members": members})).await.id();
        let url = format!("/v1/groups/{group}/booking-data?channel=sabre");
        let answer = agent.get(&url).await;
        let data = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let travellers = data["travellers"].as_array().unwrap();
        assert_eq!((travellers.len(), &data["group_id"], &data["warnings"]), (3, &json!(group), &json!([])));
        for (index, traveller) in travellers.iter().enumerate() {
            let last = *texts(traveller).last().unwrap();
            assert!(last.contains(&format!("-{}.1", index + 1)), "{last}");
        }
        let own = rosa.get(&url).await.expect(200);
        assert_eq!(codes(&own["warnings"]), ["companions_hidden"]);
        let shown = own["travellers"].as_array().unwrap();
        assert_eq!((shown.len(), &shown[0]["user_id"]), (1, &json!(rosa.id())));
        assert!(travellers.contains(&shown[0]), "the number counts all");
        assert!(!own.to_string().contains("L898902C3"));
        let stranger = app.customer("Vera").await;
        assert_eq!(stranger.get(&url).await.problem(404), "not_found");
        assert_eq!(stranger.get(path(rosa.id(), "")).await.problem(404), "not_found");
    }

    /// Another system sees customers, with all the scopes that the data comes from, and nobody of the staff.
    async fn other_systems_need_every_scope(app: &App) {
        let agent = app.agent().await;
        let (eva, ida) = (app.profile("Eva").await, app.profile("Ida").await);
        let members = json!([{"user_id": eva}, {"user_id": agent.id()}, {"user_id": ida}]);
        let group: GroupId = agent.post("/v1/groups", json!({"name": "Team", "members": members})).await.id().parse().unwrap();
        for missing in SCOPES {
            let fewer: Vec<_> = SCOPES.into_iter().filter(|scope| *scope != missing).collect();
            assert!(Permit::<service::policy::ReadGroupBookingData>::obtain(client(&fewer)).is_err());
            let needs = missing != Scope::GroupsRead;
            assert_eq!(Permit::<service::policy::ReadBookingData>::obtain(client(&fewer)).is_err(), needs);
        }
        let data = booking::group_data(&app.core, &Permit::obtain(client(&SCOPES)).unwrap(), group, request()).await.unwrap();
        assert_eq!((data.travellers.len(), data.warnings.len()), (2, 1));
        let by = Permit::obtain(client(&SCOPES)).unwrap();
        assert!(booking::data(&app.core, &by, eva, request(), None).await.is_ok());
        assert!(booking::data(&app.core, &by, agent.id(), request(), None).await.is_err());
    }

    /// Nobody younger than two on the day of the departure is counted among those with a seat.
    async fn infants_are_on_the_lap_of_an_adult(app: &App) {
        let agent = app.agent().await;
        let add = async |first: &str, born: &str, gender: &str| {
            let person = json!({"first_name": first, "last_name": "Berg", "date_of_birth": born, "gender": gender});
            app.create_user(&person).await
        };
        let (mia, eva, kim) = (add("Mia", "2026-05-14", "F").await, add("Eva", "1990-01-01", "F").await, add("Kim", "1988-01-01", "M").await);
        let members = json!([{"user_id": eva, "role": "lead"}, {"user_id": kim, "role": "guardian"}, {"user_id": mia, "role": "child"}]);
        let group = agent.post("/v1/groups", json!({"name": "Family", "members": members})).await.id();
        let lines = async |query: &str| {
            let url = format!("/v1/groups/{group}/booking-data?channel=amadeus&departure=2027-06-01{query}");
            let data = agent.get(url).await.expect(200);
            let of = |id: UserId| {
                let all = data["travellers"].as_array().unwrap();
                let one = all.iter().find(|it| it["user_id"] == id.to_string()).unwrap();
                texts(one).into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            (of(mia), of(eva), of(kim), data["warnings"].clone())
        };
        let (infant, lead, guardian, warnings) = lines("&infants=lap").await;
        assert_eq!(infant, ["SRDOCSYYHK1-----14MAY26-FI--BERG-MIA/P2"]);
        assert_eq!((lead[0].as_str(), guardian[0].as_str()), ("NM1BERG/EVA", "NM1BERG/KIM(INFBERG/MIA/14MAY26)"));
        assert!(lead[1].ends_with("/P1") && guardian[1].ends_with("/P2"), "{guardian:?}");
        assert_eq!(warnings, json!([]));
        let (seated, _, guardian, _) = lines("").await;
        assert!(seated[0] == "NM1BERG/MIA" && seated[1].contains("-14MAY26-F-"), "{seated:?}");
        assert_eq!(guardian[0], "NM1BERG/KIM");
        // After the second birthday there is a seat, whatever is asked for.
        let later = agent.get(path(mia, "channel=amadeus&infants=lap&departure=2028-05-14")).await.expect(200);
        assert_eq!(texts(&later)[0], "NM1BERG/MIA");
        let alone = agent.get(path(mia, "channel=amadeus&infants=lap&departure=2028-05-13")).await.expect(200);
        assert_eq!(texts(&alone), ["(INFBERG/MIA/14MAY26)", "SRDOCSYYHK1-----14MAY26-FI--BERG-MIA/P1"]);
        assert!(codes(&alone["warnings"]).contains(&"on_lap"));
        // One infant to each adult.
        let second = add("Liv", "2026-05-14", "F").await;
        agent.delete(format!("/v1/groups/{group}/members/{kim}")).await.expect(204);
        agent.put(format!("/v1/groups/{group}/members/{second}"), json!({"role": "child"})).await;
        let url = format!("/v1/groups/{group}/booking-data?channel=amadeus&departure=2027-06-01&infants=lap");
        let crowded = agent.get(url).await.expect(200);
        assert_eq!(codes(&crowded["warnings"]), ["no_lap"]);
        agent.get(path(mia, "infants=knee")).await.problem(400);
    }

    async fn one_traveller_or_nine_take_few_statements(app: &App) {
        let agent = app.agent().await;
        let mut members = Vec::new();
        for number in 0..9 {
            let id = app.profile(&format!("Ebba {}", char::from(b'A' + number))).await;
            agent.post("/v1/passports", anna_passport(id, &format!("L898902C{number}"))).await.expect(201);
            join(app, id, "U0", "1234").await;
            ready(&agent, id).await;
            members.push(id);
        }
        let list: Vec<_> = members.iter().map(|id| json!({"user_id": id})).collect();
        let group = agent.post("/v1/groups", json!({"name": "Team", "members": list})).await.id();
        // One of each is the caller's, and four note the reveals: entries, begin, commit, and the guard of the pool.
        assert!(app.statements(async { agent.get(path(members[0], "channel=amadeus")).await.expect(200) }).await <= 12);
        let url = format!("/v1/groups/{group}/booking-data?channel=amadeus");
        assert!(app.statements(async { agent.get(&url).await.expect(200) }).await <= 13);
        let data = agent.get(&url).await.expect(200);
        let lines: usize = data["travellers"].as_array().unwrap().iter().map(|it| texts(it).len()).sum();
        assert_eq!(lines, 9 * 10);
    }

    async fn nothing_personal_shows_in_debug(app: &App) {
        let agent = app.agent().await;
        let id = anna(app, &agent).await;
        ready(&agent, id).await;
        for channel in BookingChannel::ALL {
            let asked = BookingRequest { channel: *channel, ..request() };
            let data = booking::data(&app.core, &Permit::system(), id, asked, None).await.unwrap();
            let view = api::booking::view::BookingData::from(data.clone());
            for text in [format!("{data:?}"), format!("{view:?}")].map(|it| without_chance(&it)) {
                for personal in ["ERIKSSON", "L898902C3", "MAIL.EXAMPLE", "mail.example", "46701740605", "12AUG", "Jane", "JANE", "301", "MOML"] {
                    assert!(!text.contains(personal), "{channel}: {text}");
                }
            }
        }
    }
}

//! The catalogue that comes with the program, and what programmes say about flights.

use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use service::imports::{Import, Kept};
use service::loyalty_catalogue::{import, import_entries};
use service::policy::Permit;
use service::travel::loyalty::catalogue::{CATALOGUE, Entry};

use super::{ids, program};
use crate::support::on_both_databases;
use crate::support::world::everything;

async fn run(app: &crate::support::App) -> Import {
    import(&app.core, &Permit::system(), false).await.unwrap()
}

/// The catalogue as it may have been earlier or may be later.
fn entries(changes: &[(&str, &str, Value)]) -> Vec<Entry> {
    let text = include_str!("../../service/src/travel/loyalty/programs.json");
    let mut file: Value = serde_json::from_str(text).unwrap();
    for entry in file["programs"].as_array_mut().unwrap() {
        for (id, field, value) in changes {
            if entry["id"] == *id {
                entry[field] = value.clone();
            }
        }
    }
    serde_json::from_value(file["programs"].clone()).unwrap()
}

/// Id of the programme of that code.
async fn find(admin: &crate::support::Caller, code: &str) -> String {
    let found = admin
        .get(format!("/v1/loyalty-programs?supplier_code={code}&type=airline"))
        .await
        .expect(200);
    assert_eq!(ids(&found).len(), 1, "{code}");
    ids(&found).remove(0)
}

on_both_databases! {
    async fn an_import_adds_all_and_a_second_one_nothing(app: &App) {
        let before = everything(app).await;
        let rehearsed = import(&app.core, &Permit::system(), true).await.unwrap();
        assert_eq!(everything(app).await, before, "a dry run writes nothing");
        let first = run(app).await;
        assert_eq!(rehearsed, first);
        assert_eq!((first.added.len(), first.updated.len(), first.unchanged), (CATALOGUE.programs.len(), 0, 0));
        assert!(first.kept.is_empty() && first.added.contains(&"Lufthansa: Miles & More".to_owned()));
        let after = everything(app).await;
        let second = run(app).await;
        assert_eq!((second.unchanged, second.added.len()), (first.added.len(), 0));
        assert_eq!(everything(app).await, after);
        let admin = app.admin().await;
        let shown = admin.get(format!("/v1/loyalty-programs/{}", find(&admin, "LH").await)).await.expect(200);
        assert_eq!(shown["alliance"], "star_alliance");
        assert_eq!(shown["tiers"][2], json!({"name": "Senator", "alliance_status": "gold"}));
        assert_eq!(shown["tiers"][0], json!({"name": "Member", "alliance_status": null}));
        assert!(shown["carriers"].as_array().unwrap().contains(&json!("LX")) && shown["on_offer"] == true);
        let origin = &shown["origin"];
        assert!(origin["source"].as_str().unwrap().starts_with("https://"), "{origin}");
        assert_eq!((&origin["as_of"], &origin["confirmed"], &origin["edited"]), (&json!("2025-12-31"), &json!(true), &json!(false)));
    }

    async fn what_the_agency_wrote_is_its_own(app: &App) {
        let admin = app.admin().await;
        let own = json!({"supplier": "  SAS ", "name": "eurobonus", "type": "airline"});
        admin.post("/v1/loyalty-programs", own).await.expect(201);
        let first = run(app).await;
        assert_eq!(first.kept, [("SAS: EuroBonus".to_owned(), Kept::Own)]);
        let path = |id: &str| format!("/v1/loyalty-programs/{id}");
        let (edited, ended, gone) = (find(&admin, "BA").await, find(&admin, "QF").await, find(&admin, "AY").await);
        let mine = admin.patch(path(&edited), json!({"partners": ["EI"]})).await.expect(200);
        assert_eq!(mine["origin"]["edited"], true);
        admin.patch(path(&ended), json!({"offered_until": "2026-01-31"})).await.expect(200);
        admin.delete(path(&gone)).await.expect(204);
        let newer = entries(&[
            ("british-airways-club", "name", json!("BA Club")),
            ("qantas-frequent-flyer", "name", json!("Frequent Flyer")),
        ]);
        let second = import_entries(&app.core, &Permit::system(), &newer, false).await.unwrap();
        assert_eq!(second.added, ["Finnair: Finnair Plus"]);
        assert_eq!(second.updated, ["Qantas: Frequent Flyer"]);
        assert_eq!(second.kept, [
            ("British Airways: BA Club".to_owned(), Kept::Edited),
            ("SAS: EuroBonus".to_owned(), Kept::Own),
        ]);
        let qantas = admin.get(path(&ended)).await.expect(200);
        assert_eq!((&qantas["name"], &qantas["offered_until"], &qantas["version"]), (&json!("Frequent Flyer"), &json!("2026-01-31"), &json!(3)));
        let ba = admin.get(path(&edited)).await.expect(200);
        assert_eq!((&ba["name"], &ba["partners"]), (&json!("The British Airways Club"), &json!(["EI"])));
        // Put back as the catalogue has it, it follows the catalogue again.
        admin.patch(path(&edited), json!({"partners": ["EI", "VY"]})).await.expect(200);
        assert_eq!(import_entries(&app.core, &Permit::system(), &newer, false).await.unwrap().updated, ["British Airways: BA Club"]);
    }

    async fn tiers_that_members_hold_stay(app: &App) {
        let admin = app.admin().await;
        run(app).await;
        let (lufthansa, united) = (find(&admin, "LH").await, find(&admin, "UA").await);
        let eva = app.profile("Eva").await;
        let join = |program: &str, tier: &str| json!({"user_id": eva, "program_id": program, "membership_number": "12345678", "tier": tier});
        admin.post("/v1/loyalties", join(&lufthansa, "Senator")).await.expect(201);
        let spelled = admin.post("/v1/loyalties", join(&united, "Premier 1K")).await.id();
        let newer = entries(&[
            ("miles-and-more", "tiers", json!([{"name": "Member"}])),
            ("mileageplus", "tiers", json!([{"name": "PREMIER 1K", "alliance_status": "gold"}])),
        ]);
        let before = everything(app).await;
        let rehearsed = import_entries(&app.core, &Permit::system(), &newer, true).await.unwrap();
        assert_eq!(everything(app).await, before);
        let done = import_entries(&app.core, &Permit::system(), &newer, false).await.unwrap();
        assert_eq!(rehearsed, done);
        assert_eq!(done.kept, [("Lufthansa: Miles & More".to_owned(), Kept::TierInUse)]);
        assert_eq!(done.updated, ["United Airlines: MileagePlus"]);
        assert_eq!(admin.get(format!("/v1/loyalties/{spelled}")).await.expect(200)["tier"], "PREMIER 1K");
    }

    async fn a_new_name_that_is_taken_is_not_forced(app: &App) {
        let admin = app.admin().await;
        run(app).await;
        let own = json!({"supplier": "Qantas", "name": "Kangaroo Points", "type": "airline"});
        admin.post("/v1/loyalty-programs", own).await.expect(201);
        let newer = entries(&[("qantas-frequent-flyer", "name", json!("Kangaroo Points"))]);
        let done = import_entries(&app.core, &Permit::system(), &newer, false).await.unwrap();
        assert_eq!(done.kept, [("Qantas: Kangaroo Points".to_owned(), Kept::NameTaken)]);
        let rows = entity::loyalty_programs::Entity::find().all(app.core.db.read()).await.unwrap();
        assert_eq!(rows.len(), CATALOGUE.programs.len() + 1);
    }

    async fn a_tier_has_a_status_of_the_programmes_alliance(app: &App) {
        let admin = app.admin().await;
        let gold = json!([{"name": "Dawn", "alliance_status": null}, {"name": "Noon", "alliance_status": "gold"}]);
        let new = |alliance: Value| program(&format!("{alliance}"), &json!({"tiers": gold, "alliance": alliance, "carriers": ["u0"], "partners": ["QF"]}));
        for alliance in [Value::Null, json!("oneworld"), json!("skyteam")] {
            let refused = admin.post("/v1/loyalty-programs", new(alliance)).await;
            assert_eq!(refused.errors(422), [("/tiers/1/alliance_status".to_owned(), "wrong_alliance".to_owned())]);
        }
        let created = admin.post("/v1/loyalty-programs", new(json!("star_alliance"))).await;
        let shown = created.expect(201);
        assert_eq!((&shown["carriers"], &shown["partners"], &shown["alliance"]), (&json!(["U0"]), &json!(["QF"]), &json!("star_alliance")));
        assert_eq!(shown["tiers"], gold);
        let path = format!("/v1/loyalty-programs/{}", created.id());
        for alliance in [Value::Null, json!("skyteam")] {
            let refused = admin.patch(&path, json!({"alliance": alliance})).await;
            assert_eq!(refused.errors(422), [("/tiers/1/alliance_status".to_owned(), "wrong_alliance".to_owned())]);
        }
        let moved = json!({"alliance": "oneworld", "tiers": [{"name": "Dawn", "alliance_status": "ruby"}]});
        assert_eq!(admin.patch(&path, moved).await.expect(200)["tiers"][0]["alliance_status"], "ruby");
        let none = json!({"alliance": null, "tiers": [], "carriers": [], "partners": []});
        let cleared = admin.patch(&path, none).await.expect(200);
        assert_eq!((&cleared["alliance"], &cleared["carriers"]), (&Value::Null, &json!([])));
    }

    async fn airlines_are_codes_and_each_is_there_once(app: &App) {
        let admin = app.admin().await;
        for (value, pointer, code) in [
            (json!(["LH", "lh"]), "/carriers", "duplicate"),
            (json!(["LH", "LHX"]), "/carriers/1", "too_long"),
            (json!(["42"]), "/carriers/0", "invalid_format"),
            (json!("LH"), "/carriers", "wrong_type"),
            (json!([1]), "/carriers/0", "wrong_type"),
            (Value::Null, "/carriers", "not_nullable"),
            (json!((0..51).map(|n| format!("{}{}", char::from(b'A' + n / 10), n % 10)).collect::<Vec<_>>()), "/carriers", "too_long"),
        ] {
            let refused = admin.post("/v1/loyalty-programs", program("A", &json!({"carriers": value}))).await;
            assert_eq!(refused.errors(422), [(pointer.to_owned(), code.to_owned())]);
        }
        let refused = admin.post("/v1/loyalty-programs", program("A", &json!({"alliance": "star"}))).await;
        assert_eq!(refused.errors(422), [("/alliance".to_owned(), "unknown_code".to_owned())]);
    }
}

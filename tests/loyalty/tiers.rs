use serde_json::{Value, json};

use super::{add_program, membership, program};
use crate::support::on_both_databases;

fn tiers(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({ "name": name, "alliance_status": null }))
        .collect()
}

on_both_databases! {
    async fn tiers_keep_their_order(app: &App) {
        let admin = app.admin().await;
        let order = tiers(&["Zinc", "amber", "Årgång", "Brass", "1st"]);
        let created = admin.post("/v1/loyalty-programs", program("A", &json!({"tiers": order}))).await;
        assert_eq!(created.expect(201)["tiers"], order);
        let path = format!("/v1/loyalty-programs/{}", created.id());
        assert_eq!(admin.get(&path).await.expect(200)["tiers"], order);
        let reversed = tiers(&["1st", "Brass", "Zinc"]);
        assert_eq!(admin.patch(&path, json!({"tiers": reversed})).await.expect(200)["tiers"], reversed);
        assert_eq!(admin.get(&path).await.expect(200)["tiers"], reversed);
        assert_eq!(admin.patch(&path, json!({"tiers": []})).await.expect(200)["tiers"], json!([]));
        let mut none = program("B", &json!({}));
        none.as_object_mut().unwrap().remove("tiers");
        assert_eq!(admin.post("/v1/loyalty-programs", none).await.expect(201)["tiers"], json!([]));
    }

    async fn tiers_have_names_of_their_own_and_nothing_else(app: &App) {
        let admin = app.admin().await;
        let path = format!("/v1/loyalty-programs/{}", add_program(app, "A", &json!({})).await);
        let names: Vec<_> = (0..21).map(|index| format!("T{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for (bad, pointer, code) in [
            (tiers(&["Gold", "Gold"]), "/tiers", "duplicate"),
            (tiers(&["Gold", "Silver", "gOLD"]), "/tiers", "duplicate"),
            (tiers(&["ÅR", "år"]), "/tiers", "duplicate"),
            (tiers(&names), "/tiers", "too_long"),
            (json!([{"name": "Gold"}, {"name": "Silver", "points": 7}]), "/tiers/1/points", "unknown_field"),
            (json!([{}]), "/tiers/0/name", "required"),
            (json!(["Gold"]), "/tiers/0", "wrong_type"),
            (json!({"name": "Gold"}), "/tiers", "wrong_type"),
        ] {
            admin.patch(&path, json!({"tiers": bad})).await.refuses(pointer, code);
            admin.post("/v1/loyalty-programs", program("B", &json!({"tiers": bad}))).await.refuses(pointer, code);
        }
        let errors = admin.patch(&path, json!({"tiers": [{"name": "Gold"}, {"name": "  "}]})).await.errors(422);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].0, "/tiers/1/name");
        admin.patch(&path, json!({"tiers": tiers(&names[..20])})).await.expect(200);
    }

    async fn a_tier_that_somebody_holds_stays(app: &App) {
        let (admin, member) = (app.admin().await, app.profile("Anna").await);
        let id = add_program(app, "A", &json!({"tiers": tiers(&["Blue", "Silver", "Gold"])})).await;
        let mut new = membership(member, &id);
        new["tier"] = json!("Silver");
        let joined = admin.post("/v1/loyalties", new).await;
        joined.expect(201);
        let path = format!("/v1/loyalty-programs/{id}");
        for without in [tiers(&["Blue", "Gold"]), json!([]), tiers(&["Silvery"])] {
            assert_eq!(admin.patch(&path, json!({"tiers": without})).await.problem(409), "tier_in_use");
        }
        admin.patch(&path, json!({"tiers": tiers(&["Gold", "Silver"])})).await.expect(200);
        admin.patch(format!("/v1/loyalties/{}", joined.id()), json!({"tier": null})).await.expect(200);
        admin.patch(&path, json!({"tiers": tiers(&["Gold"])})).await.expect(200);
    }

    async fn a_tier_that_is_written_anew_is_written_anew_for_those_who_hold_it(app: &App) {
        let (admin, anna, bo) = (app.admin().await, app.profile("Anna").await, app.profile("Bo").await);
        let id = add_program(app, "A", &json!({"tiers": tiers(&["Blue", "Gold"])})).await;
        let mut joined = Vec::new();
        for (user, tier) in [(anna, "Gold"), (bo, "Blue")] {
            let mut new = membership(user, &id);
            new["tier"] = json!(tier);
            joined.push(format!("/v1/loyalties/{}", admin.post("/v1/loyalties", new).await.id()));
        }
        let change = json!({"tiers": tiers(&["Blue", "GOLD"])});
        admin.patch(format!("/v1/loyalty-programs/{id}"), change).await.expect(200);
        let (golden, blue) = (admin.get(&joined[0]).await.expect(200), admin.get(&joined[1]).await.expect(200));
        assert_eq!((&golden["tier"], &golden["version"]), (&json!("GOLD"), &json!(2)));
        assert_eq!((&blue["tier"], &blue["version"]), (&json!("Blue"), &json!(1)));
    }
}

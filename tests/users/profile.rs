//! `GET /v1/users/{id}/profile`: a user with all that hangs on it.

use serde_json::{Value, json};

use super::{group, join, passport, path_of, program};
use crate::support::{json_object, on_both_databases};

on_both_databases! {
    async fn a_profile_holds_documents_memberships_and_companions(app: &App) {
        let (admin, agent, rosa) = (app.admin().await, app.agent().await, app.customer("Rosa").await);
        let ida = app.create_user(&json!({"first_name": "Ida", "last_name": "Lind", "phone": "+46701234568"})).await;
        let eva = app.profile("Eva").await;
        let passports = [
            passport(&admin, rosa.id(), "L898902C3", "2034-04-15").await,
            passport(&admin, rosa.id(), "L898902C4", "2020-04-15").await,
        ];
        passport(&admin, ida, "L898902C5", "2034-04-15").await;
        let program = program(&admin, "Sunrise Points").await;
        let loyalty = join(&admin, rosa.id(), &program).await;
        join(&admin, ida, &program).await;
        let members = json!([{"user_id": rosa.id(), "role": "lead"}, {"user_id": ida, "role": "child"}, {"user_id": eva}]);
        let family = admin.post("/v1/groups", json!({"name": "Family", "purpose": "Summer", "members": members})).await.id();
        let team = group(&admin, "Team", &[rosa.id(), eva]).await;
        group(&admin, "Others", &[ida, eva]).await;

        let answer = agent.get(path_of(rosa.id()) + "/profile").await;
        let profile = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(profile["user"], agent.get(path_of(rosa.id())).await.json());
        let texts = |list: &Value, name: &str| -> Vec<String> {
            list.as_array().unwrap().iter().map(|it| it[name].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(texts(&profile["passports"], "id"), passports);
        assert_eq!(profile["passports"][0], agent.get(format!("/v1/passports/{}", passports[0])).await.json());
        assert_eq!(profile["loyalties"].as_array().unwrap().len(), 1);
        assert_eq!(profile["loyalties"][0]["loyalty"], agent.get(format!("/v1/loyalties/{loyalty}")).await.json());
        assert_eq!(profile["loyalties"][0]["program"], agent.get(format!("/v1/loyalty-programs/{program}")).await.json());
        assert_eq!(texts(&profile["groups"], "id"), [family, team]);
        let family = &profile["groups"][0];
        assert_eq!((&family["name"], &family["purpose"], &family["role"]), (&json!("Family"), &json!("Summer"), &json!("lead")));
        let mut companions = family["companions"].as_array().unwrap().clone();
        companions.sort_by_key(|it| it["first_name"].to_string());
        assert_eq!(companions, [
            json!({"user_id": eva, "first_name": "Eva", "last_name": null, "role": "companion"}),
            json!({"user_id": ida, "first_name": "Ida", "last_name": "Lind", "role": "child"}),
        ]);
        // Customers see the same of themselves, with the numbers of their passports: their companions' names, and nothing
        // else of them.
        let mut own = rosa.get(path_of(rosa.id()) + "/profile").await.expect(200);
        for text in [profile.to_string(), own.to_string()] {
            assert!(!text.contains("+46701234568") && !text.contains("02C5"), "{text}");
        }
        assert_eq!(own["passports"][0], rosa.get(format!("/v1/passports/{}", passports[0])).await.json());
        own["passports"] = profile["passports"].clone();
        assert_eq!(own, profile);
    }

    async fn an_empty_profile_has_empty_lists(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Eva").await);
        let profile = agent.get(path_of(id) + "/profile").await.expect(200);
        let mut names: Vec<_> = json_object(&profile).keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["groups", "identity_cards", "loyalties", "passports", "traveller_numbers", "user", "visas"]);
        for list in ["groups", "identity_cards", "loyalties", "passports", "traveller_numbers", "visas"] {
            assert_eq!(profile[list], json!([]), "{list}");
        }
    }

    async fn nobody_has_no_profile(app: &App) {
        let agent = app.agent().await;
        assert_eq!(agent.get(path_of(entity::ids::UserId::new()) + "/profile").await.problem(404), "not_found");
        assert_eq!(agent.get("/v1/users/nobody/profile").await.problem(400), "invalid_parameter");
    }
}

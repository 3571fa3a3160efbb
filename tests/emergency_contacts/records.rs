use serde_json::{Value, json};

use super::{contact, names, of};
use crate::sealing::stored;
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_contact_is_kept_changed_and_removed(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let sent = json!({
            "user_id": rosa, "name": "Erik Eriksson", "relationship": "Husband", "phone": "+46 (70) 174-06.06",
            "email": "Erik@Mail.example", "language": "sv-se",
        });
        let created = agent.post("/v1/emergency-contacts", sent).await;
        let mut shown = created.expect(201);
        let path = format!("/v1/emergency-contacts/{}", created.id());
        assert_eq!((created.header("location"), created.etag().as_str()), (Some(path.as_str()), "\"1\""));
        let read = agent.get(&path).await;
        assert_eq!(read.expect(200), shown);
        assert_eq!(agent.get_with(&path, &[("if-none-match", "\"1\"")]).await.status, 304);
        let fields = shown.as_object_mut().unwrap();
        fields.remove("id").unwrap();
        assert_eq!(fields.remove("created_at").unwrap(), fields.remove("updated_at").unwrap());
        assert_eq!(shown, json!({
            "user_id": rosa, "name": "Erik Eriksson", "relationship": "Husband", "phone": "+46701740606",
            "email": "Erik@mail.example", "language": "sv-SE", "version": 1,
        }));

        let changed = agent.patch(&path, json!({"phone": "+46701740610", "email": null})).await;
        assert_eq!(changed.etag(), "\"2\"");
        let changed = changed.expect(200);
        assert_eq!((&changed["phone"], &changed["email"], &changed["language"]), (&json!("+46701740610"), &Value::Null, &json!("sv-SE")));
        assert_eq!(agent.patch(&path, json!({"email": null})).await.expect(200), changed);
        let old = [("if-match", "\"1\"")];
        assert_eq!(agent.patch_with(&path, &old, json!({"name": "X"})).await.problem(412), "stale_version");
        assert_eq!(agent.delete_with(&path, &old).await.problem(412), "stale_version");
        agent.delete(&path).await.expect(204);
        assert_eq!(agent.get(&path).await.problem(404), "not_found");
    }

    async fn who_was_recorded_first_is_called_first(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        for name in ["Zoe", "Ada", "Mia"] {
            agent.post("/v1/emergency-contacts", contact(rosa, name)).await.expect(201);
        }
        agent.post("/v1/emergency-contacts", contact(app.profile("Ida").await, "Bo")).await.expect(201);
        let first = agent.get(format!("{}&limit=2", of(rosa))).await.expect(200);
        assert_eq!((names(&first), &first["has_more"]), (vec!["Zoe", "Ada"], &json!(true)));
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = agent.get(format!("{}&limit=2&cursor={cursor}", of(rosa))).await.expect(200);
        assert_eq!((names(&rest), &rest["has_more"]), (vec!["Mia"], &json!(false)));
        assert_eq!(app.statements(async { agent.get(of(rosa)).await }).await, 2);
    }

    /// Also when several arrive at once.
    async fn there_are_five_at_the_most(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let sent = (0..9).map(|at| {
            let (agent, body) = (agent.clone(), contact(rosa, &format!("Contact {at}")));
            async move { agent.post("/v1/emergency-contacts", body).await }
        });
        let answers = futures_util::future::join_all(sent).await;
        assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 5);
        for refused in answers.iter().filter(|it| it.status != 201) {
            assert_eq!(refused.problem(409), "too_many_emergency_contacts");
        }
        let page = agent.get(of(rosa)).await.expect(200);
        let one = page["data"][0]["id"].as_str().unwrap();
        agent.delete(format!("/v1/emergency-contacts/{one}")).await.expect(204);
        agent.post("/v1/emergency-contacts", contact(rosa, "Another")).await.expect(201);
    }

    async fn all_that_is_wrong_is_named(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let missing = agent.post("/v1/emergency-contacts", json!({})).await.errors(422);
        assert_eq!(missing, ["/name", "/phone", "/user_id"].map(|at| (at.to_owned(), "required".to_owned())));
        let mut wrong = contact(rosa, "123");
        wrong["phone"] = json!("070 1234567");
        wrong["email"] = json!("nobody");
        wrong["relationship"] = json!("x".repeat(51));
        wrong["primary"] = json!(true);
        let errors = agent.post("/v1/emergency-contacts", wrong).await.errors(422);
        let pointers: Vec<_> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/email", "/name", "/phone", "/primary", "/relationship"]);
        assert_eq!(agent.get(of(rosa)).await.expect(200)["data"], json!([]));
    }

    async fn nothing_of_a_third_person_lies_open(app: &App) {
        let (agent, rosa) = (app.agent().await, app.profile("Rosa").await);
        let sent = json!({
            "user_id": rosa, "name": "Qzcanary Third", "relationship": "Qzbrother", "phone": "+46705559911",
            "email": "qzcanary@mail.example", "language": "sv",
        });
        agent.post("/v1/emergency-contacts", sent).await.expect(201);
        let stored = stored(app, "emergency_contacts").await;
        assert!(stored.contains("sv"), "{stored}");
        for secret in ["qzcanary", "third", "qzbrother", "5559911"] {
            assert!(!stored.to_lowercase().contains(secret), "{secret}: {stored}");
        }
    }
}

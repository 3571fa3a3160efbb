//! `GET /v1/users/{id}/names`.

use entity::ids::{ClientId, UserId};
use entity::values::Scope;
use serde_json::{Value, json};
use service::booking;
use service::policy::{Actor, Permit};

use super::codes;
use crate::support::{anna_passport, on_both_databases};

fn path(id: UserId) -> String {
    format!("/v1/users/{id}/names")
}

on_both_databases! {
    async fn a_name_is_shown_as_document_zone_and_ticket_write_it(app: &App) {
        let agent = app.agent().await;
        let anna = app.create_user(&json!({"first_name": "Anna", "middle_names": "Maria", "last_name": "Eriksson", "title": "Dr"})).await;
        let passport = agent.post("/v1/passports", anna_passport(anna, "L898902C3")).await;
        passport.expect(201);
        let answer = agent.get(path(anna)).await;
        let names = answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let ticket = json!({"surname": "ERIKSSON", "given_names": "ANNA MARIA", "title": "DR", "text": "ERIKSSON/ANNA MARIA DR"});
        let mrz = json!({"surname": "ERIKSSON", "given_names": "ANNA MARIA", "line": "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"});
        let legal = json!({"surname": "Eriksson", "given_names": "Anna Maria", "full": "Anna Maria Eriksson"});
        let forms = json!({"legal": legal, "mrz": mrz, "ticket": ticket, "warnings": []});
        assert_eq!(names["profile"], forms);
        assert_eq!(names["passport"], json!({"passport_id": passport.id(), "names": forms}));
        assert_eq!(names["comparison"]["verdict"], "same");
        assert_eq!((&names["rule"]["carrier"], &names["warnings"]), (&Value::Null, &json!([])));
    }

    async fn what_was_changed_is_said(app: &App) {
        let agent = app.agent().await;
        let id = app.create_user(&json!({"first_name": "Jürgen", "last_name": "Müller"})).await;
        let mut passport = anna_passport(id, "L898902C3");
        passport["surname"] = json!("MULLER");
        passport["given_names"] = json!("JUERGEN HANS");
        agent.post("/v1/passports", passport).await.expect(201);
        let names = agent.get(path(id)).await.expect(200);
        assert_eq!(names["profile"]["ticket"]["text"], "MUELLER/JUERGEN");
        assert_eq!(codes(&names["profile"]["warnings"]), ["transliterated"]);
        let comparison = &names["comparison"];
        assert_eq!((&comparison["verdict"], &comparison["surname"], &comparison["given_names"]),
            (&json!("abridged"), &json!("variant"), &json!("abridged")));
        let id = app.profile("小龍").await;
        let names = agent.get(path(id)).await.expect(200);
        assert_eq!((&names["profile"]["mrz"], &names["profile"]["ticket"]), (&Value::Null, &Value::Null));
        assert_eq!((codes(&names["profile"]["warnings"]), codes(&names["warnings"])), (vec!["no_transliteration"], vec!["missing_passport"]));
    }

    async fn a_single_name_follows_the_airline(app: &App) {
        let agent = app.agent().await;
        let path = path(app.profile("Wulandari").await);
        for (query, text, carrier) in [
            ("", "WULANDARI/FNU", Value::Null), ("?carrier=ZZ", "WULANDARI/FNU", Value::Null),
            ("?carrier=vs", "WULANDARI/LNU", json!("VS")), ("?carrier=QF", "WULANDARI/W", json!("QF")),
        ] {
            let names = agent.get(format!("{path}{query}")).await.expect(200);
            assert_eq!((&names["profile"]["ticket"]["text"], &names["rule"]["carrier"]), (&json!(text), &carrier), "{query}");
            assert_eq!(codes(&names["profile"]["warnings"]), ["single_name"]);
        }
        for query in ["carrier=Q", "carrier=42", "airline=QF"] {
            assert_eq!(agent.get(format!("{path}?{query}")).await.problem(400), "invalid_parameter", "{query}");
        }
    }

    /// Another system that may not read passports learns neither the name in one nor whether there is one.
    async fn the_passport_needs_its_own_scope(app: &App) {
        let agent = app.agent().await;
        let id = app.profile("Anna").await;
        let client = |scopes: &[Scope]| Actor::Client { id: ClientId::new(), scopes: scopes.iter().copied().collect() };
        for (has_passport, scopes, codes) in [
            (false, &[Scope::UsersRead][..], vec!["passport_not_readable"]), (false, &[Scope::UsersRead, Scope::PassportsRead], vec!["missing_passport"]),
            (true, &[Scope::UsersRead], vec!["passport_not_readable"]), (true, &[Scope::UsersRead, Scope::PassportsRead], vec![]),
        ] {
            if has_passport {
                agent.post("/v1/passports", anna_passport(id, "L898902C3")).await;
            }
            let by = Permit::obtain(client(scopes)).unwrap();
            let names = booking::names(&app.core, &by, id, None).await.unwrap();
            let found: Vec<_> = names.warnings.iter().map(|it| it.code.as_str()).collect();
            assert_eq!((names.passport.is_some(), found), (codes.is_empty(), codes));
            assert!(!format!("{names:?}").contains("Eriksson"));
        }
    }

    async fn names_take_three_statements(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Anna").await);
        assert!(app.statements(async { agent.get(path(id)).await.expect(200) }).await <= 3);
    }
}

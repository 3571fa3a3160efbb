//! What is not a field of the request is refused, although the server has a column or a property of that name.

use std::collections::BTreeSet;

use sea_orm::{IdenStatic as _, Iterable as _};
use serde_json::{Value, json};

use crate::support::document::{document, operations_with_body, resolve};
use crate::support::on_both_databases;
use crate::support::world::{Belongings, Canaries, everything};

/// Every name that the server has for something.
fn names() -> BTreeSet<String> {
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    let properties = schemas
        .values()
        .filter_map(|schema| schema["properties"].as_object())
        .flat_map(|properties| properties.keys().cloned());
    let mut names: BTreeSet<String> = properties.collect();
    macro_rules! columns {
        ($($table:ident),+) => {
            $(names.extend(entity::$table::Column::iter().map(|column| column.as_str().to_owned()));)+
        };
    }
    columns!(
        users,
        credentials,
        passports,
        visas,
        identity_cards,
        traveller_numbers,
        loyalty_programs,
        entry_rules,
        loyalties,
        emergency_contacts,
        travel_preferences,
        groups,
        group_members,
        user_search_terms,
        calendar_feeds,
        clients,
        client_secrets,
        client_tokens,
        mails,
        mail_tokens,
        second_factors,
        throttles,
        idempotency_keys,
        consents,
        erasures
    );
    // What other systems have fallen for.
    for name in [
        "is_admin",
        "permissions",
        "verified",
        "email_verified",
        "__proto__",
        "constructor",
        "$ref",
        "",
    ] {
        names.insert(name.to_owned());
    }
    assert!(
        names.contains("password_hash") && names.contains("email_key") && names.len() > 60,
        "{names:?}"
    );
    names
}

on_both_databases! {
    async fn names_that_are_no_fields_are_refused_everywhere(app: &App) {
        let admin = app.admin().await;
        let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let before = everything(app).await;
        let (mut sent, mut findings) = (0, Vec::new());
        for operation in operations_with_body() {
            let url = belongings.url(&operation);
            let body = belongings.body(&operation);
            let schema = operation.body_schema();
            // The object itself, the objects in it, and those in its lists.
            let mut objects = vec![(String::new(), schema)];
            for (name, property) in schema["properties"].as_object().unwrap() {
                if body.pointer(&format!("/{name}/0")).is_some_and(Value::is_object) {
                    objects.push((format!("/{name}/0"), resolve(&resolve(property)["items"])));
                }
                if body.get(name).is_some_and(Value::is_object) {
                    objects.push((format!("/{name}"), resolve(property)));
                }
            }
            for (at, schema) in objects {
                for name in names() {
                    if schema["properties"].get(&name).is_some() {
                        continue;
                    }
                    let mut body = body.clone();
                    let object = body.pointer_mut(&at).unwrap();
                    object[&name] = match name.as_str() {
                        "role" => json!("admin"),
                        "status" => json!("active"),
                        "version" => json!(99),
                        name if name.ends_with("id") => Value::from(belongings.stranger.as_str()),
                        _ => json!(true),
                    };
                    let answer = admin.json(operation.method.clone(), &url, &[], &body).await;
                    sent += 1;
                    let expected = (format!("{at}/{name}"), "unknown_field".to_owned());
                    if answer.status != 422 || !answer.errors(422).contains(&expected) {
                        findings.push(format!("{} {at}/{name}: {}", operation.name(), answer.status));
                    }
                }
            }
        }
        assert!(findings.is_empty(), "{} of {sent}:\n{}", findings.len(), findings.join("\n"));
        assert!(sent > 800, "{sent}");
        assert_eq!(everything(app).await, before);
    }
}

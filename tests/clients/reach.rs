//! What a machine client sees is what its scopes say, also by the way.

use serde_json::{Value, json};

use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{Answer, anna_passport, on_both_databases};

/// The scopes that a refused client is told of.
#[track_caller]
fn lacking(answer: &Answer) -> String {
    assert_eq!(answer.problem(403), "insufficient_scope");
    let challenge = answer.header("www-authenticate").unwrap();
    let prefix = "Bearer realm=\"customer-profile\", error=\"insufficient_scope\", scope=\"";
    let scopes = challenge
        .strip_prefix(prefix)
        .unwrap_or_else(|| panic!("{challenge}"));
    scopes.trim_end_matches('"').to_owned()
}

on_both_databases! {
    /// Who is found by a filter has what it asks for.
    async fn a_filter_needs_the_scope_of_what_it_tells(app: &App) {
        let admin = app.admin().await;
        let (about, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        for (name, value, scope) in [
            ("passport_expires_before", "2035-01-01", "passports:read"),
            ("loyalty_program_id", about.open_program.as_str(), "loyalties:read"),
            ("group_id", about.group.as_str(), "groups:read"),
        ] {
            let everything_else: Vec<_> = entity::values::Scope::ALL.iter().map(|it| it.as_str()).filter(|it| *it != scope).collect();
            let without = app.client(&everything_else.join(" ")).await;
            let needed = format!("users:read {scope}");
            let with = app.client(&needed).await;
            let url = format!("/v1/users?{name}={value}");
            let mut search = json!({});
            search[name] = value.into();
            assert_eq!(lacking(&without.get(&url).await), needed);
            assert_eq!(lacking(&without.post("/v1/users/search", search.clone()).await), needed);
            with.get(&url).await.expect(200);
            with.post("/v1/users/search", search).await.expect(200);
            without.get("/v1/users?role=customer&updated_since=2020-01-01T00:00:00Z").await.expect(200);
            // The scope alone is not enough either.
            assert_eq!(lacking(&app.client(scope).await.get(&url).await), "users:read");
        }
    }

    async fn members_of_a_group_are_shown_as_far_as_the_scopes_reach(app: &App) {
        let admin = app.admin().await;
        let canaries = Canaries::new();
        let (about, _) = Belongings::of_a_new_customer(app, &admin, &canaries).await;
        let url = format!("/v1/groups/{}/members", about.group);
        let contact = [canaries.email.as_str(), &canaries.phone];
        for (scopes, profile, passports, loyalties) in [
            ("groups:read", false, false, false),
            ("groups:read users:read", true, false, false),
            ("groups:read passports:read", false, true, false),
            ("groups:read loyalties:read", false, false, true),
            ("groups:read users:read passports:read loyalties:read", true, true, true),
        ] {
            let answer = app.client(scopes).await.get(&url).await;
            let members = answer.expect(200);
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            let member = members["data"].as_array().unwrap().iter().find(|it| it["user_id"] == about.user.as_str()).unwrap();
            assert_eq!(member["first_name"], canaries.first_name.as_str(), "{scopes}");
            for value in contact {
                assert_eq!(text.contains(value), profile, "{scopes}: {value}");
            }
            let number = &canaries.passport_number;
            assert!(!text.contains(number), "{scopes}");
            assert_eq!(text.contains(&format!("••••{}", &number[number.len() - 4..])), passports, "{scopes}");
            assert_eq!(text.contains(&canaries.membership_number), loyalties, "{scopes}");
            assert_eq!(member["in_full"], profile && passports && loyalties, "{scopes}");
        }
    }

    /// Staff are none of a client's business, whatever it may do.
    async fn a_client_never_reaches_staff(app: &App) {
        let (admin, agent) = (app.admin().await, app.agent().await);
        let all: Vec<_> = entity::values::Scope::ALL.iter().map(|it| it.as_str()).collect();
        let client = app.client(&all.join(" ")).await;
        let (about, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let passport = admin.post("/v1/passports", anna_passport(agent.id(), "AG1234567")).await.id();
        let loyalty = json!({"user_id": agent.id(), "program_id": about.open_program, "membership_number": "AG 77"});
        let loyalty = admin.post("/v1/loyalties", loyalty).await.id();
        admin.put(format!("/v1/groups/{}/members/{}", about.group, agent.id()), json!({})).await.expect(201);
        let before = everything(app).await;
        let id = agent.id();
        for url in [format!("/v1/users/{id}"), format!("/v1/users/{id}/profile"), format!("/v1/passports/{passport}"),
            format!("/v1/loyalties/{loyalty}")] {
            assert_eq!(client.get(&url).await.problem(404), "not_found", "{url}");
        }
        for (url, patch) in [
            (format!("/v1/users/{id}"), json!({"first_name": "Eve"})),
            (format!("/v1/passports/{passport}"), json!({"status": "lost"})),
            (format!("/v1/loyalties/{loyalty}"), json!({"status": "closed"})),
        ] {
            assert_eq!(client.patch(&url, patch).await.problem(404), "not_found", "{url}");
            assert_eq!(client.delete(&url).await.problem(404), "not_found", "{url}");
        }
        for url in ["/v1/users", "/v1/users?role=agent", "/v1/passports", "/v1/loyalties"] {
            let answer = client.get(url).await;
            answer.expect(200);
            assert!(!String::from_utf8_lossy(&answer.body).contains(&id.to_string()), "{url}");
        }
        let number = json!({"issuing_country": "UTO", "passport_number": "AG1234567"});
        assert_eq!(client.post("/v1/passports/search", number).await.expect(200)["data"], json!([]));
        let new = anna_passport(id, "AG7654321");
        client.post("/v1/passports", new).await.refuses("/user_id", "not_found");
        let group = json!({"name": "With staff", "members": [{"user_id": about.user}, {"user_id": id}]});
        client.post("/v1/groups", group).await.refuses("/members/1/user_id", "not_found");
        // In a group of customers a colleague is a name.
        let members = client.get(format!("/v1/groups/{}/members", about.group)).await.expect(200);
        let colleague = members["data"].as_array().unwrap().iter().find(|it| it["user_id"] == id.to_string()).unwrap();
        assert_eq!((&colleague["in_full"], &colleague["email"], &colleague["passports"]), (&json!(false), &Value::Null, &json!([])));
        let put = client.put(format!("/v1/groups/{}/members/{id}", about.group), json!({"role": "lead"})).await;
        assert_eq!(put.problem(404), "not_found");
        assert_eq!(everything(app).await, before);
    }

    async fn a_client_gives_no_roles(app: &App) {
        let client = app.client("users:read users:write").await;
        let customer = app.profile("Carl").await;
        let before = everything(app).await;
        for role in ["agent", "admin"] {
            let new = json!({"first_name": "Eve", "email": "eve@mail.example", "role": role});
            assert_eq!(client.post("/v1/users", new).await.problem(403), "field_not_permitted");
            let up = json!({"role": role});
            let answer = client.patch(format!("/v1/users/{customer}"), up).await;
            assert_eq!(answer.errors(403), [("/role".to_owned(), "not_permitted".to_owned())]);
        }
        assert_eq!(everything(app).await, before);
        let new = json!({"first_name": "Ebba", "role": "customer"});
        assert_eq!(client.post("/v1/users", new).await.expect(201)["role"], "customer");
    }

    async fn a_client_is_nobody_in_person(app: &App) {
        let all: Vec<_> = entity::values::Scope::ALL.iter().map(|it| it.as_str()).collect();
        let client = app.client(&all.join(" ")).await;
        for url in ["/v1/me", "/v1/auth/sessions", "/v1/clients"] {
            assert_eq!(client.get(url).await.problem(403), "forbidden", "{url}");
        }
    }
}

use entity::ids::UserId;
use serde_json::{Value, json};

use super::{add_group, people};
use crate::support::{App, Caller, anna_passport, on_both_databases};

/// A user whose every personal field can be recognised, with a passport, a lost one, and a membership.
async fn with_documents(app: &App, agent: &Caller, program: &str, mark: u8) -> (UserId, [String; 6]) {
    let traces = [
        format!("trace{mark}@mail.example"),
        format!("+4670123450{mark}"),
        format!("195{mark}-02-03"),
        format!("QZX47GXW{mark}"),
        format!("MEMBER {mark}"),
        format!("QZL88LYW{mark}"),
    ];
    let [email, phone, birth, passport, membership, lost] = &traces;
    let id = app.create_user(&json!({
        "email": email, "first_name": format!("First{mark}"), "last_name": format!("Last{mark}"),
        "preferred_name": format!("Nick{mark}"), "phone": phone, "date_of_birth": birth, "nationality": "SWE",
    })).await;
    let mut document = anna_passport(id, passport);
    document["surname"] = json!(format!("Surname{mark}"));
    document["date_of_birth"] = json!(birth);
    agent.post("/v1/passports", document).await.expect(201);
    let mut gone = anna_passport(id, lost);
    gone["status"] = json!("lost");
    agent.post("/v1/passports", gone).await.expect(201);
    let card = json!({"user_id": id, "program_id": program, "membership_number": membership, "tier": "Gold"});
    agent.post("/v1/loyalties", card).await.expect(201);
    (id, traces)
}

async fn program(app: &App) -> String {
    let new = json!({"supplier": "Utopia Rail", "name": "A", "type": "rail", "tiers": [{"name": "Gold"}]});
    app.admin().await.post("/v1/loyalty-programs", new).await.id()
}

/// A number as those see it who do not hold the passport.
fn masked(number: &str) -> String {
    format!("••••{}", &number[number.len() - 4..])
}

fn member(page: &Value, id: UserId) -> Value {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .find(|it| it["user_id"] == json!(id))
        .expect("the member")
        .clone()
}

on_both_databases! {
    async fn staff_see_the_documents_of_all_members(app: &App) {
        let (agent, program) = (app.agent().await, program(app).await);
        let (anna, anna_traces) = with_documents(app, &agent, &program, 1).await;
        let (bo, bo_traces) = with_documents(app, &agent, &program, 2).await;
        let path = add_group(&agent, "A", &[anna, bo]).await;
        for caller in [&agent, &app.admin().await] {
            let answer = caller.get(format!("{path}/members")).await;
            let page = answer.expect(200);
            assert_eq!((&page["next_cursor"], &page["has_more"]), (&json!(null), &json!(false)));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let body = String::from_utf8(answer.body.to_vec()).unwrap();
            for traces in [&anna_traces, &bo_traces] {
                let [email, phone, birth, passport, membership, lost] = traces;
                for trace in [email, phone, birth, membership, &masked(passport)] {
                    assert!(body.contains(trace), "{trace}");
                }
                // Nobody travels on a lost passport.
                for hidden in [passport, lost, &masked(lost)] {
                    assert!(!body.contains(hidden), "{hidden}");
                }
            }
            let anna = member(&page, anna);
            assert_eq!(anna["in_full"], true);
            assert_eq!(anna["passports"].as_array().unwrap().len(), 1);
            assert_eq!(anna["loyalties"][0]["program"]["id"], json!(program));
            assert_eq!(anna["loyalties"][0]["loyalty"]["tier"], "Gold");
        }
    }

    async fn a_customer_sees_only_the_names_of_the_others(app: &App) {
        let (agent, program) = (app.agent().await, program(app).await);
        let (anna, own_traces) = with_documents(app, &agent, &program, 1).await;
        let mut members = vec![anna];
        let mut others = Vec::new();
        for mark in 2..=4 {
            let (id, traces) = with_documents(app, &agent, &program, mark).await;
            members.push(id);
            others.push((id, mark, traces));
        }
        let path = add_group(&agent, "A", &members).await;
        app.set_status(anna, entity::values::UserStatus::Active).await;
        let answer = app.caller(anna).await.get(format!("{path}/members")).await;
        let page = answer.expect(200);
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        assert_eq!(page["data"].as_array().unwrap().len(), 4);
        for trace in &own_traces[..5] {
            assert!(body.contains(trace), "{trace}");
        }
        assert_eq!(member(&page, anna)["in_full"], true);
        for (id, mark, traces) in others {
            for trace in traces.iter().chain([&format!("Surname{mark}")]) {
                assert!(!body.contains(trace), "{trace}");
            }
            let other = member(&page, id);
            assert_eq!(other, json!({
                "user_id": id, "role": "companion", "joined_at": other["joined_at"],
                "first_name": format!("First{mark}"), "last_name": format!("Last{mark}"),
                "preferred_name": format!("Nick{mark}"), "in_full": false, "email": null, "phone": null,
                "date_of_birth": null, "nationality": null, "nationality_alpha2": null, "passports": [], "loyalties": [],
            }));
        }
        // The group itself and the composed profile show no more of them.
        for path in [path, format!("/v1/users/{anna}/profile"), "/v1/groups".to_owned()] {
            let answer = app.caller(anna).await.get(path).await;
            answer.expect(200);
            let body = String::from_utf8(answer.body.to_vec()).unwrap();
            for mark in 2..=4 {
                for trace in [format!("trace{mark}"), format!("GXW{mark}"), format!("345{mark}-"), format!("MEMBER {mark}")] {
                    assert!(!body.contains(&trace), "{trace}");
                }
            }
        }
    }

    async fn the_members_cost_five_statements_however_many_they_are(app: &App) {
        let (agent, program) = (app.agent().await, program(app).await);
        let mut members = people(app, 6).await;
        for mark in 1..=3 {
            members.push(with_documents(app, &agent, &program, mark).await.0);
        }
        let path = add_group(&agent, "A", &members).await;
        let statements = app.statements(async {
            let page = agent.get(format!("{path}/members")).await.expect(200);
            assert_eq!(page["data"].as_array().unwrap().len(), 9);
        }).await;
        assert!((1..=5).contains(&statements), "{statements}");
    }
}

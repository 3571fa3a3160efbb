//! Many who change one user at once.

use futures_util::future::join_all;
use serde_json::json;

use super::path_of;
use crate::support::on_both_databases;

on_both_databases! {
    async fn of_twenty_changes_of_one_version_exactly_one_wins(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let callers = join_all((0..20).map(|_| app.caller(agent.id()))).await;
        let path = path_of(id);
        let answers = join_all(callers.iter().enumerate().map(|(number, caller)| {
            caller.patch_with(&path, &[("if-match", "\"1\"")], json!({"title": format!("T{number}")}))
        })).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 19));
        for answer in lost {
            assert_eq!(answer.problem(412), "stale_version");
        }
        let user = agent.get(&path).await.expect(200);
        assert_eq!(user, won[0].json());
        assert_eq!(user["version"], 2);
    }

    async fn writers_who_read_again_after_a_refusal_lose_nothing(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        agent.patch(path_of(id), json!({"title": "0"})).await.expect(200);
        let callers = join_all((0..16).map(|_| app.caller(agent.id()))).await;
        join_all(callers.iter().map(async |caller| {
            for _ in 0..10 {
                loop {
                    let seen = caller.get(path_of(id)).await;
                    let count: u32 = seen.expect(200)["title"].as_str().unwrap().parse().unwrap();
                    let patch = json!({"title": (count + 1).to_string()});
                    let answer = caller.patch_with(path_of(id), &[("if-match", &seen.etag())], patch).await;
                    match answer.status {
                        200 => break,
                        // 503: the lock of the row was waited for too long.
                        412 | 503 => {}
                        _ => panic!("{answer:?}"),
                    }
                }
            }
        })).await;
        let user = agent.get(path_of(id)).await.expect(200);
        assert_eq!((&user["title"], &user["version"]), (&json!("160"), &json!(162)));
    }

    async fn changes_of_different_fields_without_a_condition_all_stay(app: &App) {
        let (agent, id) = (app.agent().await, app.profile("Ebba").await);
        let patches = [
            json!({"title": "Dr"}), json!({"gender": "F"}), json!({"language": "sv"}), json!({"nationality": "SWE"}),
            json!({"phone": "+46701234568"}), json!({"last_name": "Berg"}), json!({"date_of_birth": "1991-05-17"}),
        ];
        let callers = join_all(patches.iter().map(|_| app.caller(agent.id()))).await;
        let path = path_of(id);
        let answers = join_all(callers.iter().zip(&patches).map(|(caller, patch)| caller.patch(&path, patch.clone()))).await;
        for answer in answers {
            answer.expect(200);
        }
        let user = agent.get(&path).await.expect(200);
        for patch in &patches {
            for (field, value) in patch.as_object().unwrap() {
                assert_eq!(&user[field], value);
            }
        }
        assert_eq!(user["version"], 8);
    }

    async fn of_many_who_take_one_address_at_once_one_gets_it(app: &App) {
        let agent = app.agent().await;
        let mut ids = Vec::new();
        for _ in 0..8 {
            ids.push(app.profile("Ebba").await);
        }
        let callers = join_all(ids.iter().map(|_| app.caller(agent.id()))).await;
        let answers = join_all(callers.iter().zip(&ids).map(async |(caller, id)| {
            caller.patch(path_of(id), json!({"email": "ebba@mail.example"})).await
        })).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1);
        for answer in lost {
            assert_eq!(answer.problem(409), "email_taken");
        }
    }
}

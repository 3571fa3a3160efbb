use std::time::Duration;

use entity::ids::UserId;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{add_group, group, member_ids, patiently, people};
use crate::support::{App, Backend, on_both_databases, run};

/// How many groups have fewer than two members, and how many memberships lead nowhere.
async fn broken(app: &App) -> (i64, i64) {
    let count = async |sql: &str| {
        let db = app.core.db.read();
        let row = db
            .query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index::<i64>(0).unwrap()
    };
    let small = count(
        "SELECT count(*) FROM groups g WHERE (SELECT count(*) FROM group_members m WHERE m.group_id = g.id) < 2",
    );
    let dangling = count(
        "SELECT count(*) FROM group_members m WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.user_id) \
         OR NOT EXISTS (SELECT 1 FROM groups g WHERE g.id = m.group_id)",
    );
    (small.await, dangling.await)
}

on_both_databases! {
    async fn of_sixty_four_at_once_only_as_many_join_as_there_is_room_for(app: &App) {
        let (agent, people) = (app.agent().await, people(app, 66).await);
        let path = add_group(&agent, "A", &people[..2]).await;
        let (agent, path) = (&agent, &path);
        let joins = people[2..].iter().map(|person| {
            patiently(move || agent.put(format!("{path}/members/{person}"), json!({})))
        });
        let answers = join_all(joins).await;
        let joined = answers.iter().filter(|answer| answer.status == 201).count();
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(answer.problem(409), "group_full");
        }
        assert_eq!(joined, 7);
        let read = agent.get(path).await;
        assert_eq!(member_ids(&read.expect(200)).len(), 9);
        assert_eq!(read.etag(), "\"8\"");
        assert_eq!(broken(app).await, (0, 0));
    }

    async fn of_all_that_are_taken_out_at_once_two_stay(app: &App) with |config| config.max_group_members = 66 => {
        let (agent, people) = (app.agent().await, people(app, 66).await);
        let path = add_group(&agent, "A", &people).await;
        let (agent, path) = (&agent, &path);
        let removals = people.iter().map(|person| {
            patiently(move || agent.delete(format!("{path}/members/{person}")))
        });
        let answers = join_all(removals).await;
        let gone = answers.iter().filter(|answer| answer.status == 204).count();
        for answer in answers.iter().filter(|answer| answer.status != 204) {
            assert_eq!(answer.problem(409), "group_too_small");
        }
        assert_eq!(gone, 64);
        assert_eq!(member_ids(&agent.get(path).await.expect(200)).len(), 2);
        assert_eq!(broken(app).await, (0, 0));
    }

    async fn users_removed_while_groups_change_leave_whole_groups(app: &App) {
        let (admin, people) = (app.admin().await, people(app, 24).await);
        let mut paths = Vec::new();
        for index in 0..4 {
            paths.push(add_group(&admin, &format!("G{index}"), &people[index * 3..index * 3 + 3]).await);
        }
        let (admin, people) = (&admin, &people);
        let removals = people[..12].iter().map(|person| {
            patiently(move || admin.delete(format!("/v1/users/{person}")))
        });
        let changes = (0..48).map(|index| {
            let path = &paths[index % 4];
            patiently(move || async move {
                let person = people[(index * 7) % 24];
                match index % 3 {
                    0 => admin.delete(format!("{path}/members/{person}")).await,
                    1 => admin.put(format!("{path}/members/{person}"), json!({})).await,
                    _ => admin.post("/v1/groups", group(&format!("N{index}"), &[person, people[(index * 5 + 1) % 24]])).await,
                }
            })
        });
        let (removals, changes) = tokio::join!(join_all(removals), join_all(changes));
        for answer in &removals {
            answer.expect(204);
        }
        for answer in &changes {
            assert!(matches!(answer.status, 200 | 201 | 204 | 404 | 409 | 422), "{answer:?}");
        }
        assert_eq!(broken(app).await, (0, 0));
        let gone: Vec<String> = people[..12].iter().map(UserId::to_string).collect();
        let page = admin.get("/v1/groups?limit=200").await.expect(200);
        for group in page["data"].as_array().unwrap() {
            assert!(member_ids(group).iter().all(|id| !gone.contains(id)), "{group}");
        }
    }
}

async fn who_leaves_while_being_removed(app: App) -> App {
    let (admin, people) = (app.admin().await, people(&app, 3).await);
    let path = add_group(&admin, "A", &people).await;
    let mut other = PgConnection::connect(&app.database_url).await.unwrap();
    other
        .execute("BEGIN; SELECT 1 FROM groups FOR UPDATE")
        .await
        .unwrap();
    let removal = {
        let (admin, path) = (admin.clone(), format!("/v1/users/{}", people[0]));
        actix_web::rt::spawn(async move { admin.delete(path).await })
    };
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())";
    let mut observer = PgConnection::connect(&app.database_url).await.unwrap();
    while !sqlx::query_scalar::<_, bool>(waits)
        .fetch_one(&mut observer)
        .await
        .unwrap()
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let leave = format!(
        "DELETE FROM group_members WHERE user_id = '{}'; COMMIT",
        people[0]
    );
    other.execute(sqlx::AssertSqlSafe(leave)).await.unwrap();
    removal.await.unwrap().expect(204);
    let left = admin.get(&path).await.expect(200);
    assert_eq!(member_ids(&left), [people[1].to_string(), people[2].to_string()]);
    app
}

/// The removal waits for the group while the user leaves it: three minus one is two, not one. On SQLite, with its one
/// writer, nothing can happen in between.
#[test]
fn who_leaves_while_being_removed_takes_no_group_along() {
    run(Backend::Postgres, |_| {}, who_leaves_while_being_removed);
}

//! `DELETE /v1/users/{id}`: all that hangs on a user goes too.

use futures_util::future::join_all;
use serde_json::json;

use super::{group, join, passport, path_of, program};
use crate::support::on_both_databases;

on_both_databases! {
    async fn documents_and_memberships_go_with_their_user(app: &App) {
        let (admin, rosa, ida) = (app.admin().await, app.customer("Rosa").await, app.customer("Ida").await);
        let program = program(&admin, "Sunrise Points").await;
        let mut gone = vec![path_of(rosa.id()), path_of(rosa.id()) + "/profile"];
        let mut stay = vec![path_of(ida.id()), format!("/v1/loyalty-programs/{program}")];
        for (user, number, paths) in [(rosa.id(), "L898902C3", &mut gone), (ida.id(), "L898902C4", &mut stay)] {
            paths.push(format!("/v1/passports/{}", passport(&admin, user, number, "2034-04-15").await));
            paths.push(format!("/v1/loyalties/{}", join(&admin, user, &program).await));
        }
        let answer = admin.delete(path_of(rosa.id())).await;
        answer.expect(204);
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("content-type"), None);
        for path in gone {
            assert_eq!(admin.get(&path).await.problem(404), "not_found", "{path}");
        }
        for path in stay {
            admin.get(&path).await.expect(200);
        }
        assert_eq!(admin.delete(path_of(rosa.id())).await.problem(404), "not_found");
        // Nothing of the user can be found, and number, address and programme are free again.
        let found = admin.post("/v1/users/search", json!({"q": "rosa"})).await.expect(200);
        assert_eq!(found["data"], json!([]));
        passport(&admin, ida.id(), "L898902C3", "2034-04-15").await;
    }

    async fn a_group_of_two_goes_and_a_bigger_one_goes_on(app: &App) {
        let (admin, rosa) = (app.admin().await, app.customer("Rosa").await);
        let (ida, eva) = (app.profile("Ida").await, app.profile("Eva").await);
        let pair = group(&admin, "Pair", &[rosa.id(), ida]).await;
        let three = group(&admin, "Three", &[rosa.id(), ida, eva]).await;
        let others = group(&admin, "Others", &[ida, eva]).await;
        let path = |id: &str| format!("/v1/groups/{id}");
        let untouched = admin.get(path(&others)).await.expect(200);
        admin.delete(path_of(rosa.id())).await.expect(204);
        assert_eq!(admin.get(path(&pair)).await.problem(404), "not_found");
        let left = admin.get(path(&three)).await;
        let body = left.expect(200);
        assert_eq!(left.etag(), "\"2\"");
        let members: Vec<_> = body["members"].as_array().unwrap().iter().map(|it| it["user_id"].clone()).collect();
        assert_eq!(members.len(), 2, "{body}");
        assert!(members.contains(&json!(ida)) && members.contains(&json!(eva)));
        assert_eq!(admin.get(path(&others)).await.expect(200), untouched);
        // The name of the group that has gone is free.
        group(&admin, "Pair", &[ida, eva]).await;
    }

    async fn members_who_go_at_once_leave_no_group_of_one(app: &App) {
        let admin = app.admin().await;
        for round in 0..5 {
            let mut members = Vec::new();
            for _ in 0..4 {
                members.push(app.profile("Ida").await);
            }
            let group = group(&admin, &format!("Group {round}"), &members).await;
            let callers = join_all((0..3).map(|_| app.caller(admin.id()))).await;
            let answers = join_all(callers.iter().zip(&members).map(async |(caller, id)| caller.delete(path_of(id)).await)).await;
            for answer in answers {
                answer.expect(204);
            }
            assert_eq!(admin.get(format!("/v1/groups/{group}")).await.problem(404), "not_found", "round {round}");
            admin.get(path_of(members[3])).await.expect(200);
        }
    }

    async fn of_many_who_remove_one_user_one_does(app: &App) {
        let (admin, id) = (app.admin().await, app.profile("Ida").await);
        let callers = join_all((0..6).map(|_| app.caller(admin.id()))).await;
        let path = path_of(id);
        let answers = join_all(callers.iter().map(|caller| caller.delete(&path))).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 404, 404, 404, 404, 404]);
    }

    async fn who_removes_oneself_is_signed_out(app: &App) {
        let (admin, _other) = (app.admin().await, app.admin().await);
        admin.delete(path_of(admin.id())).await.expect(204);
        assert_eq!(admin.get("/v1/me").await.problem(401), "invalid_token");
    }
}

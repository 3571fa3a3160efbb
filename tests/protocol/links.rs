use std::collections::BTreeSet;

use crate::support::world::{Belongings, Canaries};
use crate::support::{App, Caller, on_both_databases};

/// Follows `Link: rel="next"` to the end and returns every id on the way.
async fn walk(caller: &Caller, start: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut path = start.to_owned();
    for _ in 0..100 {
        let answer = caller.get(&path).await;
        let page = answer.expect(200);
        ids.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        let Some(link) = answer.header("link") else {
            assert_eq!(
                (page["has_more"].as_bool(), page["next_cursor"].as_str()),
                (Some(false), None)
            );
            return ids;
        };
        let next = link
            .strip_prefix('<')
            .and_then(|link| link.strip_suffix(">; rel=\"next\""))
            .unwrap();
        assert_eq!(page["has_more"], true);
        let cursor = page["next_cursor"].as_str().unwrap();
        assert!(
            next.contains(&format!("cursor={cursor}")),
            "{next} is not {cursor}"
        );
        assert!(
            next.starts_with(start.split('?').next().unwrap()),
            "{next} leads elsewhere"
        );
        next.clone_into(&mut path);
    }
    panic!("{start} has no end");
}

async fn fill(app: &App) -> Caller {
    let admin = app.admin().await;
    for _ in 0..3 {
        Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
    }
    admin
}

on_both_databases! {
    async fn the_link_leads_to_the_next_page(app: &App) {
        let admin = fill(app).await;
        for list in ["/v1/users", "/v1/passports", "/v1/loyalties", "/v1/loyalty-programs", "/v1/groups"] {
            let all = walk(&admin, list).await;
            assert!(all.len() >= 3, "{list}");
            for limit in [1, 2, all.len()] {
                let pages = walk(&admin, &format!("{list}?limit={limit}")).await;
                assert_eq!(pages, all, "{list} by {limit}");
            }
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{list} repeats itself");
        }
    }

    async fn the_link_keeps_the_filters(app: &App) {
        let admin = fill(app).await;
        let everybody = walk(&admin, "/v1/users").await;
        let customers = walk(&admin, "/v1/users?role=customer&updated_since=2020-01-01T00:00:00%2B00:00&limit=2").await;
        assert!(customers.len() < everybody.len() && customers.len() > 4);
    }
}

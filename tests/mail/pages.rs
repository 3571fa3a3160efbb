//! The pages that mailed links lead to.

use crate::support::document::operations;
use crate::support::{Answer, on_both_databases};

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

on_both_databases! {
    async fn every_link_leads_to_a_page_that_runs_under_its_policy(app: &App) {
        let anyone = app.anonymous();
        for page in ["invitation", "reset", "verify", "email"] {
            let answer = anyone.get(format!("/account/{page}")).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
            let policy = answer.header("content-security-policy").unwrap();
            for directive in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'none'"] {
                assert!(policy.split("; ").any(|it| it == directive), "{directive} in {policy}");
            }
            assert!(!policy.contains("unsafe"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            let html = text(&answer);
            assert!(!html.contains("://") && !html.contains(" on") && !html.contains("style="), "{html}");
            // With the policy a script inside the page would not run.
            assert!(html.split("<script").skip(1).all(|rest| rest.starts_with(" src=\"account.js\"")));
            for id in ["password", "show"] {
                assert!(html.contains(&format!("<label for=\"{id}\">")) || html.contains(&format!(" for=\"{id}\">")), "{id} has no label");
            }
        }
        for (file, kind) in [("account/account.js", "text/javascript; charset=utf-8"), ("assets/page.css", "text/css; charset=utf-8")] {
            let answer = anyone.get(format!("/{file}")).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
            assert!(!text(&answer).contains("://"), "{file} asks somebody else");
        }
        assert_eq!(anyone.get("/account/").await.problem(404), "not_found");
        assert_eq!(anyone.get("/account/other").await.problem(404), "not_found");
    }

    /// The script calls operations that exist, and the document does not know the pages.
    async fn the_script_calls_operations_of_the_document(app: &App) {
        let script = text(&app.anonymous().get("/account/account.js").await);
        let paths: Vec<_> = script.lines().filter_map(|line| line.trim().strip_prefix("path: \"")).collect();
        assert_eq!(paths.len(), 4);
        for path in paths {
            let path = format!("/v1/auth/{}", path.trim_end_matches("\","));
            assert!(operations().iter().any(|operation| operation.path == path && operation.method == "POST"), "{path}");
        }
        assert!(operations().iter().all(|operation| !operation.path.starts_with("/account")));
    }
}

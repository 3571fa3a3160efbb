//! The page at `/`, and the pages that the `type` of a problem leads to.

use std::path::Path;

use actix_web::http::Method;
use api::openapi::Document;
use api::pages::problems_markdown;
use serde_json::Value;

use crate::support::{Answer, Caller, on_both_databases};

/// How docs/ERRORS.md is printed.
const UPDATE: &str = "cargo run -- problems > docs/ERRORS.md";

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// Where the links of a page lead, and what it loads.
fn links(page: &str) -> Vec<String> {
    page.split(" href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// Whether what a link leads to is there: an operation in Swagger UI, too.
async fn leads_somewhere(anyone: &Caller, document: &Value, path: &str) -> bool {
    let (file, fragment) = path.split_once('#').unwrap_or((path, ""));
    let mut names = fragment.split('/').skip(1);
    let is_there = names.next().is_none_or(|tag| {
        let id = names.next().unwrap();
        let items = document["paths"].as_object().unwrap().values();
        let mut operations = items.flat_map(|item| item.as_object().unwrap().values());
        operations.any(|operation| operation["operationId"] == id && operation["tags"][0] == tag)
    });
    is_there && anyone.get(file).await.status == 200
}

#[track_caller]
fn assert_page(answer: &Answer) -> String {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let policy = answer.header("content-security-policy").unwrap();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            policy.split("; ").any(|it| it == directive),
            "{directive} in {policy}"
        );
    }
    let html = text(answer);
    assert!(
        !html.contains("://") && !html.contains("style=") && !html.contains("<script"),
        "{html}"
    );
    html
}

on_both_databases! {
    async fn the_first_page_leads_to_everything(app: &App) {
        let anyone = app.anonymous();
        let html = assert_page(&anyone.get("/").await);
        let links = links(&html);
        for link in ["docs/", "openapi.json", "openapi-3.0.json", ".well-known/oauth-authorization-server", "problems", "health/ready"] {
            assert!(links.iter().any(|it| it == link), "{link}");
        }
        let document = anyone.get("/openapi.json").await.json();
        for link in links {
            assert!(leads_somewhere(&anyone, &document, &format!("/{link}")).await, "{link}");
        }
        assert!(html.contains(env!("CARGO_PKG_VERSION")));
    }

    async fn every_code_has_a_page_that_says_what_helps(app: &App) {
        let anyone = app.anonymous();
        let list = assert_page(&anyone.get("/problems").await);
        let document = anyone.get("/openapi.json").await.expect(200);
        let codes: Vec<_> = document["components"]["examples"].as_object().unwrap().iter()
            .filter(|(code, example)| example["value"]["code"] == **code).map(|(code, _)| code.clone()).collect();
        assert!(codes.len() > 45, "{codes:?}");
        for code in codes {
            assert!(list.contains(&format!("href=\"problems/{code}\"")), "{code} in the list");
            let html = assert_page(&anyone.get(format!("/problems/{code}")).await);
            assert!(html.contains("<dt>Cause</dt>") && html.contains("<dt>Cure</dt>"), "{code}");
            for link in links(&html) {
                let path = link.replace("../", "/");
                assert!(leads_somewhere(&anyone, &document, &path).await, "{code} leads to {path}");
            }
        }
        assert_eq!(anyone.get("/problems/nothing_of_the_kind").await.problem(404), "not_found");
        let taken = text(&anyone.get("/problems/email_taken").await);
        assert!(taken.contains("POST /v1/users") && !taken.contains("GET /v1/users"), "{taken}");
        assert!(taken.contains("href=\"../docs/#/users/create_user\""), "{taken}");
    }

    async fn pages_are_only_read(app: &App) {
        for path in ["/", "/problems", "/problems/", "/problems/not_found", "/assets/page.css", "/docs", "/docs/", "/docs/index.css"] {
            let answer = app.anonymous().post(path, serde_json::json!({})).await;
            assert_eq!(answer.problem(405), "method_not_allowed", "{path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"), "{path}");
            let options = app.anonymous().send(Method::OPTIONS, path, &[], None).await;
            assert_eq!((options.status, options.header("allow")), (204, Some("GET, HEAD, OPTIONS")), "{path}");
        }
    }
}

#[test]
fn the_page_in_the_papers_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ERRORS.md");
    let page = std::fs::read_to_string(file).expect("docs/ERRORS.md");
    assert!(
        page == problems_markdown(Document::shared().answers()),
        "docs/ERRORS.md is not up to date: {UPDATE}"
    );
}

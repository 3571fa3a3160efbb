use crate::support::{Answer, on_both_databases};

/// The addresses that a page loads: `src` and `href` of its elements.
fn loads(page: &str) -> Vec<String> {
    [" src=\"", " href=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

on_both_databases! {
    async fn the_documentation_runs_from_this_server_alone(app: &App) {
        let anyone = app.anonymous();
        let page = anyone.get("/docs/").await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let html = text(&page);
        assert!(html.contains("id=\"swagger-ui\""));
        let files = loads(&html);
        assert!(files.len() >= 8, "{files:?}");
        for file in &files {
            assert!(!file.contains("//"), "{file} comes from elsewhere");
            let address = match file.strip_prefix("../") {
                Some(above) => format!("/{above}"),
                None => format!("/docs/{}", file.trim_start_matches("./")),
            };
            let answer = anyone.get(address).await;
            assert_eq!(answer.status, 200, "{file}");
            assert!(!answer.body.is_empty(), "{file}");
            let kind = answer.header("content-type").unwrap();
            let expected = match file.rsplit('.').next().unwrap() {
                "js" => "javascript",
                "css" => "text/css",
                "json" => "application/json",
                "svg" => "image/svg+xml",
                _ => "text/html",
            };
            // With nosniff a browser runs nothing of another type.
            assert!(kind.contains(expected), "{file}: {kind}");
        }
        let start = anyone.get("/docs/swagger-initializer.js").await;
        assert!(text(&start).contains("../openapi.json"), "the document that the page shows");
        assert!(!text(&start).contains("https://"), "{}", text(&start));
    }

    /// What the page needs: its own scripts, inline styles, icons from data URIs, and requests to this server.
    async fn the_policy_lets_the_documentation_run_and_nothing_else(app: &App) {
        let answer = app.anonymous().get("/docs/").await;
        let policy = answer.header("content-security-policy").unwrap();
        let directive = |name: &str| {
            policy.split(';').map(str::trim).find_map(|it| it.strip_prefix(name)).map(str::trim).unwrap_or_default()
        };
        assert_eq!(directive("default-src"), "'none'");
        assert_eq!(directive("script-src"), "'self'");
        assert_eq!(directive("style-src"), "'self' 'unsafe-inline'");
        assert_eq!(directive("img-src"), "'self' data:");
        assert_eq!(directive("connect-src"), "'self'");
        let html = text(&answer);
        let inline = html.split("<script").skip(1).filter(|rest| !rest.split('>').next().unwrap().contains("src=")).count();
        assert_eq!(inline, 0, "the policy would stop an inline script");
        assert!(!html.contains(" onload=") && !html.contains("javascript:"));
    }

    async fn the_address_without_a_slash_leads_to_the_documentation(app: &App) {
        let answer = app.anonymous().get("/docs").await;
        // awc follows the redirect.
        let was_followed = answer.status == 200 && text(&answer).contains("swagger-ui");
        let is_redirect = matches!(answer.status, 301 | 302 | 307 | 308) && answer.header("location") == Some("/docs/");
        assert!(was_followed || is_redirect, "{}", answer.status);
    }

    /// The address in a problem is one that a reader can open.
    async fn kinds_of_problems_are_described_in_the_document(app: &App) {
        let document = app.anonymous().get("/openapi.json").await.expect(200);
        let examples = document["components"]["examples"].as_object().unwrap();
        for path in ["/nowhere", "/v1/me", "/v1/users/1", "/v1/loyalty-programs?limit=0"] {
            let problem = app.anonymous().get(path).await.json();
            let code = problem["code"].as_str().unwrap();
            assert_eq!(problem["type"], format!("/problems/{code}"));
            if code != "unauthenticated" || examples.contains_key(code) {
                assert_eq!(examples[code]["value"]["title"], problem["title"]);
            }
        }
    }
}

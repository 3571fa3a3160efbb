//! The pages that mailed links lead to. They are no part of the API: they are a caller of it.
//!
//! One page serves all links. Its script takes the token out of the fragment, which no server sees, and sends it when
//! somebody presses the button: programs that open links to look at them use up no token.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};

const PAGE: &str = include_str!("account_pages/page.html");
const SCRIPT: &str = include_str!("account_pages/account.js");
const STYLE: &str = include_str!("account_pages/account.css");

/// Adds the pages; they are not part of the document.
pub fn routes(config: &mut ServiceConfig) {
    for path in ["invitation", "reset", "verify", "email"] {
        config.route(&format!("/account/{path}"), get().to(page));
    }
    config
        .route("/account/account.js", get().to(script))
        .route("/account/account.css", get().to(style));
}

async fn page() -> HttpResponse {
    file("text/html; charset=utf-8", PAGE)
}

async fn script() -> HttpResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

async fn style() -> HttpResponse {
    file("text/css; charset=utf-8", STYLE)
}

fn file(media_type: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(media_type).body(text)
}

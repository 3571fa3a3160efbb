//! The pages that mailed links lead to. They are no part of the API: they are a caller of it.
//!
//! One page serves all links. Its script takes the token out of the fragment, which no server sees, and sends it when
//! somebody presses the button: programs that open links to look at them use up no token.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};

use super::html;

const PAGE: &str = include_str!("account/page.html");
const SCRIPT: &str = include_str!("account/account.js");

pub(super) fn routes(config: &mut ServiceConfig) {
    for path in ["invitation", "reset", "verify", "email"] {
        config.route(&format!("/account/{path}"), get().to(page));
    }
    config.route("/account/account.js", get().to(script));
}

async fn page() -> HttpResponse {
    html(PAGE)
}

async fn script() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(SCRIPT)
}

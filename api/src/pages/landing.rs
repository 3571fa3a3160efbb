//! What is at `/`: what this is, and where to go.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};

use super::html;

const PAGE: &str = include_str!("landing.html");

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/", get().to(page));
}

async fn page() -> HttpResponse {
    html(PAGE.replace("{version}", env!("CARGO_PKG_VERSION")))
}

//! The pages for people: what is at `/`, what the `type` of a problem leads to, and what mailed links lead to. They are
//! no part of the API, and share one style.

mod account;
mod landing;
mod problems;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{ServiceConfig, get};

pub use self::problems::markdown as problems_markdown;

const STYLE: &str = include_str!("pages/page.css");
const ICON: &str = include_str!("pages/icon.svg");

/// Adds the pages; they are not part of the document.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(account::routes)
        .configure(landing::routes)
        .configure(problems::routes)
        .route("/assets/page.css", get().to(style))
        .route("/assets/icon.svg", get().to(icon));
}

/// Whether the address is that of a page here: it may load its style, its icon and its script, and ask this server.
pub fn is_page(path: &str) -> bool {
    path == "/"
        || ["/account/", "/assets/", "/problems"]
            .iter()
            .any(|start| path.starts_with(start))
}

async fn style() -> HttpResponse {
    asset("text/css; charset=utf-8", STYLE)
}

async fn icon() -> HttpResponse {
    asset("image/svg+xml", ICON)
}

/// What changes with a release at most.
fn asset(media_type: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "max-age=3600"))
        .body(text)
}

fn html(page: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page.into())
}

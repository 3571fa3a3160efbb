//! The document as a file, and Swagger UI to try it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Redirect, ServiceConfig, get};
use utoipa_swagger_ui::SwaggerUi;

use crate::extract::IfNoneMatch;
use crate::openapi::{Document, Served};
use crate::reply;

/// Adds the files beside the API; they are not part of the document.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/openapi.json", get().to(openapi_31))
        .route("/openapi-3.0.json", get().to(openapi_30))
        .route("/docs", get().to(async || Redirect::to("/docs/")))
        .route("/docs/", get().to(page))
        .route("/docs/index.html", get().to(page))
        .route("/docs/index.css", get().to(style))
        .route("/docs/swagger-initializer.js", get().to(swagger_initializer))
        .service(SwaggerUi::new("/docs/{_:.*}"));
}

async fn openapi_31(document: Data<Document>, known: IfNoneMatch) -> HttpResponse {
    serve(document.v31(), &known)
}

async fn openapi_30(document: Data<Document>, known: IfNoneMatch) -> HttpResponse {
    serve(document.v30(), &known)
}

/// Swagger UI's own copy would be serialised again for every request.
fn serve(file: &Served, known: &IfNoneMatch) -> HttpResponse {
    reply::file(file, known, "no-cache")
}

/// The page around Swagger UI: the crate's own says neither what it is about nor how wide a telephone is.
async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(include_str!("docs/index.html"))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(include_str!("docs/index.css"))
}

/// How Swagger UI starts: the crate's own file cannot keep anybody signed in.
async fn swagger_initializer() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(include_str!("docs/swagger-initializer.js"))
}

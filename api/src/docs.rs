//! The document as a file, and Swagger UI to try it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, ServiceConfig, get, redirect};
use utoipa_swagger_ui::SwaggerUi;

use crate::error::Result;
use crate::extract::IfNoneMatch;
use crate::openapi::{Document, Served};
use crate::problem::Kind;
use crate::reply;

/// Adds the files beside the API; they are not part of the document.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/openapi.json", get().to(openapi_31))
        .route("/openapi-3.0.json", get().to(openapi_30))
        .route("/problems/{code}", get().to(problem_page))
        .service(redirect("/", "/docs/"))
        .service(redirect("/docs", "/docs/"))
        .route("/docs/swagger-initializer.js", get().to(swagger_initializer))
        .service(SwaggerUi::new("/docs/{_:.*}"));
}

async fn openapi_31(document: Data<Document>, known: IfNoneMatch) -> HttpResponse {
    serve(document.v31(), &known)
}

async fn openapi_30(document: Data<Document>, known: IfNoneMatch) -> HttpResponse {
    serve(document.v30(), &known)
}

/// What the `type` of a problem leads to (RFC 9457 §3.1.1): what it means and what to do.
async fn problem_page(code: Path<String>) -> Result<HttpResponse> {
    let kind = Kind::all()
        .find(|kind| kind.code == *code)
        .ok_or(service::Error::NotFound)?;
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{detail}</p><p>Status {status}, code <code>{code}</code>.</p>\
         <p><a href=\"/docs/\">Documentation</a></p></html>\n",
        title = kind.title(),
        detail = kind.detail.replace('<', "&lt;"),
        status = kind.status,
        code = kind.code,
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page))
}

/// Swagger UI's own copy would be serialised again for every request.
fn serve(file: &Served, known: &IfNoneMatch) -> HttpResponse {
    reply::file(file, known, "no-cache")
}

/// How Swagger UI starts: the crate's own file cannot keep anybody signed in.
async fn swagger_initializer() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .body(include_str!("docs/swagger-initializer.js"))
}

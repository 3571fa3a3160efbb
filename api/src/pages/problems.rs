//! What the `type` of a problem leads to (RFC 9457 §3.1.1), and the list of all of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Redirect, ServiceConfig, get};

use super::html;
use crate::error::Result;
use crate::openapi::{Answering, Document};
use crate::problem::{FIELD_CODES, Guide, Kind};

/// An operation answers a code of its own; what more of them answer belongs to all.
const MANY_OPERATIONS: usize = 24;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/problems", get().to(list))
        .route("/problems/", get().to(async || Redirect::to("/problems")))
        .route("/problems/{code}", get().to(page));
}

/// A page: `up` leads from its address to `/`.
fn frame(title: &str, up: &str, main: &str) -> HttpResponse {
    html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – Customer Profile API</title>\n\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"{up}assets/icon.svg\">\n\
         <link rel=\"stylesheet\" href=\"{up}assets/page.css\">\n</head>\n<body>\n<main>\n{main}</main>\n</body>\n</html>\n",
    ))
}

async fn list() -> HttpResponse {
    let mut main = String::from(
        "<h1>Errors</h1>\n<p>Every failure is a problem (RFC 9457) with one of these codes. Branch on the code, show the detail to \
         people, and quote the request id to support.</p>\n\
         <table>\n<thead><tr><th scope=\"col\">Status</th><th scope=\"col\">Code</th><th scope=\"col\">Cause</th></tr></thead>\n<tbody>\n",
    );
    for (kind, guide) in all() {
        let (status, code, cause) = (kind.status, kind.code, escaped(guide.cause));
        let _ = writeln!(
            main,
            "<tr><td>{status}</td><td><a href=\"problems/{code}\"><code>{code}</code></a></td><td>{cause}</td></tr>"
        );
    }
    main += "</tbody>\n</table>\n<h2>Codes inside errors</h2>\n\
             <table>\n<thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n";
    for field in FIELD_CODES {
        let codes: Vec<_> = field
            .codes
            .iter()
            .map(|code| format!("<code>{code}</code>"))
            .collect();
        let meaning = escaped(field.meaning);
        let _ = writeln!(main, "<tr><td>{}</td><td>{meaning}</td></tr>", codes.join(", "));
    }
    main += "</tbody>\n</table>\n<p><a href=\"./\">Customer Profile API</a></p>\n";
    frame("Errors", "", &main)
}

async fn page(code: Path<String>, document: Data<Document>) -> Result<HttpResponse> {
    let (kind, guide) = all()
        .find(|(kind, _)| kind.code == *code)
        .ok_or(service::Error::NotFound)?;
    let title = escaped(&kind.title());
    let mut main = format!(
        "<h1>{title}</h1>\n<p>{detail}</p>\n<dl>\n<dt>Cause</dt><dd>{cause}</dd>\n<dt>Cure</dt><dd>{cure}</dd>\n\
         <dt>Status</dt><dd>{status}</dd>\n<dt>Code</dt><dd><code>{code}</code></dd>\n",
        detail = escaped(kind.detail),
        cause = escaped(guide.cause),
        cure = escaped(guide.cure),
        status = kind.status,
        code = kind.code,
    );
    let operations = document.answers().get(kind.code).map_or(&[][..], Vec::as_slice);
    if (1..=MANY_OPERATIONS).contains(&operations.len()) {
        main += "<dt>Operations</dt><dd><ul>\n";
        for Answering { name, fragment } in operations {
            let name = escaped(name);
            let _ = writeln!(
                main,
                "<li><a href=\"../docs/{fragment}\"><code>{name}</code></a></li>"
            );
        }
        main += "</ul></dd>\n";
    }
    main += "</dl>\n<p><a href=\"../problems\">All errors</a> · <a href=\"../docs/\">Documentation</a></p>\n";
    Ok(frame(&title, "../", &main))
}

/// Every kind with its guide, the lowest status first.
fn all() -> impl Iterator<Item = (Kind, &'static Guide)> {
    let mut kinds: Vec<_> = Kind::all().collect();
    kinds.sort_by_key(|kind| kind.status);
    kinds
        .into_iter()
        .filter_map(|kind| Guide::of(&kind).map(|guide| (kind, guide)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The same list for docs/ERRORS.md.
pub fn markdown(answers: &BTreeMap<String, Vec<Answering>>) -> String {
    let mut page = String::from(
        "# Errors\n\n\
         Every failure is `application/problem+json` (RFC 9457): a [Problem](API-DESIGN.md#failures) with a stable `code`; under `/oauth` the\n\
         code stands in `error`, as OAuth wants it ([Other systems](API-DESIGN.md#other-systems)). Branch on the code,\n\
         show `detail` to people, quote `request_id` to support. The `type` of a problem, `/problems/{code}`, is a page of the service that\n\
         says the same as this one. New codes may come with a release; treat an unknown one by its status.\n\n\
         This page is printed by the program: `customer-profile problems > docs/ERRORS.md`.\n\n\
         | Status | Code | Cause | Cure | Operations |\n|---|---|---|---|---|\n",
    );
    for (kind, guide) in all() {
        let operations = answers.get(kind.code).map_or(&[][..], Vec::as_slice);
        let operations = match operations.len() {
            0 => "any request".to_owned(),
            1..=4 => operations
                .iter()
                .map(|it| format!("`{}`", it.name))
                .collect::<Vec<_>>()
                .join(", "),
            many => format!("{many} operations"),
        };
        let (status, code, cause, cure) = (kind.status, kind.code, guide.cause, guide.cure);
        let _ = writeln!(page, "| {status} | `{code}` | {cause} | {cure} | {operations} |");
    }
    page += "\n## Codes inside `errors`\n\nEach entry of `errors` names one field by a JSON Pointer (RFC 6901), or a parameter or header field by its name.\n\n\
             | Code | Meaning |\n|---|---|\n";
    for field in FIELD_CODES {
        let codes: Vec<_> = field.codes.iter().map(|code| format!("`{code}`")).collect();
        let _ = writeln!(page, "| {} | {} |", codes.join(", "), field.meaning);
    }
    page
}

//! What handlers answer: a view, its version, and where it is or goes on.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::extract::{IfNoneMatch, content_tag, version_tag};
use crate::openapi::Served;

/// 200 with a body and no version.
pub fn ok(view: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(view)
}

/// 200 with a body and a cookie.
pub fn with_cookie(cookie: Option<HeaderValue>, view: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(cookie) = cookie {
        response.insert_header((header::SET_COOKIE, cookie));
    }
    response.json(view)
}

/// 200 with the version of the record as `ETag`.
pub fn versioned(version: i64, view: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, version_tag(version)))
        .json(view)
}

/// 200 with the version of the record as `ETag`, or 304 if the caller has it already.
pub fn fresh(known: &IfNoneMatch, version: i64, view: &impl Serialize) -> HttpResponse {
    tagged(known, &version_tag(version), view)
}

/// 200 with an `ETag` of the caller's making, or 304; for what is composed of several records.
pub fn tagged(known: &IfNoneMatch, tag: &str, view: &impl Serialize) -> HttpResponse {
    if known.has(tag) {
        HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish()
    } else {
        HttpResponse::Ok().insert_header((header::ETAG, tag)).json(view)
    }
}

/// 200 with a file that is the same for everybody, or 304, and what caches may do with it.
pub fn file(file: &Served, known: &IfNoneMatch, cache_control: &'static str) -> HttpResponse {
    let is_known = known.has(&file.tag);
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, file.tag.as_str()))
        .insert_header((header::CACHE_CONTROL, cache_control));
    if is_known {
        response.finish()
    } else {
        response.content_type("application/json").body(file.body.clone())
    }
}

/// 200 with a table for spreadsheets (RFC 4180), to save under a name of letters, digits, dots and hyphens.
pub fn csv(name: &str, file: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(file)
}

/// 200 with a calendar (RFC 5545) and a tag of what it holds, or 304.
pub fn calendar(known: &IfNoneMatch, calendar: String) -> HttpResponse {
    let tag = content_tag(calendar.as_bytes());
    let mut response = if known.has(&tag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response.insert_header((header::ETAG, tag.as_str()));
    if known.has(&tag) {
        response.finish()
    } else {
        response
            .content_type("text/calendar; charset=utf-8")
            .body(calendar)
    }
}

/// 201 with the address and the version of the new record.
pub fn created(location: &str, version: i64, view: &impl Serialize) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .insert_header((header::ETAG, version_tag(version)))
        .json(view)
}

/// 202 without a word.
pub fn accepted() -> HttpResponse {
    HttpResponse::Accepted().finish()
}

/// 202 with what was asked for.
pub fn accepted_with(view: &impl Serialize) -> HttpResponse {
    HttpResponse::Accepted().json(view)
}

/// 204.
pub fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// 200 with a page of a list, and `Link: rel="next"` (RFC 8288) when another follows.
pub fn page(request: &HttpRequest, next_cursor: Option<&str>, view: &impl Serialize) -> HttpResponse {
    part(request, ("cursor", next_cursor), view)
}

/// The same of a list that is read on by a parameter of another name.
pub fn part(
    request: &HttpRequest,
    (parameter, next_value): (&str, Option<&str>),
    view: &impl Serialize,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(value) = next_value {
        let next = next(request, parameter, value);
        response.insert_header((header::LINK, format!("<{next}>; rel=\"next\"")));
    }
    response.json(view)
}

/// The same list with the same filters, from there on.
fn next(request: &HttpRequest, parameter: &str, value: &str) -> String {
    let pairs =
        form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name != parameter);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair(parameter, value)
        .finish();
    format!("{}?{query}", request.path())
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;
    use actix_web::{FromRequest, dev};

    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters() {
        let request = TestRequest::with_uri("/v1/users?role=agent&cursor=old&limit=2").to_http_request();
        let response = page(&request, Some("a-_b"), &());
        assert_eq!(
            response.headers().get(header::LINK).unwrap(),
            "</v1/users?role=agent&limit=2&cursor=a-_b>; rel=\"next\""
        );
        assert!(!page(&request, None, &()).headers().contains_key(header::LINK));
    }

    #[actix_web::test]
    async fn a_known_version_is_not_sent_again() {
        let request = TestRequest::default()
            .insert_header((IF_NONE_MATCH, "\"3\""))
            .to_http_request();
        let known = IfNoneMatch::from_request(&request, &mut dev::Payload::None)
            .await
            .unwrap();
        let same = fresh(&known, 3, &());
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(same.headers().get(header::ETAG).unwrap(), "\"3\"");
        assert_eq!(fresh(&known, 4, &()).status(), StatusCode::OK);
    }
}

use actix_web::http::Method;

use super::unharmed;
use crate::support::document::{Operation, operations_with_body};
use crate::support::world::{Belongings, Canaries};
use crate::support::{Answer, App, Caller, on_both_databases};

const JSON: (&str, &str) = ("content-type", "application/json");

/// An administrator, and the addresses of all operations that take a body.
async fn targets(app: &App) -> (Caller, Vec<(Operation, String, String)>) {
    let admin = app.admin().await;
    let (belongings, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
    let targets = operations_with_body().into_iter().map(|operation| {
        let (url, body) = (
            belongings.url(&operation),
            belongings.body(&operation).to_string(),
        );
        (operation, url, body)
    });
    (admin, targets.collect())
}

async fn send(
    caller: &Caller,
    method: &Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    caller.send(method.clone(), url, headers, Some(body)).await
}

on_both_databases! {
    async fn what_is_no_json_is_400(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, good) in &targets {
                let truncated = &good.as_bytes()[..good.len() - 1];
                let deep = "[".repeat(100_000);
                let deep_in_field = format!("{{\"a\":{deep}");
                let deep_objects = "{\"a\":".repeat(40_000);
                let mut invalid = good.clone().into_bytes();
                invalid.splice(1..1, b"\"\xff\xfe\":1,".iter().copied());
                let overlong = b"{\"a\":\"\xc0\xaf\"}".to_vec();
                let surrogate_bytes = b"{\"a\":\"\xed\xa0\x80\"}".to_vec();
                let bad: [Vec<u8>; 21] = [
                    b"".to_vec(), b" ".to_vec(), b"{".to_vec(), b"hello".to_vec(), b"{\"a\":}".to_vec(), b"{'a':1}".to_vec(),
                    b"{\"a\":1,}".to_vec(), b"{\"a\":NaN}".to_vec(), b"{\"a\":01}".to_vec(), b"{\"a\":+1}".to_vec(),
                    b"{\"a\":1e999}".to_vec(), b"{\"a\":\"\x00\"}".to_vec(), b"{\"a\":\"\\ud800\"}".to_vec(),
                    b"\xef\xbb\xbf{}".to_vec(), truncated.to_vec(), deep.into(), deep_in_field.into(),
                    deep_objects.into(), invalid, overlong, surrogate_bytes,
                ];
                for (index, body) in bad.into_iter().enumerate() {
                    let answer = send(&admin, &operation.method, url, &[JSON], body).await;
                    assert_eq!(answer.problem(400), "malformed_json", "{} {index}", operation.name());
                }
                let twice = format!("{good}{good}").into_bytes();
                assert_eq!(send(&admin, &operation.method, url, &[JSON], twice).await.problem(400), "malformed_json");
            }
        })
        .await;
    }

    async fn json_that_is_no_object_is_422(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, _) in &targets {
                for body in ["[]", "null", "true", "\"text\"", "1", "[{}]", "18446744073709551616"] {
                    let answer = send(&admin, &operation.method, url, &[JSON], body.into()).await;
                    assert_eq!(answer.errors(422), [(String::new(), "wrong_type".to_owned())], "{} {body}", operation.name());
                }
            }
        })
        .await;
    }

    async fn names_given_twice_are_422(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, good) in &targets {
                let name = good.split('"').nth(1).unwrap();
                let body = format!("{{\"{name}\":\"x\",{}", &good[1..]);
                let errors = send(&admin, &operation.method, url, &[JSON], body.into()).await.errors(422);
                assert!(errors.contains(&(format!("/{name}"), "duplicate_field".to_owned())), "{} {errors:?}", operation.name());
            }
        })
        .await;
    }

    /// PostgreSQL refuses U+0000 in a text; SQLite cuts it there.
    async fn nul_characters_and_lone_surrogates_go_nowhere(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, good) in &targets {
                let fields = operation.body_schema()["properties"].as_object().unwrap();
                for name in fields.keys() {
                    let nul = format!("{{\"{name}\":\"a\\u0000b\"}}");
                    let answer = send(&admin, &operation.method, url, &[JSON], nul.into()).await;
                    assert_eq!(answer.status, 422, "{} {name}", operation.name());
                    for text in ["\\ud800", "\\udfff", "\\udc00\\ud800", "a\\ud83d"] {
                        let lone = format!("{{\"{name}\":\"{text}\"}}");
                        let answer = send(&admin, &operation.method, url, &[JSON], lone.into()).await;
                        assert_eq!(answer.problem(400), "malformed_json", "{} {name} {text}", operation.name());
                    }
                }
                let in_name = format!("{{\"a\\u0000b\":1,{}", &good[1..]);
                assert_eq!(send(&admin, &operation.method, url, &[JSON], in_name.into()).await.status, 422);
            }
        })
        .await;
    }

    async fn huge_numbers_are_refused_and_not_rounded(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            let numbers = ["1180591620717411303424", "-1180591620717411303424", "1e308", "-0.0", "1e-999", "0.1"];
            for (operation, url, _) in &targets {
                for name in operation.body_schema()["properties"].as_object().unwrap().keys() {
                    for number in numbers {
                        let body = format!("{{\"{name}\":{number}}}");
                        let answer = send(&admin, &operation.method, url, &[JSON], body.into()).await;
                        assert_eq!(answer.status, 422, "{} {name}: {number}", operation.name());
                    }
                }
            }
        })
        .await;
    }

    async fn other_media_types_are_415(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, good) in &targets {
                let bad: [&[(&str, &str)]; 13] = [
                    &[],
                    &[("content-type", "text/plain")],
                    &[("content-type", "text/json")],
                    &[("content-type", "application/xml")],
                    &[("content-type", "application/x-www-form-urlencoded")],
                    &[("content-type", "application/jsonp")],
                    &[("content-type", "application/problem+json")],
                    &[("content-type", "json")],
                    &[("content-type", "")],
                    &[("content-type", "application/json; charset=latin1")],
                    &[("content-type", "application/json; charset=utf-16")],
                    &[JSON, ("content-encoding", "gzip")],
                    &[JSON, ("content-encoding", "br, gzip")],
                ];
                for headers in bad {
                    let answer = send(&admin, &operation.method, url, headers, good.clone().into()).await;
                    assert_eq!(answer.problem(415), "unsupported_media_type", "{} {headers:?}", operation.name());
                    assert_eq!(answer.header("accept-patch").is_some(), operation.method == Method::PATCH);
                }
                let merge = [("content-type", "application/merge-patch+json")];
                let answer = send(&admin, &operation.method, url, &merge, b"{\"surprise\":1}".to_vec()).await;
                assert_eq!(answer.status, if operation.method == Method::PATCH { 422 } else { 415 });
            }
        })
        .await;
    }

    /// 422 for an unknown field: the body has been read as JSON.
    async fn json_may_be_announced_in_many_ways(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, _) in &targets {
                for media_type in [
                    "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json; charset=\"utf-8\"",
                    "Application/JSON", "APPLICATION/JSON; CHARSET=UTF-8", "application/json ; charset=utf-8",
                ] {
                    let headers = [("content-type", media_type)];
                    let answer = send(&admin, &operation.method, url, &headers, b"{\"surprise\":1}".to_vec()).await;
                    assert_eq!(answer.problem(422), "invalid_fields", "{} {media_type}", operation.name());
                }
                let headers = [JSON, ("content-encoding", "identity"), ("accept", "text/html")];
                let answer = send(&admin, &operation.method, url, &headers, b"{\"surprise\":1}".to_vec()).await;
                assert_eq!(answer.problem(422), "invalid_fields");
            }
        })
        .await;
    }

    async fn a_body_over_the_limit_is_413(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, good) in &targets {
                let limit = 262_144;
                let fits = format!("{}{}", " ".repeat(limit - good.len() + 1), &good[1..]);
                assert_eq!(fits.len(), limit);
                let answer = send(&admin, &operation.method, url, &[JSON], fits.into()).await;
                assert_eq!(answer.problem(400), "malformed_json", "{}", operation.name());
                let large = format!("{}{good}", " ".repeat(limit - good.len() + 1));
                let answer = send(&admin, &operation.method, url, &[JSON], large.into()).await;
                assert_eq!(answer.problem(413), "payload_too_large", "{}", operation.name());
            }
        })
        .await;
    }

    /// One answer names many errors, but not as many as somebody cares to make.
    async fn thousands_of_errors_make_no_thousand_fold_answer(app: &App) {
        let (admin, targets) = targets(app).await;
        unharmed(app, async || {
            for (operation, url, _) in &targets {
                let fields: Vec<_> = (0..10_000).map(|number| format!("\"f{number}\":1")).collect();
                let body = format!("{{{}}}", fields.join(","));
                let started = std::time::Instant::now();
                let answer = send(&admin, &operation.method, url, &[JSON], body.into()).await;
                assert_eq!(answer.errors(422).len(), 50, "{}", operation.name());
                assert!(started.elapsed().as_secs() < 5, "{} takes {:?}", operation.name(), started.elapsed());
                let name = "n".repeat(100_000);
                let answer = send(&admin, &operation.method, url, &[JSON], format!("{{\"{name}\":1}}").into()).await;
                assert_eq!(answer.status, 422);
                assert!(answer.body.len() < 4_000, "{} repeats {} bytes", operation.name(), answer.body.len());
            }
        })
        .await;
    }
}

//! Answers that travel compressed, and the entity tags that keep them apart from those that do not.

use std::io::Read as _;

use actix_web::http::Method;
use flate2::read::GzDecoder;
use serde_json::json;

use crate::support::{App, on_both_databases};

const GZIP: (&str, &str) = ("accept-encoding", "gzip");

/// A user whose record is long enough to be worth compressing.
async fn long_record(app: &App) -> (crate::support::Caller, String) {
    let customer = app.customer("Wilhelmina").await;
    let long = "Van der Lange ".repeat(7);
    let patch = json!({"middle_names": long, "last_name": long, "preferred_name": long, "address": {
        "street": "Lighthouse Road ".repeat(6), "city": "Nadir ".repeat(15), "region": "Zenith ".repeat(14), "country": "SE",
    }});
    let url = format!("/v1/users/{}", customer.id());
    let answer = customer.patch(&url, patch).await;
    answer.expect(200);
    assert!(answer.body.len() >= 1024, "{} bytes", answer.body.len());
    assert_eq!(answer.header("etag"), Some("\"3\""));
    (customer, url)
}

on_both_databases! {
    async fn a_long_answer_is_compressed_and_has_a_tag_of_its_own(app: &App) {
        let (customer, url) = long_record(app).await;
        let plain = customer.get(&url).await;
        plain.expect(200);
        assert_eq!((plain.header("content-encoding"), plain.header("etag")), (None, Some("\"3\"")));
        for (coding, tag) in [("gzip", "\"3-gzip\""), ("br", "\"3-br\"")] {
            let answer = customer.get_with(&url, &[("accept-encoding", coding)]).await;
            assert_eq!((answer.status, answer.header("content-encoding"), answer.header("etag")), (200, Some(coding), Some(tag)));
            assert!(answer.body.len() < plain.body.len());
            assert!(answer.header("vary").unwrap().to_lowercase().contains("accept-encoding"));
        }
        let packed = customer.get_with(&url, &[GZIP]).await;
        let mut text = Vec::new();
        GzDecoder::new(&packed.body[..]).read_to_end(&mut text).unwrap();
        assert_eq!(text, plain.body.to_vec());
        // HEAD says what GET would.
        let head = customer.send(Method::HEAD, &url, &[GZIP], None).await;
        assert_eq!((head.status, head.header("content-encoding"), head.header("etag")), (200, Some("gzip"), Some("\"3-gzip\"")));
        assert!(head.body.is_empty());
    }

    async fn both_tags_are_good_for_conditions(app: &App) {
        let (customer, url) = long_record(app).await;
        for (known, tag) in [("\"3\"", "\"3\""), ("\"3-gzip\"", "\"3-gzip\""), ("\"1\", W/\"3-br\"", "\"3-br\"")] {
            let answer = customer.get_with(&url, &[GZIP, ("if-none-match", known)]).await;
            assert_eq!((answer.status, answer.header("etag"), answer.header("content-encoding")), (304, Some(tag), None));
            assert!(answer.header("vary").unwrap().contains("accept-encoding"));
        }
        let answer = customer.get_with(&url, &[GZIP, ("if-none-match", "\"1-gzip\"")]).await;
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some("gzip")));
        let stale = customer.patch_with(&url, &[("if-match", "\"1-gzip\"")], json!({"preferred_name": "W"})).await;
        assert_eq!(stale.problem(412), "stale_version");
        customer.patch_with(&url, &[("if-match", "\"3-gzip\"")], json!({"preferred_name": "W"})).await.expect(200);
    }

    async fn what_is_short_or_fails_is_left_alone(app: &App) {
        let customer = app.customer("Wilma").await;
        let short = customer.get_with("/v1/me", &[GZIP]).await;
        short.expect(200);
        assert_eq!((short.header("content-encoding"), short.header("etag")), (None, Some("\"2\"")));
        let failure = customer.get_with(format!("/v1/users/{}", uuid::Uuid::now_v7()), &[GZIP]).await;
        assert_eq!((failure.problem(404).as_str(), failure.header("content-encoding")), ("not_found", None));
        // Whoever takes neither gets it as it is.
        let plain = customer.get("/openapi.json").await;
        // Not even deflate, whose tag would be that of the plain one.
        for coding in ["identity", "zstd", "deflate", "gzip;q=0", "br;q=0, deflate", "identity;q=0", "*;q=0", ";;"] {
            let answer = customer.get_with("/openapi.json", &[("accept-encoding", coding)]).await;
            assert_eq!((answer.status, answer.header("content-encoding")), (200, None), "{coding}");
            assert_eq!((answer.etag(), answer.body == plain.body), (plain.etag(), true), "{coding}");
        }
        for (wanted, coding) in [("gzip;q=0.5, br;q=0.1", "gzip"), ("deflate, GZIP", "gzip"), ("gzip, br", "br")] {
            let answer = customer.get_with("/openapi.json", &[("accept-encoding", wanted)]).await;
            assert_eq!((answer.status, answer.header("content-encoding")), (200, Some(coding)), "{wanted}");
        }
        let document = customer.get_with("/openapi.json", &[GZIP]).await;
        let tag = document.header("etag").unwrap().to_owned();
        assert!(tag.ends_with("-gzip\"") && document.header("content-encoding") == Some("gzip"), "{tag}");
        let again = customer.get_with("/openapi.json", &[GZIP, ("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.header("etag")), (304, Some(tag.as_str())));
    }
}

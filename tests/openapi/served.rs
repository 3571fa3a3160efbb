use serde_json::Value;

use crate::support::document::document;
use crate::support::on_both_databases;

on_both_databases! {
    async fn the_server_serves_its_document(app: &App) {
        let anyone = app.anonymous();
        let answer = anyone.get("/openapi.json").await;
        assert_eq!(&answer.expect(200), document());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let old = anyone.get("/openapi-3.0.json").await;
        assert_eq!(old.expect(200), api::openapi::openapi_30());
        assert_ne!(answer.etag(), old.etag());
    }

    async fn a_known_document_is_not_sent_again(app: &App) {
        let anyone = app.anonymous();
        for path in ["/openapi.json", "/openapi-3.0.json"] {
            let tag = anyone.get(path).await.etag();
            assert!(tag.starts_with('"'), "{tag} is weak");
            let again = anyone.get_with(path, &[("if-none-match", &tag)]).await;
            assert_eq!((again.status, again.body.len()), (304, 0));
            assert_eq!(again.etag(), tag);
            let changed = anyone.get_with(path, &[("if-none-match", "\"another\"")]).await;
            assert_eq!(changed.status, 200);
        }
    }
}

/// Tools that know 3.0 alone break on lists of types, `const` and `$ref` with siblings.
#[test]
fn the_older_document_is_openapi_3_0() {
    let document = api::openapi::openapi_30();
    assert_eq!(document["openapi"], "3.0.3");
    walk("", &document);
}

fn walk(at: &str, value: &Value) {
    match value {
        // Examples are data.
        Value::Object(_) if at.ends_with("/example") || at.ends_with("/value") => {}
        Value::Object(members) => {
            if at.contains("/schema") && !at.ends_with("/properties") && !at.ends_with("/schemas") {
                assert!(
                    !members.get("type").is_some_and(Value::is_array),
                    "{at}: a list of types"
                );
                assert_ne!(members.get("type"), Some(&"null".into()), "{at}");
                assert!(
                    members.get("exclusiveMinimum").is_none_or(Value::is_boolean),
                    "{at}: a number"
                );
                for keyword in ["const", "examples", "prefixItems", "propertyNames", "$defs"] {
                    assert!(!members.contains_key(keyword), "{at}: {keyword}");
                }
            }
            if members.contains_key("$ref") {
                assert_eq!(members.len(), 1, "{at}: what stands beside $ref is ignored");
            }
            for (name, member) in members {
                walk(&format!("{at}/{name}"), member);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{at}/{index}"), item);
            }
        }
        _ => {}
    }
}

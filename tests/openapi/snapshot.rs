use std::path::Path;

use crate::support::document::document;

const UPDATE: &str = "cargo run -- openapi > docs/openapi.json";

/// Whoever changes the contract sees it, and so does whoever reviews the change.
#[test]
fn the_committed_document_is_the_one_of_the_server() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    let generated = serde_json::to_string_pretty(document()).unwrap() + "\n";
    let line = committed
        .lines()
        .zip(generated.lines())
        .position(|(committed, generated)| committed != generated);
    assert!(
        committed == generated,
        "docs/openapi.json is not the document of the server (first difference: line {}). If the change is meant: {UPDATE}",
        line.map_or_else(|| "none, one is longer".to_owned(), |line| (line + 1).to_string())
    );
}

#[test]
fn the_document_is_the_same_every_time() {
    let again = api::openapi::openapi_31();
    assert_eq!(again.to_string(), document().to_string());
}

//! What the README shows works against the demonstration, as it stands.

use std::process::Command;

use crate::support::program::{Running, program};

/// The block of the README under this mark.
fn script(mark: &str) -> String {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let block = readme
        .split(mark)
        .nth(1)
        .expect("the mark")
        .split("```")
        .nth(1)
        .expect("a block");
    block.trim_start_matches("sh").to_owned()
}

#[test]
fn another_system_is_connected_as_the_readme_says() {
    let folder = tempfile::TempDir::new().unwrap();
    let server = Running::start(&mut program(
        folder.path(),
        &["demo", "--listen-addr", "127.0.0.1:0"],
    ));
    let output = Command::new("bash")
        .args(["-ec", &script("<!-- client -->")])
        .env("API", format!("http://{}", server.addr))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [passports, groups, revoked] = answers.as_slice() else {
        panic!("{text}");
    };
    assert!(!passports["data"].as_array().unwrap().is_empty(), "{passports}");
    assert_eq!(groups["code"], "insufficient_scope");
    assert_eq!(revoked["code"], "invalid_token");
}

//! `customer-profile export`.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command_line::{err, succeed};
use crate::support::program::{finish, program};
use crate::support::table_rows as rows;

#[test]
fn the_command_line_exports_too() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    succeed(path, &["admin", "create", "astrid@agency.example"]);
    let text = succeed(path, &["export", "users"]);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["email"], "astrid@agency.example");
    assert_eq!(lines[1]["count"], json!(1));
    let file = path.join("users.csv");
    let name = file.to_str().unwrap();
    let output = finish(&mut program(
        path,
        &["export", "users", "--format", "csv", "--into", name],
    ));
    assert!(output.status.success() && output.stdout.is_empty());
    assert!(err(&output).contains("1 of 1 users (100 %)"), "{}", err(&output));
    let table = std::fs::read(&file).unwrap();
    assert_eq!(rows(&table)[0]["email"], "astrid@agency.example");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // What is there stays, and what is not whole is not there.
    let again = finish(&mut program(path, &["export", "groups", "--into", name]));
    assert!(
        !again.status.success() && err(&again).contains("is there already"),
        "{}",
        err(&again)
    );
    assert_eq!(std::fs::read(&file).unwrap(), table);
    assert!(!path.join("users.csv.part").exists());
    let after = lines[0]["id"].as_str().unwrap();
    assert_eq!(
        succeed(path, &["export", "users", "--format", "csv", "--after", after]),
        ""
    );
    let clear = succeed(path, &["export", "passports", "--reveal-for", "moving house"]);
    assert!(clear.starts_with("{\"end\":true,\"count\":0"), "{clear}");
}

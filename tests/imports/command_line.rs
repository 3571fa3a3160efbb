//! `customer-profile import`.

use tempfile::TempDir;

use crate::command_line::{err, succeed};
use crate::support::program::{finish, program};

#[test]
fn the_command_line_imports_too() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let file = path.join("people.csv");
    std::fs::write(&file, "Vorname,email\nEbba,ebba@mail.example\n,x@mail.example\n").unwrap();
    let name = file.to_str().unwrap();
    let args = ["import", name, "--column", "Vorname=first_name"];
    let tried = succeed(path, &[&args[..], &["--dry-run"]].concat());
    assert!(
        tried.ends_with("2 rows, nothing written: 1 added, 0 updated, 0 skipped, 1 failed.\n"),
        "{tried}"
    );
    assert!(tried.starts_with("row 2 /first_name required:"), "{tried}");
    let output = finish(&mut program(path, &args));
    assert!(output.status.success(), "{}", err(&output));
    let id = err(&output)
        .split_whitespace()
        .nth(1)
        .unwrap()
        .trim_end_matches('.')
        .to_owned();
    // Gone on with, it has nothing left to do.
    let again = succeed(path, &["import", name, "--resume", &id]);
    assert!(
        again.ends_with("2 rows: 1 added, 0 updated, 0 skipped, 1 failed.\n"),
        "{again}"
    );
    assert!(succeed(path, &["export", "users"]).starts_with("{\"id\":"));
    let no_form = finish(&mut program(path, &["import", "people"]));
    assert!(err(&no_form).contains("--format"), "{}", err(&no_form));
    let no_field = finish(&mut program(
        path,
        &["import", name, "--column", "Vorname=shoe_size"],
    ));
    assert!(err(&no_field).contains("no field"), "{}", err(&no_field));
}

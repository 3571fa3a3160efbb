//! The program as its users start it: settings, subcommands, and what a crash leaves.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use actix_web::rt::System;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::Caller;
use crate::support::document::document;
use crate::support::program::{Running, finish, program};
use crate::support::writers::{Writers, ids_of_users};

pub const PASSWORD: &str = "a-long-way-to-utopia";

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs the program in a folder of its own and returns what it prints, when it succeeds.
#[track_caller]
pub fn succeed(folder: &Path, args: &[&str]) -> String {
    let output = finish(&mut program(folder, args));
    assert!(output.status.success(), "{args:?}: {}", err(&output));
    out(&output)
}

#[test]
fn help_names_every_setting_and_every_command() {
    let folder = TempDir::new().unwrap();
    for args in [&["--help"][..], &["serve", "--help"]] {
        let help = succeed(folder.path(), args);
        for setting in [
            "DATABASE_URL",
            "DATABASE_READ_URL",
            "DATA_DIR",
            "LISTEN_ADDR",
            "PUBLIC_URL",
            "ADMIN_EMAIL",
            "ADMIN_PASSWORD",
            "REGISTRATION",
            "FAILED_SIGN_INS_PER_ADDRESS",
            "TRUSTED_PROXIES",
            "MASTER_KEY",
            "KEYRING",
            "MAX_GROUP_MEMBERS",
            "ALERT_DAYS",
            "MAX_BODY_BYTES",
            "LOG_LEVEL",
        ] {
            let flag = format!("--{}", setting.to_lowercase().replace('_', "-"));
            assert!(
                help.contains(&format!("[env: {setting}")),
                "{args:?} lacks {setting}"
            );
            assert!(help.contains(&flag), "{args:?} lacks {flag}");
        }
        assert!(help.contains("[default: 127.0.0.1:8080]"));
    }
    let help = succeed(folder.path(), &["--help"]);
    for command in ["serve", "demo", "migrate", "admin", "openapi"] {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(command)),
            "{command}"
        );
    }
    assert!(succeed(folder.path(), &["--version"]).starts_with("customer-profile "));
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "help writes nothing"
    );
}

/// Secrets that stand in the environment do not show in the help.
#[test]
fn help_shows_no_secret() {
    let folder = TempDir::new().unwrap();
    let mut command = program(folder.path(), &["--help"]);
    for name in [
        "ADMIN_PASSWORD",
        "MASTER_KEY",
        "DATABASE_URL",
        "DATABASE_READ_URL",
    ] {
        command.env(name, "postgres://u:hunter2@h/d");
    }
    assert!(!out(&finish(&mut command)).contains("hunter2"));
}

#[test]
fn settings_that_cannot_be_stop_the_start_with_a_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let cases: [(&[(&str, &str)], &str); 22] = [
        (&[("DATABASE_URL", "mysql://root:hunter2@h/d")], "DATABASE_URL"),
        (&[("DATABASE_URL", "sqlite::memory:")], "demo"),
        (&[("DATABASE_URL", "customer-profile.db")], "DATABASE_URL"),
        (
            &[("DATABASE_URL", "sqlite:///nowhere/at/all/x.db")],
            "Name a file",
        ),
        (
            &[("DATABASE_URL", "postgres://u:hunter2@127.0.0.1:1/d")],
            "DATABASE_URL",
        ),
        (
            &[("DATABASE_READ_URL", "postgres://u:hunter2@h/d")],
            "DATABASE_READ_URL",
        ),
        (&[("WRITE_CONNECTIONS", "4")], "WRITE_CONNECTIONS"),
        (&[("LISTEN_ADDR", &taken)], "LISTEN_ADDR"),
        (&[("LISTEN_ADDR", "8080")], "LISTEN_ADDR"),
        (&[("LISTEN_ADDR", "127.0.0.1:99999")], "LISTEN_ADDR"),
        (&[("ADMIN_PASSWORD", "hunter2")], "12"),
        (&[("ADMIN_PASSWORD", "password1234")], "password"),
        (&[("ADMIN_EMAIL", "nobody")], "ADMIN_EMAIL"),
        (&[("MAX_GROUP_MEMBERS", "1")], "2..=99"),
        (&[("MAX_GROUP_MEMBERS", "100")], "2..=99"),
        (&[("PUBLIC_URL", "profiles.agency.example")], "PUBLIC_URL"),
        (&[("ALERT_DAYS", "90,90")], "ALERT_DAYS"),
        (&[("REGISTRATION", "perhaps")], "registration"),
        (&[("MASTER_KEY", "hunter2")], "MASTER_KEY"),
        (&[("TRUSTED_PROXIES", "everybody")], "TRUSTED_PROXIES"),
        (&[("LOG_LEVEL", "a=b=c")], "LOG_LEVEL"),
        (&[("DATA_DIR", "/proc/nowhere")], "DATA_DIR"),
    ];
    for (settings, hint) in cases {
        let folder = TempDir::new().unwrap();
        let mut command = program(folder.path(), &["serve"]);
        command
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("LOG_LEVEL", "error");
        command.envs(settings.iter().copied());
        let output = finish(&mut command);
        let said = err(&output);
        assert!(!output.status.success(), "{settings:?} starts");
        assert!(said.contains(hint), "{settings:?} does not say {hint}: {said}");
        assert!(!said.contains("hunter2"), "{settings:?} shows a secret: {said}");
        assert!(
            !said.contains("panicked") && !said.contains("Error {"),
            "{settings:?}: {said}"
        );
        // clap adds how to get help.
        assert!(
            said.trim().lines().filter(|line| !line.is_empty()).count() <= 3,
            "{settings:?}: {said}"
        );
    }
    for args in [
        &["--colour", "red"][..],
        &["dance"],
        &["migrate"],
        &["openapi", "--openapi-version", "2.0"],
        &["admin", "create"],
        &["rules"],
        &["rules", "import", "--dry"],
    ] {
        let folder = TempDir::new().unwrap();
        assert_eq!(
            finish(&mut program(folder.path(), args)).status.code(),
            Some(2),
            "{args:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_master_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    succeed(folder.path(), &["admin", "create", "astrid@agency.example"]);
    let key = folder.path().join("data/master.key");
    assert_eq!(
        std::fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = finish(&mut program(
        folder.path(),
        &["serve", "--listen-addr", "127.0.0.1:0"],
    ));
    assert!(!output.status.success());
    assert!(err(&output).contains("master.key"), "{}", err(&output));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, "no key").unwrap();
    let output = finish(&mut program(
        folder.path(),
        &["serve", "--listen-addr", "127.0.0.1:0"],
    ));
    assert!(
        !output.status.success() && err(&output).contains("master.key"),
        "{}",
        err(&output)
    );
}

#[test]
fn the_schema_goes_up_and_down() {
    let folder = TempDir::new().unwrap();
    let states = |text: &str| {
        let states: Vec<_> = text
            .lines()
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        (
            states.iter().filter(|state| *state == "applied").count(),
            states.len(),
        )
    };
    let up = states(&succeed(folder.path(), &["migrate", "up"]));
    assert!(up.0 == up.1 && up.1 >= 4, "{up:?}");
    assert_eq!(states(&succeed(folder.path(), &["migrate", "status"])), up);
    assert_eq!(
        states(&succeed(folder.path(), &["migrate", "down"])),
        (up.0 - 1, up.1)
    );
    assert_eq!(
        states(&succeed(
            folder.path(),
            &["migrate", "down", &(up.0 - 1).to_string()]
        )),
        (0, up.1)
    );
    assert_eq!(states(&succeed(folder.path(), &["migrate", "status"])), (0, up.1));
    assert_eq!(states(&succeed(folder.path(), &["migrate", "up"])), up);
}

#[test]
fn the_document_is_printed_in_both_versions() {
    let folder = TempDir::new().unwrap();
    let new = succeed(folder.path(), &["openapi"]);
    assert_eq!(new, serde_json::to_string_pretty(document()).unwrap() + "\n");
    assert_eq!(
        new,
        succeed(folder.path(), &["openapi", "--openapi-version", "3.1"])
    );
    let old: Value =
        serde_json::from_str(&succeed(folder.path(), &["openapi", "--openapi-version", "3.0"])).unwrap();
    assert_eq!(old["openapi"], "3.0.3");
    assert!(
        !old.to_string().contains("\"type\":["),
        "a list of types is no OpenAPI 3.0"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "printing needs no database"
    );
}

/// A server in `folder` on a free port.
pub fn serve(folder: &Path, settings: &[(&str, &str)]) -> Running {
    let mut command = program(folder, &["serve"]);
    command
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("LOG_LEVEL", "warn")
        .env("WORKERS", "2");
    command.envs(settings.iter().copied());
    Running::start(&mut command)
}

pub async fn login(addr: SocketAddr, email: &str, password: &str) -> Caller {
    let anyone = Caller::new(addr, None, None);
    let answer = anyone
        .post("/v1/auth/login", json!({"email": email, "password": password}))
        .await;
    let token = answer.expect(200)["access_token"].as_str().unwrap().to_owned();
    Caller::new(addr, None, Some(token))
}

#[test]
fn port_0_picks_a_port_and_says_which() {
    let folder = TempDir::new().unwrap();
    let server = serve(folder.path(), &[("ADMIN_PASSWORD", PASSWORD)]);
    assert_ne!(server.addr.port(), 0);
    assert!(server.greeting.contains("/docs/"), "{}", server.greeting);
    System::new().block_on(async {
        Caller::new(server.addr, None, None)
            .get("/health/ready")
            .await
            .expect(200);
        let admin = login(server.addr, "admin@agency.example", PASSWORD).await;
        assert_eq!(admin.get("/v1/me").await.expect(200)["role"], "admin");
    });
    assert!(folder.path().join("data/customer-profile.db").exists());
}

/// Without a setting the first administrator gets a random password, which only the owner of the files can read.
#[cfg(unix)]
#[test]
fn the_first_administrator_finds_the_password_in_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let server = serve(folder.path(), &[]);
    let file = folder.path().join("data/initial-admin-password");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let password = std::fs::read_to_string(&file).unwrap();
    System::new().block_on(async {
        login(server.addr, "admin@agency.example", password.trim()).await;
    });
    let log = server.log();
    assert!(!log.contains(password.trim()));
}

#[test]
fn a_second_factor_is_reset_from_the_command_line() {
    let folder = TempDir::new().unwrap();
    succeed(folder.path(), &["admin", "create", "astrid@agency.example"]);
    let said = succeed(
        folder.path(),
        &["admin", "reset-second-factor", "Astrid@agency.example"],
    );
    assert!(said.contains("removed"), "{said}");
    for wrong in ["nobody@agency.example", "nobody"] {
        let output = finish(&mut program(
            folder.path(),
            &["admin", "reset-second-factor", wrong],
        ));
        assert!(
            !output.status.success() && err(&output).trim().ends_with('.'),
            "{}",
            err(&output)
        );
    }
}

#[test]
fn the_catalogue_of_programmes_is_imported() {
    let folder = TempDir::new().unwrap();
    let last = |args: &[&str]| {
        let printed = succeed(folder.path(), args);
        printed.lines().last().unwrap().to_owned()
    };
    let count = service::travel::loyalty::catalogue::CATALOGUE.programs.len();
    let import = ["catalogue", "import"];
    let rehearsed = last(&["catalogue", "import", "--dry-run"]);
    assert!(
        rehearsed.contains(&format!(
            ": {count} added, 0 updated, 0 kept, 0 unchanged. Nothing was written."
        )),
        "{rehearsed}"
    );
    let printed = succeed(folder.path(), &import);
    assert!(
        printed.contains("added    Lufthansa: Miles & More\n"),
        "{printed}"
    );
    assert!(last(&import).ends_with(&format!(": 0 added, 0 updated, 0 kept, {count} unchanged.")));
}

#[test]
fn the_rules_of_entry_are_imported_and_edited_ones_stay() {
    let folder = TempDir::new().unwrap();
    let last = |printed: String| printed.lines().last().unwrap().to_owned();
    let count = service::travel::entry::shipped::SHIPPED.rules.len();
    let import = ["rules", "import"];
    let rehearse = ["rules", "import", "--dry-run"];
    let all = format!(": {count} added, 0 updated, 0 kept, 0 unchanged.");
    // Twice the same: a dry run leaves nothing behind.
    for _ in 0..2 {
        let rehearsed = last(succeed(folder.path(), &rehearse));
        assert!(
            rehearsed.starts_with("Rules of entry ")
                && rehearsed.ends_with(&format!("{all} Nothing was written.")),
            "{rehearsed}"
        );
    }
    let printed = succeed(folder.path(), &import);
    assert!(printed.contains("added    schengen-three-months\n"), "{printed}");
    assert!(last(printed).ends_with(&all));
    let server = serve(folder.path(), &[("ADMIN_PASSWORD", PASSWORD)]);
    System::new().block_on(async {
        let admin = login(server.addr, "admin@agency.example", PASSWORD).await;
        let page = admin.get("/v1/entry-rules?limit=200").await.expect(200);
        let rules = page["data"].as_array().unwrap();
        assert_eq!(rules.len(), count, "the start of a server adds no second one");
        let of = |code: &str| {
            rules.iter().find(|it| it["code"] == code).unwrap()["id"]
                .as_str()
                .unwrap()
        };
        let path = |code: &str| format!("/v1/entry-rules/{}", of(code));
        admin
            .patch(path("turkiye-150-days"), json!({"min_days": 160}))
            .await
            .expect(200);
        admin.delete(path("israel-six-months")).await.expect(204);
    });
    drop(server);
    for (args, end) in [(&rehearse[..], " Nothing was written."), (&import, "")] {
        let printed = succeed(folder.path(), args);
        assert!(
            printed.starts_with(
                "added    israel-six-months\nkept     turkiye-150-days (edited by the agency)\n"
            ),
            "{printed}"
        );
        let counts = format!(": 1 added, 0 updated, 1 kept, {} unchanged.{end}", count - 2);
        assert!(last(printed).ends_with(&counts));
    }
}

#[test]
fn an_administrator_is_added_from_the_command_line() {
    let folder = TempDir::new().unwrap();
    let said = succeed(folder.path(), &["admin", "create", "astrid@agency.example"]);
    let password = said.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(
        said.contains("astrid@agency.example") && password.len() >= 12,
        "{said}"
    );
    let again = finish(&mut program(
        folder.path(),
        &["admin", "create", "Astrid@agency.example"],
    ));
    assert!(
        !again.status.success() && err(&again).contains("taken"),
        "{}",
        err(&again)
    );
    let mut weak = program(folder.path(), &["admin", "create", "eve@agency.example"]);
    let weak = finish(weak.env("ADMIN_PASSWORD", "hunter2"));
    assert!(
        !weak.status.success() && !err(&weak).contains("hunter2"),
        "{}",
        err(&weak)
    );
    let server = serve(folder.path(), &[]);
    System::new().block_on(async {
        let admin = login(server.addr, "astrid@agency.example", &password).await;
        assert_eq!(admin.get("/v1/me").await.expect(200)["role"], "admin");
    });
}

/// Closed means closed, and the setting is read from the environment.
#[test]
fn settings_of_the_environment_count() {
    let folder = TempDir::new().unwrap();
    let settings = [
        ("REGISTRATION", "closed"),
        ("MAX_BODY_BYTES", "1024"),
        ("MAX_GROUP_MEMBERS", "2"),
        ("ADMIN_PASSWORD", PASSWORD),
    ];
    let server = serve(folder.path(), &settings);
    System::new().block_on(async {
        let anyone = Caller::new(server.addr, None, None);
        let register = json!({"email": "a@mail.example", "password": PASSWORD, "first_name": "Anna"});
        assert_eq!(
            anyone.post("/v1/auth/register", register).await.problem(403),
            "registration_closed"
        );
        let long = json!({"email": "a".repeat(2_000), "password": "x"});
        assert_eq!(
            anyone.post("/v1/auth/login", long).await.problem(413),
            "payload_too_large"
        );
        let admin = login(server.addr, "admin@agency.example", PASSWORD).await;
        let mut members = Vec::new();
        for name in ["Anna", "Ben", "Cleo"] {
            let user = admin.post("/v1/users", json!({"first_name": name})).await;
            members.push(json!({"user_id": user.id()}));
        }
        let full = admin
            .post("/v1/groups", json!({"name": "Three", "members": members}))
            .await;
        assert!(full.status == 422 || full.status == 409, "{}", full.status);
        admin
            .post("/v1/groups", json!({"name": "Two", "members": members[..2]}))
            .await
            .expect(201);
    });
}

/// What was answered with 201 is there after a crash, and the database is whole.
#[test]
fn a_crash_loses_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut server = serve(folder.path(), &[("ADMIN_PASSWORD", PASSWORD)]);
    let addr = server.addr;
    let token =
        System::new().block_on(async { login(addr, "admin@agency.example", PASSWORD).await.token.unwrap() });
    let writers = Writers::start(addr, &token);
    std::thread::sleep(Duration::from_secs(2));
    server.kill();
    let acknowledged = writers.stop();
    assert!(acknowledged.len() > 50, "only {} writes", acknowledged.len());
    let server = serve(folder.path(), &[]);
    System::new().block_on(async {
        let admin = login(server.addr, "admin@agency.example", PASSWORD).await;
        let stored = ids_of_users(&admin).await;
        let lost: Vec<_> = acknowledged.iter().filter(|id| !stored.contains(*id)).collect();
        assert!(
            lost.is_empty(),
            "{} of {} acknowledged users are gone",
            lost.len(),
            acknowledged.len()
        );
        admin
            .post("/v1/users", json!({"first_name": "After"}))
            .await
            .expect(201);
    });
}

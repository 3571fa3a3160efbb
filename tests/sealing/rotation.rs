//! The key that wraps data keys is changed while everybody works.

use std::cell::Cell;
use std::path::Path;
use std::process::Child;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::future::join3;
use serde_json::json;
use service::sealing::rotation;

use super::count;
use crate::support::program::{finish, program};
use crate::support::{App, anna_passport, on_both_databases};

/// The program beside the server of the test: with its database and its data directory.
fn beside(app: &App, args: &[&str]) -> std::process::Command {
    let folder: &Path = &app.config.data_dir;
    let mut command = program(folder, args);
    command
        .env("DATABASE_URL", &app.database_url)
        .env("DATA_DIR", folder);
    command
}

/// Runs the program to its end while the server of the test, which shares this thread, goes on.
async fn run_beside(app: &App, args: &[&str]) -> (bool, String) {
    let mut command = beside(app, args);
    tokio::task::spawn_blocking(move || {
        let output = finish(&mut command);
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    })
    .await
    .unwrap()
}

async fn under(app: &App, id: &str) -> i64 {
    count(
        app.core.db.writer(),
        &format!("SELECT count(*) FROM data_keys WHERE wrapping_key_id = '{id}'"),
    )
    .await
}

/// People with passports: id and number of each.
async fn people(app: &App, count: usize) -> Vec<(String, String)> {
    let agent = app.agent().await;
    let mut passports = Vec::new();
    for at in 0..count {
        let holder = app.profile("Anna").await;
        if at.is_multiple_of(20) {
            let number = format!("ROT{at:06}");
            let made = agent.post("/v1/passports", anna_passport(holder, &number)).await;
            made.expect(201);
            passports.push((made.id(), number));
        }
    }
    passports
}

/// Reads and writes until told to stop; counts what was asked, and fails with the first answer that is no success.
async fn load(app: &App, passports: &[(String, String)], stop: Rc<Cell<bool>>) -> u64 {
    let agent = app.agent().await;
    let mut asked = 0_u64;
    while !stop.get() {
        let (passport, number) = &passports[usize::try_from(asked).unwrap() % passports.len()];
        let read = agent.get(format!("/v1/passports/{passport}")).await.expect(200);
        let search = json!({"issuing_country": "UTO", "passport_number": number});
        let found = agent.post("/v1/passports/search", search).await.expect(200);
        assert_eq!(found["data"][0]["id"], *passport);
        let change = json!({"place_of_birth": format!("Zenith {asked}")});
        let etag = format!("\"{}\"", read["version"]);
        agent
            .patch_with(
                format!("/v1/passports/{passport}"),
                &[("if-match", &etag)],
                change,
            )
            .await
            .expect(200);
        agent
            .post("/v1/users", json!({"first_name": "New", "phone": "+46705550199"}))
            .await
            .expect(201);
        asked += 4;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    asked
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

on_both_databases! {
    async fn a_rotation_goes_on_under_load_however_often_it_is_killed(app: &App) {
        let passports = people(app, 700).await;
        let before = app.core.vault.keyring().active();
        let stop = Rc::new(Cell::new(false));
        // Each loader has passports of its own: changes of one another would be stale.
        let (one, two) = passports.split_at(passports.len() / 2);
        let work = async {
            let mut killed_in_the_midst = 0;
            for round in 0..20_u32 {
                let child = beside(app, &["keys", "rotate", "--data"]).spawn().unwrap();
                let began = Instant::now();
                // Later each time, over the time that a run takes.
                let patience = Duration::from_millis(40 + u64::from(round) * 17);
                while began.elapsed() < patience {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                kill(child);
                let left = under(app, &before).await;
                if round < 5 && left == 0 {
                    // Give it more to do.
                    continue;
                }
                killed_in_the_midst += u32::from(left > 0);
            }
            let (done, text) = run_beside(app, &["keys", "rotate", "--data"]).await;
            assert!(done, "{text}");
            stop.set(true);
            killed_in_the_midst
        };
        let (midst, asked_one, asked_two) =
            join3(work, load(app, one, Rc::clone(&stop)), load(app, two, Rc::clone(&stop))).await;
        assert!(midst > 0, "it was never killed in the midst");
        assert!(asked_one + asked_two > 200, "{asked_one} {asked_two}");

        let keyring = app.core.vault.keyring();
        keyring.refresh().unwrap();
        let active = keyring.active();
        assert_ne!(active, before);
        let all = count(app.core.db.writer(), "SELECT count(*) FROM data_keys").await;
        assert_eq!(under(app, &active).await, all);
        for key in keyring.list() {
            if key.id != active {
                let (done, text) = run_beside(app, &["keys", "retire", &key.id]).await;
                assert!(done, "{text}");
            }
        }
        // The server hears of it, and whoever starts with the new keyring alone reads everything.
        keyring.refresh().unwrap();
        assert_eq!(keyring.list().len(), 1);
        let agent = app.agent().await;
        let fresh = service::Core::open(app.config.options(app.addr)).await.unwrap();
        assert_eq!(fresh.vault.keyring().list().len(), 1);
        fresh.close().await;
        for (passport, number) in &passports {
            let read = agent.get(format!("/v1/passports/{passport}")).await.expect(200);
            assert!(read["passport_number"].as_str().unwrap().ends_with(&number[5..]));
        }
    }

    async fn a_key_is_retired_only_when_nothing_is_wrapped_under_it(app: &App) {
        let keyring = app.core.vault.keyring();
        let first = keyring.active();
        app.profile("Anna").await;
        let why = rotation::retire(&app.core, &first).await.unwrap_err();
        assert!(why.contains("active"), "{why}");
        assert!(rotation::retire(&app.core, "data-0").await.unwrap_err().contains("no key"));
        let second = keyring.add_active(chrono::Utc::now()).unwrap().id;
        let why = rotation::retire(&app.core, &first).await.unwrap_err();
        assert!(why.contains("still wrapped"), "{why}");
        // Whoever added the key was killed before it was noted; who goes on notes it, once.
        for _ in 0..2 {
            let begun = rotation::begin(&app.core).await.unwrap();
            assert_eq!(begun, rotation::Begun::Continued { active: second.clone() });
        }
        rotation::wrap_anew(&app.core, |_| ()).await.unwrap();
        rotation::retire(&app.core, &first).await.unwrap();
        assert_eq!(keyring.list().into_iter().map(|key| key.id).collect::<Vec<_>>(), [second.as_str()]);
        let rotation::Begun::New(third) = rotation::begin(&app.core).await.unwrap() else { panic!("nothing was left to do") };
        let noted = "SELECT action || ' ' || detail FROM audit_events WHERE action LIKE 'key%' OR action LIKE 'data_keys%' ORDER BY id";
        let noted = crate::storage::texts(app.core.db.writer(), noted).await.unwrap();
        let people = count(app.core.db.writer(), "SELECT count(*) FROM data_keys").await;
        assert_eq!(noted, [
            format!("keyring_key.added {second}"),
            format!("data_keys.rewrapped {people} under {second}"),
            format!("keyring_key.retired {first}"),
            format!("keyring_key.added {}", third.id),
        ]);
    }

    async fn keys_of_all_kinds_are_listed(app: &App) {
        app.profile("Anna").await;
        let first = app.core.vault.keyring().active();
        let second = app.core.vault.keyring().add_active(chrono::Utc::now()).unwrap().id;
        let all = count(app.core.db.writer(), "SELECT count(*) FROM data_keys").await;
        let (done, text) = run_beside(app, &["keys", "list"]).await;
        assert!(done, "{text}");
        let line = |id: &str| text.lines().find(|line| line.contains(id)).unwrap().to_owned();
        assert!(line(&first).starts_with("decrypt_only") && line(&first).ends_with(&format!("data keys: {all}")), "{text}");
        assert!(line(&second).starts_with("active ") && line(&second).ends_with("data keys: 0"), "{text}");
        assert!(text.lines().any(|line| line.starts_with("current")), "{text}");
        let (done, text) = run_beside(app, &["keys", "retire", &first]).await;
        assert!(!done && text.contains("still wrapped"), "{text}");
        let (done, text) = run_beside(app, &["keys", "rotate", "--data", "--compromised"]).await;
        assert!(!done && text.contains("--compromised"), "{text}");
    }

    async fn keys_of_a_setting_are_changed_there(app: &App) {
        app.profile("Anna").await;
        let file = app.config.data_dir.join("keyring.json");
        let mut keyring: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        keyring["keys"][0]["state"] = json!("decrypt_only");
        let first = keyring["keys"][0]["id"].as_str().unwrap().to_owned();
        let mut second = keyring["keys"][0].clone();
        second["id"] = json!("second");
        second["state"] = json!("active");
        second["key"] = json!("YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDI=");
        keyring["keys"].as_array_mut().unwrap().push(second);
        let mut config = app.config.clone();
        config.keyring = Some(service::input::Secret::new(keyring.to_string()));
        let core = service::Core::open(config.options(app.addr)).await.unwrap();
        let begun = rotation::begin(&core).await.unwrap();
        assert_eq!(begun, rotation::Begun::Continued { active: "second".into() });
        assert!(rotation::wrap_anew(&core, |_| ()).await.unwrap() > 0);
        assert_eq!(under(app, &first).await, 0);
        assert_eq!(rotation::begin(&core).await.unwrap(), rotation::Begun::Nothing { active: "second".into() });
        assert!(rotation::retire(&core, &first).await.unwrap_err().contains("KEYRING"));
        core.close().await;
    }
}

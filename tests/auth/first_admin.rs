//! The administrator that an empty database starts with.

use api::app::Application;
use service::auth::FirstAdmin;

use super::{login, register};
use crate::support::{ADMIN_EMAIL, App, TestDatabase, on_both_databases};

const CHOSEN: &str = "a-long-way-to-utopia";

/// The settings of another server, on an empty database of its own.
async fn on_empty_database(app: &App) -> (TestDatabase, api::config::Config) {
    let database = TestDatabase::create(app.backend).await.unwrap();
    let mut config = app.config.clone();
    config.database_url = service::input::Secret::new(database.url.clone());
    config.data_dir = database.folder();
    (database, config)
}

/// Starts a server as a process of its own would, and tells whether it made the administrator.
fn makes_administrator(config: &api::config::Config) -> bool {
    actix_web::rt::System::new().block_on(async {
        let application = Application::build(config).await.unwrap();
        let made = matches!(application.first_admin(), FirstAdmin::Made);
        application.core().clone().close().await;
        made
    })
}

/// Keys that two processes are given.
const KEYRING: &str = r#"{"index_key":{"id":"index-1","key":"dXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXQ="},
"keys":[{"id":"data-1","state":"active","key":"dXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXU=","created_at":"2026-01-01T00:00:00Z"}]}"#;

on_both_databases! {
    async fn the_first_administrator_has_the_password_of_the_setting(app: &App) {
        let id = login(&app.anonymous(), ADMIN_EMAIL, CHOSEN).await.expect(200)["user_id"].clone();
        let admin = app.admin().await;
        let user = admin.get(format!("/v1/users/{}", id.as_str().unwrap())).await.expect(200);
        assert_eq!((user["role"].as_str(), user["status"].as_str()), (Some("admin"), Some("active")));
        assert!(!app.config.data_dir.join("initial-admin-password").exists());
    }

    async fn the_first_administrator_is_made_once(app: &App) {
        let mut config = app.config.clone();
        config.admin_email = "second@agency.example".into();
        let again = Application::build(&config).await.unwrap();
        assert!(matches!(again.first_admin(), FirstAdmin::NotNeeded));
        again.core().clone().close().await;
        login(&app.anonymous(), "second@agency.example", CHOSEN).await.expect(401);
        login(&app.anonymous(), ADMIN_EMAIL, CHOSEN).await.expect(200);
    }

    async fn a_random_password_goes_to_a_file_of_the_owner_alone(app: &App) with |config| {
        config.admin_password = None;
    } => {
        let file = app.config.data_dir.join("initial-admin-password");
        let password = std::fs::read_to_string(&file).unwrap();
        let password = password.strip_suffix('\n').unwrap();
        assert!(password.len() >= 20, "{}", password.len());
        login(&app.anonymous(), ADMIN_EMAIL, password).await.expect(200);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
        }
        // Somebody else's password is another one.
        let (database, config) = on_empty_database(app).await;
        let other = Application::build(&config).await.unwrap();
        assert!(matches!(other.first_admin(), FirstAdmin::PasswordIn(path) if *path == config.data_dir.join("initial-admin-password")));
        assert_ne!(std::fs::read_to_string(config.data_dir.join("initial-admin-password")).unwrap().trim(), password);
        other.core().clone().close().await;
        database.remove().await;
    }

    async fn a_bad_setting_stops_the_start_with_a_sentence(app: &App) {
        let (database, good) = on_empty_database(app).await;
        for (email, password, part) in [
            ("admin@agency.example", "short", "at least 12 characters"),
            ("admin@agency.example", "password1234", "first that are guessed"),
            ("nobody", CHOSEN, "ADMIN_EMAIL"),
        ] {
            let mut config = good.clone();
            config.admin_email = email.into();
            config.admin_password = Some(service::input::Secret::new(password.into()));
            let Err(error) = Application::build(&config).await else { panic!("{part}: it starts") };
            let error = error.to_string();
            assert!(error.contains(part), "{error}");
            assert!(!error.contains(password) , "{error}");
        }
        database.remove().await;
    }

    async fn servers_that_start_at_once_on_an_empty_database_make_one_administrator(app: &App) {
        let (database, mut config) = on_empty_database(app).await;
        // Processes that share a database share the keys.
        config.keyring = Some(service::input::Secret::new(KEYRING.into()));
        config.master_key = Some(service::input::Secret::new("dXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXRvcGlhdXQ=".into()));
        let elsewhere = tempfile::TempDir::new().unwrap();
        let mut other = config.clone();
        other.data_dir = elsewhere.path().to_owned();
        let starts = [config, other].map(|config| tokio::task::spawn_blocking(move || makes_administrator(&config)));
        let made = futures_util::future::join_all(starts).await;
        assert_eq!(made.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
        database.remove().await;
    }

    async fn an_administrator_from_the_command_line_signs_in(app: &App) {
        let id = service::auth::create_admin(&app.core, "boss@agency.example", CHOSEN).await.unwrap();
        assert_eq!(login(&app.anonymous(), "boss@agency.example", CHOSEN).await.expect(200)["user_id"], serde_json::json!(id));
        let twice = service::auth::create_admin(&app.core, "Boss@agency.example", CHOSEN).await.unwrap_err();
        assert!(twice.to_string().contains("This e-mail address is taken"), "{twice}");
        assert_eq!(register(&app.anonymous(), "boss@agency.example", CHOSEN).await.problem(409), "email_taken");
    }
}

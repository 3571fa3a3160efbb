//! The server of a test, and the people who call it.

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::rt::task::JoinHandle;
use api::app::Application;
use api::config::Config;
use chrono::TimeDelta;
use entity::ids::{SessionId, UserId};
use entity::values::{Role, Scopes, UserStatus};
use futures_util::FutureExt as _;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _};
use serde_json::{Value, json};
use service::Core;
use service::auth::Origin;
use service::clients::{self, NewClient};
use service::core::{Registration, SecondFactor};
use service::input::{Secret, Valid, parse};
use service::oauth::{self, Credentials, GRANT_TYPE};
use service::policy::Permit;
use service::privacy::retention::Retention;
use service::users::{self, NewUser, UserPatch};
use service::version::Precondition;

use super::client::Caller;
use super::database::{Backend, TestDatabase};

/// Changes the settings of a test's server.
pub type Tweak = fn(&mut Config);

pub const ADMIN_EMAIL: &str = "admin@agency.example";

/// A running server with a database of its own.
pub struct App {
    pub addr: SocketAddr,
    /// Where metrics are served, if the settings say so.
    pub metrics_addr: Option<SocketAddr>,
    pub core: Core,
    pub backend: Backend,
    pub database_url: String,
    /// The settings that the server was started with.
    pub config: Config,
}

/// A machine client, as the other system knows it.
#[derive(Debug, Clone)]
pub struct Machine {
    pub id: String,
    pub secret: String,
    pub secret_id: String,
}

/// Runs a test body against a fresh server, and cleans up whether it succeeds or panics.
pub fn run<F: Future<Output = App>>(backend: Backend, tweak: Tweak, body: impl FnOnce(App) -> F) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::migrated(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let mut config = config(&database);
        tweak(&mut config);
        let result = AssertUnwindSafe(serve_during(&config, &database, body))
            .catch_unwind()
            .await;
        database.remove().await;
        if let Err(panic) = result {
            resume_unwind(panic);
        }
    });
}

async fn serve_during<F: Future<Output = App>>(
    config: &Config,
    database: &TestDatabase,
    body: impl FnOnce(App) -> F,
) {
    let Running { app, handle, server } = Running::start(config, database).await;
    body(app).await.core.close().await;
    handle.stop(false).await;
    let _ = server.await;
}

/// A server that a test starts and stops by itself.
pub struct Running {
    pub app: App,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub async fn start(config: &Config, database: &TestDatabase) -> Self {
        let application = Application::build(config).await.expect("the server starts");
        let (addr, metrics_addr, core, handle) = (
            application.addr(),
            application.metrics_addr(),
            application.core().clone(),
            application.handle(),
        );
        let server = actix_web::rt::spawn(application.run());
        let app = App {
            addr,
            metrics_addr,
            core,
            backend: database.backend,
            database_url: database.url.clone(),
            config: config.clone(),
        };
        Self { app, handle, server }
    }

    /// Stops it as an operator would.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        self.server.await.unwrap().unwrap();
    }
}

/// The settings of a test's server.
pub fn config(database: &TestDatabase) -> Config {
    Config {
        database_url: Secret::new(database.url.clone()),
        database_read_url: None,
        data_dir: database.folder(),
        listen_addr: "127.0.0.1:0".into(),
        metrics_addr: None,
        public_url: None,
        admin_email: ADMIN_EMAIL.into(),
        admin_password: Some(Secret::new("a-long-way-to-utopia".into())),
        master_key: None,
        keyring: None,
        allow_specimen: true,
        workers: 2,
        hash_threads: 2,
        read_connections: 3,
        write_connections: 2,
        smtp_url: None,
        mail_from: None,
        registration: Registration::Open,
        access_token_ttl: Duration::from_mins(10),
        refresh_token_ttl: Duration::from_hours(24 * 14),
        session_ttl: Duration::from_hours(24 * 90),
        second_factor: SecondFactor::Optional,
        // Whoever tests it sets it; the others share one address.
        failed_sign_ins_per_address: 0,
        reveals_per_hour: 0,
        // More than any test sends, so that every answer tells what is left.
        requests_per_minute: 10_000_000,
        alert_days: service::alerts::Thresholds::default(),
        cors_origins: Vec::new(),
        idempotency_ttl: Duration::from_hours(24),
        export_timeout: Duration::from_mins(15),
        exports_at_once: 2,
        trusted_proxies: Vec::new(),
        max_group_members: 9,
        max_body_bytes: 262_144,
        max_import_bytes: 1 << 30,
        events_max_wait: Duration::from_secs(30),
        webhooks_to_loopback: false,
        retention: Retention::default(),
    }
}

impl App {
    /// Another process on the same database: where it listens, and what stops it.
    pub async fn beside(&self) -> (SocketAddr, impl Future<Output = ()> + use<>) {
        let beside = Application::build(&self.config).await.unwrap();
        let (addr, handle) = (beside.addr(), beside.handle());
        let server = actix_web::rt::spawn(beside.run());
        let stop = async move {
            handle.stop(true).await;
            server.await.unwrap().unwrap();
        };
        (addr, stop)
    }

    /// Somebody who has not signed in.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.addr, None, None)
    }

    /// A new administrator.
    pub async fn admin(&self) -> Caller {
        self.sign_in_new("Astrid", Role::Admin).await
    }

    /// A new agent.
    pub async fn agent(&self) -> Caller {
        self.sign_in_new("Ada", Role::Agent).await
    }

    /// A new customer with this first name.
    pub async fn customer(&self, first_name: &str) -> Caller {
        self.sign_in_new(first_name, Role::Customer).await
    }

    /// A new customer without an e-mail address.
    pub async fn profile(&self, first_name: &str) -> UserId {
        self.create_user(&json!({ "first_name": first_name })).await
    }

    /// Adds a user past the HTTP interface.
    pub async fn create_user(&self, user: &Value) -> UserId {
        let command: Valid<NewUser> = parse(user.to_string().as_bytes()).unwrap();
        users::create(&self.core, &Permit::system(), command)
            .await
            .unwrap()
            .id
    }

    /// A user who is active and holds a token, without the cost of hashing a password.
    async fn sign_in_new(&self, first_name: &str, role: Role) -> Caller {
        let unique = uuid::Uuid::now_v7().simple();
        let email = format!("{}.{unique}@mail.example", first_name.to_lowercase());
        let id = self
            .create_user(&json!({ "first_name": first_name, "last_name": "Tester" }))
            .await;
        self.give_email(id, &email, role).await;
        self.caller(id).await
    }

    /// Gives an active profile an address and a role, without an invitation that goes out by mail.
    pub async fn give_email(&self, id: UserId, email: &str, role: Role) {
        let patch = json!({ "email": email, "role": role.as_str() });
        self.change_user(id, parse(patch.to_string().as_bytes()).unwrap())
            .await;
    }

    /// Changes a status past the HTTP interface.
    pub async fn set_status(&self, id: UserId, status: UserStatus) {
        let patch = UserPatch {
            status: status.into(),
            ..UserPatch::default()
        };
        self.change_user(id, Valid::check(patch).unwrap()).await;
    }

    async fn change_user(&self, id: UserId, patch: Valid<UserPatch>) {
        let by = Permit::<service::policy::UpdateUser>::system();
        users::update(&self.core, &by, id, &Precondition::NONE, patch)
            .await
            .unwrap();
    }

    /// Waits until there is no mail left to send.
    pub async fn mail_is_sent(&self) {
        self.mail_is_sent_within(Duration::from_secs(30)).await;
    }

    /// The same for mail that takes its time.
    pub async fn mail_is_sent_within(&self, patience: Duration) {
        let deadline = std::time::Instant::now() + patience;
        while entity::mails::Entity::find()
            .count(self.core.db.read())
            .await
            .unwrap()
            > 0
        {
            assert!(std::time::Instant::now() < deadline, "mail stays in the queue");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A caller with a session of this user, opened past the HTTP interface.
    pub async fn caller(&self, id: UserId) -> Caller {
        let session = self.session(id).await;
        let token = self
            .core
            .tokens
            .issue_for_session(id, session, self.core.clock.now())
            .unwrap();
        Caller::new(self.addr, Some(id), Some(token.expose().to_owned()))
    }

    /// A session of this user, without the cost of hashing a password.
    pub async fn session(&self, id: UserId) -> SessionId {
        let now = self.core.clock.now();
        let session = entity::sessions::Model {
            id: SessionId::new(),
            user_id: id,
            device_name: None,
            address_class: None,
            second_factor: true,
            created_at: now,
            last_used_at: now,
            expires_at: now + TimeDelta::days(90),
            ended_at: None,
        };
        let row = session.clone().into_active_model().reset_all();
        entity::sessions::Entity::insert(row)
            .exec_without_returning(self.core.db.writer())
            .await
            .unwrap();
        session.id
    }

    /// A new machine client with these scopes, separated by spaces; added past the HTTP interface.
    pub async fn machine(&self, scopes: &str) -> Machine {
        let new = NewClient {
            name: format!("Client {}", uuid::Uuid::now_v7())
                .parse::<entity::values::ClientName>()
                .unwrap()
                .into(),
            scopes: scopes.parse::<Scopes>().unwrap().into(),
            ..NewClient::default()
        };
        let made = clients::create(&self.core, &Permit::system(), Valid::check(new).unwrap())
            .await
            .unwrap();
        Machine {
            id: made.client.id.to_string(),
            secret: made.secret.expose().to_owned(),
            secret_id: made.record.id.to_string(),
        }
    }

    /// A caller with an access token of this client, with all its scopes.
    pub async fn machine_caller(&self, machine: &Machine) -> Caller {
        let credentials = Credentials {
            id: machine.id.clone(),
            secret: Secret::new(machine.secret.clone()),
        };
        let issued = oauth::grant(
            &self.core,
            &Origin::default(),
            &credentials,
            Some(GRANT_TYPE),
            None,
        )
        .await
        .unwrap();
        Caller::new(self.addr, None, Some(issued.access_token.expose().to_owned()))
    }

    /// A caller with an access token of a new client with these scopes.
    pub async fn client(&self, scopes: &str) -> Caller {
        self.machine_caller(&self.machine(scopes).await).await
    }

    /// Forgets who has failed to show a secret, past the HTTP interface.
    pub async fn forgive(&self) {
        entity::throttles::Entity::delete_many()
            .exec(self.core.db.writer())
            .await
            .unwrap();
    }

    /// How many statements `work` costs.
    pub async fn statements<F: Future>(&self, work: F) -> u64 {
        let before = self.core.db.statements();
        work.await;
        self.core.db.statements() - before
    }
}

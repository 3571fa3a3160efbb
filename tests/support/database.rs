//! A database for each test, gone when the test ends, however it ends.

use std::cell::RefCell;
use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;
use uuid::Uuid;

use super::template::Template;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database and a data directory, both empty unless something is said to be in them.
pub struct TestDatabase {
    pub backend: Backend,
    pub url: String,
    folder: TempDir,
    server: Option<(PgConnectOptions, String)>,
    copies: RefCell<Vec<String>>,
    template: Option<Template>,
}

impl TestDatabase {
    /// An empty one; `None` when the test is for PostgreSQL and `TEST_POSTGRES_URL` names no server.
    pub async fn create(backend: Backend) -> Option<Self> {
        Self::like(backend, None).await
    }

    /// The same with the schema of today in it, which takes a tenth of the time that the migrations take.
    pub async fn migrated(backend: Backend) -> Option<Self> {
        let template = Template::of(backend).await?;
        Self::like(backend, Some(template)).await
    }

    async fn like(backend: Backend, template: Option<Template>) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let (url, server) = match backend {
            Backend::Sqlite => {
                let file = folder.path().join("test.db");
                if let Some(template) = &template {
                    template.copy_to(&file);
                }
                (format!("sqlite://{}", file.display()), None)
            }
            Backend::Postgres => {
                let options = server()?;
                let name = new_name();
                let like = template.as_ref().map_or("template0", Template::name);
                create_database(&options, &name, like).await;
                (url_of(&options, &name), Some((options, name)))
            }
        };
        Some(Self {
            backend,
            url,
            folder,
            server,
            copies: RefCell::default(),
            template,
        })
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The URL of a copy as of now. Nobody may be connected to the database.
    pub async fn copy(&self) -> String {
        let copy = new_name();
        match &self.server {
            None => {
                let (from, to) = (self.folder.path().join("test.db"), self.folder.path().join(&copy));
                for end in ["", "-wal", "-shm"] {
                    let from = PathBuf::from(format!("{}{end}", from.display()));
                    if from.exists() {
                        std::fs::copy(from, format!("{}{end}", to.display())).unwrap();
                    }
                }
                format!("sqlite://{}", to.display())
            }
            Some((options, name)) => {
                create_database(options, &copy, name).await;
                let url = url_of(options, &copy);
                self.copies.borrow_mut().push(copy);
                url
            }
        }
    }

    pub async fn remove(self) {
        if let Some((options, name)) = self.server {
            let copies = self.copies.take();
            drop_databases(&options, copies.iter().chain([&name])).await;
        }
        if let Some(template) = self.template {
            template.give_back().await;
        }
    }
}

/// The server of PostgreSQL, if there is one.
pub(super) fn server() -> Option<PgConnectOptions> {
    let url = std::env::var("TEST_POSTGRES_URL")
        .ok()
        .filter(|url| !url.is_empty())?;
    let options: PgConnectOptions = url.parse().expect("TEST_POSTGRES_URL is a PostgreSQL URL");
    Some(options.disable_statement_logging())
}

pub(super) fn new_name() -> String {
    format!("customer_profile_test_{}", Uuid::now_v7().simple())
}

pub(super) fn url_of(options: &PgConnectOptions, name: &str) -> String {
    options.clone().database(name).to_url_lossy().to_string()
}

pub(super) async fn create_database(options: &PgConnectOptions, name: &str, template: &str) {
    let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
    run(&mut connect(options).await, &create).await;
}

pub(super) async fn drop_databases(options: &PgConnectOptions, names: impl IntoIterator<Item = &String>) {
    let mut connection = connect(options).await;
    for name in names {
        run(
            &mut connection,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await;
    }
}

async fn connect(options: &PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options)
        .await
        .expect("the server of TEST_POSTGRES_URL answers")
}

async fn run(connection: &mut PgConnection, sql: &str) {
    connection
        .execute(sqlx::AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap();
}

//! A database for each test, gone when the test ends, however it ends.

use std::cell::RefCell;
use std::path::PathBuf;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tempfile::TempDir;
use uuid::Uuid;

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database and a data directory.
pub struct TestDatabase {
    pub backend: Backend,
    pub url: String,
    folder: TempDir,
    server: Option<(PgConnectOptions, String)>,
    copies: RefCell<Vec<String>>,
}

impl TestDatabase {
    /// `None` when the test is for PostgreSQL and `TEST_POSTGRES_URL` names no server.
    pub async fn create(backend: Backend) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        match backend {
            Backend::Sqlite => {
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Some(Self {
                    backend,
                    url,
                    folder,
                    server: None,
                    copies: RefCell::default(),
                })
            }
            Backend::Postgres => {
                let url = std::env::var("TEST_POSTGRES_URL")
                    .ok()
                    .filter(|url| !url.is_empty())?;
                let options: PgConnectOptions = url.parse().expect("TEST_POSTGRES_URL is a PostgreSQL URL");
                let options = options.disable_statement_logging();
                let name = format!("customer_profile_test_{}", Uuid::now_v7().simple());
                let mut connection = connect(&options).await;
                run(
                    &mut connection,
                    &format!("CREATE DATABASE {name} TEMPLATE template0"),
                )
                .await;
                let url = options.clone().database(&name).to_url_lossy().to_string();
                Some(Self {
                    backend,
                    url,
                    folder,
                    server: Some((options, name)),
                    copies: RefCell::default(),
                })
            }
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The URL of a copy as of now. Nobody may be connected to the database.
    pub async fn copy(&self) -> String {
        let copy = format!("customer_profile_test_{}", Uuid::now_v7().simple());
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
                let mut connection = connect(options).await;
                run(
                    &mut connection,
                    &format!("CREATE DATABASE {copy} TEMPLATE {name}"),
                )
                .await;
                let url = options.clone().database(&copy).to_url_lossy().to_string();
                self.copies.borrow_mut().push(copy);
                url
            }
        }
    }

    pub async fn remove(self) {
        if let Some((options, name)) = self.server {
            let mut connection = connect(&options).await;
            for name in self.copies.take() {
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                run(&mut connection, &drop).await;
            }
            run(
                &mut connection,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            )
            .await;
        }
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

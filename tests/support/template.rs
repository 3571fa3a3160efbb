//! Databases with the schema of today and nothing else in them, to be copied for each test.
//!
//! They are made when the first test wants one, and removed when no test is left that has one: a test program has no last
//! word of its own.

use std::path::Path;

use service::db::Target;
use service::migrations;
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::database::{Backend, create_database, drop_databases, new_name, server, url_of};

/// What tests that run now have copied.
static SHARED: Mutex<Shared> = Mutex::const_new(Shared {
    users: 0,
    file: None,
    database: None,
});

struct Shared {
    users: usize,
    /// The file of a database of SQLite.
    file: Option<Vec<u8>>,
    /// The name of a database of PostgreSQL.
    database: Option<String>,
}

/// The right to copy, until it is given back.
pub struct Template(Content);

enum Content {
    File(Vec<u8>),
    Database(String),
}

impl Template {
    /// `None` when there is no server of PostgreSQL.
    pub async fn of(backend: Backend) -> Option<Self> {
        let mut shared = SHARED.lock().await;
        let content = match backend {
            Backend::Sqlite => {
                if shared.file.is_none() {
                    shared.file = Some(new_file().await);
                }
                Content::File(shared.file.clone()?)
            }
            Backend::Postgres => {
                let options = server()?;
                if shared.database.is_none() {
                    let name = new_name();
                    create_database(&options, &name, "template0").await;
                    migrate(&url_of(&options, &name)).await;
                    shared.database = Some(name);
                }
                Content::Database(shared.database.clone()?)
            }
        };
        shared.users += 1;
        Some(Self(content))
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        match &self.0 {
            Content::Database(name) => name,
            Content::File(_) => panic!("a file has no name on a server"),
        }
    }

    pub fn copy_to(&self, path: &Path) {
        match &self.0 {
            Content::File(content) => std::fs::write(path, content).unwrap(),
            Content::Database(_) => panic!("a database of a server is no file"),
        }
    }

    /// Removes the database from the server if nobody else has it.
    pub async fn give_back(self) {
        let mut shared = SHARED.lock().await;
        shared.users -= 1;
        if shared.users == 0
            && let (Some(options), Some(name)) = (server(), shared.database.take())
        {
            drop_databases(&options, [&name]).await;
        }
    }
}

async fn new_file() -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("template.db");
    migrate(&format!("sqlite://{}", path.display())).await;
    std::fs::read(path).unwrap()
}

async fn migrate(url: &str) {
    migrations::up(&Target::parse(url, None).unwrap()).await.unwrap();
}

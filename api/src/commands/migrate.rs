//! `migrate`.

use api::config::{Config, ConfigError};
use clap::Subcommand;
use service::db::{Db, PoolSizes, Target};
use service::input::Secret;
use service::migrations;

use super::Failure;

#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Run all migrations that are missing
    Up,
    /// Undo the last migrations
    Down {
        /// How many
        #[arg(default_value_t = 1)]
        steps: u32,
    },
    /// Show which migrations have run
    Status,
}

/// Brings the schema where it is asked to be, and shows where it is.
pub async fn run(command: Migrate, config: &Config) -> Result<(), Failure> {
    let replica = config.database_read_url.as_ref().map(Secret::expose);
    let target = Target::parse(config.database_url.expose(), replica).map_err(ConfigError::new)?;
    std::fs::create_dir_all(&config.data_dir)?;
    match command {
        Migrate::Up => migrations::up(&target).await?,
        Migrate::Down { steps } => migrations::down(&target, steps).await?,
        Migrate::Status => {}
    }
    let db = Db::open(target, PoolSizes { read: 1, write: 1 });
    for (name, applied) in migrations::status(&db).await? {
        println!("{} {name}", if applied { "applied" } else { "pending" });
    }
    db.close().await;
    Ok(())
}

//! The command line: serves the API, looks after its database, and prints its document.
// The output of the command line; its doc comments are the texts of `--help`.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::doc_markdown)]

mod commands;

use std::path::PathBuf;
use std::process::ExitCode;

use api::config::Settings;
use api::telemetry;
use clap::{Parser, Subcommand};

use crate::commands::admin::Admin;
use crate::commands::audit::Audit;
use crate::commands::events::Events;
use crate::commands::export::ExportCommand;
use crate::commands::import::ImportCommand;
use crate::commands::imports::{Catalogue, Rules};
use crate::commands::keys::Keys;
use crate::commands::migrate::Migrate;
use crate::commands::openapi::OpenapiVersion;
use crate::commands::retention::Retain;
use crate::commands::{
    Failure, admin, audit, backup, data_model, demo, events, export, import, imports, keys, migrate, openapi,
    problems, retention, serve,
};

/// Traveller profiles for travel agencies: customers, passports, loyalty programmes and groups.
#[derive(Debug, Parser)]
#[command(name = "customer-profile", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Serve a small agency with known passwords from a database that is thrown away
    Demo,
    /// Look after the schema of the database
    #[command(subcommand)]
    Migrate(Migrate),
    /// Look after administrators
    #[command(subcommand)]
    Admin(Admin),
    /// Look after the keys that sign access tokens, and those that seal personal data
    #[command(subcommand)]
    Keys(Keys),
    /// Remove data whose time has come
    #[command(subcommand)]
    Retention(Retain),
    /// Look after the audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Look into the feed of changes
    #[command(subcommand)]
    Events(Events),
    /// Look after the loyalty programmes that come with the program
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// Look after the rules of entry that come with the program
    #[command(subcommand)]
    Rules(Rules),
    /// Write all records of a kind into a file, as NDJSON or CSV, while the service runs
    Export(ExportCommand),
    /// Add and change users from a file, NDJSON or CSV, while the service runs
    Import(ImportCommand),
    /// Write an encrypted backup of the SQLite database into a new file, while the service runs
    Backup {
        /// File to write
        file: PathBuf,
    },
    /// Make the SQLite database from a backup; the service must not run, and there must be no database yet
    Restore {
        /// File that `backup` has written
        file: PathBuf,
        /// Only read it, to see whether it is whole and the master key the right one
        #[arg(long)]
        check: bool,
    },
    /// Print what is stored about whom, what for and for how long
    DataModel {
        /// As JSON, for a record of processing activities (GDPR Art. 30)
        #[arg(long)]
        json: bool,
        /// Write it between the marks of this page instead
        #[arg(long, value_name = "FILE", hide = true, conflicts_with = "json")]
        into: Option<PathBuf>,
    },
    /// Print every code that an error can have, where it comes from and what helps, as docs/ERRORS.md
    Problems,
    /// Print the OpenAPI document
    Openapi {
        /// Version of OpenAPI
        #[arg(long, value_name = "VERSION", value_enum, default_value_t = OpenapiVersion::V31)]
        openapi_version: OpenapiVersion,
    },
}

#[actix_web::main]
async fn main() -> ExitCode {
    match Box::pin(run(Cli::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let _log = telemetry::start(cli.settings.log_format, &cli.settings.log_level)?;
    let settings = cli.settings;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&settings.try_into()?).await,
        Command::Demo => demo::run(settings).await,
        Command::Migrate(command) => migrate::run(command, &settings.try_into()?).await,
        Command::Admin(command) => admin::run(command, &settings.try_into()?).await,
        Command::Keys(command) => keys::run(command, &settings.try_into()?).await,
        Command::Retention(command) => retention::run(command, &settings.try_into()?).await,
        Command::Audit(command) => audit::run(command, &settings.try_into()?).await,
        Command::Events(command) => events::run(command, &settings.try_into()?).await,
        Command::Catalogue(command) => imports::catalogue(command, &settings.try_into()?).await,
        Command::Rules(command) => imports::rules(command, &settings.try_into()?).await,
        Command::Export(command) => export::run(command, &settings.try_into()?).await,
        Command::Import(command) => import::run(command, &settings.try_into()?).await,
        Command::Backup { file } => backup::run(&settings.try_into()?, &file).await,
        Command::Restore { file, check } => backup::run_restore(&settings.try_into()?, &file, check).await,
        Command::DataModel { json, into } => data_model::run(json, into.as_deref()),
        Command::Problems => {
            problems::run();
            Ok(())
        }
        Command::Openapi { openapi_version } => openapi::run(openapi_version),
    }
}

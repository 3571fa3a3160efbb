//! The command line: serves the API, migrates its database, and prints its document.
#![allow(clippy::print_stdout, clippy::print_stderr)] // This is the command line's output.

use std::process::ExitCode;

use api::app::Application;
use api::config::{Config, Settings};
use api::{openapi, telemetry};
use clap::{Parser, Subcommand, ValueEnum};

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
    /// Print the OpenAPI document
    Openapi {
        /// Version of OpenAPI
        #[arg(long, value_name = "VERSION", value_enum, default_value_t = OpenapiVersion::V31)]
        openapi_version: OpenapiVersion,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OpenapiVersion {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
}

type Failure = Box<dyn std::error::Error>;

#[actix_web::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(cli.settings).await,
        Command::Openapi { openapi_version } => print_document(openapi_version),
    }
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    telemetry::start(settings.log_format, &settings.log_level)?;
    let application = Application::build(&Config::try_from(settings)?).await?;
    println!(
        "Listening on http://{addr}, documentation at http://{addr}/docs/",
        addr = application.addr()
    );
    tracing::info!(addr = %application.addr(), "listening");
    Ok(application.run().await?)
}

fn print_document(version: OpenapiVersion) -> Result<(), Failure> {
    let document = match version {
        OpenapiVersion::V30 => openapi::openapi_30(),
        OpenapiVersion::V31 => openapi::openapi_31(),
    };
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

//! Measures the server under load, over either database. See README.md beside this file.

mod client;
mod fill;
mod load;
mod pgbench;
mod random;
mod report;
mod scenarios;
mod server;
mod storm;

use std::error::Error as StdError;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, ValueEnum as _};
use service::db::{Db, Target};

use crate::load::Load;
use crate::report::Report;
use crate::scenarios::{Admin, Material, Scenario};
use crate::server::Server;

/// Fills a database with customers, puts the server under load, and reports requests per second and latencies.
#[derive(Debug, Parser)]
#[command(name = "bench", max_term_width = 110)]
struct Args {
    /// Database to fill and measure: `sqlite://<file>` or `postgres://…`; it must be empty or from an earlier run
    /// [default: an `SQLite` file that is thrown away]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Customers that the database is filled up to
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    customers: usize,
    /// Connections to the server
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = at_least_one)]
    connections: usize,
    /// Threads that send requests
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = at_least_one)]
    threads: usize,
    /// How long each scenario is measured
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Scenarios to run, in this order [default: all]
    #[arg(long, value_name = "NAME", value_enum, value_delimiter = ',')]
    scenario: Vec<Scenario>,
    /// Server that runs already, as `http://host:port` [default: start one]
    #[arg(long, value_name = "URL")]
    server_url: Option<String>,
    /// Administrator of the server
    #[arg(long, value_name = "EMAIL", default_value = "bench@agency.example")]
    admin_email: String,
    /// Password of the administrator
    #[arg(long, value_name = "PASSWORD", default_value = "seven-scenarios-under-load")]
    admin_password: String,
    /// Compare GET /v1/users/{id} with pgbench over the same statements; PostgreSQL only
    #[arg(long, requires = "database")]
    pgbench: bool,
    /// Rounds of the comparison with pgbench
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = at_least_one)]
    rounds: usize,
    /// Instead of the scenarios: 500 sign in at once for so long, while others read
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["scenario", "pgbench"], value_parser = clap::value_parser!(u64).range(5..))]
    storm: Option<u64>,
    /// Threads of pgbench; 1 is its own default
    #[arg(long, value_name = "N", default_value_t = 1)]
    pgbench_jobs: usize,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| "a whole number from 1 on is wanted".to_owned())
}

type Result<T, E = Box<dyn StdError + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    let folder = std::env::temp_dir().join(format!("customer-profile-bench-{}", std::process::id()));
    let result = match std::fs::create_dir_all(&folder) {
        Ok(()) => run(args, &folder).await,
        Err(error) => Err(error.into()),
    };
    // What is left behind is only a temporary folder.
    let _ = std::fs::remove_dir_all(&folder);
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(errors) => {
            report::progress(&format!(
                "{errors} requests failed; the figures are not worth much."
            ));
            ExitCode::FAILURE
        }
        Err(error) => {
            report::progress(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Answers how many requests failed.
async fn run(args: Args, folder: &Path) -> Result<u64> {
    let url = match (&args.database, &args.server_url) {
        (Some(url), _) => Some(url.clone()),
        (None, Some(_)) => None,
        (None, None) => Some(format!("sqlite://{}/bench.db", folder.display())),
    };
    let db = url.as_deref().map(fill::open).transpose()?;
    let (server, addr) = match (&args.server_url, &url) {
        (None, Some(url)) => {
            let server = Server::start(url, folder, (&args.admin_email, &args.admin_password))?;
            let addr = server.addr();
            (Some(server), addr)
        }
        (server_url, _) => (None, address(server_url.as_deref().unwrap_or_default())?),
    };
    if let Some(db) = &db {
        report::progress(&format!(
            "Filling the database up to {} customers …",
            args.customers
        ));
        fill::fill(db, args.customers).await?;
    }
    let admin = Admin {
        email: args.admin_email.clone(),
        password: args.admin_password.clone(),
    };
    let material = Arc::new(Material::gather(addr, admin).await?);
    if let Some(seconds) = args.storm {
        let figures = storm::run(&material, server.as_ref().map(Server::pid), seconds).await?;
        report::figures(&figures);
        return Ok(0);
    }
    let load = Load {
        connections: args.connections,
        threads: args.threads.min(args.connections),
        measured: Duration::from_secs(args.seconds),
        warm_up: Duration::from_secs(args.seconds.div_ceil(5).min(3)),
    };
    let mut report = Report {
        database: match db.as_ref().map(Db::target) {
            Some(Target::Sqlite(_)) => "sqlite",
            Some(Target::Postgres { .. }) => "postgres",
            None => "unknown",
        },
        customers: material.ids.len(),
        connections: load.connections,
        seconds: args.seconds,
        scenarios: Vec::new(),
        pgbench: None,
    };
    report::head();
    let scenarios = if args.scenario.is_empty() {
        Scenario::value_variants()
    } else {
        &args.scenario
    };
    for &scenario in scenarios {
        let last = match &db {
            Some(db) if scenario.writes() => fill::last_user(db).await?,
            _ => None,
        };
        let measured = load::run(scenario, load, &material)?;
        report::line(&measured);
        report.scenarios.push(measured);
        if let (Some(db), Some(last)) = (&db, last) {
            fill::forget_after(db, last).await?;
        }
    }
    if args.pgbench
        && let (Some(db), Some(url)) = (&db, &url)
    {
        if report.database != "postgres" {
            return Err("--pgbench goes with PostgreSQL only; name it in --database.".into());
        }
        report.pgbench =
            Some(pgbench::compare(db, url, folder, (args.rounds, args.pgbench_jobs), load, &material).await?);
    }
    report.print();
    drop(server);
    Ok(report.errors())
}

fn address(url: &str) -> Result<SocketAddr> {
    url.trim_end_matches('/')
        .strip_prefix("http://")
        .and_then(|host| host.to_socket_addrs().ok()?.next())
        .ok_or_else(|| "--server-url must be http://host:port.".into())
}

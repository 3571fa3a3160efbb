//! The command line: serves the API, looks after its database, and prints its document.
// The output of the command line; its doc comments are the texts of `--help`.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::doc_markdown)]

mod data_keys;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actix_web::dev::ServerHandle;
use api::app::Application;
use api::config::{Config, ConfigError, Settings};
use api::{backup, demo, openapi, telemetry};
use clap::{Parser, Subcommand, ValueEnum};
use service::Core;
use service::audit;
use service::auth::{self, FirstAdmin, signing_keys};
use service::backup::{Refused, Stop};
use service::db::{Db, PoolSizes, Target};
use service::input::Secret;
use service::policy::Permit;
use service::privacy::retention::{self, Rule};
use service::{data_model, loyalty_catalogue, migrations};

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
    /// Look after the loyalty programmes that come with the program
    #[command(subcommand)]
    Catalogue(Catalogue),
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
    /// Print the OpenAPI document
    Openapi {
        /// Version of OpenAPI
        #[arg(long, value_name = "VERSION", value_enum, default_value_t = OpenapiVersion::V31)]
        openapi_version: OpenapiVersion,
    },
}

#[derive(Debug, Subcommand)]
enum Migrate {
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

#[derive(Debug, Subcommand)]
enum Admin {
    /// Add an administrator, with ADMIN_PASSWORD or a random password, which is printed
    Create {
        /// E-mail address to sign in with
        email: String,
    },
    /// Remove the second factor of somebody who has lost it, and end that user's sessions
    ResetSecondFactor {
        /// E-mail address of the user
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum Keys {
    /// Let the next key sign and make a new next one; servers that run hear of it within seconds
    Rotate {
        /// Throw all keys away, because one was stolen or the master key is lost: ends every access token at once
        #[arg(long)]
        compromised: bool,
        /// Instead, make a new key for personal data, and wrap the data keys of all customers under it; goes on where an
        /// earlier run was stopped
        #[arg(long, conflicts_with = "compromised")]
        data: bool,
    },
    /// Show which keys there are
    List,
    /// Remove a key for personal data from the keyring, once nothing is wrapped under it
    Retire {
        /// Its name, as `keys list` shows it
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum Retain {
    /// Run the rules that are set by RETAIN_…_DAYS, as the server does once a day
    Run {
        /// Show what is due, and leave it
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Check that no entry was changed, removed, inserted or moved; names the first one that was
    Verify,
}

#[derive(Debug, Subcommand)]
enum Catalogue {
    /// Add the programmes that are missing and renew those that nobody has edited; nothing is removed
    Import {
        /// Only show what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OpenapiVersion {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
}

/// How often a long command says how far it is.
const PROGRESS_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

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
    let _log = telemetry::start(cli.settings.log_format, &cli.settings.log_level)?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(&cli.settings.try_into()?).await,
        Command::Demo => serve_demo(cli.settings).await,
        Command::Migrate(command) => migrate(command, &cli.settings.try_into()?).await,
        Command::Admin(Admin::Create { email }) => create_admin(&email, &cli.settings.try_into()?).await,
        Command::Admin(Admin::ResetSecondFactor { email }) => {
            reset_second_factor(&email, &cli.settings.try_into()?).await
        }
        Command::Keys(Keys::Rotate { data: true, .. }) => data_keys::rotate(&cli.settings.try_into()?).await,
        Command::Keys(Keys::Retire { id }) => data_keys::retire(&id, &cli.settings.try_into()?).await,
        Command::Keys(Keys::Rotate { compromised, .. }) => {
            rotate_keys(compromised, &cli.settings.try_into()?).await
        }
        Command::Keys(Keys::List) => list_keys(&cli.settings.try_into()?).await,
        Command::Retention(Retain::Run { dry_run }) => retain(dry_run, &cli.settings.try_into()?).await,
        Command::Audit(Audit::Verify) => verify_audit(&cli.settings.try_into()?).await,
        Command::Catalogue(Catalogue::Import { dry_run }) => {
            import_catalogue(dry_run, &cli.settings.try_into()?).await
        }
        Command::Backup { file } => {
            let (config, stop) = (cli.settings.try_into()?, Stop::default());
            unless_stopped(backup::create(&config, &file, &stop), &stop).await
        }
        Command::Restore { file, check } => {
            let (config, stop) = (cli.settings.try_into()?, Stop::default());
            if check {
                unless_stopped(backup::check(&config, &file, &stop), &stop).await
            } else {
                unless_stopped(backup::restore(&config, &file, &stop), &stop).await
            }
        }
        Command::DataModel { json: true, .. } => {
            println!(
                "{}",
                serde_json::to_string_pretty(&data_model::record_of_processing())?
            );
            Ok(())
        }
        Command::DataModel { into: Some(page), .. } => renew(&page),
        Command::DataModel { .. } => {
            print!("{}", data_model::columns());
            Ok(())
        }
        Command::Openapi { openapi_version } => print_document(openapi_version),
    }
}

async fn serve(config: &Config) -> Result<(), Failure> {
    let application = Application::build(config).await?;
    let addr = application.addr();
    println!("Customer Profile API on http://{addr}, documentation at http://{addr}/docs/");
    match application.first_admin() {
        FirstAdmin::NotNeeded => {}
        FirstAdmin::Made => println!("First administrator: {}", config.admin_email),
        FirstAdmin::PasswordIn(file) => {
            println!(
                "First administrator: {}, password in {}",
                config.admin_email,
                file.display()
            );
        }
    }
    tell_outbox(&application);
    run_until_stopped(application).await
}

/// Where to look for mail that is not sent.
fn tell_outbox(application: &Application) {
    if let Some(folder) = application.core().mail.outbox() {
        println!("Mail is written to {}", folder.display());
    }
}

async fn serve_demo(settings: Settings) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("customer-profile-demo-{}", uuid::Uuid::now_v7()));
    let config = Config::demo(settings, folder.clone())?;
    let result = serve_demo_from(config).await;
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => result.and(Err(error.into())),
        _ => result,
    }
}

async fn serve_demo_from(config: Config) -> Result<(), Failure> {
    demo::fill(&config).await?;
    let application = Application::build(&config).await?;
    let addr = application.addr();
    println!("Demonstration on http://{addr}; everything in it is gone when it stops.");
    println!("  Documentation: http://{addr}/docs/");
    for (role, email) in [
        ("administrator", demo::ADMIN),
        ("agent", demo::AGENT),
        ("customer", demo::CUSTOMER),
    ] {
        println!("  Sign in as {role:<13} {email:<30} {}", demo::PASSWORD);
    }
    println!(
        "  Connect the booking tool      {} {}",
        demo::CLIENT,
        demo::CLIENT_SECRET
    );
    tell_outbox(&application);
    run_until_stopped(application).await
}

async fn run_until_stopped(application: Application) -> Result<(), Failure> {
    tracing::info!(addr = %application.addr(), "listening");
    actix_web::rt::spawn(stop_on_signal(application.handle()));
    Ok(application.run().await?)
}

/// Stops the server gracefully when the terminal or the supervisor asks for it.
async fn stop_on_signal(server: ServerHandle) {
    signal().await;
    tracing::info!("stopping: requests under way are finished");
    server.stop(true).await;
}

/// Lets the work tidy up when the terminal or the supervisor asks the program to stop.
async fn unless_stopped(work: impl Future<Output = Result<(), Refused>>, stop: &Stop) -> Result<(), Failure> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        // Listening comes first: what has begun is not to be killed.
        biased;
        () = signal() => stop.now(),
        done = &mut work => return Ok(done?),
    }
    Ok(work.await?)
}

/// Waits until the terminal or the supervisor asks the program to stop.
async fn signal() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn migrate(command: Migrate, config: &Config) -> Result<(), Failure> {
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

async fn create_admin(email: &str, config: &Config) -> Result<(), Failure> {
    // No server, no address: what the options need of it is the issuer of tokens, of which none are made here.
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    if let Some(password) = &config.admin_password {
        auth::create_admin(&core, email, password.expose()).await?;
        println!("Administrator added: {email}");
    } else {
        let password = auth::random_password().ok_or("The system gives no random numbers.")?;
        auth::create_admin(&core, email, &password).await?;
        println!("Administrator added: {email}, password: {password}");
    }
    core.close().await;
    Ok(())
}

async fn rotate_keys(compromised: bool, config: &Config) -> Result<(), Failure> {
    let options = config.options(([127, 0, 0, 1], 0).into());
    if compromised {
        Core::replace_signing_keys(options).await?;
        println!(
            "All signing keys are new. Access tokens have ended; sessions go on with their refresh tokens."
        );
        return Ok(());
    }
    let core = Core::open(options).await?;
    let rotated = signing_keys::rotate(&core).await?;
    println!("{} signs from here on.", rotated.current);
    if rotated.in_a_hurry {
        println!(
            "It was published only a moment ago: who verifies tokens by /.well-known/jwks.json may have to fetch it again."
        );
    }
    core.close().await;
    Ok(())
}

async fn list_keys(config: &Config) -> Result<(), Failure> {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    for key in core.tokens.published_keys() {
        println!("{:<8} {}", key.state, key.kid);
    }
    data_keys::list(&core).await?;
    core.close().await;
    Ok(())
}

async fn reset_second_factor(email: &str, config: &Config) -> Result<(), Failure> {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    auth::second_factor::reset_of(&core, email).await?;
    println!("Second factor removed: {email}");
    core.close().await;
    Ok(())
}

async fn retain(dry_run: bool, config: &Config) -> Result<(), Failure> {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    let reports = retention::run(&core, dry_run).await?;
    for rule in Rule::ALL {
        let Some(report) = reports.iter().find(|report| report.rule == rule) else {
            println!("{}: kept ({} is 0)", rule.what(), rule.setting());
            continue;
        };
        let done = if dry_run { "would be removed" } else { "removed" };
        println!(
            "{}: {} {done} ({}={})",
            rule.what(),
            report.ids.len(),
            rule.setting(),
            report.days
        );
        for id in &report.ids {
            println!("  {id}");
        }
    }
    core.close().await;
    Ok(())
}

async fn verify_audit(config: &Config) -> Result<(), Failure> {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    let mut shown = std::time::Instant::now();
    let verified = audit::verify::verify(&core, |entries| {
        // On the way, and not among what a script reads.
        if shown.elapsed() >= PROGRESS_EVERY {
            shown = std::time::Instant::now();
            eprintln!("{entries} entries so far");
        }
    })
    .await;
    let public_key = core.audit.public_key();
    core.close().await;
    match verified? {
        Ok(audit::verify::Verified { entries, waiting }) => {
            println!("{entries} entries verified, {waiting} waiting to be chained");
            println!("Checkpoints are signed with the Ed25519 key {public_key}");
            Ok(())
        }
        Err(fault) => Err(fault.to_string().into()),
    }
}

async fn import_catalogue(dry_run: bool, config: &Config) -> Result<(), Failure> {
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    let done = loyalty_catalogue::import(&core, &Permit::system(), dry_run).await?;
    for (what, labels) in [("added", &done.added), ("updated", &done.updated)] {
        for label in labels {
            println!("{what:<8} {label}");
        }
    }
    for (label, why) in &done.kept {
        println!("{:<8} {label} ({})", "kept", why.as_str());
    }
    println!(
        "Catalogue {}: {} added, {} updated, {} kept, {} unchanged.{}",
        loyalty_catalogue::version(),
        done.added.len(),
        done.updated.len(),
        done.kept.len(),
        done.unchanged,
        if dry_run { " Nothing was written." } else { "" }
    );
    core.close().await;
    Ok(())
}

/// Writes the generated parts of docs/DATA-MODEL.md anew.
fn renew(page: &Path) -> Result<(), Failure> {
    let renewed = data_model::renewed(&std::fs::read_to_string(page)?)?;
    Ok(std::fs::write(page, renewed)?)
}

fn print_document(version: OpenapiVersion) -> Result<(), Failure> {
    let document = match version {
        OpenapiVersion::V30 => openapi::openapi_30(),
        OpenapiVersion::V31 => openapi::openapi_31(),
    };
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

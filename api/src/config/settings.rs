//! What can be set, as `--help` shows it.

use std::path::PathBuf;

use clap::builder::ArgAction;
use clap::{Args, ValueEnum};
use service::alerts::Thresholds;
use service::core::{Registration, SecondFactor};
use service::input::Secret;

/// The settings as they were given. The texts are those of `--help`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
#[allow(clippy::doc_markdown)]
pub struct Settings {
    /// Database: sqlite://<file> or postgres://user:password@host/database [default: sqlite://<DATA_DIR>/customer-profile.db]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub database_url: Option<Secret>,
    /// Read replica of a PostgreSQL database, for reads that may be a moment old
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub database_read_url: Option<Secret>,
    /// Directory of the SQLite database and the keys
    #[arg(long, env, global = true, value_name = "DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// Address to listen on; port 0 picks a free one
    #[arg(
        long,
        env,
        global = true,
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub listen_addr: String,
    /// Address to serve metrics on, at /metrics, such as 127.0.0.1:9464; without it there are none. Never one that callers
    /// reach
    #[arg(long, env, global = true, value_name = "HOST:PORT")]
    pub metrics_addr: Option<String>,
    /// Address under which callers reach the service: issuer of tokens, base of links [default: http://<LISTEN_ADDR>]
    #[arg(long, env, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// E-mail address of the first administrator, made when the database has no users
    #[arg(
        long,
        env,
        global = true,
        value_name = "EMAIL",
        default_value = "admin@agency.example"
    )]
    pub admin_email: String,
    /// Password of the first administrator [default: random, written to <DATA_DIR>/initial-admin-password]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "PASSWORD", value_parser = secret)]
    pub admin_password: Option<Secret>,
    /// Key that protects the stored keys [default: a file in DATA_DIR]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "KEY", value_parser = secret)]
    pub master_key: Option<Secret>,
    /// Keys that seal personal data, as JSON, for several processes that share a database [default: a file in DATA_DIR]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "JSON", value_parser = secret)]
    pub keyring: Option<Secret>,
    /// Mail server: smtps://user:password@host or smtp://user:password@host:587?tls=required [default: mail is written to <DATA_DIR>/outbox]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub smtp_url: Option<Secret>,
    /// Sender of mail, an address or Name <address> [default: no-reply@<host of PUBLIC_URL>]
    #[arg(long, env, global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Who may register: open, verify_email or closed
    #[arg(long, env, global = true, value_name = "MODE", default_value = "open")]
    pub registration: Registration,
    /// Life of an access token in seconds
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 600,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub access_token_ttl: u64,
    /// Life of a refresh token in seconds: a session that is not used for so long is over
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 1_209_600,
        value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub refresh_token_ttl: u64,
    /// Life of a session in seconds, however much it is used
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 7_776_000,
        value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub session_ttl: u64,
    /// Who has to sign in with a second factor: optional (whoever has set one up) or staff (agents and administrators)
    #[arg(long, env, global = true, value_name = "WHO", default_value = "optional")]
    pub second_factor: SecondFactor,
    /// Failed tries to sign in that one network address has for a minute; 0 means no limit
    #[arg(long, env, global = true, value_name = "N", default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub failed_sign_ins_per_address: u32,
    /// Numbers of documents of others that one member of staff or machine client may see within an hour; 0 means no limit
    #[arg(long, env, global = true, value_name = "N", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub reveals_per_hour: u32,
    /// Requests that one caller may send within a minute: a person, a machine client, or a network of nobody who is signed in; 0 means no limit
    #[arg(long, env, global = true, value_name = "N", default_value_t = 6000,
        value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    pub requests_per_minute: u32,
    /// How many days before a travel document, a traveller number or a membership runs out it is told of; several with commas between them
    #[arg(long, env, global = true, value_name = "DAYS", default_value = "180,90,30")]
    pub alert_days: Thresholds,
    /// How long in seconds a request that is sent again under its Idempotency-Key gets the answer of the first
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 86_400,
        value_parser = clap::value_parser!(u64).range(1..=2_592_000))]
    pub idempotency_ttl: u64,
    /// How long in seconds an export may take; for so long the database keeps what has changed since it began
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 900,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub export_timeout: u64,
    /// Exports that may run at once; each has a connection to the database of its own
    #[arg(long, env, global = true, value_name = "N", default_value_t = 2,
        value_parser = clap::value_parser!(u32).range(1..=64))]
    pub exports_at_once: u32,
    /// Reverse proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8,fd00::/8 [default: none]
    #[arg(long, env, global = true, value_name = "NETWORKS")]
    pub trusted_proxies: Option<String>,
    /// Origins whose pages may call the API from a browser, such as https://desk.agency.example, with commas between them [default: none]
    #[arg(long, env, global = true, value_name = "ORIGINS")]
    pub cors_origins: Option<String>,
    /// Most members of a group; airlines sell at most nine seats in one booking
    #[arg(long, env, global = true, value_name = "N", default_value_t = 9,
        value_parser = clap::value_parser!(u64).range(2..=99))]
    pub max_group_members: u64,
    /// Accept the code UTO (Utopia) of specimen passports
    #[arg(long, env, global = true, value_name = "BOOL", default_value_t = false, action = ArgAction::Set,
        num_args = 0..=1, default_missing_value = "true")]
    pub allow_specimen: bool,
    /// Remove passports so many days after they have expired; 0 keeps them
    #[arg(long, env, global = true, value_name = "DAYS", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_expired_passports_days: u32,
    /// Remove visas, identity cards and traveller numbers so many days after they have expired; 0 keeps them
    #[arg(long, env, global = true, value_name = "DAYS", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_expired_documents_days: u32,
    /// Erase customers with whom nothing has happened for so many days; 0 keeps them
    #[arg(long, env, global = true, value_name = "DAYS", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_dormant_customers_days: u32,
    /// Remove sessions so many days after they were ended; 0 keeps them as long as they could have lasted
    #[arg(long, env, global = true, value_name = "DAYS", default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_ended_sessions_days: u32,
    /// Remove events of the feed of changes after so many days; who has not read them by then makes a new copy of everything; 0 keeps them
    #[arg(long, env, global = true, value_name = "DAYS", default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_events_days: u32,
    /// How long in seconds a reader of the feed of changes may wait for the next event
    #[arg(long, env, global = true, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(0..=30))]
    pub events_max_wait: u64,
    /// Send webhooks to this very machine too, also by http: for trying them out, and for tests
    #[arg(long, env, global = true, value_name = "BOOL", default_value_t = false, action = ArgAction::Set,
        num_args = 0..=1, default_missing_value = "true")]
    pub webhooks_to_loopback: bool,
    /// Threads that answer requests [default: one per core]
    #[arg(long, env, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Threads that hash passwords [default: half the cores]
    #[arg(long, env, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hash_threads: Option<u16>,
    /// Connections for reading: per worker on PostgreSQL [default: 4], in all on SQLite [default: 8]
    #[arg(long, env, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub read_connections: Option<u32>,
    /// Connections for writing, per worker; PostgreSQL only [default: 2]
    #[arg(long, env, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub write_connections: Option<u32>,
    /// Most bytes of a request's body
    #[arg(long, env, global = true, value_name = "BYTES", default_value_t = 262_144,
        value_parser = clap::value_parser!(u32).range(1024..=16_777_216))]
    pub max_body_bytes: u32,
    /// Most bytes of a file that is imported
    #[arg(long, env, global = true, value_name = "BYTES", default_value_t = 1_073_741_824,
        value_parser = clap::value_parser!(u64).range(1024..=1_099_511_627_776))]
    pub max_import_bytes: u64,
    /// Form of the log
    #[arg(long, env, global = true, value_name = "FORM", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Level of the log (error, warn, info, debug, trace), or a filter such as info,access=off
    #[arg(long, env, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

#[allow(clippy::unnecessary_wraps)] // The signature of a clap value parser.
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

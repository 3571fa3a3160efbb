//! Every setting: a flag and an environment variable, checked together before anything starts.

mod settings;

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::http::Uri;
use ipnet::IpNet;
use service::alerts::Thresholds;
use service::core::{Options, Registration, SecondFactor};
use service::db::Target;
use service::input::Secret;
use service::mail::Smtp;
use service::privacy::retention::Retention;

pub use self::settings::{LogFormat, Settings};
use crate::cors;

/// Settings that contradict each other. Displays as a sentence that says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// A sentence that says what to do.
    pub const fn new(sentence: String) -> Self {
        Self(sentence)
    }
}

/// The settings, checked and with all defaults filled in.
#[derive(Debug, Clone)]
pub struct Config {
    /// Database, with its password.
    pub database_url: Secret,
    /// Read replica, with its password.
    pub database_read_url: Option<Secret>,
    /// Directory of the database and the keys.
    pub data_dir: PathBuf,
    /// Host and port to listen on.
    pub listen_addr: String,
    /// Host and port to serve metrics on.
    pub metrics_addr: Option<String>,
    /// Address under which callers reach the service; if not set, it follows from the port.
    pub public_url: Option<String>,
    /// E-mail address of the first administrator.
    pub admin_email: String,
    /// Password of the first administrator.
    pub admin_password: Option<Secret>,
    /// Key that protects the stored keys.
    pub master_key: Option<Secret>,
    /// Keys that seal personal data.
    pub keyring: Option<Secret>,
    /// Mail server, with its password.
    pub smtp_url: Option<Secret>,
    /// Sender of mail.
    pub mail_from: Option<String>,
    /// Who may register.
    pub registration: Registration,
    /// Life of an access token.
    pub access_token_ttl: Duration,
    /// Life of a refresh token.
    pub refresh_token_ttl: Duration,
    /// Life of a session.
    pub session_ttl: Duration,
    /// Who has to sign in with a second factor.
    pub second_factor: SecondFactor,
    /// Failed tries to sign in that one network address has for a minute; 0 means no limit.
    pub failed_sign_ins_per_address: u32,
    /// Numbers of documents of others that one may see within an hour; 0 means no limit.
    pub reveals_per_hour: u32,
    /// Requests that one caller may send within a minute; 0 means no limit.
    pub requests_per_minute: u32,
    /// How long before something runs out somebody is told.
    pub alert_days: Thresholds,
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Vec<String>,
    /// How long a request that is sent again gets the answer of the first.
    pub idempotency_ttl: Duration,
    /// How long an export may take.
    pub export_timeout: Duration,
    /// Exports that may run at once.
    pub exports_at_once: u32,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Most members of a group.
    pub max_group_members: u64,
    /// Whether specimen passports are accepted.
    pub allow_specimen: bool,
    /// How long a reader of the feed of changes may wait for the next event.
    pub events_max_wait: Duration,
    /// Whether webhooks may go to this very machine.
    pub webhooks_to_loopback: bool,
    /// How long what is kept.
    pub retention: Retention,
    /// Threads that answer requests.
    pub workers: usize,
    /// Threads that hash passwords.
    pub hash_threads: usize,
    /// Connections for reading.
    pub read_connections: u32,
    /// Connections for writing.
    pub write_connections: u32,
    /// Most bytes of a request's body.
    pub max_body_bytes: usize,
    /// Most bytes of a file that is imported.
    pub max_import_bytes: u64,
}

impl TryFrom<Settings> for Config {
    type Error = ConfigError;

    fn try_from(settings: Settings) -> Result<Self, ConfigError> {
        let database_url = given(settings.database_url).unwrap_or_else(|| {
            Secret::new(format!(
                "sqlite://{}/customer-profile.db",
                settings.data_dir.display()
            ))
        });
        let database_read_url = given(settings.database_read_url);
        let database = Target::parse(
            database_url.expose(),
            database_read_url.as_ref().map(Secret::expose),
        )
        .map_err(ConfigError)?;
        let write_connections = write_connections(&database, settings.write_connections)?;
        let smtp_url = given(settings.smtp_url);
        if let Some(url) = &smtp_url {
            Smtp::parse(url.expose()).map_err(ConfigError)?;
        }
        let mail_from = settings.mail_from.filter(|from| !from.is_empty());
        if let Some(from) = &mail_from {
            service::mail::sender(from).map_err(ConfigError)?;
        }
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Self {
            database_url,
            database_read_url,
            data_dir: settings.data_dir,
            listen_addr: settings.listen_addr,
            metrics_addr: settings.metrics_addr.filter(|addr| !addr.is_empty()),
            public_url: settings
                .public_url
                .filter(|url| !url.is_empty())
                .map(|url| public_url(&url))
                .transpose()?,
            admin_email: settings.admin_email,
            admin_password: given(settings.admin_password),
            master_key: given(settings.master_key),
            keyring: given(settings.keyring),
            smtp_url,
            mail_from,
            registration: settings.registration,
            access_token_ttl: Duration::from_secs(settings.access_token_ttl),
            refresh_token_ttl: Duration::from_secs(settings.refresh_token_ttl),
            session_ttl: Duration::from_secs(settings.session_ttl),
            second_factor: settings.second_factor,
            failed_sign_ins_per_address: settings.failed_sign_ins_per_address,
            reveals_per_hour: settings.reveals_per_hour,
            requests_per_minute: settings.requests_per_minute,
            alert_days: settings.alert_days,
            cors_origins: cors::origins(settings.cors_origins.as_deref().unwrap_or_default())
                .map_err(ConfigError)?,
            idempotency_ttl: Duration::from_secs(settings.idempotency_ttl),
            export_timeout: Duration::from_secs(settings.export_timeout),
            exports_at_once: settings.exports_at_once,
            trusted_proxies: trusted_proxies(settings.trusted_proxies.as_deref().unwrap_or_default())?,
            max_group_members: settings.max_group_members,
            allow_specimen: settings.allow_specimen,
            events_max_wait: Duration::from_secs(settings.events_max_wait),
            webhooks_to_loopback: settings.webhooks_to_loopback,
            retention: Retention {
                events: settings.retain_events_days,
                expired_passports: settings.retain_expired_passports_days,
                expired_documents: settings.retain_expired_documents_days,
                dormant_customers: settings.retain_dormant_customers_days,
                ended_sessions: settings.retain_ended_sessions_days,
            },
            workers: settings.workers.map_or(cores, usize::from),
            hash_threads: settings.hash_threads.map_or((cores / 2).max(1), usize::from),
            read_connections: settings.read_connections.unwrap_or(match database {
                Target::Sqlite(_) => 8,
                Target::Postgres { .. } => 4,
            }),
            write_connections,
            max_body_bytes: settings.max_body_bytes as usize,
            max_import_bytes: settings.max_import_bytes,
        })
    }
}

impl Config {
    /// The settings of the demonstration, which keeps everything in `folder`.
    ///
    /// # Errors
    /// When settings that count for it contradict each other.
    pub fn demo(settings: Settings, folder: PathBuf) -> Result<Self, ConfigError> {
        let is_loopback =
            |mut addrs: std::vec::IntoIter<SocketAddr>| addrs.all(|addr| addr.ip().is_loopback());
        if !settings.listen_addr.to_socket_addrs().is_ok_and(is_loopback) {
            return Err(ConfigError(
                "The demonstration has known passwords; let it listen on 127.0.0.1 alone (LISTEN_ADDR)."
                    .to_owned(),
            ));
        }
        Self::try_from(Settings {
            database_url: None,
            database_read_url: None,
            data_dir: folder,
            smtp_url: None,
            registration: Registration::Open,
            allow_specimen: true,
            webhooks_to_loopback: true,
            read_connections: None,
            write_connections: None,
            ..settings
        })
    }

    /// What the business rules need to start; `addr` is where the service listens.
    pub fn options(&self, addr: SocketAddr) -> Options {
        let expose = |secret: &Secret| secret.expose().to_owned();
        Options {
            database_url: expose(&self.database_url),
            database_read_url: self.database_read_url.as_ref().map(expose),
            data_dir: self.data_dir.clone(),
            master_key: self.master_key.as_ref().map(expose),
            keyring: self.keyring.as_ref().map(expose),
            public_url: self
                .public_url
                .clone()
                .unwrap_or_else(|| format!("http://{addr}")),
            smtp_url: self.smtp_url.as_ref().map(expose),
            mail_from: self.mail_from.clone(),
            registration: self.registration,
            access_token_ttl: self.access_token_ttl,
            refresh_token_ttl: self.refresh_token_ttl,
            session_ttl: self.session_ttl,
            second_factor: self.second_factor,
            failed_sign_ins_per_address: self.failed_sign_ins_per_address,
            reveals_per_hour: self.reveals_per_hour,
            alert_days: self.alert_days.clone(),
            idempotency_ttl: self.idempotency_ttl,
            export_timeout: self.export_timeout,
            exports_at_once: self.exports_at_once,
            events_max_wait: self.events_max_wait,
            webhooks_to_loopback: self.webhooks_to_loopback,
            max_group_members: self.max_group_members,
            allow_specimen: self.allow_specimen,
            retention: self.retention,
            hash_threads: self.hash_threads,
            read_connections: self.read_connections,
            write_connections: self.write_connections,
        }
    }
}

/// Networks in CIDR notation (RFC 4632, RFC 4291 §2.3), or single addresses, with commas between them.
fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, ConfigError> {
    let network = |text: &str| {
        let address = || text.parse::<std::net::IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| address()).map_err(|_| {
            ConfigError(
                "TRUSTED_PROXIES must be networks with commas between them, such as 10.0.0.0/8,fd00::/8, or single \
                 addresses."
                    .to_owned(),
            )
        })
    };
    text.split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(network)
        .collect()
}

/// SQLite has one writer; asking for more is a misunderstanding.
fn write_connections(database: &Target, wanted: Option<u32>) -> Result<u32, ConfigError> {
    match (database, wanted) {
        (Target::Postgres { .. }, wanted) => Ok(wanted.unwrap_or(2)),
        (Target::Sqlite(_), None | Some(1)) => Ok(1),
        (Target::Sqlite(_), Some(_)) => Err(ConfigError(
            "SQLite has one writer; remove WRITE_CONNECTIONS, or use PostgreSQL in DATABASE_URL.".to_owned(),
        )),
    }
}

/// An http or https address without query, and without the slash at its end.
fn public_url(text: &str) -> Result<String, ConfigError> {
    let url: Option<Uri> = text.parse().ok();
    let is_good = url.is_some_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url
                .authority()
                .is_some_and(|authority| !authority.as_str().contains('@'))
            && url.query().is_none()
    });
    if is_good && !text.contains('#') {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(ConfigError(
            "PUBLIC_URL must be an http or https address without user, query or fragment, such as \
             https://profiles.agency.example."
                .to_owned(),
        ))
    }
}

/// An empty environment variable is one that is not set.
fn given(secret: Option<Secret>) -> Option<Secret> {
    secret.filter(|secret| !secret.expose().is_empty())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        settings: Settings,
    }

    fn config(args: &[&str]) -> Result<Config, String> {
        let args = [&["customer-profile"], args].concat();
        let settings = Command::try_parse_from(args)
            .map_err(|error| error.to_string())?
            .settings;
        Config::try_from(settings).map_err(|error| error.to_string())
    }

    #[test]
    fn without_settings_the_service_starts_on_sqlite() {
        let config = config(&[]).unwrap();
        assert_eq!(config.database_url.expose(), "sqlite://data/customer-profile.db");
        assert_eq!((config.read_connections, config.write_connections), (8, 1));
        assert_eq!(
            config.options(([127, 0, 0, 1], 4711).into()).public_url,
            "http://127.0.0.1:4711"
        );
    }

    #[test]
    fn proxies_are_networks_or_addresses() {
        let proxies = config(&["--trusted-proxies", "10.0.0.0/8, fd00::/8,,192.0.2.1"]);
        let proxies: Vec<_> = proxies
            .unwrap()
            .trusted_proxies
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(proxies, ["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"]);
        assert_eq!(config(&[]).unwrap().trusted_proxies, []);
    }

    #[test]
    fn contradictions_stop_the_start_and_say_what_to_do() {
        let error = |args: &[&str]| config(args).unwrap_err();
        assert!(error(&["--database-read-url", "postgres://h/d"]).contains("DATABASE_READ_URL"));
        let unknown = error(&["--database-url", "mysql://root:hunter2@h/d"]);
        assert!(
            unknown.contains("postgres://") && !unknown.contains("hunter2"),
            "{unknown}"
        );
        assert!(error(&["--write-connections", "4"]).contains("one writer"));
        for wrong in ["proxy.agency.example", "10.0.0.0/33", "10.0.0.0/8;fd00::/8"] {
            assert!(error(&["--trusted-proxies", wrong]).contains("TRUSTED_PROXIES"));
        }
        for url in [
            "ftp://h",
            "profiles.example",
            "https://u:p@h",
            "https://h/?a=b",
            "https://h/#f",
            "/x",
        ] {
            assert!(error(&["--public-url", url]).contains("PUBLIC_URL"), "{url}");
        }
        let clear = error(&["--smtp-url", "smtp://u:hunter2@mail.agency.example"]);
        assert!(
            clear.contains("SMTP_URL") && !clear.contains("hunter2"),
            "{clear}"
        );
        assert!(error(&["--mail-from", "nobody"]).contains("MAIL_FROM"));
        assert!(error(&["--max-group-members", "100"]).contains("99"));
        assert!(error(&["--colour", "red"]).contains("--colour"));
    }

    #[test]
    fn the_demonstration_stays_on_this_machine() {
        let demo = |addr: &str| {
            let command = Command::try_parse_from(["customer-profile", "--listen-addr", addr]).unwrap();
            Config::demo(command.settings, "demo".into())
        };
        assert!(demo("127.0.0.1:0").is_ok_and(|config| config.allow_specimen));
        assert!(demo("0.0.0.0:0").is_err_and(|error| error.to_string().contains("LISTEN_ADDR")));
    }

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let url = "postgres://u:hunter2@h/d";
        let config = config(&[
            "--database-url",
            url,
            "--master-key",
            "hunter2",
            "--smtp-url",
            "smtps://u:hunter2@h",
            "--admin-password",
            "hunter2",
        ])
        .unwrap();
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.database_url.expose(), url);
    }

    #[test]
    fn the_public_url_ends_without_a_slash() {
        assert_eq!(
            public_url("https://h.example/api/").as_deref(),
            Ok("https://h.example/api")
        );
    }
}

//! What every rule works with: one struct, made at start-up and cheap to clone.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use entity::values::Role;

use crate::alerts::Thresholds;
use crate::audit::Trail;
use crate::auth::hasher::Hasher;
use crate::auth::signing_keys;
use crate::auth::throttle::Throttle;
use crate::auth::tokens::Tokens;
use crate::clock::Clock;
use crate::db::{Db, PoolSizes, Target};
use crate::error::{Error, Result};
use crate::events;
use crate::exports::Slots;
use crate::idempotency::Idempotency;
use crate::keys::Keys;
use crate::mail::Mailer;
use crate::migrations;
use crate::privacy::ledger::{self, Ledger};
use crate::privacy::retention::Retention;
use crate::sealing::{Sealer, Vault};
use crate::webhooks::Sender;

/// How people become customers without staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Anybody can, and signs in at once.
    #[default]
    Open,
    /// Anybody can ask; the account is made once the address is proved.
    VerifyEmail,
    /// Nobody can; staff add customers.
    Closed,
}

impl FromStr for Registration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "verify_email" => Ok(Self::VerifyEmail),
            "closed" => Ok(Self::Closed),
            _ => Err("REGISTRATION is open, verify_email or closed.".into()),
        }
    }
}

/// Who has to sign in with a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactor {
    /// Whoever has set one up.
    #[default]
    Optional,
    /// Staff; they can do nothing but set one up until they have.
    Staff,
}

impl SecondFactor {
    /// Whether somebody of this role cannot work without.
    pub fn is_asked_of(self, role: Role) -> bool {
        self == Self::Staff && role != Role::Customer
    }
}

impl FromStr for SecondFactor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "optional" => Ok(Self::Optional),
            "staff" => Ok(Self::Staff),
            _ => Err("SECOND_FACTOR is optional or staff.".into()),
        }
    }
}

/// The settings that rules depend on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base of links, and the issuer of tokens.
    pub public_url: String,
    /// How people become customers without staff.
    pub registration: Registration,
    /// How long a refresh token is good for: after this long without use a session is over.
    pub refresh_token_ttl: Duration,
    /// How long a session lasts, however much it is used.
    pub session_ttl: Duration,
    /// Who has to sign in with a second factor.
    pub second_factor: SecondFactor,
    /// How many numbers of documents of others one may see within an hour; 0 means no limit.
    pub reveals_per_hour: u32,
    /// How long before something runs out somebody is told.
    pub alert_days: Thresholds,
    /// How long a request that is sent again gets the answer of the first.
    pub idempotency_ttl: Duration,
    /// How long an export may take: for so long the database keeps what has changed since it began.
    pub export_timeout: Duration,
    /// How long a reader of the feed of changes may wait for the next event.
    pub events_max_wait: Duration,
    /// Most members of a group, 2 to 99.
    pub max_group_members: u64,
    /// Whether the specimen state Utopia (ICAO code UTO) is taken: for demonstrations and tests only.
    pub allow_specimen: bool,
    /// How long what is kept.
    pub retention: Retention,
}

/// All that is needed to open a [`Core`].
#[derive(Clone)]
pub struct Options {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// A PostgreSQL replica.
    pub database_read_url: Option<String>,
    /// Where keys and the SQLite file live.
    pub data_dir: PathBuf,
    /// 32 bytes in base64, for several processes that share a database; else a file in `data_dir`.
    pub master_key: Option<String>,
    /// The keyring under whose keys personal data is sealed, as JSON; else a file in `data_dir`.
    pub keyring: Option<String>,
    /// Base of links, and the issuer of tokens.
    pub public_url: String,
    /// The server that sends mail, with its password; without one mail is written to `data_dir`.
    pub smtp_url: Option<String>,
    /// Sender of mail.
    pub mail_from: Option<String>,
    /// How people become customers without staff.
    pub registration: Registration,
    /// How long an access token is good for.
    pub access_token_ttl: Duration,
    /// How long a refresh token is good for: after this long without use a session is over.
    pub refresh_token_ttl: Duration,
    /// How long a session lasts, however much it is used.
    pub session_ttl: Duration,
    /// Who has to sign in with a second factor.
    pub second_factor: SecondFactor,
    /// Failed tries to sign in that each network address has for a minute; 0 means no limit.
    pub failed_sign_ins_per_address: u32,
    /// How many numbers of documents of others one may see within an hour; 0 means no limit.
    pub reveals_per_hour: u32,
    /// How long before something runs out somebody is told.
    pub alert_days: Thresholds,
    /// How long a request that is sent again gets the answer of the first.
    pub idempotency_ttl: Duration,
    /// How long an export may take: for so long the database keeps what has changed since it began.
    pub export_timeout: Duration,
    /// How many exports may run at once.
    pub exports_at_once: u32,
    /// How long a reader of the feed of changes may wait for the next event.
    pub events_max_wait: Duration,
    /// Whether webhooks may go to this very machine, also by http: for demonstrations and tests.
    pub webhooks_to_loopback: bool,
    /// Most members of a group, 2 to 99.
    pub max_group_members: u64,
    /// Whether the specimen state Utopia is taken.
    pub allow_specimen: bool,
    /// How long what is kept.
    pub retention: Retention,
    /// Threads that hash passwords.
    pub hash_threads: usize,
    /// Connections for reads: of each worker on PostgreSQL, in all on SQLite.
    pub read_connections: u32,
    /// Connections for commands, of each worker on PostgreSQL.
    pub write_connections: u32,
}

/// Why the program cannot start: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// What every rule works with.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Keys derived from the master key.
    pub keys: Keys,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Stops whoever guesses.
    pub throttle: Throttle,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// Seals what belongs to the installation.
    pub sealer: Sealer,
    /// Signs the audit trail.
    pub audit: Trail,
    /// Keeps the keys under which personal data is sealed.
    pub vault: Vault,
    /// Sends mail.
    pub mail: Mailer,
    /// Who is erased, apart from the database.
    pub ledger: Ledger,
    /// Limits how many exports run at once.
    pub exports: Slots,
    /// Knows which requests are under way.
    pub idempotency: Idempotency,
    /// Tells who waits for events that there are some.
    pub events: events::Signal,
    /// Sends webhooks.
    pub webhooks: Sender,
    /// The settings that rules depend on.
    pub settings: Arc<Settings>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("db", &self.db)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Core {
    /// Opens the database, brings its schema up to date, makes or reads the keys, and erases once more who has come back
    /// with a backup.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn open(options: Options) -> Result<Self, StartError> {
        let mail = Mailer::new(
            options.smtp_url.as_deref(),
            options.mail_from.as_deref(),
            &options.public_url,
            options.data_dir.join("outbox"),
        )
        .map_err(StartError)?;
        let Foundations {
            db,
            keys,
            sealer,
            vault,
        } = Foundations::lay(&options, SigningKeys::Used).await?;
        let clock = Clock::default();
        let audit = Trail::new(&keys, &options.data_dir).map_err(StartError)?;
        let tokens = Tokens::new(&options.public_url, options.access_token_ttl);
        signing_keys::load_or_create(&db, &clock, &sealer, &tokens).await?;
        let core = Self {
            db,
            ledger: Ledger::open(&options.data_dir, &keys).map_err(StartError)?,
            throttle: Throttle::new(&clock, options.failed_sign_ins_per_address),
            exports: Slots::new(options.exports_at_once),
            idempotency: Idempotency::new(&keys),
            events: events::Signal::default(),
            webhooks: Sender::new(options.webhooks_to_loopback).map_err(StartError)?,
            clock,
            keys,
            hasher: Hasher::start(options.hash_threads).map_err(StartError)?,
            tokens,
            sealer,
            audit,
            vault,
            mail,
            settings: Arc::new(Settings {
                public_url: options.public_url,
                registration: options.registration,
                refresh_token_ttl: options.refresh_token_ttl,
                session_ttl: options.session_ttl,
                second_factor: options.second_factor,
                reveals_per_hour: options.reveals_per_hour,
                alert_days: options.alert_days,
                idempotency_ttl: options.idempotency_ttl,
                export_timeout: options.export_timeout,
                events_max_wait: options.events_max_wait,
                max_group_members: options.max_group_members,
                allow_specimen: options.allow_specimen,
                retention: options.retention,
            }),
        };
        ledger::settle(&core).await?;
        Ok(core)
    }

    /// Replaces the signing keys without reading them: what is left to do when one was stolen, or when they were sealed
    /// under a master key that is lost.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn replace_signing_keys(options: Options) -> Result<(), StartError> {
        let Foundations { db, keys, sealer, .. } = Foundations::lay(&options, SigningKeys::Replaced).await?;
        let trail = Trail::new(&keys, &options.data_dir).map_err(StartError)?;
        let replaced = signing_keys::replace_all(&db, &Clock::default(), &sealer, &trail).await;
        db.close().await;
        replaced.map_err(|error| StartError(format!("The signing keys cannot be replaced: {error}.")))
    }

    /// The same for one worker thread, with connections of its own where that is faster.
    #[must_use]
    pub fn for_worker(&self) -> Self {
        Self {
            db: self.db.for_worker(),
            tokens: self.tokens.for_worker(),
            ..self.clone()
        }
    }

    /// Whether requests can be served: the database answers, its schema is the one this program knows, and the keys that
    /// personal data is sealed under can be read.
    ///
    /// # Errors
    /// `Unavailable` when not.
    pub async fn ready(&self) -> Result<()> {
        self.db.ping().await?;
        if migrations::status(&self.db)
            .await?
            .iter()
            .all(|(_, applied)| *applied)
        {
            let keyring = self.vault.keyring().refresh();
            keyring.map_err(|_| Error::Unavailable("the keyring cannot be read"))
        } else {
            Err(Error::Unavailable("the database schema is not up to date"))
        }
    }

    /// Closes all connections.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// What everything else stands on: a database with the schema of this program, and the master key.
struct Foundations {
    db: Db,
    keys: Keys,
    sealer: Sealer,
    vault: Vault,
}

/// What becomes of the signing keys in the database, which the master key opens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SigningKeys {
    Used,
    Replaced,
}

impl Foundations {
    async fn lay(options: &Options, signing: SigningKeys) -> Result<Self, StartError> {
        private_folder(&options.data_dir).map_err(|error| {
            StartError(format!(
                "DATA_DIR ({}) cannot be made: {error}. Name a folder that this user may write to.",
                options.data_dir.display()
            ))
        })?;
        let target =
            Target::parse(&options.database_url, options.database_read_url.as_deref()).map_err(StartError)?;
        if let Some(file) = target.file() {
            private_file(&file).map_err(|error| {
                StartError(format!(
                    "The database {} cannot be made: {error}. Name a file that this user may write to.",
                    file.display()
                ))
            })?;
        }
        let keys = Keys::read(&options.data_dir, options.master_key.as_deref()).map_err(StartError)?;
        let sizes = PoolSizes {
            read: options.read_connections,
            write: options.write_connections,
        };
        let db = Db::open(target.clone(), sizes);
        let laid = Self::lay_on(db.clone(), &target, options, keys, signing).await;
        if laid.is_err() {
            // A connection that is dropped leaves SQLite's files beside the database.
            db.close().await;
        }
        laid
    }

    async fn lay_on(
        db: Db,
        target: &Target,
        options: &Options,
        keys: Option<Keys>,
        signing: SigningKeys,
    ) -> Result<Self, StartError> {
        let (folder, setting) = (&options.data_dir, options.master_key.as_deref());
        // Before anything is changed: with other keys the database must stay as it is.
        let vault = Vault::open(&db, folder, options.keyring.as_deref())
            .await
            .map_err(StartError)?;
        let unusable = |error: Error| {
            StartError(format!(
                "The database cannot be opened and migrated: {error}. Check DATABASE_URL and that the server runs."
            ))
        };
        let stored = match signing {
            SigningKeys::Used => signing_keys::sealed(&db).await.map_err(unusable)?,
            SigningKeys::Replaced => Vec::new(),
        };
        let keys = match keys {
            Some(keys) => keys,
            None if stored.is_empty() => Keys::create(folder).map_err(StartError)?,
            None => Keys::existing(folder, setting).map_err(StartError)?,
        };
        let sealer = Sealer::new(&keys, "secrets").map_err(StartError)?;
        signing_keys::check(&sealer, &stored)?;
        migrations::up_sealing(target, &vault, &sealer)
            .await
            .map_err(unusable)?
            .map_err(StartError)?;
        Ok(Self {
            db,
            keys,
            sealer,
            vault,
        })
    }
}

/// Makes a folder that only this user may enter, unless it is there already.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a file that only this user may read, unless it is there already. SQLite gives its journal the same rights.
fn private_file(file: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

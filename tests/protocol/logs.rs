//! Logs live long and are read by many: nothing that a person sent stands in them, however much is logged. Nor does it in
//! the answer to a request that failed, nor in a column that says that it is not readable.

mod document;
mod journey;
mod stored;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use actix_web::rt::System;
use aho_corasick::AhoCorasick;

use crate::support::outbox::{Mail, read};
use crate::support::program::{self, program};
use crate::support::world::Canaries;
use crate::support::{App, Backend, Running, TestDatabase, config};

const PASSWORD: &str = "kanarienvogel-im-bergwerk-1911";
const ADMIN_PASSWORD: &str = "a-long-way-to-utopia";
/// Issuer of tokens of both processes.
const PUBLIC_URL: &str = "http://profiles.agency.example";

/// What must not show up.
#[derive(Default)]
pub struct Planted {
    /// What tells something about a person.
    pub canaries: Vec<Canaries>,
    /// What opens something.
    pub secrets: Vec<String>,
    /// Under what other systems know a record: the database shows it, a log does not.
    pub record_numbers: Vec<String>,
}

impl Planted {
    /// What of it a text holds, however it is spelled.
    pub fn found_in(&self, text: &str) -> Vec<String> {
        Search::of(self).found_in(text)
    }
}

/// Looks for everything that was planted at once: there are thousands of them, and a log has millions of letters.
pub struct Search {
    /// What each pattern is a spelling of.
    planted: Vec<String>,
    patterns: AhoCorasick,
}

impl Search {
    /// For what was planted. The claims of a token without its signature are personal, too.
    pub fn of(planted: &Planted) -> Self {
        let canaries = planted.canaries.iter().flat_map(Canaries::spellings);
        let record_numbers = planted.record_numbers.iter();
        let secrets = planted.secrets.iter().chain(record_numbers).flat_map(|secret| {
            let mut parts = secret.split('.').skip(1);
            let claims = parts.next().filter(|_| parts.next().is_some());
            [Some(secret.as_str()), claims]
                .into_iter()
                .flatten()
                .map(move |it| (secret.clone(), it.to_lowercase()))
        });
        let (planted, spellings): (Vec<_>, Vec<_>) = canaries.chain(secrets).unzip();
        let patterns = AhoCorasick::new(spellings).unwrap();
        Self { planted, patterns }
    }

    /// What of it a text holds, in the order in which it was planted.
    pub fn found_in(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let found = self
            .patterns
            .find_overlapping_iter(&text)
            .map(|it| it.pattern().as_usize());
        let mut found: Vec<_> = found
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|at| self.planted[at].clone())
            .collect();
        found.dedup();
        found
    }
}

/// Lets requests come to a server that logs everything it can, and reads what it has logged. The other process beside it
/// works on the same database, and makes what the requests are about.
fn nothing_personal_is_logged<F: Future<Output = Planted>>(
    backend: Backend,
    format: &str,
    requests: impl FnOnce(SocketAddr, App) -> F,
) {
    System::new().block_on(async {
        let Some(database) = TestDatabase::create(backend).await else {
            eprintln!("skipped: TEST_POSTGRES_URL is not set");
            return;
        };
        let folder = database.folder();
        let mut settings = config(&database);
        settings.public_url = Some(PUBLIC_URL.into());
        let beside = Running::start(&settings, &database).await;
        let mut command = program(
            &folder,
            &["serve", "--listen-addr", "127.0.0.1:0", "--workers", "2"],
        );
        command
            .env("DATABASE_URL", &database.url)
            .env("DATA_DIR", &folder)
            .env("PUBLIC_URL", PUBLIC_URL)
            .env("FAILED_SIGN_INS_PER_ADDRESS", "0")
            .env("ADMIN_PASSWORD", ADMIN_PASSWORD)
            .env("ALLOW_SPECIMEN", "true")
            .env("EVENTS_MAX_WAIT", "1")
            .env("LOG_LEVEL", "trace")
            .env("LOG_FORMAT", format);
        let server = program::Running::start(&mut command);
        let app = App {
            addr: server.addr,
            metrics_addr: None,
            core: beside.app.core.clone(),
            backend,
            database_url: database.url.clone(),
            config: settings,
        };
        let mut planted = requests(server.addr, app).await;
        planted
            .secrets
            .extend([PASSWORD.to_owned(), ADMIN_PASSWORD.to_owned()]);
        let links = read(&folder);
        planted.secrets.extend(
            links
                .iter()
                .filter(|mail| mail.text.contains("#token="))
                .map(Mail::token),
        );
        let log = server.log();
        let search = Search::of(&planted);
        let unsealed = stored::in_columns_that_are_not_readable(&beside.app, &planted, &search).await;
        beside.stop().await;
        database.remove().await;
        assert!(
            log.contains("/v1/passports/{id}") && log.contains("PATCH"),
            "the log says what happened:\n{log:.2000}"
        );
        let found = search.found_in(&log);
        let line = log.lines().find(|line| {
            found
                .first()
                .is_some_and(|it| line.to_lowercase().contains(&it.to_lowercase()))
        });
        assert_eq!(found, Vec::<String>::new(), "in the log, first {line:?}");
        assert_eq!(unsealed, Vec::<String>::new(), "in the database");
    });
}

async fn journey(addr: SocketAddr, _: App) -> Planted {
    let canaries = Canaries::new();
    Planted {
        secrets: journey::scenario(addr, &canaries).await,
        record_numbers: Vec::new(),
        canaries: vec![canaries],
    }
}

#[test]
fn nothing_personal_is_logged_on_sqlite() {
    nothing_personal_is_logged(Backend::Sqlite, "text", journey);
}

#[test]
fn nothing_personal_is_logged_on_postgres() {
    nothing_personal_is_logged(Backend::Postgres, "json", journey);
}

#[test]
fn no_operation_logs_or_repeats_what_it_was_sent_on_sqlite() {
    nothing_personal_is_logged(Backend::Sqlite, "json", document::every_operation);
}

#[test]
fn no_operation_logs_or_repeats_what_it_was_sent_on_postgres() {
    nothing_personal_is_logged(Backend::Postgres, "text", document::every_operation);
}

/// The test sees what it is there to see.
#[test]
fn what_is_planted_is_found() {
    let canaries = Canaries::new();
    let text = format!("{{\"to\":\"{}\"}} eyJh.eyJz.c2ln", canaries.email.to_uppercase());
    let planted = Planted {
        secrets: vec!["cps_1234".into(), "x.eyJz.y".into()],
        canaries: vec![canaries.clone()],
        record_numbers: vec!["CRM-10003".into()],
    };
    assert_eq!(planted.found_in(&text), [canaries.email.as_str(), "x.eyJz.y"]);
    assert_eq!(planted.found_in("/crm/crm-10003"), ["CRM-10003"]);
}

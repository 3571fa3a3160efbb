//! What PostgreSQL itself gives: `pgbench` sends the very statements of `GET /v1/users/{id}`, in turns with the server.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use serde_json::{Value, json};
use service::db::Db;

use crate::load::{self, Load};
use crate::report::{self, Measured, rounded};
use crate::scenarios::{Material, Scenario};

/// Users that pgbench reads, each from a script of its own: it takes at most 128, and cannot make a UUID.
const USERS: usize = 100;
/// Moments at which the server's sessions are looked at.
const LOOKS: u32 = 40;

type Result<T> = std::result::Result<T, Box<dyn StdError + Send + Sync>>;

/// The server against pgbench, round by round.
pub struct Comparison {
    statements: Vec<String>,
    sessions: usize,
    rounds: Vec<Round>,
}

struct Round {
    requests_per_second: f64,
    transactions_per_second: f64,
}

impl Comparison {
    /// The best round of the server over the best round of pgbench: what others do on the machine takes from both.
    fn ratio(&self) -> f64 {
        let best = |of: fn(&Round) -> f64| self.rounds.iter().map(of).fold(0.0, f64::max);
        best(|round| round.requests_per_second) / best(|round| round.transactions_per_second)
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let round = |round: &Round| {
            json!({
                "requests_per_second": rounded(round.requests_per_second, 1.0),
                "pgbench_transactions_per_second": rounded(round.transactions_per_second, 1.0),
            })
        };
        json!({
            "scenario": Scenario::ReadUser.name(),
            "statements": self.statements,
            "database_connections": self.sessions,
            "rounds": self.rounds.iter().map(round).collect::<Vec<_>>(),
            "ratio": rounded(self.ratio(), 1000.0),
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\npgbench -M prepared, {} connections, against read-user:",
            self.sessions
        )?;
        for round in &self.rounds {
            let (server, pgbench) = (round.requests_per_second, round.transactions_per_second);
            writeln!(
                f,
                "  {server:>8.0} requests/s {pgbench:>8.0} transactions/s {:>6.2}",
                server / pgbench
            )?;
        }
        write!(f, "  best of each: {:.2}", self.ratio())
    }
}

/// Runs server and pgbench in turns.
pub async fn compare(
    db: &Db,
    url: &str,
    folder: &Path,
    (rounds, jobs): (usize, usize),
    load: Load,
    material: &Arc<Material>,
) -> Result<Comparison> {
    let (mut statements, sessions) = watch(db, load, material).await?;
    // The check of the caller reads two columns, the read of the user all.
    statements.sort_by_key(String::len);
    let scripts = write_scripts(folder, &statements, material)?;
    let mut comparison = Comparison {
        statements,
        sessions,
        rounds: Vec::new(),
    };
    for _ in 0..rounds {
        let server = measure(load, material).await?;
        report::line(&server);
        let transactions_per_second = pgbench(url, &scripts, (sessions, jobs), load.measured)?;
        comparison.rounds.push(Round {
            requests_per_second: server.requests_per_second,
            transactions_per_second,
        });
    }
    Ok(comparison)
}

async fn measure(load: Load, material: &Arc<Material>) -> Result<Measured> {
    let material = Arc::clone(material);
    let run = tokio::task::spawn_blocking(move || load::run(Scenario::ReadUser, load, &material));
    Ok(run.await??)
}

#[derive(FromQueryResult)]
struct Session {
    pid: i32,
    query: String,
}

/// Reads what the sessions of the server are doing under load: their statements, and how many they are.
async fn watch(db: &Db, load: Load, material: &Arc<Material>) -> Result<(Vec<String>, usize)> {
    let load = Load {
        warm_up: Duration::ZERO,
        measured: Duration::from_secs(2),
        ..load
    };
    let running = tokio::spawn({
        let material = Arc::clone(material);
        async move { measure(load, &material).await }
    });
    let mut sessions = std::collections::BTreeSet::new();
    let mut statements = std::collections::BTreeSet::new();
    for _ in 0..LOOKS {
        tokio::time::sleep(load.measured / (2 * LOOKS)).await;
        let look = Statement::from_string(
            DbBackend::Postgres,
            r#"SELECT pid, query FROM pg_stat_activity WHERE application_name = 'customer-profile'
            AND datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'SELECT%FROM "users" WHERE "users"."id" = $1%'"#,
        );
        for session in db.read().query_all_raw(look).await? {
            let session = Session::from_query_result(&session, "")?;
            sessions.insert(session.pid);
            statements.insert(session.query);
        }
    }
    running.await??;
    if (1..=2).contains(&statements.len()) {
        Ok((statements.into_iter().collect(), sessions.len()))
    } else {
        Err(
            format!("GET /v1/users/{{id}} sends other statements than this program knows: {statements:#?}")
                .into(),
        )
    }
}

/// The scripts, with the number of users that they read.
struct Scripts {
    folder: PathBuf,
    variables: Vec<String>,
}

/// Writes a script for each of the users, who are spread over the whole table.
fn write_scripts(folder: &Path, statements: &[String], material: &Material) -> Result<Scripts> {
    let step = (material.ids.len() / USERS).max(1);
    let ids: Vec<_> = material.ids.iter().step_by(step).take(USERS).collect();
    let mut variables = vec!["one=1".to_owned()];
    for (number, id) in ids.iter().enumerate() {
        variables.push(format!("user{number}={id}"));
        let mut script = String::new();
        for statement in statements {
            let statement = statement
                .replace("LIMIT $2", "LIMIT :one")
                .replace("$1", &format!(":user{number}"));
            if statement.contains('$') {
                return Err(format!("pgbench cannot be given the parameters of: {statement}").into());
            }
            script.push_str(&statement);
            script.push_str(";\n");
        }
        std::fs::write(folder.join(format!("{number}.pgbench")), script)?;
    }
    Ok(Scripts {
        folder: folder.to_owned(),
        variables,
    })
}

/// Transactions per second.
fn pgbench(url: &str, scripts: &Scripts, (connections, jobs): (usize, usize), time: Duration) -> Result<f64> {
    let mut command = Command::new("pgbench");
    command
        .args(["--no-vacuum", "--protocol=prepared"])
        .arg(format!("--jobs={jobs}"))
        .arg(format!("--client={connections}"))
        .arg(format!("--time={}", time.as_secs()));
    for (number, variable) in scripts.variables.iter().enumerate() {
        command.arg(format!("--define={variable}"));
        if number > 0 {
            command.arg("--file");
            command.arg(scripts.folder.join(format!("{}.pgbench", number - 1)));
        }
    }
    let output = command.arg(url).stdin(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .ok_or_else(|| format!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr)).into())
}

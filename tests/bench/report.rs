//! The figures of a run: JSON on standard output for programs, a table on standard error for people.
#![allow(clippy::print_stdout, clippy::print_stderr)] // This is the command's output.

use std::time::Duration;

use serde_json::{Value, json};

use crate::pgbench::Comparison;

/// The figures of one scenario.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Name of the scenario.
    pub scenario: String,
    /// Good answers per second, over all connections.
    pub requests_per_second: f64,
    /// Answers with another status than the expected one, and connections that broke; the warm-up included.
    pub errors: u64,
    /// Latencies in nanoseconds, sorted.
    latencies: Vec<u64>,
}

impl Measured {
    /// The figures of the latencies, in nanoseconds, that were seen in a time.
    pub fn new(scenario: String, time: Duration, mut latencies: Vec<u64>, errors: u64) -> Self {
        latencies.sort_unstable();
        let count = u32::try_from(latencies.len()).unwrap_or(u32::MAX);
        Self {
            scenario,
            requests_per_second: f64::from(count) / time.as_secs_f64(),
            errors,
            latencies,
        }
    }

    /// The latency, in milliseconds, that so many of a thousand requests do not exceed.
    fn percentile(&self, per_mille: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let nanoseconds = self.latencies.get(last * per_mille / 1000).copied().unwrap_or(0);
        Duration::from_nanos(nanoseconds).as_secs_f64() * 1000.0
    }

    fn json(&self) -> Value {
        json!({
            "scenario": self.scenario,
            "requests_per_second": rounded(self.requests_per_second, 1.0),
            "p50_ms": rounded(self.percentile(500), 1000.0),
            "p90_ms": rounded(self.percentile(900), 1000.0),
            "p99_ms": rounded(self.percentile(990), 1000.0),
            "p99_9_ms": rounded(self.percentile(999), 1000.0),
            "max_ms": rounded(self.percentile(1000), 1000.0),
            "errors": self.errors,
        })
    }
}

/// What was measured, and how.
pub struct Report {
    /// `sqlite`, `postgres`, or what the server was given.
    pub database: &'static str,
    /// Customers in the database.
    pub customers: usize,
    /// Connections to the server.
    pub connections: usize,
    /// Seconds of each scenario.
    pub seconds: u64,
    /// The scenarios, in the order in which they ran.
    pub scenarios: Vec<Measured>,
    /// The comparison with pgbench, if it was asked for.
    pub pgbench: Option<Comparison>,
}

impl Report {
    /// How many requests failed.
    pub fn errors(&self) -> u64 {
        self.scenarios.iter().map(|measured| measured.errors).sum()
    }

    /// Prints it.
    pub fn print(&self) {
        let scenarios: Vec<_> = self.scenarios.iter().map(Measured::json).collect();
        let report = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "database": self.database,
            "customers": self.customers,
            "connections": self.connections,
            "seconds": self.seconds,
            "cores": std::thread::available_parallelism().map_or(0, usize::from),
            "scenarios": scenarios,
            "pgbench": self.pgbench.as_ref().map(Comparison::json),
        });
        println!("{report:#}");
        if let Some(comparison) = &self.pgbench {
            eprintln!("{comparison}");
        }
    }
}

/// Says what is being done.
pub fn progress(what: &str) {
    eprintln!("{what}");
}

/// Prints the head of the table.
pub fn head() {
    eprintln!(
        "{:<14}{:>12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>8}",
        "scenario", "requests/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "errors"
    );
}

/// Prints a line of the table.
pub fn line(measured: &Measured) {
    eprintln!(
        "{:<14}{:>12.0}{:>10.3}{:>10.3}{:>10.3}{:>10.3}{:>10.3}{:>8}",
        measured.scenario,
        measured.requests_per_second,
        measured.percentile(500),
        measured.percentile(900),
        measured.percentile(990),
        measured.percentile(999),
        measured.percentile(1000),
        measured.errors
    );
}

/// Rounded to a fraction of one.
pub fn rounded(value: f64, fraction: f64) -> f64 {
    (value * fraction).round() / fraction
}

/// Prints figures that are no report of scenarios.
pub fn figures(figures: &Value) {
    println!("{figures:#}");
}

//! How far a command has come.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// How often progress is told where nobody looks at a terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Characters of the bar.
const WIDTH: usize = 40;

/// Progress on standard error: a bar on a terminal, a line now and then elsewhere.
pub struct Bar {
    what: &'static str,
    terminal: bool,
    told: Option<Instant>,
}

impl Bar {
    /// A bar of these.
    pub fn new(what: &'static str) -> Self {
        Self {
            what,
            terminal: std::io::stderr().is_terminal(),
            told: None,
        }
    }

    /// Shows how many are done.
    pub fn show(&mut self, done: u64, of: u64) {
        let percent = done.saturating_mul(100).checked_div(of).unwrap_or(100);
        if self.terminal {
            let full = usize::try_from(percent).unwrap_or_default() * WIDTH / 100;
            eprint!("\r[{:<WIDTH$}] {done} of {of} ({percent} %)", "=".repeat(full));
            let _ = std::io::stderr().flush();
        } else if done == of || self.told.is_none_or(|told| told.elapsed() >= LINE_EVERY) {
            eprintln!("{done} of {of} {} ({percent} %)", self.what);
            self.told = Some(Instant::now());
        }
    }

    /// Leaves the line of the bar.
    pub fn end(&self) {
        if self.terminal {
            eprintln!();
        }
    }
}

//! Hands random texts to code that reads what people and scanners send. See README.md.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod mrz;
mod names;
mod random;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};

use self::random::Random;

/// Random texts for code that reads what people and scanners send.
#[derive(Parser)]
struct Arguments {
    /// What is read.
    subject: Subject,
    /// How many texts.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Where to start; the same one gives the same texts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    Mrz,
    Names,
}

/// Makes a text, and says what is wrong with what is read of one.
type Pair = (fn(&mut Random) -> String, fn(&str) -> Option<&'static str>);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (text, judge): Pair = match arguments.subject {
        Subject::Mrz => (mrz::text, mrz::judge),
        Subject::Names => (names::text, names::judge),
    };
    let mut random = Random::new(arguments.seed);
    let start = Instant::now();
    for case in 0..arguments.cases {
        let text = text(&mut random);
        let found = std::panic::catch_unwind(|| judge(&text)).unwrap_or(Some("it panics"));
        if let Some(wrong) = found {
            eprintln!("case {case} of seed {}: {wrong}: {text:?}", arguments.seed);
            return ExitCode::FAILURE;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{} texts in {seconds:.1} s, nothing found", arguments.cases);
    ExitCode::SUCCESS
}

//! `retention`.

use api::config::Config;
use clap::Subcommand;
use service::privacy::retention::{self, Rule};

use super::{Failure, open};

#[derive(Debug, Subcommand)]
pub enum Retain {
    /// Run the rules that are set by RETAIN_…_DAYS, as the server does once a day
    Run {
        /// Show what is due, and leave it
        #[arg(long)]
        dry_run: bool,
    },
}

/// Removes data whose time has come.
pub async fn run(Retain::Run { dry_run }: Retain, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
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
        // Events are many, and name nothing by themselves.
        if rule != Rule::Events {
            for id in &report.ids {
                println!("  {id}");
            }
        }
    }
    core.close().await;
    Ok(())
}

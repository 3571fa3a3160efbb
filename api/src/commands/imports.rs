//! `catalogue` and `rules`: what comes with the program.

use api::config::Config;
use clap::Subcommand;
use service::imports::Import;
use service::policy::Permit;
use service::{entry_rules, loyalty_catalogue};

use super::{Failure, open};

#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// Add the programmes that are missing and renew those that nobody has edited; nothing is removed
    Import {
        /// Only show what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Add the rules that are missing and renew those that nobody has edited; nothing is removed
    Import {
        /// Only show what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

/// Imports the loyalty programmes.
pub async fn catalogue(Catalogue::Import { dry_run }: Catalogue, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let done = loyalty_catalogue::import(&core, &Permit::system(), dry_run).await?;
    tell("Catalogue", loyalty_catalogue::version(), &done, dry_run);
    core.close().await;
    Ok(())
}

/// Imports the rules of entry.
pub async fn rules(Rules::Import { dry_run }: Rules, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let done = entry_rules::import::import(&core, &Permit::system(), dry_run).await?;
    tell("Rules of entry", entry_rules::import::version(), &done, dry_run);
    core.close().await;
    Ok(())
}

/// Tells what became of each.
fn tell(what: &str, version: &str, done: &Import, dry_run: bool) {
    for (what, labels) in [("added", &done.added), ("updated", &done.updated)] {
        for label in labels {
            println!("{what:<8} {label}");
        }
    }
    for (label, why) in &done.kept {
        println!("{:<8} {label} ({})", "kept", why.as_str());
    }
    println!(
        "{what} {version}: {} added, {} updated, {} kept, {} unchanged.{}",
        done.added.len(),
        done.updated.len(),
        done.kept.len(),
        done.unchanged,
        if dry_run { " Nothing was written." } else { "" }
    );
}

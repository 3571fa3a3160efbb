//! `audit`.

use std::time::{Duration, Instant};

use api::config::Config;
use clap::Subcommand;
use service::audit;

use super::{Failure, open};

/// How often a long command says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Check that no entry was changed, removed, inserted or moved; names the first one that was
    Verify,
}

/// Verifies the audit trail.
pub async fn run(Audit::Verify: Audit, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let mut shown = Instant::now();
    let verified = audit::verify::verify(&core, |entries| {
        // On the way, and not among what a script reads.
        if shown.elapsed() >= PROGRESS_EVERY {
            shown = Instant::now();
            eprintln!("{entries} entries so far");
        }
    })
    .await;
    let public_key = core.audit.public_key();
    core.close().await;
    match verified? {
        Ok(audit::verify::Verified { entries, waiting }) => {
            println!("{entries} entries verified, {waiting} waiting to be chained");
            println!("Checkpoints are signed with the Ed25519 key {public_key}");
            Ok(())
        }
        Err(fault) => Err(fault.to_string().into()),
    }
}

//! `keys`.

use api::config::Config;
use clap::Subcommand;
use service::Core;
use service::auth::signing_keys;

use super::{Failure, data_keys, open, options};

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Let the next key sign and make a new next one; servers that run hear of it within seconds
    Rotate {
        /// Throw all keys away, because one was stolen or the master key is lost: ends every access token at once
        #[arg(long)]
        compromised: bool,
        /// Instead, make a new key for personal data, and wrap the data keys of all customers under it; goes on where an
        /// earlier run was stopped
        #[arg(long, conflicts_with = "compromised")]
        data: bool,
    },
    /// Show which keys there are
    List,
    /// Remove a key for personal data from the keyring, once nothing is wrapped under it
    Retire {
        /// Its name, as `keys list` shows it
        id: String,
    },
}

/// Looks after keys.
pub async fn run(command: Keys, config: &Config) -> Result<(), Failure> {
    match command {
        Keys::Rotate { data: true, .. } => data_keys::rotate(config).await,
        Keys::Rotate {
            compromised: true, ..
        } => replace(config).await,
        Keys::Rotate { .. } => rotate(config).await,
        Keys::List => list(config).await,
        Keys::Retire { id } => data_keys::retire(&id, config).await,
    }
}

async fn replace(config: &Config) -> Result<(), Failure> {
    Core::replace_signing_keys(options(config)).await?;
    println!("All signing keys are new. Access tokens have ended; sessions go on with their refresh tokens.");
    Ok(())
}

async fn rotate(config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let rotated = signing_keys::rotate(&core).await?;
    println!("{} signs from here on.", rotated.current);
    if rotated.in_a_hurry {
        println!(
            "It was published only a moment ago: who verifies tokens by /.well-known/jwks.json may have to fetch it again."
        );
    }
    core.close().await;
    Ok(())
}

async fn list(config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    for key in core.tokens.published_keys() {
        println!("{:<8} {}", key.state, key.kid);
    }
    data_keys::list(&core).await?;
    core.close().await;
    Ok(())
}

//! `admin`.

use api::config::Config;
use clap::Subcommand;
use service::auth;

use super::{Failure, open};

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Add an administrator, with ADMIN_PASSWORD or a random password, which is printed
    Create {
        /// E-mail address to sign in with
        email: String,
    },
    /// Remove the second factor of somebody who has lost it, and end that user's sessions
    ResetSecondFactor {
        /// E-mail address of the user
        email: String,
    },
}

/// Looks after administrators.
pub async fn run(command: Admin, config: &Config) -> Result<(), Failure> {
    match command {
        Admin::Create { email } => create(&email, config).await,
        Admin::ResetSecondFactor { email } => reset_second_factor(&email, config).await,
    }
}

async fn create(email: &str, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    if let Some(password) = &config.admin_password {
        auth::create_admin(&core, email, password.expose()).await?;
        println!("Administrator added: {email}");
    } else {
        let password = auth::random_password().ok_or("The system gives no random numbers.")?;
        auth::create_admin(&core, email, &password).await?;
        println!("Administrator added: {email}, password: {password}");
    }
    core.close().await;
    Ok(())
}

async fn reset_second_factor(email: &str, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    auth::second_factor::reset_of(&core, email).await?;
    println!("Second factor removed: {email}");
    core.close().await;
    Ok(())
}

//! Commands that look after the keys for personal data.

use api::config::Config;
use service::Core;
use service::sealing::keyring::WrappingKeyState;
use service::sealing::rotation::{self, Begun, SETTLED};

use super::progress::Bar;
use super::{Failure, open};

/// Makes a new key, and wraps all data keys under it.
pub async fn rotate(config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    match rotation::begin(&core).await? {
        Begun::New(key) => {
            println!("{} seals from here on.", key.id);
            if let Some(file) = core.vault.keyring().file() {
                println!(
                    "Copy {} now, and keep the copy apart from the database: what follows cannot be read without the new key.",
                    file.display()
                );
            }
        }
        Begun::Continued { active } => {
            println!("An earlier rotation was not finished; it goes on, to {active}. No new key was made.");
        }
        Begun::Nothing { active } => {
            println!(
                "All data keys are wrapped under {active}, the active key of KEYRING. To rotate, put a new active key there."
            );
            core.close().await;
            return Ok(());
        }
    }
    let mut bar = Bar::new("data keys");
    let mut done = rotation::wrap_anew(&core, |progress| bar.show(progress.done, progress.of)).await?;
    bar.end();
    eprintln!(
        "Waiting {} s for customers who were being added meanwhile.",
        SETTLED.as_secs()
    );
    loop {
        match rotation::settle(&core).await? {
            0 => break,
            more => done += more,
        }
    }
    println!(
        "{done} data keys are wrapped anew; all are under {}.",
        core.vault.keyring().active()
    );
    core.close().await;
    Ok(())
}

/// Takes a key out of the keyring.
pub async fn retire(id: &str, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    rotation::retire(&core, id).await?;
    println!("{id} is retired. Keep its copy for as long as you keep backups that were made under it.");
    core.close().await;
    Ok(())
}

/// Prints the keys with what is wrapped under each.
pub async fn list(core: &Core) -> Result<(), Failure> {
    for key in rotation::keys(core).await? {
        let (state, since) = match key.key {
            Some((WrappingKeyState::Active, since)) => ("active", since.format("%Y-%m-%d").to_string()),
            Some((WrappingKeyState::DecryptOnly, since)) => {
                ("decrypt_only", since.format("%Y-%m-%d").to_string())
            }
            None => ("missing", "-".into()),
        };
        println!(
            "{state:<12} {} since {since}, data keys: {}",
            key.id, key.data_keys
        );
    }
    Ok(())
}

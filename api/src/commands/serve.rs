//! `serve`.

use actix_web::dev::ServerHandle;
use api::app::Application;
use api::config::Config;
use service::auth::FirstAdmin;
use service::entry_rules;
use service::events::Signal;
use service::policy::Permit;

use super::{Failure, signal};

/// Serves the API until the program is asked to stop.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let application = Application::build(config).await?;
    entry_rules::import::import_if_none(application.core(), &Permit::system()).await?;
    let addr = application.addr();
    println!("Customer Profile API on http://{addr}, documentation at http://{addr}/docs/");
    if let Some(addr) = application.metrics_addr() {
        println!("Metrics on http://{addr}/metrics");
    }
    match application.first_admin() {
        FirstAdmin::NotNeeded => {}
        FirstAdmin::Made => println!("First administrator: {}", config.admin_email),
        FirstAdmin::PasswordIn(file) => {
            println!(
                "First administrator: {}, password in {}",
                config.admin_email,
                file.display()
            );
        }
    }
    tell_outbox(&application);
    run_until_stopped(application).await
}

/// Where to look for mail that is not sent.
pub fn tell_outbox(application: &Application) {
    if let Some(folder) = application.core().mail.outbox() {
        println!("Mail is written to {}", folder.display());
    }
}

/// Serves until the program is asked to stop.
pub async fn run_until_stopped(application: Application) -> Result<(), Failure> {
    tracing::info!(addr = %application.addr(), "listening");
    actix_web::rt::spawn(stop_on_signal(
        application.handle(),
        application.core().events.clone(),
    ));
    Ok(application.run().await?)
}

/// Stops the server gracefully when the terminal or the supervisor asks for it.
async fn stop_on_signal(server: ServerHandle, waiting: Signal) {
    signal::asked_to_stop().await;
    tracing::info!("stopping: requests under way are finished");
    waiting.close();
    server.stop(true).await;
}

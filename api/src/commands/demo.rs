//! `demo`.

use api::app::Application;
use api::config::{Config, Settings};
use api::demo;

use super::Failure;
use super::serve::{run_until_stopped, tell_outbox};

/// Serves the demonstration until the program is asked to stop, and throws its database away.
pub async fn run(settings: Settings) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("customer-profile-demo-{}", uuid::Uuid::now_v7()));
    let config = Config::demo(settings, folder.clone())?;
    let result = serve_from(config).await;
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => result.and(Err(error.into())),
        _ => result,
    }
}

async fn serve_from(config: Config) -> Result<(), Failure> {
    demo::fill(&config).await?;
    let application = Application::build(&config).await?;
    let addr = application.addr();
    println!("Demonstration on http://{addr}; everything in it is gone when it stops.");
    println!("  Documentation: http://{addr}/docs/");
    for (role, email) in [
        ("administrator", demo::ADMIN),
        ("agent", demo::AGENT),
        ("customer", demo::CUSTOMER),
    ] {
        println!("  Sign in as {role:<13} {email:<30} {}", demo::PASSWORD);
    }
    println!(
        "  Connect the booking tool      {} {}",
        demo::CLIENT,
        demo::CLIENT_SECRET
    );
    tell_outbox(&application);
    run_until_stopped(application).await
}

//! The demonstration: a small agency in Utopia, with known passwords and secrets, in a database that is thrown away.

use service::Core;
use service::core::StartError;
pub use service::demo::{ADMIN, AGENT, CLIENT, CLIENT_SECRET, CUSTOMER, PASSWORD};

use crate::config::Config;

/// Fills an empty database, before the server opens it and would make a first administrator of its own.
///
/// # Errors
/// A sentence that says what to do.
pub async fn fill(config: &Config) -> Result<(), StartError> {
    // No server, no address: what the options need of it is the issuer of tokens, of which none are made here.
    let core = Core::open(config.options(([127, 0, 0, 1], 0).into())).await?;
    let filled = service::demo::fill(&core).await;
    core.close().await;
    filled
}

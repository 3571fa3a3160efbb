//! The one table of routes: it builds the server and its document alike.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{auth, health};

/// Every operation, in the order of the document.
pub fn routes(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    health::routes(config);
}

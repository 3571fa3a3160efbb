//! The one table of routes: it builds the server and its document alike.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    audit, auth, booking, clients, groups, health, loyalties, loyalty_programs, oauth, passports, privacy,
    reference, users,
};

/// Every operation, in the order of the document.
pub fn routes(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    users::routes(config);
    passports::routes(config);
    loyalty_programs::routes(config);
    loyalties::routes(config);
    groups::routes(config);
    booking::routes(config);
    privacy::routes(config);
    clients::routes(config);
    audit::routes(config);
    oauth::routes(config);
    reference::routes(config);
    health::routes(config);
}

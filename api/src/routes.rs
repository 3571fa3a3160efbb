//! The one table of routes: it builds the server and its document alike.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    alerts, audit, auth, booking, calendar_feeds, clients, document_checks, emergency_contacts, entry_rules,
    events, exports, groups, health, identity_cards, imports, loyalties, loyalty_programs, oauth, passports,
    preferences, privacy, reference, traveller_numbers, users, visas, webhooks,
};

/// Every operation, in the order of the document.
pub fn routes(config: &mut ServiceConfig<'_>) {
    auth::routes(config);
    users::routes(config);
    passports::routes(config);
    visas::routes(config);
    identity_cards::routes(config);
    traveller_numbers::routes(config);
    loyalty_programs::routes(config);
    loyalties::routes(config);
    emergency_contacts::routes(config);
    preferences::routes(config);
    groups::routes(config);
    booking::routes(config);
    document_checks::routes(config);
    entry_rules::routes(config);
    alerts::routes(config);
    calendar_feeds::routes(config);
    exports::routes(config);
    imports::routes(config);
    privacy::routes(config);
    clients::routes(config);
    events::routes(config);
    webhooks::routes(config);
    audit::routes(config);
    oauth::routes(config);
    reference::routes(config);
    health::routes(config);
}

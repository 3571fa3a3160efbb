//! What a booking needs of a person.

mod names;
pub mod names_view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(names::get_user_names);
}

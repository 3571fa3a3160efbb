//! What a booking needs of a person.

mod data;
pub mod loyalties;
pub mod manifest;
mod manifest_csv;
mod manifest_documents;
mod manifest_needs;
pub mod manifest_view;
mod names;
pub mod names_view;
pub mod view;

use utoipa_actix_web::service_config::ServiceConfig;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(names::get_user_names)
        .service(data::get_user_booking_data)
        .service(loyalties::get_user_applicable_loyalties)
        .service(data::get_group_booking_data)
        .service(manifest::get_group_manifest);
}

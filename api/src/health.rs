//! Whether the service runs, for load balancers and orchestrators.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use service::Core;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::Result;
use crate::problem::Unavailable;
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_liveness).service(get_readiness);
}

/// State of the service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: what is not well answers another status.
    #[schema(max_length = 10, example = "ok")]
    pub status: &'static str,
}

const WELL: Health = Health { status: "ok" };

/// Tell whether the process runs
///
/// Never touches the database: an orchestrator that restarts the process cannot mend the database.
/// Permissions: anyone.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "It runs.", body = Health)))]
#[get("/health/live")]
pub async fn get_liveness() -> HttpResponse {
    reply::ok(&WELL)
}

/// Tell whether requests can succeed
///
/// Asks the database; a load balancer sends requests elsewhere while this fails. Permissions: anyone.
#[utoipa::path(
    tag = "health",
    security(()),
    responses((status = 200, description = "Requests can succeed.", body = Health), Unavailable)
)]
#[get("/health/ready")]
pub async fn get_readiness(core: Data<Core>) -> Result<HttpResponse> {
    core.ready().await?;
    Ok(reply::ok(&WELL))
}

//! Whether the service runs, for load balancers and orchestrators.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use entity::values::QueueName;
use serde::Serialize;
use service::{Core, queues};
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

/// Whether requests can succeed, and what is late behind their backs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Always `ok`: what is not well answers another status.
    #[schema(max_length = 10, example = "ok")]
    pub status: &'static str,
    /// Where something has waited for more than five minutes. Requests succeed all the same; whoever runs the service is to
    /// look.
    #[schema(max_items = 10, example = json!([]))]
    pub late: Vec<QueueName>,
}

/// How long something may wait before it is late, in seconds.
const LATE: u64 = 300;

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
/// Asks for the database, its schema and the keys; a load balancer sends requests elsewhere while this fails. Queues that are
/// late are named. Permissions: anyone.
#[utoipa::path(
    tag = "health",
    security(()),
    responses((status = 200, description = "Requests can succeed.", body = Readiness), Unavailable)
)]
#[get("/health/ready")]
pub async fn get_readiness(core: Data<Core>) -> Result<HttpResponse> {
    core.ready().await?;
    let late = queues::all(&core)
        .await?
        .into_iter()
        .filter(|queue| queue.age_seconds > LATE);
    Ok(reply::ok(&Readiness {
        status: "ok",
        late: late.map(|queue| queue.name).collect(),
    }))
}

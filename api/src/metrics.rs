//! What whoever runs the service watches, in the text format that Prometheus reads. Nothing here tells who is a customer:
//! labels are methods, patterns of routes, statuses and names of queues.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use service::{Core, queues};

/// Bounds of the buckets, in seconds: those of OpenTelemetry for HTTP, with two below for reads that take a millisecond.
const BUCKETS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
/// Media type of what is answered (`OpenMetrics` 1.0, its text format).
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// How long a stopping listener waits for whoever reads, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 1;

/// A kind of answers, in the names of OpenTelemetry's semantic conventions for HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the names of the conventions")]
struct Answer {
    http_request_method: &'static str,
    /// The pattern, never the path: ids and numbers of other systems stand in paths. `-` where there is no route.
    http_route: String,
    http_response_status_code: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InQueue {
    queue: &'static str,
}

/// What requests are counted in. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    duration: Family<Answer, Histogram, fn() -> Histogram>,
    active: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        Self {
            duration: Family::new_with_constructor(histogram),
            active: Gauge::default(),
        }
    }
}

impl Metrics {
    /// Counts a request as under way until what is answered is dropped.
    pub fn begin(&self) -> Active {
        self.active.inc();
        Active(self.active.clone())
    }

    /// Counts an answer.
    pub fn answered(&self, method: &'static str, route: Option<String>, status: u16, took: Duration) {
        let answer = Answer {
            http_request_method: method,
            http_route: route.unwrap_or_else(|| "-".to_owned()),
            http_response_status_code: status.into(),
        };
        self.duration.get_or_create(&answer).observe(took.as_secs_f64());
    }

    /// All there is to tell at this moment.
    async fn text(&self, core: &Core) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        registry.register_with_unit(
            "http_server_request_duration",
            "How long requests took until their answer began",
            Unit::Seconds,
            self.duration.clone(),
        );
        registry.register(
            "http_server_active_requests",
            "Requests under way",
            self.active.clone(),
        );
        registry.register(
            "customer_profile_build",
            "The version that runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        registry.register(
            "customer_profile_database_statements",
            "Statements that requests have sent to the database",
            ConstCounter::new(core.db.statements()),
        );
        let (waiting, age) = (
            Family::<InQueue, Gauge>::default(),
            Family::<InQueue, Gauge>::default(),
        );
        let queues = queues::all(core).await;
        let up = Gauge::<i64>::default();
        up.set(i64::from(queues.is_ok()));
        for queue in queues.into_iter().flatten() {
            let name = InQueue {
                queue: queue.name.as_str(),
            };
            let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
            waiting.get_or_create(&name).set(number(queue.waiting));
            age.get_or_create(&name).set(number(queue.age_seconds));
        }
        registry.register(
            "customer_profile_database_up",
            "1 while the database answers, 0 while it does not",
            up,
        );
        registry.register(
            "customer_profile_queue_waiting",
            "What could be done by now and is not, for each queue",
            waiting,
        );
        registry.register_with_unit(
            "customer_profile_queue_age",
            "For how long the one that waits longest could have been done",
            Unit::Seconds,
            age,
        );
        register_process(&mut registry);
        let mut text = String::new();
        text::encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// Memory of the process, under the name that Prometheus' own client libraries have for it. Linux tells it.
fn register_process(registry: &mut Registry) {
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    if let Some(pages) = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok())
    {
        let memory = Gauge::<u64, AtomicU64>::default();
        memory.set(pages * PAGE);
        registry.register_with_unit(
            "process_resident_memory",
            "Memory of the process",
            Unit::Bytes,
            memory,
        );
    }
}

/// A request under way.
#[derive(Debug)]
pub struct Active(Gauge);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Serves `/metrics` on a listener of its own, which no caller of the API reaches.
///
/// # Errors
/// When the operating system fails the listener.
pub fn serve(listener: std::net::TcpListener, metrics: Metrics, core: &Core) -> std::io::Result<Server> {
    let (metrics, core) = (Data::new(metrics), Data::new(core.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(metrics.clone())
            .app_data(core.clone())
            .route("/metrics", web::get().to(answer))
    });
    let server = server
        .workers(1)
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

async fn answer(metrics: Data<Metrics>, core: Data<Core>) -> HttpResponse {
    match metrics.text(&core).await {
        Ok(text) => HttpResponse::Ok().content_type(MEDIA_TYPE).body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

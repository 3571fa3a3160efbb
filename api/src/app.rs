//! Builds the server: the same way for production, the demo and the tests.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::{KeepAlive, Method, header};
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use service::Core;
use service::auth::FirstAdmin;
use service::core::StartError;
use tokio::net::{TcpSocket, lookup_host};
use tokio::sync::watch;
use utoipa_actix_web::AppExt;

use crate::config::Config;
use crate::error::Error;
use crate::extract::{BodyLimit, TrustedProxies};
use crate::imports::ImportLimit;
use crate::metrics::{self, Metrics};
use crate::openapi::Document;
use crate::rate_limit::RateLimits;
use crate::routes::routes;
use crate::{cors, docs, middleware, pages};

/// How long an idle connection stays: longer than load balancers keep theirs (60 s), so that they close first.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the header fields of a request may take.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a stopping server waits for requests under way, in seconds.
const SHUTDOWN_TIMEOUT: u64 = 30;
/// Connections per worker; beyond it they wait in the kernel.
const MAX_CONNECTIONS: usize = 4096;
/// How often callers whose budget of requests is whole again are forgotten.
const PURGE_EVERY: Duration = Duration::from_mins(1);
/// Connections that the kernel keeps waiting.
const BACKLOG: u32 = 1024;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// An address is not to be had.
    #[error("Cannot listen on {addr} ({source}); choose another {setting}.")]
    Listen {
        /// `LISTEN_ADDR` or `METRICS_ADDR`.
        setting: &'static str,
        /// What it says.
        addr: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// Database, keys or first administrator are not to be had.
    #[error(transparent)]
    Core(#[from] StartError),
}

/// A server that is bound to its address and ready to run.
pub struct Application {
    server: Server,
    addr: SocketAddr,
    metrics: Option<(Server, SocketAddr)>,
    core: Core,
    limits: Data<Option<RateLimits>>,
    first_admin: FirstAdmin,
}

impl Application {
    /// Binds the address, opens the database, makes the first administrator, and builds the server.
    ///
    /// # Errors
    /// When one of these fails; the message says what to do.
    pub async fn build(config: &Config) -> Result<Self, BuildError> {
        let (listener, addr) = listen("LISTEN_ADDR", &config.listen_addr).await?;
        let metrics = match &config.metrics_addr {
            Some(addr) => Some((listen("METRICS_ADDR", addr).await?, Metrics::default())),
            None => None,
        };
        let core = Core::open(config.options(addr)).await?;
        let password = config.admin_password.as_ref().map(service::input::Secret::expose);
        let first_admin =
            service::auth::first_admin(&core, &config.admin_email, password, &config.data_dir).await?;
        let limits = Data::new(RateLimits::new(config.requests_per_minute));
        let counted = metrics.as_ref().map(|(_, metrics)| metrics.clone());
        let server = serve(listener, config, &core, limits.clone(), counted)
            .map_err(unbound("LISTEN_ADDR", &config.listen_addr))?;
        let metrics = match metrics {
            Some(((listener, addr), metrics)) => {
                let server = metrics::serve(listener, metrics, &core);
                Some((server.map_err(unbound("METRICS_ADDR", &addr.to_string()))?, addr))
            }
            None => None,
        };
        Ok(Self {
            server,
            addr,
            metrics,
            core,
            limits,
            first_admin,
        })
    }

    /// The address that the server listens on, with the port that was picked.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where metrics are served, if they are.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|(_, addr)| *addr)
    }

    /// The business rules, to fill a database or look into it.
    pub const fn core(&self) -> &Core {
        &self.core
    }

    /// What became of the first administrator.
    pub const fn first_admin(&self) -> &FirstAdmin {
        &self.first_admin
    }

    /// A handle that stops the server.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until somebody stops it, and closes the database.
    ///
    /// # Errors
    /// When the operating system fails the server.
    pub async fn run(self) -> io::Result<()> {
        let (stop, stopped) = watch::channel(false);
        let worker = actix_web::rt::spawn(service::worker::run(self.core.clone(), stopped));
        let limits = self.limits;
        let purge = actix_web::rt::spawn(async move {
            loop {
                tokio::time::sleep(PURGE_EVERY).await;
                if let Some(limits) = limits.as_ref() {
                    limits.purge();
                }
            }
        });
        let metrics = self
            .metrics
            .map(|(server, _)| (server.handle(), actix_web::rt::spawn(server)));
        let result = self.server.await;
        // Until the last request is answered somebody may want to know how many there are.
        if let Some((handle, server)) = metrics {
            handle.stop(true).await;
            let _ = server.await;
        }
        purge.abort();
        // Nobody to tell is a worker that has ended by itself.
        let _ = stop.send(true);
        let _ = worker.await;
        self.core.close().await;
        result
    }
}

/// Binds what a setting names, and tells which address that is.
async fn listen(
    setting: &'static str,
    addr: &str,
) -> Result<(std::net::TcpListener, SocketAddr), BuildError> {
    let listener = bind(addr).await.map_err(unbound(setting, addr))?;
    let bound = listener.local_addr().map_err(unbound(setting, addr))?;
    Ok((listener, bound))
}

fn unbound(setting: &'static str, addr: &str) -> impl FnOnce(io::Error) -> BuildError {
    let addr = addr.to_owned();
    move |source| BuildError::Listen {
        setting,
        addr,
        source,
    }
}

/// Binds the first address of the name that is free.
async fn bind(addr: &str) -> io::Result<std::net::TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for addr in lookup_host(addr).await? {
        let socket = if addr.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }?;
        // Otherwise a restart waits for the connections of the last run to be forgotten.
        socket.set_reuseaddr(true)?;
        match socket.bind(addr).and_then(|()| socket.listen(BACKLOG)) {
            Ok(listener) => return listener.into_std(),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn serve(
    listener: std::net::TcpListener,
    config: &Config,
    core: &Core,
    limits: Data<Option<RateLimits>>,
    metrics: Option<Metrics>,
) -> io::Result<Server> {
    let core = core.clone();
    let document = Data::from(Document::shared());
    let cors_origins = config.cors_origins.clone();
    let body_limit = Data::new(BodyLimit(config.max_body_bytes));
    let import_limit = Data::new(ImportLimit(config.max_import_bytes));
    let proxies = Data::new(TrustedProxies(config.trusted_proxies.clone()));
    let metrics = metrics.map(Data::new);
    let server = HttpServer::new(move || {
        let app = match &metrics {
            Some(metrics) => App::new().app_data(metrics.clone()),
            None => App::new(),
        };
        app.app_data(Data::new(core.for_worker()))
            .app_data(document.clone())
            .app_data(body_limit.clone())
            .app_data(import_limit.clone())
            .app_data(limits.clone())
            .app_data(proxies.clone())
            .into_utoipa_app()
            .configure(routes)
            .into_app()
            .configure(docs::routes)
            .configure(pages::routes)
            .default_service(web::to(no_such_operation))
            // The last one is the outermost.
            .wrap(from_fn(middleware::idempotency))
            .wrap(from_fn(middleware::rate_limit))
            .wrap(from_fn(middleware::authenticate))
            .wrap(from_fn(middleware::stray_query))
            .wrap(from_fn(middleware::choose))
            .wrap(Compress::default())
            .wrap(from_fn(middleware::tag))
            .wrap(from_fn(middleware::head))
            .wrap(from_fn(middleware::limits))
            .wrap(from_fn(middleware::audit))
            .wrap(Condition::new(
                !cors_origins.is_empty(),
                cors::allow(&cors_origins),
            ))
            .wrap(from_fn(middleware::problems))
            .wrap(from_fn(middleware::security_headers))
            .wrap(from_fn(middleware::access_log))
            .wrap(from_fn(middleware::measure))
            .wrap(from_fn(middleware::request_id))
    });
    let server = server
        .workers(config.workers)
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        .client_request_timeout(HEADER_TIMEOUT)
        .client_disconnect_timeout(Duration::from_secs(1))
        .max_connections(MAX_CONNECTIONS)
        .shutdown_timeout(SHUTDOWN_TIMEOUT)
        // The program stops the server through its handle; tests have no signals to spare.
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// What no route takes: OPTIONS, a wrong method, or an address that does not exist.
async fn no_such_operation(request: HttpRequest, document: Data<Document>) -> Result<HttpResponse, Error> {
    let route = document
        .methods()
        .find(request.path())
        .ok_or(service::Error::NotFound)?;
    let allow = route.allow();
    if *request.method() == Method::OPTIONS {
        Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allow))
            .finish())
    } else {
        Err(Error::MethodNotAllowed { allow })
    }
}

#[cfg(test)]
mod tests;

//! Puts a scenario under load: every connection sends its next request as soon as the last one is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::task::LocalSet;

use crate::client::Client;
use crate::random::Random;
use crate::report::Measured;
use crate::scenarios::{Material, Scenario};

/// How long a connection that failed waits before it is made anew.
const PAUSE: Duration = Duration::from_millis(20);

/// How much load.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections, spread over the threads.
    pub connections: usize,
    /// Threads that send.
    pub threads: usize,
    /// How long it is measured.
    pub measured: Duration,
    /// How long the same load runs before.
    pub warm_up: Duration,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    /// Nanoseconds of each good answer.
    latencies: Vec<u64>,
    errors: u64,
}

/// Runs a scenario. Each thread has a runtime of its own, so that no task moves between cores.
pub fn run(scenario: Scenario, load: Load, material: &Arc<Material>) -> std::io::Result<Measured> {
    let from = Instant::now() + load.warm_up;
    let unique = Arc::new(AtomicU64::new(milliseconds() << 20));
    let mut threads = Vec::new();
    for thread in 0..load.threads {
        let (material, unique) = (Arc::clone(material), Arc::clone(&unique));
        let numbers = (thread..load.connections).step_by(load.threads);
        threads.push(
            thread::Builder::new()
                .name(format!("load-{thread}"))
                .spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()?;
                    let local = LocalSet::new();
                    let connections: Vec<_> = numbers
                        .map(|number| {
                            let connection = Connection {
                                scenario,
                                material: Arc::clone(&material),
                                unique: Arc::clone(&unique),
                                random: Random::new(number as u64 + 1),
                            };
                            local.spawn_local(connection.run(from, from + load.measured))
                        })
                        .collect();
                    runtime.block_on(local.run_until(async {
                        let mut seen = Vec::new();
                        for connection in connections {
                            seen.push(connection.await.map_err(std::io::Error::other)?);
                        }
                        Ok::<_, std::io::Error>(seen)
                    }))
                })?,
        );
    }
    let mut all = Seen::default();
    for thread in threads {
        let seen = thread
            .join()
            .map_err(|_| std::io::Error::other("a load thread panicked"))??;
        for mut seen in seen {
            all.latencies.append(&mut seen.latencies);
            all.errors += seen.errors;
        }
    }
    Ok(Measured::new(
        scenario.name(),
        load.measured,
        all.latencies,
        all.errors,
    ))
}

struct Connection {
    scenario: Scenario,
    material: Arc<Material>,
    unique: Arc<AtomicU64>,
    random: Random,
}

impl Connection {
    async fn run(mut self, from: Instant, until: Instant) -> Seen {
        let mut seen = Seen::default();
        let mut client = None;
        let mut request = Vec::new();
        loop {
            let unique = self.unique.fetch_add(1, Ordering::Relaxed).to_string();
            request.clear();
            self.material
                .request(self.scenario, &mut self.random, &unique, &mut request);
            let connected = match client.take() {
                Some(client) => Ok(client),
                None => Client::connect(self.material.addr).await,
            };
            let started = Instant::now();
            let answered = match connected {
                Ok(mut open) => {
                    let status = open.send(&request).await.map(|response| response.status).ok();
                    client = status.is_some().then_some(open);
                    status == Some(self.scenario.expected())
                }
                Err(_) => false,
            };
            let ended = Instant::now();
            if ended >= until {
                return seen;
            }
            if !answered {
                seen.errors += 1;
                tokio::time::sleep(PAUSE).await;
            } else if ended >= from {
                let latency = ended.duration_since(started).as_nanos();
                seen.latencies.push(u64::try_from(latency).unwrap_or(u64::MAX));
            }
        }
    }
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

//! A storm of sign-ins: what it does to the server's memory and to everybody else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::LocalSet;

use crate::client::Client;
use crate::random::Random;
use crate::scenarios::{Material, Scenario};

/// How many sign in at once.
const CONNECTIONS: usize = 500;
/// How many accounts they share.
const ACCOUNTS: usize = 50;
/// Connections that read at the same time, and the pause of each between two reads.
const READERS: usize = 4;
const PAUSE: Duration = Duration::from_millis(5);

type Result<T> = crate::Result<T>;

/// What the sign-ins were answered.
type Statuses = BTreeMap<u16, u64>;

/// Measures reads while nobody else is there, then while 500 sign in, first such as wait for as long as they are told
/// to (`Retry-After`), then such as do not.
pub async fn run(material: &Arc<Material>, pid: Option<u32>, seconds: u64) -> Result<Value> {
    let time = Duration::from_secs(seconds);
    let accounts = Arc::new(accounts(material).await?);
    let base = memory(pid, "VmRSS").unwrap_or(0);
    let idle = readers(material, Duration::from_secs(seconds.min(15)))?;
    let quiet = json!({
        "connections": CONNECTIONS, "seconds": seconds, "base_mib": base,
        "idle_read_p99_ms": percentile(&idle, 990), "idle_reads": idle.len(),
    });
    let mut figures = vec![("quiet".to_owned(), quiet)];
    for (name, patient) in [("patient", true), ("impatient", false)] {
        let storm = start(material, &accounts, time, patient)?;
        std::thread::sleep(Duration::from_secs(2));
        let reads = readers(material, time.saturating_sub(Duration::from_secs(4)))?;
        let (statuses, failed) = storm.join().map_err(|_| "a thread panicked")??;
        let stormy = json!({
            "answers": statuses, "broken_connections": failed,
            "read_p99_ms": percentile(&reads, 990), "read_p50_ms": percentile(&reads, 500), "reads": reads.len(),
            "peak_mib": memory(pid, "VmHWM"),
        });
        figures.push((name.to_owned(), stormy));
    }
    Ok(figures.into_iter().collect())
}

/// Customers of their own for the storm, with the administrator's password.
async fn accounts(material: &Material) -> Result<Vec<String>> {
    let mut client = Client::connect(material.addr).await?;
    let mut emails = Vec::new();
    for number in 0..ACCOUNTS {
        let email = format!("storm.{number}@mail.example");
        let mut request = Vec::new();
        let body = json!({"email": email, "password": material.admin.password, "first_name": "Storm"});
        material.post(&mut request, "/v1/users", &body);
        // 409 is an account of an earlier run.
        match client.send(&request).await?.status {
            201 | 409 => emails.push(email),
            status => return Err(format!("An account for the storm cannot be made: {status}.").into()),
        }
    }
    Ok(emails)
}

/// Latencies in nanoseconds of paced reads, sorted.
fn readers(material: &Arc<Material>, time: Duration) -> Result<Vec<u64>> {
    let material = Arc::clone(material);
    let reading = std::thread::spawn(move || {
        on_one_thread(|| {
            (0..READERS)
                .map(|number| {
                    let (material, until) = (Arc::clone(&material), Instant::now() + time);
                    async move {
                        let mut random = Random::new(number as u64 + 1);
                        let (mut latencies, mut request) = (Vec::new(), Vec::new());
                        let mut client = Client::connect(material.addr).await?;
                        while Instant::now() < until {
                            request.clear();
                            material.request(Scenario::ReadUser, &mut random, "", &mut request);
                            let started = Instant::now();
                            let status = client.send(&request).await?.status;
                            if status != 200 {
                                return Err(format!("A read was answered {status}.").into());
                            }
                            let latency = started.elapsed().as_nanos();
                            latencies.push(u64::try_from(latency).unwrap_or(u64::MAX));
                            tokio::time::sleep(PAUSE).await;
                        }
                        Ok(latencies)
                    }
                })
                .collect()
        })
    });
    let seen: Vec<Result<Vec<u64>>> = reading.join().map_err(|_| "a thread panicked")??;
    let mut all = Vec::new();
    for seen in seen {
        all.extend(seen?);
    }
    all.sort_unstable();
    Ok(all)
}

type Storm = std::thread::JoinHandle<Result<(Statuses, u64)>>;

fn start(
    material: &Arc<Material>,
    accounts: &Arc<Vec<String>>,
    time: Duration,
    patient: bool,
) -> Result<Storm> {
    let (material, accounts) = (Arc::clone(material), Arc::clone(accounts));
    let storm = std::thread::Builder::new().name("storm".into()).spawn(move || {
        let until = Instant::now() + time;
        let seen = on_one_thread(|| {
            (0..CONNECTIONS)
                .map(|number| {
                    sign_in(
                        Arc::clone(&material),
                        Arc::clone(&accounts),
                        number,
                        until,
                        patient,
                    )
                })
                .collect()
        })?;
        let (mut all, mut failed) = (Statuses::new(), 0);
        for (statuses, broken) in seen {
            failed += broken;
            for (status, count) in statuses {
                *all.entry(status).or_default() += count;
            }
        }
        Ok((all, failed))
    })?;
    Ok(storm)
}

async fn sign_in(
    material: Arc<Material>,
    accounts: Arc<Vec<String>>,
    number: usize,
    until: Instant,
    patient: bool,
) -> (Statuses, u64) {
    let (mut statuses, mut broken) = (Statuses::new(), 0);
    let email = accounts
        .get(number % accounts.len().max(1))
        .cloned()
        .unwrap_or_default();
    let body = json!({"email": email, "password": material.admin.password});
    let mut request = Vec::new();
    material.post(&mut request, "/v1/auth/login", &body);
    let mut client = None;
    while Instant::now() < until {
        let connected = match client.take() {
            Some(client) => Ok(client),
            None => Client::connect(material.addr).await,
        };
        let Ok(mut open) = connected else {
            broken += 1;
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        match open.send(&request).await.map(|answer| answer.status) {
            Ok(status) => {
                *statuses.entry(status).or_default() += 1;
                client = Some(open);
                if patient && status == 503 {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            Err(_) => broken += 1,
        }
    }
    (statuses, broken)
}

/// Runs futures side by side on this thread.
fn on_one_thread<F: Future + 'static>(make: impl FnOnce() -> Vec<F>) -> Result<Vec<F::Output>>
where
    F::Output: 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = LocalSet::new();
    let tasks: Vec<_> = make()
        .into_iter()
        .map(|future| local.spawn_local(future))
        .collect();
    runtime.block_on(local.run_until(async {
        let mut outputs = Vec::new();
        for task in tasks {
            outputs.push(task.await?);
        }
        Ok(outputs)
    }))
}

/// Milliseconds that so many of a thousand do not exceed.
fn percentile(sorted: &[u64], per_mille: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let nanoseconds = sorted.get(last * per_mille / 1000).copied().unwrap_or(0);
    Duration::from_nanos(nanoseconds).as_secs_f64() * 1000.0
}

/// Memory of a process in MiB, as Linux tells it.
fn memory(pid: Option<u32>, field: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid?)).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024)
}

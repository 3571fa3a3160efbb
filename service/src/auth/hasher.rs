//! Hashes passwords with Argon2id, on a few threads of its own.
//!
//! One hash takes 19 MiB and some 20 ms of a core. A thread pool that grows with the requests would take gigabytes
//! and starve everything else; here a fixed number of low-priority threads re-use their memory behind a queue that
//! holds about a second of work, and what does not fit is answered with 503.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thread_priority::ThreadPriority;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::{Error, Result};
use crate::input::Secret;

/// OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;
const HASH: usize = 32;
/// A stored hash that asks for more is refused: a tampered row must not take the machine's memory.
const MAX_MEMORY_KIB: u32 = 131_072;
const MAX_PASSES: u32 = 10;
/// Jobs that wait for each thread: about a second of work.
const QUEUE_PER_THREAD: usize = 40;
/// How many wait in line for room in the queue; each is no more than an open connection.
const LINE: usize = 2000;
/// How long they wait at the least, and how many milliseconds longer at the most.
const LINE_PATIENCE: Duration = Duration::from_secs(1);
const LINE_SPREAD_MS: u64 = 1000;
/// A job that has waited for longer is not worth its work: the caller has gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// Hashes and verifies passwords. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
    /// One for each job that the queue and the threads have room for.
    admissions: Arc<Semaphore>,
    /// One for each place in the line before them.
    line: Arc<Semaphore>,
    since: Instant,
    /// Hash of nobody's password, verified where there is no user so that the time tells nothing.
    nobody: Arc<str>,
}

struct Job {
    since: Instant,
    password: Secret,
    work: Work,
}

enum Work {
    Hash(oneshot::Sender<Option<String>>),
    Verify(Arc<str>, oneshot::Sender<Option<bool>>),
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// A sentence, when the system gives no threads or no random numbers.
    pub fn start(threads: usize) -> Result<Self, String> {
        let threads = threads.max(1);
        let (queue, jobs) = sync_channel(threads * QUEUE_PER_THREAD);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new()
                .name(format!("argon2-{number}"))
                .spawn(move || run(&jobs))
                .map_err(|error| format!("A thread for password hashing cannot be started: {error}."))?;
        }
        let nobody = hash(&mut Vec::new(), b"nobody has this password")
            .ok_or("The system gives no random numbers.")?;
        let room = threads * (QUEUE_PER_THREAD + 1);
        Ok(Self {
            queue,
            admissions: Arc::new(Semaphore::new(room)),
            line: Arc::new(Semaphore::new(LINE)),
            since: Instant::now(),
            nobody: nobody.into(),
        })
    }

    /// Lets somebody in who will need a password verified, for as long as the permit is held. Asked before the
    /// database is: those who are turned away anyway must not take its connections from everybody else. Where there is
    /// no room, they wait in line for a moment: whoever is turned away at once comes back at once, and hundreds who do
    /// keep the processors from everybody else.
    ///
    /// # Errors
    /// `Unavailable` when there is no room, and none has come in time.
    pub async fn admit(&self) -> Result<OwnedSemaphorePermit> {
        let admissions = Arc::clone(&self.admissions);
        let Ok(permit) = Arc::clone(&admissions).try_acquire_owned() else {
            let line = Arc::clone(&self.line).try_acquire_owned().map_err(|_| BUSY)?;
            // Not the same for all, or those who are turned away together would come back together.
            let spread = u64::from(Instant::now().duration_since(self.since).subsec_nanos()) % LINE_SPREAD_MS;
            let patience = LINE_PATIENCE + Duration::from_millis(spread);
            let permit = tokio::time::timeout(patience, admissions.acquire_owned()).await;
            drop(line);
            return permit.ok().and_then(Result::ok).ok_or(BUSY);
        };
        Ok(permit)
    }

    /// Hashes a new password into the PHC string format.
    ///
    /// # Errors
    /// `Unavailable` when the queue is full.
    pub async fn hash(&self, password: Secret) -> Result<String> {
        let (answer, result) = oneshot::channel();
        self.enqueue(password, Work::Hash(answer))?;
        result.await.ok().flatten().ok_or(BUSY)
    }

    /// Whether the password is the one that was hashed. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// `Unavailable` when the queue is full.
    pub async fn verify(&self, password: Secret, hash: Option<&str>) -> Result<bool> {
        let (answer, result) = oneshot::channel();
        let stored = hash.map_or_else(|| Arc::clone(&self.nobody), Arc::from);
        self.enqueue(password, Work::Verify(stored, answer))?;
        let matches = result.await.ok().flatten().ok_or(BUSY)?;
        Ok(matches && hash.is_some())
    }

    fn enqueue(&self, password: Secret, work: Work) -> Result<()> {
        self.queue
            .try_send(Job {
                since: Instant::now(),
                password,
                work,
            })
            .map_err(|error| match error {
                TrySendError::Full(_) => BUSY,
                TrySendError::Disconnected(_) => Error::Internal("the password threads have ended".into()),
            })
    }
}

const BUSY: Error = Error::Unavailable("too many people are signing in at once");

fn run(jobs: &Mutex<Receiver<Job>>) {
    // Reads must stay fast while many people sign in. Where the system refuses, hashing is merely not polite.
    if let Err(error) = thread_priority::set_current_thread_priority(ThreadPriority::Min) {
        tracing::debug!(?error, "the priority of a password thread cannot be lowered");
    }
    let mut memory = Vec::new();
    loop {
        let next = jobs
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .recv();
        let Ok(Job {
            since,
            password,
            work,
        }) = next
        else {
            return;
        };
        let late = since.elapsed() > PATIENCE;
        let password = password.expose().as_bytes();
        // A receiver that has gone is a caller that has hung up: nothing to do about it.
        match work {
            Work::Hash(answer) if !answer.is_closed() && !late => {
                let _ = answer.send(hash(&mut memory, password));
            }
            Work::Verify(stored, answer) if !answer.is_closed() && !late => {
                let _ = answer.send(verify(&mut memory, password, &stored));
            }
            Work::Hash(_) | Work::Verify(..) => {}
        }
    }
}

fn hash(memory: &mut Vec<Block>, password: &[u8]) -> Option<String> {
    let mut salt = [0; SALT];
    SystemRandom::new().fill(&mut salt).ok()?;
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH)).ok()?;
    let mut output = [0; HASH];
    derive(memory, params, password, &salt, &mut output)?;
    Some(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(output)
    ))
}

/// `None` when the stored text is no hash that this program made.
fn verify(memory: &mut Vec<Block>, password: &[u8], stored: &str) -> Option<bool> {
    let mut parts = stored.strip_prefix("$argon2id$v=19$")?.split('$');
    let (params, salt, expected) = (parts.next()?, parts.next()?, parts.next()?);
    let mut numbers = params
        .split(',')
        .map(|pair| pair.split_once('=').and_then(|(_, n)| n.parse::<u32>().ok()));
    let (m, t, p) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if m > MAX_MEMORY_KIB || t > MAX_PASSES || p > 4 {
        return None;
    }
    let (salt, expected) = (
        STANDARD_NO_PAD.decode(salt).ok()?,
        STANDARD_NO_PAD.decode(expected).ok()?,
    );
    let mut output = vec![0; expected.len()];
    derive(
        memory,
        Params::new(m, t, p, Some(expected.len())).ok()?,
        password,
        &salt,
        &mut output,
    )?;
    Some(verify_slices_are_equal(&output, &expected).is_ok())
}

fn derive(
    memory: &mut Vec<Block>,
    params: Params,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) -> Option<()> {
    let blocks = params.block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, output, memory.get_mut(..blocks)?)
        .ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.into())
    }

    #[tokio::test]
    async fn verifies_what_it_hashed_and_nothing_else() {
        let hasher = Hasher::start(1).unwrap();
        let stored = hasher.hash(secret("utopia-sunrise-42")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            hasher
                .verify(secret("utopia-sunrise-42"), Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(secret("utopia-sunrise-43"), Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(secret("utopia-sunrise-42 "), Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(secret("nobody has this password"), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn a_tampered_row_cannot_take_the_memory() {
        let mut memory = Vec::new();
        let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2g";
        assert_eq!(verify(&mut memory, b"x", greedy), None);
        assert_eq!(verify(&mut memory, b"x", "$argon2id$v=19$m=x"), None);
        assert!(memory.is_empty());
    }

    #[tokio::test]
    async fn who_finds_no_room_waits_for_it_a_moment() {
        let hasher = Hasher::start(1).unwrap();
        let mut inside = Vec::new();
        for _ in 0..=QUEUE_PER_THREAD {
            inside.push(hasher.admit().await.unwrap());
        }
        let began = Instant::now();
        let (next, ()) = tokio::join!(hasher.admit(), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            inside.pop();
        });
        assert!(next.is_ok() && began.elapsed() < LINE_PATIENCE);
        let began = Instant::now();
        assert!(matches!(hasher.admit().await, Err(Error::Unavailable(_))));
        assert!(began.elapsed() >= LINE_PATIENCE);
    }

    #[tokio::test]
    async fn what_does_not_fit_the_queue_is_refused() {
        let hasher = Hasher::start(1).unwrap();
        let waiting: Vec<_> = (0..QUEUE_PER_THREAD * 2)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.hash(secret("utopia-sunrise-42")).await.is_ok() })
            })
            .collect();
        let mut served = 0;
        let total = waiting.len();
        for task in waiting {
            served += usize::from(task.await.unwrap());
        }
        assert!(
            (1..=QUEUE_PER_THREAD + 1).contains(&served),
            "served {served} of {total}"
        );
    }
}

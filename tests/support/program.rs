//! The program itself, as a user starts it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The program, built from the sources that the tests were built from.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().unwrap();
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("target/<profile>/deps");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // With the features that the tests were built with, so that nothing is compiled twice.
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build
        .current_dir(workspace)
        .args(["build", "--quiet", "--workspace", "--bins", "--tests"]);
    build.arg("--target-dir").arg(profile.parent().unwrap());
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().unwrap().success(), "cargo build");
    let program = profile.join(format!("customer-profile{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing", program.display());
    program
});

/// The program with these arguments, in `folder`, and with none of the settings of whoever runs the tests.
pub fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(&*PROGRAM);
    command.current_dir(folder).args(args).env_clear();
    for name in ["PATH", "HOME", "TMPDIR", "SystemRoot"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        // Under load, one caller asks for many.
        .env("REQUESTS_PER_MINUTE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end, which has to come within 30 seconds.
pub fn finish(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    // A pipe that nobody empties would stop the program.
    let stdout = drain(child.stdout.take().unwrap());
    let stderr = drain(child.stderr.take().unwrap());
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
            return Output {
                status,
                stdout,
                stderr,
            };
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the program goes on, although it should have stopped: {command:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn drain(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

/// A server in a process of its own, killed when the test ends.
pub struct Running {
    child: Child,
    pub addr: SocketAddr,
    /// What it said on standard output up to its address.
    pub greeting: String,
    log: Option<std::thread::JoinHandle<Vec<u8>>>,
}

impl Running {
    /// Starts `serve` and waits for the address that it prints.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = drain(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("http://") {
            assert!(
                stdout.read_line(&mut greeting).unwrap() != 0,
                "the server did not start: {}",
                String::from_utf8_lossy(&log.join().unwrap())
            );
        }
        let address = greeting.split("http://").nth(1).unwrap();
        let end = address.find([',', '/', ' ', '\n', ';']).unwrap();
        let addr = address[..end].parse().unwrap();
        // Whatever else it prints must not fill the pipe and stop it.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Self {
            child,
            addr,
            greeting,
            log: Some(log),
        }
    }

    /// Ends the process at once, without a chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends the process and returns its log.
    pub fn log(mut self) -> String {
        self.kill();
        String::from_utf8_lossy(&self.log.take().unwrap().join().unwrap()).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The server under test: the real program in a process of its own, so that it shares no runtime with the load.

use std::error::Error as StdError;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Name of the program, built beside this one.
const PROGRAM: &str = "customer-profile";

/// Keys that seal personal data: the same in every run too.
pub const KEYRING: &str = r#"{"index_key":{"id":"index-1","key":"YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDI="},
"keys":[
{"id":"data-1","state":"active","key":"YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDM=","created_at":"2026-01-01T00:00:00Z"}]}"#;

/// A running server; stopped when dropped.
pub struct Server {
    child: Child,
    addr: SocketAddr,
    /// Kept open: the server has more to say after its first line.
    _output: Option<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts the program on a free port. Settings come from the environment, as in production; its log goes to a file
    /// in `folder`.
    pub fn start(
        database_url: &str,
        folder: &Path,
        admin: (&str, &str),
    ) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        let mut child = Command::new(program()?)
            .arg("serve")
            .env("DATABASE_URL", database_url)
            .env("DATA_DIR", folder.join("data"))
            // The same in every run, for a database of an earlier one; it protects nothing.
            .env("MASTER_KEY", "YmVuY2htYXJrLWJlbmNobWFyay1iZW5jaG1hcmstMDE=")
            .env("KEYRING", KEYRING)
            .env("ACCESS_TOKEN_TTL", "86400")
            .env("REQUESTS_PER_MINUTE", "0")
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("ADMIN_EMAIL", admin.0)
            .env("ADMIN_PASSWORD", admin.1)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("server.log"))?)
            .spawn()?;
        let mut line = String::new();
        let mut output = child.stdout.take().map(BufReader::new);
        if let Some(output) = &mut output {
            output.read_line(&mut line)?;
        }
        let addr = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split([',', '/']).next())
            .and_then(|addr| addr.parse().ok());
        let Some(addr) = addr else {
            let _ = child.kill();
            child.wait()?;
            let log = std::fs::read_to_string(folder.join("server.log"))?;
            return Err(format!("The server did not start.\n{log}").into());
        };
        Ok(Self {
            child,
            addr,
            _output: output,
        })
    }

    /// Id of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing is lost: what was acknowledged is in the database, and the folder of the run is thrown away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program beside this one, built first when cargo runs this one, so that it is never a stale one.
fn program() -> Result<PathBuf, Box<dyn StdError + Send + Sync>> {
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "api", "--bin", PROGRAM]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        if !build.status()?.success() {
            return Err("The server does not build.".into());
        }
    }
    let program = std::env::current_exe()?
        .with_file_name(PROGRAM)
        .with_extension(std::env::consts::EXE_EXTENSION);
    if program.exists() {
        Ok(program)
    } else {
        Err(format!(
            "{} is missing; run `cargo build --release` first.",
            program.display()
        )
        .into())
    }
}

//! A mail server for tests: it speaks as much SMTP (RFC 5321) as sending takes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::outbox::Mail;

/// How the server behaves from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes what comes.
    Accepts,
    /// Refuses every recipient, for now.
    Refuses,
    /// Refuses the one recipient whose address begins with `bad`, for good.
    RefusesBad,
    /// Takes the connection and says nothing.
    Hangs,
}

#[derive(Debug)]
struct State {
    mood: Mood,
    received: Vec<(String, Mail)>,
    refused: usize,
    open: usize,
    most_open: usize,
}

/// A running server.
pub struct Smtp {
    pub addr: SocketAddr,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl Smtp {
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state = State {
            mood,
            received: Vec::new(),
            refused: 0,
            open: 0,
            most_open: 0,
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    {
                        let mut state = state.lock().unwrap();
                        state.open += 1;
                        state.most_open = state.most_open.max(state.open);
                    }
                    let _ = serve(stream, &state).await;
                    state.lock().unwrap().open -= 1;
                });
            }
        });
        Self { addr, state, task }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    pub fn turn(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// Recipient and mail, in the order in which they came.
    pub fn received(&self) -> Vec<(String, Mail)> {
        self.state.lock().unwrap().received.clone()
    }

    pub fn refused(&self) -> usize {
        self.state.lock().unwrap().refused
    }

    /// How many connections there were at once at the most.
    pub fn most_open(&self) -> usize {
        self.state.lock().unwrap().most_open
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mood = || state.lock().unwrap().mood;
    let mut stream = BufReader::new(stream);
    if mood() == Mood::Hangs {
        std::future::pending::<()>().await;
    }
    stream.write_all(b"220 test ESMTP\r\n").await?;
    let mut recipient = String::new();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line
            .split([' ', ':', '\r'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let answer: &str = match word.as_str() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let is_refused = match mood() {
                    Mood::RefusesBad => recipient.starts_with("bad"),
                    mood => mood != Mood::Accepts,
                };
                if is_refused {
                    state.lock().unwrap().refused += 1;
                    "450 try again later, rosa@mail.example\r\n"
                } else {
                    "250 ok\r\n"
                }
            }
            "DATA" => {
                stream.write_all(b"354 go ahead\r\n").await?;
                let mut raw = String::new();
                loop {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    raw.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                let mail = Mail::parse(&raw);
                state.lock().unwrap().received.push((recipient.clone(), mail));
                "250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

//! `events`.

use std::io::Write as _;
use std::time::Duration;

use api::config::Config;
use api::events::view::Event;
use clap::Subcommand;
use entity::values::EventPattern;
use service::events::After;
use service::events::feed::{self, FeedRequest};
use service::policy::Permit;

use super::{Failure, open};

#[derive(Debug, Subcommand)]
pub enum Events {
    /// Print what happens to which record, as it happens: one JSON object per line, as GET /v1/events has it
    Tail {
        /// Begin after this position rather than now
        #[arg(long, value_name = "POSITION", default_value = "latest")]
        after: After,
        /// Only these types, with commas between them, such as user.updated,passport.*
        #[arg(long, value_name = "TYPES", value_delimiter = ',')]
        types: Vec<EventPattern>,
    },
}

/// Prints events until it is stopped, or nobody reads them any more.
pub async fn run(Events::Tail { after, types }: Events, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let mut request = FeedRequest {
        after,
        types,
        limit: None,
        wait: Duration::from_secs(30),
    };
    loop {
        let found = feed::read(&core, &Permit::system(), &request).await?;
        request.after = After::Event(found.position);
        let mut out = std::io::stdout().lock();
        for event in found.data {
            let line = serde_json::to_string(&Event::from(event))?;
            if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
                // Whoever has read the pipe is gone.
                return Ok(());
            }
        }
    }
}

//! `export`.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::config::Config;
use api::exports::lines::{Lines, Shown};
use clap::{Args, ValueEnum};
use entity::values::{ExportFormat, RevealPurpose};
use service::Core;
use service::exports::{Export, ExportRequest, Groups, Loyalties, Passports, Users};
use service::policy::Permit;
use uuid::Uuid;

use super::progress::Bar;
use super::{Failure, open};

/// Whoever works the command line sees by the bar how long it takes, and stops it.
const AS_LONG_AS_IT_TAKES: Duration = Duration::from_hours(24);
/// Bytes that are written to the disk at once.
const BUFFER: usize = 256 * 1024;

#[derive(Debug, Args)]
pub struct ExportCommand {
    /// Which records
    #[arg(value_enum)]
    kind: Kind,
    /// Form of the export: ndjson, a JSON object on each line, or csv, for spreadsheets
    #[arg(long, value_name = "FORM", default_value = "ndjson")]
    format: ExportFormat,
    /// New file to write, which only this user may read; it is there once the export is whole [default: standard output]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Id of the last record that an earlier export has written, to go on after it
    #[arg(long, value_name = "ID")]
    after: Option<Uuid>,
    /// Show numbers of documents in clear, for this purpose; the audit trail keeps it and names every document
    #[arg(long, value_name = "PURPOSE")]
    reveal_for: Option<RevealPurpose>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Customers, agents and administrators
    Users,
    /// Passports
    Passports,
    /// Memberships in loyalty programmes
    Loyalties,
    /// Travel groups with their members
    Groups,
}

/// Writes an export.
pub async fn run(command: ExportCommand, config: &Config) -> Result<(), Failure> {
    let core = open(config).await?;
    let done = match command.kind {
        Kind::Users => into::<Users>(&core, &command).await,
        Kind::Passports => into::<Passports>(&core, &command).await,
        Kind::Loyalties => into::<Loyalties>(&core, &command).await,
        Kind::Groups => into::<Groups>(&core, &command).await,
    };
    core.close().await;
    done
}

async fn into<K: Shown>(core: &Core, command: &ExportCommand) -> Result<(), Failure> {
    let Some(file) = &command.into else {
        return write::<K, _>(core, command, io::stdout().lock()).await.map(drop);
    };
    let part = PathBuf::from(format!("{}.part", file.display()));
    refuse_to_overwrite(file)?;
    let written = write::<K, _>(core, command, create(&part)?).await;
    let (count, target) = match written {
        Ok((count, target)) => (count, target),
        Err(error) => {
            // What has been written is personal data that nobody asked for.
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
    };
    target.sync_all()?;
    std::fs::rename(&part, file)?;
    eprintln!("{count} {} written to {}.", K::NAME, file.display());
    Ok(())
}

fn refuse_to_overwrite(file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(format!("{} is there already; name a new file.", file.display()).into());
    }
    Ok(())
}

/// A file that only this user may read.
fn create(file: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options
        .open(file)
        .map_err(|error| format!("{} cannot be written: {error}.", file.display()))?)
}

async fn write<K: Shown, W: Write>(
    core: &Core,
    command: &ExportCommand,
    target: W,
) -> Result<(u64, W), Failure> {
    let request = ExportRequest {
        after: command.after,
        format: command.format,
        reveal: command.reveal_for.clone(),
    };
    let by = Permit::<K::Permission>::system();
    let mut export = Export::<K>::begin(core, &by, request, Some(AS_LONG_AS_IT_TAKES)).await?;
    let lines = Lines::new(command.format, export.is_continued(), core.clock.today());
    let mut target = BufWriter::with_capacity(BUFFER, target);
    let mut bar = Bar::new(K::NAME);
    let (mut done, total) = (0, export.total());
    target.write_all(&lines.head::<K>()?)?;
    loop {
        bar.show(done, total);
        let records = export.next().await?;
        if records.is_empty() {
            break;
        }
        done += records.len() as u64;
        target.write_all(&lines.records::<K>(records)?)?;
    }
    target.write_all(&lines.tail(done, export.as_of()))?;
    bar.end();
    export.close().await;
    Ok((done, target.into_inner().map_err(io::IntoInnerError::into_error)?))
}

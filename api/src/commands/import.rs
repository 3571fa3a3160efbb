//! `import`.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use api::config::Config;
use clap::{Args, ValueEnum};
use entity::ids::ImportId;
use entity::values::ExistingRecords;
use service::Core;
use service::input::{Input, Valid};
use service::policy::Permit;
use service::user_imports::{self, Feed, Import, ImportColumn, ImportFormat, NewImport};

use super::progress::Bar;
use super::{Failure, open};

/// Bytes that are read at once.
const PIECE: usize = 256 * 1024;
/// Problems that are told one by one.
const TOLD: usize = 20;

#[derive(Debug, Args)]
pub struct ImportCommand {
    /// File of users: a JSON object on each line, or a table with a header row
    file: PathBuf,
    /// Form of the file [default: by its name, .ndjson, .jsonl or .csv]
    #[arg(long, value_name = "FORM", value_enum)]
    format: Option<Form>,
    /// What happens to a row about somebody who is known by the e-mail address: skip, patch or fail
    #[arg(long, value_name = "WHAT", default_value = "skip")]
    existing: ExistingRecords,
    /// Only look what would become of the rows
    #[arg(long)]
    dry_run: bool,
    /// Which field stands in a column, such as Vorname=first_name; Notiz= for a column that is passed over. Several times
    #[arg(long = "column", value_name = "NAME=FIELD", value_parser = column)]
    columns: Vec<(String, String)>,
    /// Go on with an import that was broken off
    #[arg(long, value_name = "ID", conflicts_with_all = ["existing", "dry_run", "columns"])]
    resume: Option<ImportId>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// A JSON object on each line
    Ndjson,
    /// A table with a header row
    Csv,
}

fn column(text: &str) -> Result<(String, String), String> {
    let (name, field) = text
        .split_once('=')
        .ok_or("Write the column and its field, such as Vorname=first_name.")?;
    Ok((name.to_owned(), field.to_owned()))
}

/// Imports a file.
pub async fn run(command: ImportCommand, config: &Config) -> Result<(), Failure> {
    let format = form(&command)?;
    let core = open(config).await?;
    let done = Box::pin(import(&core, &command, format)).await;
    core.close().await;
    let done = done?;
    for problem in done.problems.iter().take(TOLD) {
        println!(
            "row {} {} {}: {}",
            problem.row, problem.field, problem.code, problem.detail
        );
    }
    println!(
        "{} rows{}: {} added, {} updated, {} skipped, {} failed.",
        done.rows,
        if done.dry_run { ", nothing written" } else { "" },
        done.added,
        done.updated,
        done.skipped,
        done.failed
    );
    Ok(())
}

fn form(command: &ImportCommand) -> Result<ImportFormat, Failure> {
    let by_name = || match command.file.extension().and_then(|it| it.to_str()) {
        Some("ndjson" | "jsonl") => Some(Form::Ndjson),
        Some("csv") => Some(Form::Csv),
        _ => None,
    };
    match command.format.or_else(by_name) {
        Some(Form::Ndjson) => Ok(ImportFormat::Ndjson),
        Some(Form::Csv) => Ok(ImportFormat::Csv),
        None => {
            Err("The name of the file does not tell its form; say --format ndjson or --format csv.".into())
        }
    }
}

async fn import(core: &Core, command: &ImportCommand, format: ImportFormat) -> Result<Import, Failure> {
    let mut file = read(&command.file)?;
    let length = file.metadata()?.len();
    let by = Permit::system();
    let id = match command.resume {
        Some(id) => id,
        None => user_imports::open(core, &by, opened(command)?).await?.id,
    };
    eprintln!("Import {id}. If it breaks off, go on with --resume {id}.");
    let mut feed = Feed::begin(core, &by, id, format).await?;
    let mut bar = Bar::new("bytes");
    let mut piece = vec![0; PIECE];
    let mut done = 0;
    loop {
        bar.show(done, length);
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        feed.push(piece.get(..read).unwrap_or_default()).await?;
        done += read as u64;
    }
    let import = Box::pin(feed.finish()).await?;
    bar.end();
    Ok(import)
}

fn read(file: &Path) -> Result<File, Failure> {
    Ok(File::open(file).map_err(|error| format!("{} cannot be read: {error}.", file.display()))?)
}

fn opened(command: &ImportCommand) -> Result<Valid<NewImport>, Failure> {
    let columns = command.columns.iter().map(|(name, field)| ImportColumn {
        name: name.clone().into(),
        field: match field.as_str() {
            "" => Input::Null,
            field => field.to_owned().into(),
        },
    });
    let new = NewImport {
        existing: command.existing.into(),
        dry_run: command.dry_run.into(),
        columns: columns.collect::<Vec<_>>().into(),
    };
    Valid::check(new).map_err(|error| match error {
        service::Error::Invalid(errors) => errors
            .iter()
            .map(|error| error.detail.to_string())
            .collect::<Vec<_>>()
            .join(" ")
            .into(),
        other => other.into(),
    })
}

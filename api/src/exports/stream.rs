//! An export as the body of an answer: read at the pace of whoever takes it, and never more than a few batches ahead.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::Bytes;
use chrono::SecondsFormat;
use entity::values::ExportFormat;
use futures_core::Stream;
use service::exports::Export;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::timeout;

use super::lines::{Lines, Shown};
use crate::error::{Error, Result};
use crate::middleware::note_violation;

/// How long a caller may take nothing, before its export is given up: it keeps the database from tidying up.
const STALL: Duration = Duration::from_secs(30);
/// Batches that wait for the caller.
const AHEAD: usize = 2;
/// How many records there are.
const EXPORT_COUNT: HeaderName = HeaderName::from_static("export-count");
/// As of when.
const EXPORT_AS_OF: HeaderName = HeaderName::from_static("export-as-of");

/// Answers with an export. Its first batch is read before the answer begins, so that what goes wrong from the start is
/// answered as a problem.
pub async fn answer<K: Shown>(mut export: Export<K>, format: ExportFormat) -> Result<HttpResponse> {
    let lines = Lines::new(format, export.is_continued(), export.core().clock.today());
    let mut first = lines.head::<K>()?;
    let records = export.next().await?;
    let done = records.len() as u64;
    first.extend(lines.records::<K>(records)?);
    let mut response = HttpResponse::Ok();
    response
        .insert_header((EXPORT_COUNT, export.total()))
        .insert_header((
            EXPORT_AS_OF,
            export.as_of().to_rfc3339_opts(SecondsFormat::Micros, true),
        ));
    match format {
        ExportFormat::Ndjson => response.content_type("application/x-ndjson"),
        ExportFormat::Csv => response.content_type("text/csv; charset=utf-8").insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.csv\"", K::NAME),
        )),
    };
    let (sender, receiver) = mpsc::channel(AHEAD);
    // Beside the answer, so that time passes for a caller who takes nothing, too.
    actix_web::rt::spawn(produce(export, lines, first, done, sender));
    Ok(response.streaming(Body {
        receiver,
        is_whole: false,
    }))
}

/// A part of the body.
enum Part {
    Lines(Vec<u8>),
    End,
}

async fn produce<K: Shown>(
    mut export: Export<K>,
    lines: Lines,
    first: Vec<u8>,
    done: u64,
    sender: Sender<Part>,
) {
    let written = write(&mut export, lines, first, done, &sender).await;
    if let Err(Broken::Failed(error)) = &written {
        tracing::warn!(of = K::NAME, %error, "an export was cut off");
        note_violation(export.core(), error).await;
    }
    // Before the end is told: whoever asks for the next one then finds room for it.
    export.close().await;
    if written.is_err() || send(&sender, Part::End).await.is_err() {
        tracing::info!(of = K::NAME, "an export was not taken to its end");
    }
}

/// Why an export ends before its end.
enum Broken {
    /// The caller takes no more.
    Gone,
    /// It cannot go on.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

async fn write<K: Shown>(
    export: &mut Export<K>,
    lines: Lines,
    first: Vec<u8>,
    mut done: u64,
    sender: &Sender<Part>,
) -> Result<(), Broken> {
    send(sender, Part::Lines(first)).await?;
    loop {
        let records = export.next().await?;
        if records.is_empty() {
            break;
        }
        done += records.len() as u64;
        send(sender, Part::Lines(lines.records::<K>(records)?)).await?;
    }
    send(sender, Part::Lines(lines.tail(done, export.as_of()))).await
}

async fn send(sender: &Sender<Part>, part: Part) -> Result<(), Broken> {
    match timeout(STALL, sender.send(part)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Broken::Gone),
    }
}

/// What is sent. A body that ends without having been told that it is whole breaks the connection, so that nobody takes a
/// part for all.
struct Body {
    receiver: Receiver<Part>,
    is_whole: bool,
}

/// The body is not whole.
#[derive(Debug, thiserror::Error)]
#[error("an export was cut off")]
struct CutOff;

impl Stream for Body {
    type Item = Result<Bytes, CutOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_whole {
            return Poll::Ready(None);
        }
        match self.receiver.poll_recv(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Part::Lines(lines))) => Poll::Ready(Some(Ok(lines.into()))),
            Poll::Ready(Some(Part::End)) => {
                self.is_whole = true;
                Poll::Ready(None)
            }
            Poll::Ready(None) => Poll::Ready(Some(Err(CutOff))),
        }
    }
}

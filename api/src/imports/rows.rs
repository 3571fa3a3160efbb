//! A file of rows as the body of a request: taken as it arrives, and kept nowhere.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::mime::Mime;
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpRequest};
use entity::ids::ImportId;
use futures_core::Stream as _;
use service::Core;
use service::policy::{ImportUsers, Permit};
use service::user_imports::{Feed, Import, ImportFormat};

use crate::error::{Error, Result};
use crate::extract::{is_plain_utf8, media_type};

/// How long nothing of the body may arrive.
const STALL: Duration = Duration::from_secs(30);

/// The most bytes that a file may have (`MAX_IMPORT_BYTES`).
#[derive(Debug, Clone, Copy)]
pub struct ImportLimit(pub u64);

/// A file on its way.
pub struct File {
    format: ImportFormat,
    payload: Payload,
    limit: u64,
}

impl FromRequest for File {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = media_type(request).filter(|it| is_plain_utf8(request, it));
        let format = match media_type.as_ref().map(Mime::essence_str) {
            Some("application/x-ndjson") => ImportFormat::Ndjson,
            Some("text/csv") => ImportFormat::Csv,
            _ => return ready(Err(Error::UnsupportedMediaType(request.method().clone()))),
        };
        let limit = request.app_data::<Data<ImportLimit>>().map_or(0, |limit| limit.0);
        ready(Ok(Self {
            format,
            payload: payload.take(),
            limit,
        }))
    }
}

impl File {
    /// Takes all rows.
    pub async fn import(mut self, core: &Core, by: &Permit<ImportUsers>, id: ImportId) -> Result<Import> {
        let mut feed = Feed::begin(core, by, id, self.format).await?;
        let mut bytes = 0;
        while let Some(piece) = self.next().await? {
            bytes += piece.len() as u64;
            if bytes > self.limit {
                let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
                return Err(Error::PayloadTooLarge { limit });
            }
            feed.push(&piece).await?;
        }
        Ok(Box::pin(feed.finish()).await?)
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        let next = std::future::poll_fn(|context| Pin::new(&mut self.payload).poll_next(context));
        let piece = tokio::time::timeout(STALL, next)
            .await
            .map_err(|_| Error::RequestTimeout)?;
        // What was taken stays; the caller sends the file again.
        piece.transpose().map_err(|_| Error::BadRequest)
    }
}

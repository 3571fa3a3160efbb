//! What handlers take: read, checked, and answered with a [`crate::problem::Problem`] where it is wrong.
//!
//! `Json`, `Query` and `Path` bear the names of actix's own extractors because utoipa documents arguments by
//! these names.

mod client;
mod conditional;
mod device;
mod idempotency_key;
mod json;
mod may;
mod origin;
mod path;
mod purpose;
mod query;
mod text;

pub use self::client::ClientRequest;
pub use self::conditional::{CODINGS, IfMatch, IfNoneMatch, content_tag, version_tag};
pub use self::device::device_cookie;
pub use self::idempotency_key::{IDEMPOTENCY_KEY, idempotency_key};
pub use self::json::{BodyLimit, Json, MaybeJson};
pub(crate) use self::json::{is_plain_utf8, media_type};
pub use self::may::{Caller, Identity, May, NeededPermission};
pub use self::origin::{From, TrustedProxies};
pub use self::path::Path;
pub use self::purpose::{Purpose, REVEAL_PURPOSE};
pub use self::query::{Query, parse as parse_query};
pub use self::text::{comma_separated, strict, strict_required};

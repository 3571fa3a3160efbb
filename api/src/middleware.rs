//! What happens to every request, from the outside in:
//!
//! 1. [`request_id`]: names the request, in the answer and in every line of the log.
//! 2. [`measure`]: counts the request, where somebody watches.
//! 3. [`access_log`]: one line per request.
//! 4. [`security_headers`]: what browsers and caches may do with the answer.
//! 5. [`problems`]: every failure, a panic included, becomes a `Problem`, or what OAuth has for it.
//! 6. `Cors`, where other origins are allowed ([`crate::cors`]).
//! 7. [`audit`]: entries of the audit trail name the request, and what was refused is noted.
//! 8. [`limits`]: addresses and header fields of sane size.
//! 9. [`head`]: HEAD is GET without the body.
//! 10. [`tag`], actix's `Compress`, [`choose`]: compressed answers with tags of their own.
//! 11. [`stray_query`]: no query where none is taken.
//! 12. [`authenticate`]: who asks.
//! 13. [`rate_limit`]: how often.
//! 14. [`idempotency`]: what is sent twice is done once.

mod access_log;
mod audit;
mod authenticate;
mod compression;
mod head;
mod idempotency;
mod limits;
mod measure;
mod problems;
mod rate_limit;
mod request_id;
mod security_headers;
mod stray_query;

pub use self::access_log::access_log;
pub use self::audit::{audit, note_violation};
pub use self::authenticate::authenticate;
pub use self::compression::{choose, tag};
pub use self::head::head;
pub use self::idempotency::idempotency;
pub use self::limits::limits;
pub use self::measure::measure;
pub use self::problems::problems;
pub use self::rate_limit::rate_limit;
pub use self::request_id::{RequestId, request_id};
pub use self::security_headers::security_headers;
pub use self::stray_query::stray_query;

//! What happens to every request, from the outside in:
//!
//! 1. [`request_id`]: names the request, in the answer and in every line of the log.
//! 2. [`access_log`]: one line per request.
//! 3. [`security_headers`]: what browsers and caches may do with the answer.
//! 4. [`problems`]: every failure, a panic included, becomes a `Problem`; refusals of OAuth keep their own form.
//! 5. [`audit`]: entries of the audit trail name the request, and what was refused is noted.
//! 6. [`limits`]: addresses and header fields of sane size.
//! 7. [`head`]: HEAD is GET without the body.
//! 8. [`stray_query`]: no query where none is taken.
//! 9. [`authenticate`]: who asks.

mod access_log;
mod audit;
mod authenticate;
mod head;
mod limits;
mod problems;
mod request_id;
mod security_headers;
mod stray_query;

pub use self::access_log::access_log;
pub use self::audit::audit;
pub use self::authenticate::authenticate;
pub use self::head::head;
pub use self::limits::limits;
pub use self::problems::problems;
pub use self::request_id::{RequestId, request_id};
pub use self::security_headers::security_headers;
pub use self::stray_query::stray_query;

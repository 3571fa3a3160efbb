//! The request that something happens in.

use std::fmt;
use std::net::IpAddr;

use crate::auth::Origin;

/// What an entry says of the request that it was made in.
#[derive(Clone, Default)]
pub struct Request {
    /// Its id, as the answer and the log name it.
    pub id: String,
    /// Where it came from; entries keep no more of it than sessions do.
    pub address: Option<IpAddr>,
}

/// Addresses are personal data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// The network that it came from.
    pub(super) fn address_class(&self) -> Option<String> {
        let origin = Origin {
            address: self.address,
            ..Origin::default()
        };
        origin.address_class()
    }
}

tokio::task_local! {
    static REQUEST: Request;
}

/// Runs all that a request causes.
///
/// The request is ambient rather than an argument of every rule, because it decides nothing: no rule may look at it, it
/// is only noted. What runs outside of any request is the program's own doing and has none.
pub async fn during<F: Future>(request: Request, work: F) -> F::Output {
    REQUEST.scope(request, work).await
}

/// The request that this runs in, if it runs in one.
pub(crate) fn current() -> Option<Request> {
    REQUEST.try_with(Clone::clone).ok()
}

//! The document is the contract: it is complete, it is what the server does, and changes of it are seen.

mod constraints;
mod examples;
mod lint;
mod served;
mod snapshot;

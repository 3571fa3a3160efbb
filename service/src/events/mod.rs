//! The feed of changes: what has happened to which record, so that other systems can keep a copy that is never wrong for
//! long.
//!
//! What changes a record writes its events in the same transaction ([`publish`]): both are there, or neither. Nobody has to
//! think of it, because the audit trail hands on what commands note in it ([`crate::audit::record_all`]); only what a command
//! does to other records beside its own is published by itself. Events are written without a place. A moment after their
//! transaction was committed they get one ([`sequence`]), in the order in which they were written: who commits late gets a
//! later place, and a reader who has come as far as a place has seen all that is before it. Of one record the order is that of
//! its changes, since whoever changes it has locked it before the event is written.
//!
//! Readers keep a [`Position`] and ask for what comes after it ([`feed::read`]). What is too old goes
//! ([`crate::privacy::retention`]); who has come no farther than that learns it, and makes a new copy.

pub mod feed;
mod names;
mod outbox;
mod position;
mod prune;
pub mod sequence;
mod signal;

pub use self::names::{EventPatternName, EventSubjectName, EventTypeName};
pub(crate) use self::outbox::{Change, forget_belongings, publish, type_of};
pub use self::position::{After, Position};
pub(crate) use self::prune::prune;
pub use self::signal::Signal;

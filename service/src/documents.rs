//! What passports, visas, identity cards and traveller numbers have in common: how they are found, changed and removed,
//! which dates can be true, and who sees their numbers.

mod check;
mod everything;
mod from_mrz;
mod number;
mod reveal;
mod table;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::UserId;
use entity::values::AuditAction;

pub(crate) use self::check::Checks;
pub use self::everything::TravelDocuments;
pub(crate) use self::everything::{Opened, all_as_seen_by, copy};
pub(crate) use self::from_mrz::{
    all_checks, at_mrz, at_source, field_of_mrz, read_mrz, undoubted, unless_in_mrz,
};
pub use self::number::ShownNumber;
pub(crate) use self::number::{MASKED_FIELDS, Sight, mask};
pub use self::reveal::Reveal;
pub(crate) use self::reveal::{About, clear_sight, note, refuse_beyond_limit, reveal};
pub(crate) use self::table::{
    DocumentTable, all, delete, expired, find, get, good_on, insert, lock, one_page, page, remove_expired,
    save, update,
};
use crate::audit::Audited;
use crate::policy::Actor;

/// What the audit trail calls what happens to a kind of document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actions {
    /// It was recorded.
    pub(crate) created: AuditAction,
    /// It was changed.
    pub(crate) updated: AuditAction,
    /// It was removed.
    pub(crate) deleted: AuditAction,
    /// Its number was shown to somebody else.
    pub(crate) revealed: AuditAction,
}

/// Every action that shows the number of a document to somebody else: one limit counts them all.
pub(crate) const REVEALING: [AuditAction; 4] = [
    AuditAction::PassportRevealed,
    AuditAction::VisaRevealed,
    AuditAction::IdentityCardRevealed,
    AuditAction::TravellerNumberRevealed,
];

/// A document of a person, with a number that not everybody may see.
pub(crate) trait Document: Audited + Clone + PartialEq {
    /// The document as somebody may see it.
    type Shown;
    /// What happens to it.
    const ACTIONS: Actions;

    /// Whose it is.
    fn holder(&self) -> UserId;

    /// The last day on which it is good, if it ends.
    fn last_day(&self) -> Option<NaiveDate>;

    /// Counts the changes.
    fn version(&self) -> i64;

    /// Counts a change.
    fn touch(&mut self, now: DateTime<Utc>);

    /// What is seen of it.
    fn shown(self, sight: Sight) -> Self::Shown;

    /// The document as an actor may see it: the holder in clear, everybody else with masked numbers.
    fn shown_to(self, actor: &Actor) -> Self::Shown {
        let sight = Sight::of(actor, self.holder());
        self.shown(sight)
    }
}

/// Whether a document with this last day of validity has expired.
pub fn is_expired(last_day: NaiveDate, today: NaiveDate) -> bool {
    last_day < today
}

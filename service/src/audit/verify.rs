//! Looks whether the audit trail still is what was written.

mod checkpoints;

use std::fmt;

use entity::ids::AuditEventId;
use entity::{audit_chain, audit_events};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use self::checkpoints::{Signed, compare_file, last_of_file};
use super::entry;
use crate::core::Core;
use crate::db::uncounted;
use crate::error::{Error, Result};

/// How many entries are read at a time.
const PAGE: u64 = 5000;

/// A trail that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Entries in the chain.
    pub entries: i64,
    /// Entries that wait to be chained.
    pub waiting: u64,
}

/// The first entry that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its place in the chain, if it has one.
    pub seq: Option<i64>,
    /// Its id, if it is there.
    pub id: Option<AuditEventId>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A column is not what was written.
    Changed,
    /// It is gone.
    Missing,
    /// This program did not write it.
    Inserted,
    /// It was written, but not at this place.
    Reordered,
    /// It and all after it are gone.
    CutOff,
    /// The checkpoint at this place is gone.
    CheckpointMissing,
    /// The checkpoint at this place is not what was signed, or the chain is not what it was when it was signed.
    CheckpointChanged,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wrong {
            Wrong::CheckpointMissing | Wrong::CheckpointChanged => f.write_str("Checkpoint")?,
            _ => f.write_str("Entry")?,
        }
        match self.seq {
            Some(seq) => write!(f, " {seq}")?,
            None => f.write_str(" without a place in the chain")?,
        }
        if let Some(id) = self.id {
            write!(f, " ({id})")?;
        }
        f.write_str(match self.wrong {
            Wrong::Changed => " was changed: it is not what was written.",
            Wrong::Missing => " is missing: it was removed, or taken out of the chain.",
            Wrong::Inserted => " was inserted: this program did not write it.",
            Wrong::Reordered => " was reordered: it was written, but not at this place.",
            Wrong::CutOff => " is missing with all that came after it: the tail was cut off.",
            Wrong::CheckpointMissing => " is missing: it was removed.",
            Wrong::CheckpointChanged => " was changed, or the chain before it was written anew.",
        })
    }
}

/// Walks the whole trail, in memory that does not grow with it. `progress` hears how many entries are done.
///
/// # Errors
/// When the database or the file of checkpoints is away; what is wrong with the trail is no error of this.
pub async fn verify(core: &Core, progress: impl FnMut(i64)) -> Result<Result<Verified, Fault>> {
    match uncounted(Box::pin(walk(core, progress))).await {
        Ok(verified) => Ok(Ok(verified)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Why a walk ends early.
enum Stop {
    Fault(Fault),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

const fn fault(seq: Option<i64>, id: Option<AuditEventId>, wrong: Wrong) -> Stop {
    Stop::Fault(Fault { seq, id, wrong })
}

async fn walk(core: &Core, mut progress: impl FnMut(i64)) -> Result<Verified, Stop> {
    // In this order: the chain has at least what the file knows of, also while it grows.
    let known = last_of_file(core)?;
    let mut signed = Signed::read(core).await?;
    let known = known.max(signed.last());
    let head = head(core).await?;
    let waiting = unchained(core).await;
    let (mut seq, mut hash) = (0, "-".to_owned());
    loop {
        let entries = page(core, seq).await?;
        let Some(last) = entries.last().and_then(|entry| entry.seq) else {
            break;
        };
        for entry in &entries {
            seq += 1;
            hash = check(core, entry, seq, &hash)?;
            signed.reach(core, seq, &hash).await?;
            if head.seq == seq && head.hash != hash {
                return Err(fault(Some(seq), Some(entry.id), Wrong::Changed));
            }
        }
        progress(last);
    }
    if seq < known.max(head.seq) {
        return Err(fault(Some(seq + 1), None, Wrong::CutOff));
    }
    // What lies behind the end of the chain did not come there by this program.
    let end = self::head(core).await?.seq;
    if seq > end {
        let id = audit_events::Entity::find()
            .filter(audit_events::COLUMN.seq.eq(end + 1))
            .one(core.db.read())
            .await?
            .map(|entry| entry.id);
        return Err(fault(Some(end + 1), id, Wrong::Inserted));
    }
    compare_file(core).await?;
    Ok(Verified {
        entries: seq,
        waiting: waiting?,
    })
}

async fn head(core: &Core) -> Result<audit_chain::Model> {
    let head = audit_chain::Entity::find_by_id(1).one(core.db.read()).await?;
    Ok(head.unwrap_or(audit_chain::Model {
        id: 1,
        seq: 0,
        hash: "-".to_owned(),
    }))
}

/// The entries after a place.
async fn page(core: &Core, after: i64) -> Result<Vec<audit_events::Model>, Stop> {
    let behind = || {
        audit_events::Entity::find()
            .filter(audit_events::COLUMN.seq.gt(after))
            .order_by_asc(audit_events::COLUMN.seq)
    };
    let found = behind().limit(PAGE).all(core.db.read()).await;
    match found.map_err(Error::from) {
        Ok(entries) => Ok(entries),
        Err(error @ Error::Unavailable(_)) => Err(error.into()),
        // One of them cannot even be read: the first such one is looked for.
        Err(_) => {
            let places: Vec<i64> = behind()
                .select_only()
                .column(audit_events::Column::Seq)
                .limit(PAGE)
                .into_tuple()
                .all(core.db.read())
                .await?;
            for seq in places {
                let alone = audit_events::Entity::find().filter(audit_events::COLUMN.seq.eq(seq));
                if alone.one(core.db.read()).await.is_err() {
                    return Err(fault(Some(seq), None, Wrong::Changed));
                }
            }
            Err(Stop::Failed(Error::Internal("entries cannot be read".into())))
        }
    }
}

/// Checks an entry at its place; answers its hash.
fn check(core: &Core, entry: &audit_events::Model, seq: i64, before: &str) -> Result<String, Stop> {
    if entry.seq != Some(seq) {
        return Err(fault(Some(seq), None, Wrong::Missing));
    }
    let canonical = entry::canonical(entry);
    let hash = entry::hash(before, seq, &canonical, &entry.mac);
    let is_ours = core.audit.mac(&canonical) == entry.mac;
    let is_here = entry.hash.as_ref() == Some(&hash);
    match (is_ours, is_here) {
        (true, true) => Ok(hash),
        (true, false) => Err(fault(Some(seq), Some(entry.id), Wrong::Reordered)),
        // The chain was made to fit, or the program has chained what SQL had written.
        (false, true) => Err(fault(Some(seq), Some(entry.id), Wrong::Inserted)),
        (false, false) => Err(fault(Some(seq), Some(entry.id), Wrong::Changed)),
    }
}

/// How many entries wait to be chained; each carries its code already.
async fn unchained(core: &Core) -> Result<u64, Stop> {
    let mut count = 0;
    let mut after: Option<AuditEventId> = None;
    loop {
        let mut query = audit_events::Entity::find().filter(audit_events::COLUMN.seq.is_null());
        if let Some(after) = after {
            query = query.filter(audit_events::COLUMN.id.gt(after));
        }
        let found = query
            .order_by_asc(audit_events::COLUMN.id)
            .limit(PAGE)
            .all(core.db.read());
        let entries = match found.await.map_err(Error::from) {
            Ok(entries) => entries,
            Err(error @ Error::Unavailable(_)) => return Err(error.into()),
            Err(_) => return Err(fault(None, None, Wrong::Changed)),
        };
        for entry in &entries {
            if core.audit.mac(&entry::canonical(entry)) != entry.mac {
                return Err(fault(None, Some(entry.id), Wrong::Inserted));
            }
            count += 1;
        }
        match entries.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(count),
        }
    }
}

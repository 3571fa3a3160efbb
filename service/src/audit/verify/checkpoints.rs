//! Holds the chain against its checkpoints, those of the table and those of the file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};

use entity::audit_checkpoints::{self, Model};
use sea_orm::{EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::super::checkpoint::{Line, is_genuine};
use super::{PAGE, Stop, Wrong, fault};
use crate::core::Core;
use crate::error::{Error, Result};

/// The checkpoints of the table, read along with the chain.
pub(super) struct Signed {
    ahead: VecDeque<Model>,
    last: i64,
    /// The one that was passed last.
    passed: i64,
}

impl Signed {
    pub(super) async fn read(core: &Core) -> Result<Self, Stop> {
        let last = audit_checkpoints::Entity::find()
            .select_only()
            .column(audit_checkpoints::Column::Seq)
            .order_by_desc(audit_checkpoints::COLUMN.seq)
            .into_tuple::<i64>()
            .one(core.db.read())
            .await?;
        Ok(Self {
            ahead: after(core, 0).await?,
            last: last.unwrap_or(0),
            passed: 0,
        })
    }

    /// The farthest place that is signed.
    pub(super) const fn last(&self) -> i64 {
        self.last
    }

    /// Hears that the chain has a hash at a place.
    pub(super) async fn reach(&mut self, core: &Core, seq: i64, hash: &str) -> Result<(), Stop> {
        let Some(next) = self.ahead.front().filter(|next| next.seq <= seq) else {
            return Ok(());
        };
        if next.seq != seq || next.hash != hash || !is_genuine(&core.audit, next) {
            return Err(fault(Some(next.seq), None, Wrong::CheckpointChanged));
        }
        if next.previous_seq != self.passed {
            return Err(fault(Some(next.previous_seq), None, Wrong::CheckpointMissing));
        }
        self.passed = seq;
        self.ahead.pop_front();
        if self.ahead.is_empty() {
            self.ahead = after(core, seq).await?;
        }
        Ok(())
    }
}

async fn after(core: &Core, seq: i64) -> Result<VecDeque<Model>> {
    let found = audit_checkpoints::Entity::find()
        .filter(audit_checkpoints::COLUMN.seq.gt(seq))
        .order_by_asc(audit_checkpoints::COLUMN.seq)
        .limit(PAGE)
        .all(core.db.read())
        .await?;
    Ok(found.into())
}

/// The farthest place that the file knows of; all its lines were signed here.
pub(super) fn last_of_file(core: &Core) -> Result<i64, Stop> {
    let mut last = 0;
    for line in lines(core)? {
        last = last.max(line?.seq);
    }
    Ok(last)
}

/// Whether the table has every checkpoint of the file, and the very same.
pub(super) async fn compare_file(core: &Core) -> Result<(), Stop> {
    let mut lines = lines(core)?;
    loop {
        let batch: Vec<Model> = lines.by_ref().take(500).collect::<Result<_, Stop>>()?;
        if batch.is_empty() {
            return Ok(());
        }
        let places = batch.iter().map(|it| it.seq);
        let stored = audit_checkpoints::Entity::find()
            .filter(audit_checkpoints::COLUMN.seq.is_in(places))
            .all(core.db.read())
            .await?;
        for it in batch {
            match stored.iter().find(|stored| stored.seq == it.seq) {
                None => return Err(fault(Some(it.seq), None, Wrong::CheckpointMissing)),
                Some(stored) if *stored != it => {
                    return Err(fault(Some(it.seq), None, Wrong::CheckpointChanged));
                }
                Some(_) => {}
            }
        }
    }
}

/// The checkpoints of the file, in the order in which they stand there.
fn lines(core: &Core) -> Result<Box<dyn Iterator<Item = Result<Model, Stop>> + '_>, Stop> {
    let file = core.audit.file();
    let unreadable = move |error: std::io::Error| {
        Stop::Failed(Error::Internal(format!(
            "{} cannot be read: {error}",
            file.display()
        )))
    };
    let opened = match File::open(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Box::new(std::iter::empty())),
        opened => opened.map_err(unreadable)?,
    };
    Ok(Box::new(BufReader::new(opened).lines().map(move |line| {
        let line: Result<Line, _> = serde_json::from_str(&line.map_err(unreadable)?);
        // A line that cannot be read has no place that could be named.
        let it = Model::from(line.map_err(|_| fault(None, None, Wrong::CheckpointChanged))?);
        if is_genuine(&core.audit, &it) {
            Ok(it)
        } else {
            Err(fault(Some(it.seq), None, Wrong::CheckpointChanged))
        }
    })))
}

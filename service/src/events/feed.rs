//! Reading the feed.

use std::time::Duration;

use entity::events::{self, Model};
use entity::ids::EventId;
use entity::values::{EventPattern, EventType};
use sea_orm::{EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use tokio::time::Instant;

use super::sequence::{head, settle};
use super::{After, Position};
use crate::core::Core;
use crate::error::{Error, Result};
use crate::page::Limit;
use crate::policy::{Permit, ReadEvents};

/// What is wanted of the feed.
#[derive(Debug, Clone, Default)]
pub struct FeedRequest {
    /// After what to go on.
    pub after: After,
    /// Only these types; all, if none is named.
    pub types: Vec<EventPattern>,
    /// How many events at the most; [`crate::page::DEFAULT_LIMIT`] if not said.
    pub limit: Option<Limit>,
    /// How long to wait for an event, if there is none.
    pub wait: Duration,
}

/// A part of the feed.
#[derive(Debug, Clone)]
pub struct Events {
    /// The events with their positions, in order.
    pub data: Vec<(Position, Model)>,
    /// How far the reader has come: after this to go on, also where no event is of the types that are wanted.
    pub position: Position,
    /// Whether there are more events now.
    pub has_more: bool,
}

/// Reads on, and waits for the next event where there is none.
///
/// # Errors
/// `PositionGone` when events after the position are no longer kept, or when there never was such an event.
pub async fn read(core: &Core, _by: &Permit<ReadEvents>, request: &FeedRequest) -> Result<Events> {
    let until = Instant::now() + request.wait.min(core.settings.events_max_wait);
    let mut listener = core.events.listen();
    let mut request = request.clone();
    loop {
        settle(core).await?;
        let found = look(core, &request).await?;
        if !found.data.is_empty() || !listener.wait(until).await {
            return Ok(found);
        }
        // What was of no interest need not be looked at again.
        request.after = After::Event(found.position);
    }
}

async fn look(core: &Core, request: &FeedRequest) -> Result<Events> {
    let db = core.db.read();
    // First how far to look, then what is there: what is added meanwhile is for the next time.
    let ends = head(db).await?;
    let after = match request.after {
        After::Oldest => Position::BEGINNING,
        After::Event(position) => position,
        After::Latest => Position {
            place: ends.position,
            mark: 0,
        },
    };
    let (last, known) = marks(core, ends.position, after.place).await?;
    if let After::Event(position) = request.after {
        let is_other = known.is_some_and(|id| !position.is_at(id));
        // The one before the first that is kept is gone, and nothing is missing after it.
        if is_other || position.place > ends.position {
            return Err(Error::PositionGone);
        }
    }
    let Limit(limit) = request.limit.unwrap_or_default();
    let mut query = events::Entity::find()
        .filter(events::COLUMN.position.gt(after.place))
        .filter(events::COLUMN.position.lte(ends.position));
    if !request.types.is_empty() {
        let types = request.types.iter().flat_map(|pattern| pattern.types());
        query = query.filter(events::COLUMN.event_type.is_in(types.map(EventType::as_str)));
    }
    let rows = query
        .order_by_asc(events::COLUMN.position)
        .limit(limit + 1)
        .all(db)
        .await?;
    // Asked last, since somebody may have tidied up meanwhile.
    let is_short = match request.after {
        After::Oldest | After::Latest => false,
        After::Event(position) => position.place < head(db).await?.pruned,
    };
    if is_short {
        return Err(Error::PositionGone);
    }
    let has_more = rows.len() as u64 > limit;
    let mut data: Vec<_> = rows
        .into_iter()
        .map(|row| (Position::of(row.position.unwrap_or_default(), row.id), row))
        .collect();
    data.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let position = match data.last() {
        Some((position, _)) if has_more => *position,
        _ => last,
    };
    Ok(Events {
        data,
        position,
        has_more,
    })
}

/// The position of the last event, and the id of the event at a place, where it is still there.
async fn marks(core: &Core, last: i64, place: i64) -> Result<(Position, Option<EventId>)> {
    if last == 0 {
        return Ok((Position::BEGINNING, None));
    }
    let found: Vec<(Option<i64>, EventId)> = events::Entity::find()
        .select_only()
        .column(events::Column::Position)
        .column(events::Column::Id)
        .filter(events::COLUMN.position.is_in([last, place]))
        .into_tuple()
        .all(core.db.read())
        .await?;
    let at = |place: i64| {
        let mut all = found.iter();
        all.find(|(position, _)| *position == Some(place))
            .map(|(_, id)| *id)
    };
    let id = at(last).ok_or_else(|| Error::Internal("the feed of changes has lost its last event".into()))?;
    Ok((Position::of(last, id), at(place)))
}

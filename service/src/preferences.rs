//! How somebody likes to travel, and what help they need: one record of each user, there from the first change on.

mod commands;
mod record;

use entity::ids::UserId;
use entity::values::{AuditAction, ServiceNote, SpecialServiceCode, SpecialServiceKind};
use entity::{travel_preferences, users};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

pub use self::commands::{NewAssistance, PreferencesPatch};
pub use self::record::{Assistance, TravelPreferences};
use crate::audit::{self, Event};
use crate::belongings::visible_to;
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, FieldError, Result};
use crate::input::{Input, Valid};
use crate::policy::{Permit, ReadPreferences, WritePreferences};
use crate::sealing::{self, Vaulted as _};
use crate::travel::special_services;
use crate::users as people;
use crate::version::Precondition;

/// Reads somebody's preferences: nothing, as version 0, of who has said none yet.
///
/// # Errors
/// `NotFound` when the user is out of reach.
pub async fn get(core: &Core, by: &Permit<ReadPreferences>, id: UserId) -> Result<TravelPreferences> {
    let db = core.db.read();
    let query =
        || visible_to::<travel_preferences::Entity, _>(by).filter(travel_preferences::COLUMN.user_id.eq(id));
    if let Some(found) = sealing::one_of(core, db, id, query).await? {
        return Ok(found);
    }
    let reached = people::visible_to(by).filter(users::COLUMN.id.eq(id));
    if reached.count(db).await? == 0 {
        return Err(Error::NotFound);
    }
    Ok(TravelPreferences::none(id))
}

/// Changes somebody's preferences, or records the first ones. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid` when a note is missing, `restricted`.
pub async fn update(
    core: &Core,
    by: &Permit<WritePreferences>,
    id: UserId,
    precondition: &Precondition,
    command: Valid<PreferencesPatch>,
) -> Result<TravelPreferences> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let key = people::lock(core, txn, by, id).await?.key;
            let row = travel_preferences::Entity::find_by_id(id).one(txn).await?;
            let is_new = row.is_none();
            let found = match row {
                Some(row) => travel_preferences::Entity::open(row, &key)?,
                None => TravelPreferences::none(id),
            };
            precondition.check(found.version)?;
            let mut preferences = apply(&found, patch)?;
            if preferences == found {
                return Ok(found);
            }
            let now = core.clock.now();
            preferences.version += 1;
            preferences.created_at.get_or_insert(now);
            preferences.updated_at = Some(now);
            let row = row_of(&travel_preferences::Entity::seal(
                &preferences,
                &key,
                &core.vault,
            )?);
            if is_new {
                travel_preferences::Entity::insert(row)
                    .exec_without_returning(txn)
                    .await?;
            } else {
                travel_preferences::Entity::update_many()
                    .set(row)
                    .filter(travel_preferences::COLUMN.user_id.eq(id))
                    .exec(txn)
                    .await?;
            }
            let event = Event::new(AuditAction::PreferencesUpdated).changed(&found, &preferences);
            audit::record(core, txn, by.actor(), event.under(&key)).await?;
            Ok(preferences)
        })
        .await
}

/// The preferences of those among some people who have said any.
pub(crate) async fn all_of(
    core: &Core,
    db: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<TravelPreferences>> {
    let query = travel_preferences::Entity::find()
        .filter(travel_preferences::COLUMN.user_id.is_in(users.iter().copied()));
    sealing::all(core, db, query).await
}

fn apply(found: &TravelPreferences, patch: PreferencesPatch) -> Result<TravelPreferences> {
    let PreferencesPatch {
        seat,
        seat_note,
        meal,
        meal_note,
        assistance,
    } = patch;
    let mut preferences = found.clone();
    seat.patch_nullable(&mut preferences.seat);
    seat_note.patch_nullable(&mut preferences.seat_note);
    meal.patch_nullable(&mut preferences.meal);
    meal_note.patch_nullable(&mut preferences.meal_note);
    match assistance {
        Input::Value(list) => {
            preferences.assistance = list
                .into_iter()
                .map(Assistance::try_from)
                .collect::<Result<_>>()?;
        }
        Input::Null => preferences.assistance.clear(),
        Input::Absent | Input::Refused(_) => {}
    }
    let (meal, note) = (preferences.meal.as_ref(), preferences.meal_note.as_ref());
    if meal.is_some_and(|meal| lacks_note(meal, SpecialServiceKind::Meal, note)) {
        return Err(FieldError::field("meal_note", "required", NOTE_MISSING).into());
    }
    Ok(preferences)
}

const NOTE_MISSING: &str = "This code says nothing without a note; describe what the airline has to know.";

/// Whether a code needs a note that is not there.
fn lacks_note(code: &SpecialServiceCode, kind: SpecialServiceKind, note: Option<&ServiceNote>) -> bool {
    note.is_none() && special_services::find(code, kind).is_ok_and(|service| service.note_required)
}

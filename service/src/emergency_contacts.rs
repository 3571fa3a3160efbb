//! Whom to call when something happens to a traveller: a few people of each user.

mod commands;
mod contact;

use entity::emergency_contacts::{self, Column};
use entity::ids::{EmergencyContactId, UserId};
use entity::values::AuditAction;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

pub use self::commands::{EmergencyContactFilter, EmergencyContactPatch, NewEmergencyContact};
pub use self::contact::EmergencyContact;
use crate::audit::{self, Event};
use crate::belongings::{self, visible_to};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Conflict, Error, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadEmergencyContacts, WriteEmergencyContacts};
use crate::sealing::{self, Held, Vaulted as _};
use crate::users;
use crate::version::Precondition;

/// How many of them a user can have: who is called first is called, and nobody keeps an address book here.
pub const MAX: u64 = 5;

/// Records an emergency contact.
///
/// # Errors
/// `Invalid` when there is no such user, `too_many_emergency_contacts`, `restricted`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteEmergencyContacts>,
    command: Valid<NewEmergencyContact>,
) -> Result<EmergencyContact> {
    let NewEmergencyContact {
        user_id,
        name,
        relationship,
        phone,
        email,
        language,
    } = command.into_inner();
    let now = core.clock.now();
    let contact = EmergencyContact {
        id: EmergencyContactId::new(),
        user_id: user_id.required("user_id")?,
        name: name.required("name")?,
        relationship: relationship.optional(),
        phone: phone.required("phone")?,
        email: email.optional(),
        language: language.optional(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    core.db
        .write(async |txn| {
            let traveller = users::lock(core, txn, by, contact.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            let present = emergency_contacts::Entity::find()
                .filter(Column::UserId.eq(contact.user_id))
                .count(txn)
                .await?;
            if present >= MAX {
                return Err(Conflict::TooManyEmergencyContacts.into());
            }
            let row = emergency_contacts::Entity::seal(&contact, &traveller.key, &core.vault)?;
            emergency_contacts::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
            let event = Event::new(AuditAction::EmergencyContactCreated).created(&contact);
            audit::record(core, txn, by.actor(), event.under(&traveller.key)).await?;
            Ok(contact)
        })
        .await
}

/// Reads one emergency contact.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(
    core: &Core,
    by: &Permit<ReadEmergencyContacts>,
    id: EmergencyContactId,
) -> Result<EmergencyContact> {
    let query = visible_to::<emergency_contacts::Entity, _>(by).filter(Column::Id.eq(id));
    sealing::one(core, core.db.read(), query)
        .await?
        .ok_or(Error::NotFound)
}

/// One page of emergency contacts.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadEmergencyContacts>,
    filter: &EmergencyContactFilter,
    page: &PageRequest,
) -> Result<Page<EmergencyContact>> {
    let keyset = page.check(core, by.actor(), "emergency_contacts", filter)?;
    let mut query = visible_to::<emergency_contacts::Entity, _>(by);
    if let Some(user) = filter.user_id {
        query = query.filter(Column::UserId.eq(user));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(Column::Id.gt(EmergencyContactId::from(after)));
    }
    let query = query.order_by_asc(Column::Id).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    Ok(keyset.page(core, rows, |contact| contact.id.uuid()))
}

/// Changes an emergency contact. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `restricted`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteEmergencyContacts>,
    id: EmergencyContactId,
    precondition: &Precondition,
    command: Valid<EmergencyContactPatch>,
) -> Result<EmergencyContact> {
    let EmergencyContactPatch {
        name,
        relationship,
        phone,
        email,
        language,
    } = command.into_inner();
    core.db
        .write(async |txn| {
            let Held { record: found, key } = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let mut contact = found.clone();
            name.patch(&mut contact.name);
            relationship.patch_nullable(&mut contact.relationship);
            phone.patch(&mut contact.phone);
            email.patch_nullable(&mut contact.email);
            language.patch_nullable(&mut contact.language);
            if contact == found {
                return Ok(found);
            }
            contact.version += 1;
            contact.updated_at = core.clock.now();
            let row = emergency_contacts::Entity::seal(&contact, &key, &core.vault)?;
            emergency_contacts::Entity::update_many()
                .set(row_of(&row))
                .filter(Column::Id.eq(id))
                .exec(txn)
                .await?;
            let event = Event::new(AuditAction::EmergencyContactUpdated).changed(&found, &contact);
            audit::record(core, txn, by.actor(), event.under(&key)).await?;
            Ok(contact)
        })
        .await
}

/// Removes an emergency contact.
///
/// # Errors
/// `NotFound`, `Stale`, `restricted`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteEmergencyContacts>,
    id: EmergencyContactId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let found = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            emergency_contacts::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::EmergencyContactDeleted).removed(&found.record);
            audit::record(core, txn, by.actor(), event.under(&found.key)).await
        })
        .await
}

/// The emergency contacts of some people, in the order in which they are called.
pub(crate) async fn all_of(
    core: &Core,
    db: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<Vec<EmergencyContact>> {
    let query = emergency_contacts::Entity::find()
        .filter(Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(Column::Id);
    sealing::all(core, db, query).await
}

/// An emergency contact, with its user locked: all changes of what hangs on one user wait for each other.
async fn lock(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<WriteEmergencyContacts>,
    id: EmergencyContactId,
) -> Result<Held<EmergencyContact>> {
    let find = || visible_to::<emergency_contacts::Entity, _>(by).filter(Column::Id.eq(id));
    belongings::lock_person(core, txn, by, find()).await?;
    sealing::held(core, txn, find()).await?.ok_or(Error::NotFound)
}

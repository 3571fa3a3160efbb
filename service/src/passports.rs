//! Passports: several of a user, one of the active ones primary.

mod commands;
mod from_mrz;
mod mrz;
mod passport;
mod shown;

use std::cmp::Reverse;

use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::passports;
use entity::values::{AuditAction, ExternalId, PassportStatus};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

pub use self::commands::{NewPassport, PassportFilter, PassportPatch, PassportSearch};
pub use self::mrz::{ParseMrz, compose as compose_mrz, parse as parse_mrz};
pub use self::passport::Passport;
pub use self::shown::Shown;
use crate::audit::{self, Event, Who};
use crate::belongings::{self, visible_to};
use crate::core::Core;
use crate::documents::{self, Checks, Document as _, Reveal};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::external_ids;
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadPassports, RevealPassport, WritePassports};
use crate::sealing::{self, DataKey, Held};
use crate::users;
use crate::version::Precondition;
use crate::visas;

/// Records a passport. The answer shows it as the caller may see it.
///
/// # Errors
/// `NotFound` when the holder is out of reach, `Invalid`, `passport_exists`, `primary_not_active`.
pub async fn create(core: &Core, by: &Permit<WritePassports>, command: Valid<NewPassport>) -> Result<Shown> {
    let NewPassport {
        user_id,
        mrz,
        document_code,
        issuing_country,
        nationality,
        passport_number,
        personal_number,
        surname,
        given_names,
        date_of_birth,
        sex,
        birth_country,
        place_of_birth,
        issue_date,
        expiry_date,
        status,
        primary,
        external_ids,
    } = from_mrz::fill(core, command.into_inner())?;
    external_ids::check_rights(by.reach(), external_ids.is_present())?;
    let issuing_country = issuing_country.required("issuing_country")?;
    let now = core.clock.now();
    let mut passport = Passport {
        id: PassportId::new(),
        user_id: user_id.required("user_id")?,
        document_code: document_code.optional().unwrap_or_default(),
        nationality: nationality.optional().unwrap_or(issuing_country),
        issuing_country,
        passport_number: passport_number.required("passport_number")?,
        personal_number: personal_number.optional(),
        surname: surname.required("surname")?,
        given_names: given_names.optional(),
        date_of_birth: date_of_birth.required("date_of_birth")?,
        sex: sex.required("sex")?,
        birth_country: birth_country.optional(),
        place_of_birth: place_of_birth.optional(),
        issue_date: issue_date.optional(),
        expiry_date: expiry_date.required("expiry_date")?,
        status: status.optional().unwrap_or(PassportStatus::Active),
        primary: primary.optional().unwrap_or(false),
        version: 1,
        created_at: now,
        updated_at: now,
        external_ids: external_ids.optional().unwrap_or_default(),
    };
    check(core, &passport).map_err(|error| documents::at_source(error, &mrz, &from_mrz::HELD))?;
    core.db
        .write(async |txn| {
            let holder = users::lock(core, txn, by, passport.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            let others = documents::all::<passports::Entity>(core, txn, passport.user_id).await?;
            let active = passport.status == PassportStatus::Active;
            if passport.primary && !active {
                return Err(Conflict::PrimaryNotActive.into());
            }
            passport.primary = active && (passport.primary || !others.iter().any(|other| other.primary));
            if passport.primary {
                demote(core, txn, by.actor().into(), &holder.key, &others).await?;
            }
            documents::insert::<passports::Entity>(core, txn, by.actor(), &holder.key, &passport).await?;
            external_ids::add(core, txn, passport.id.into(), &passport.external_ids).await?;
            Ok(passport.shown_to(by.actor()))
        })
        .await
}

/// Reads one passport.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadPassports>, id: PassportId) -> Result<Shown> {
    documents::get::<passports::Entity, _>(core, by, id).await
}

/// Reads the passport that a number of another system stands for.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get_by_external_id(
    core: &Core,
    by: &Permit<ReadPassports>,
    external_id: &ExternalId,
) -> Result<Shown> {
    let ids = external_ids::ids_of::<PassportId>(core, external_id);
    let query = visible_to::<passports::Entity, _>(by).filter(passports::COLUMN.id.in_subquery(ids));
    let found = sealing::one(core, core.db.read(), query).await?;
    Ok(found.ok_or(Error::NotFound)?.shown_to(by.actor()))
}

/// Shows a passport in clear.
///
/// # Errors
/// `NotFound` when there is none within reach, `TooManyReveals`.
pub async fn reveal(
    core: &Core,
    by: &Permit<RevealPassport>,
    id: PassportId,
    command: Valid<Reveal>,
) -> Result<Shown> {
    documents::reveal::<passports::Entity, _>(core, by, id, command).await
}

/// One page of passports.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadPassports>,
    filter: &PassportFilter,
    page: &PageRequest,
) -> Result<Page<Shown>> {
    let keyset = page.check(core, by.actor(), "passports", filter)?;
    let PassportFilter {
        user_id,
        status,
        expires_before,
    } = filter;
    let mut query = visible_to::<passports::Entity, _>(by);
    if let Some(user) = user_id {
        query = query.filter(passports::COLUMN.user_id.eq(*user));
    }
    if let Some(status) = status {
        query = query.filter(passports::COLUMN.status.eq(*status));
    }
    if let Some(day) = expires_before {
        query = query.filter(passports::COLUMN.expiry_date.lt(*day));
    }
    documents::page(core, by.actor(), query, &keyset).await
}

/// The passport with this issuing country and number: one, or none within reach.
///
/// # Errors
/// Those of the database.
pub async fn search(
    core: &Core,
    by: &Permit<ReadPassports>,
    command: Valid<PassportSearch>,
) -> Result<Page<Shown>> {
    let PassportSearch {
        issuing_country,
        passport_number,
    } = command.into_inner();
    let index = core.vault.passport_index(
        issuing_country.required("issuing_country")?,
        &passport_number.required("passport_number")?,
    );
    let query = visible_to::<passports::Entity, _>(by).filter(passports::COLUMN.number_index.eq(index));
    documents::one_page(core, by.actor(), query).await
}

/// Changes a passport. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `passport_exists`, `primary_not_active`.
pub async fn update(
    core: &Core,
    by: &Permit<WritePassports>,
    id: PassportId,
    precondition: &Precondition,
    command: Valid<PassportPatch>,
) -> Result<Shown> {
    let patch = command.into_inner();
    external_ids::check_rights(by.reach(), patch.external_ids.is_present())?;
    core.db
        .write(async |txn| {
            let Locked { found, others, key } = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let wants_primary = patch.primary.value().copied();
            let mut passport = apply(&found, patch)?;
            let active = passport.status == PassportStatus::Active;
            if wants_primary == Some(true) && !active {
                return Err(Conflict::PrimaryNotActive.into());
            }
            if wants_primary == Some(false) && found.primary && active {
                return Err(FieldError::field(
                    "primary",
                    "not_permitted",
                    "One active passport is always primary; set primary on another one instead.",
                )
                .into());
            }
            // Back in use with no other active passport: it is the one to book with.
            passport.primary = active && (passport.primary || !others.iter().any(|other| other.primary));
            check(core, &passport)?;
            if passport == found {
                return Ok(found.shown_to(by.actor()));
            }
            if passport.primary && !found.primary {
                demote(core, txn, by.actor().into(), &key, &others).await?;
            }
            let passport = documents::save::<passports::Entity>(core, txn, &key, passport).await?;
            external_ids::follow(core, txn, id.into(), &found.external_ids, &passport.external_ids).await?;
            if found.primary && !passport.primary {
                promote(core, txn, by.actor().into(), &key, others).await?;
            }
            let event = Event::new(AuditAction::PassportUpdated).changed(&found, &passport);
            audit::record(core, txn, by.actor(), event.under(&key)).await?;
            Ok(passport.shown_to(by.actor()))
        })
        .await
}

/// Removes a passport. If it was primary, the active one that is valid longest takes its place.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WritePassports>,
    id: PassportId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let Locked { found, others, key } = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let event = Event::new(AuditAction::PassportDeleted);
            remove(core, txn, by.actor().into(), Locked { found, others, key }, event).await
        })
        .await
}

/// Removes a passport that has expired before a day, and tells whether it had.
///
/// # Errors
/// `NotFound`, `restricted`.
pub(crate) async fn remove_expired(core: &Core, id: PassportId, before: NaiveDate) -> Result<bool> {
    core.db
        .write(async |txn| {
            let Locked { found, others, key } = lock(core, txn, &Permit::system(), id).await?;
            if found.expiry_date >= before {
                return Ok(false);
            }
            let event = Event::new(AuditAction::PassportDeleted).detail("retention");
            remove(core, txn, Who::SYSTEM, Locked { found, others, key }, event).await?;
            Ok(true)
        })
        .await
}

/// Removes a passport with what hangs on it: the visas that name it stay, and name none; another one becomes primary.
async fn remove(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    Locked { found, others, key }: Locked,
    event: Event,
) -> Result<()> {
    visas::forget_passport(core, txn, who, &key, found.id).await?;
    passports::Entity::delete_by_id(found.id).exec(txn).await?;
    if found.primary {
        promote(core, txn, who, &key, others).await?;
    }
    audit::record(core, txn, who, event.removed(&found).under(&key)).await
}

/// Whether somebody holds this passport.
pub(crate) async fn is_of(txn: &impl ConnectionTrait, holder: UserId, id: PassportId) -> Result<bool> {
    let found = passports::Entity::find_by_id(id).filter(passports::COLUMN.user_id.eq(holder));
    Ok(found.count(txn).await? > 0)
}

fn apply(found: &Passport, patch: PassportPatch) -> Result<Passport> {
    let PassportPatch {
        document_code,
        issuing_country,
        nationality,
        passport_number,
        personal_number,
        surname,
        given_names,
        date_of_birth,
        sex,
        birth_country,
        place_of_birth,
        issue_date,
        expiry_date,
        status,
        primary,
        external_ids,
    } = patch;
    let mut passport = found.clone();
    document_code.patch(&mut passport.document_code);
    issuing_country.patch(&mut passport.issuing_country);
    nationality.patch(&mut passport.nationality);
    passport_number.patch(&mut passport.passport_number);
    personal_number.patch_nullable(&mut passport.personal_number);
    surname.patch(&mut passport.surname);
    given_names.patch_nullable(&mut passport.given_names);
    date_of_birth.patch(&mut passport.date_of_birth);
    sex.patch(&mut passport.sex);
    birth_country.patch_nullable(&mut passport.birth_country);
    place_of_birth.patch_nullable(&mut passport.place_of_birth);
    issue_date.patch_nullable(&mut passport.issue_date);
    expiry_date.patch(&mut passport.expiry_date);
    status.patch(&mut passport.status);
    primary.patch(&mut passport.primary);
    external_ids::patch(&mut passport.external_ids, external_ids)?;
    Ok(passport)
}

/// The rules over several fields, and those that need the date or the settings.
pub(crate) fn check(core: &Core, passport: &Passport) -> Result<()> {
    let mut checks = Checks::new(core);
    checks.life(
        passport.date_of_birth,
        passport.issue_date,
        Some(passport.expiry_date),
    );
    checks.issuer("issuing_country", passport.issuing_country);
    checks.countries([
        ("issuing_country", Some(&passport.issuing_country)),
        ("nationality", Some(&passport.nationality)),
        ("birth_country", passport.birth_country.as_ref()),
    ]);
    checks.done()
}

/// A passport that is about to be changed.
struct Locked {
    found: Passport,
    /// The other ones of its holder: which one is primary is a rule over all.
    others: Vec<Passport>,
    key: DataKey,
}

/// The passport and the other ones of its holder, with the holder locked.
async fn lock(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<WritePassports>,
    id: PassportId,
) -> Result<Locked> {
    let record = visible_to::<passports::Entity, _>(by).filter(passports::COLUMN.id.eq(id));
    let holder = belongings::lock_person(core, txn, by, record).await?;
    let mut all = documents::all::<passports::Entity>(core, txn, holder.id).await?;
    let at = all
        .iter()
        .position(|passport| passport.id == id)
        .ok_or(Error::NotFound)?;
    Ok(Locked {
        found: all.swap_remove(at),
        others: all,
        key: holder.key,
    })
}

/// Takes `primary` from whichever passport has it.
async fn demote(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    key: &DataKey,
    others: &[Passport],
) -> Result<()> {
    for other in others.iter().filter(|other| other.primary) {
        set_primary(core, txn, who, key, other.clone(), false).await?;
    }
    Ok(())
}

/// Writes whether it is the one to book with, and notes it: a change of this passport too, whichever one was asked for.
async fn set_primary(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    key: &DataKey,
    record: Passport,
    primary: bool,
) -> Result<()> {
    let changed = Passport {
        primary,
        ..record.clone()
    };
    let key = key.clone();
    documents::update::<passports::Entity>(core, txn, who, &Held { record, key }, changed).await?;
    Ok(())
}

/// Gives `primary` to the active passport that is valid longest, the older record first among equals.
async fn promote(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    key: &DataKey,
    others: Vec<Passport>,
) -> Result<()> {
    let active = others
        .into_iter()
        .filter(|other| other.status == PassportStatus::Active);
    if let Some(next) = active.min_by_key(|other| (Reverse(other.expiry_date), other.id)) {
        set_primary(core, txn, who, key, next, true).await?;
    }
    Ok(())
}

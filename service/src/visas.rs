//! Visas and electronic travel authorizations: what lets a customer into a country, beside the passport.

mod commands;
mod visa;

use entity::ids::{PassportId, UserId, VisaId};
use entity::values::{VisaEntries, VisaStatus};
use entity::visas;
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _};

pub use self::commands::{NewVisa, VisaFilter, VisaPatch, VisaSearch};
pub use self::visa::{Shown, Visa};
use crate::audit::Who;
use crate::belongings::visible_to;
use crate::core::Core;
use crate::documents::{self, Checks, Document as _, Reveal};
use crate::error::{Error, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadVisas, RevealVisa, WriteVisas};
use crate::sealing::{self, DataKey, Held};
use crate::version::Precondition;
use crate::{passports, users};

/// Records a visa. The answer shows it as the caller may see it.
///
/// # Errors
/// `Invalid` (also when holder or passport are out of reach), `visa_exists`.
pub async fn create(core: &Core, by: &Permit<WriteVisas>, command: Valid<NewVisa>) -> Result<Shown> {
    let NewVisa {
        user_id,
        passport_id,
        country,
        visa_number,
        r#type,
        entries,
        max_stay_days,
        place_of_issue,
        issue_date,
        valid_from,
        expiry_date,
        status,
    } = command.into_inner();
    let now = core.clock.now();
    let visa = Visa {
        id: VisaId::new(),
        user_id: user_id.required("user_id")?,
        passport_id: passport_id.optional(),
        country: country.required("country")?,
        visa_number: visa_number.required("visa_number")?,
        visa_type: r#type.required("type")?,
        entries: entries.optional().unwrap_or(VisaEntries::Multiple),
        max_stay_days: max_stay_days.optional(),
        place_of_issue: place_of_issue.optional(),
        issue_date: issue_date.required("issue_date")?,
        valid_from: valid_from.optional(),
        expiry_date: expiry_date.required("expiry_date")?,
        status: status.optional().unwrap_or(VisaStatus::Active),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(core, &visa)?;
    core.db
        .write(async |txn| {
            let holder = users::lock(core, txn, by, visa.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            check_passport(txn, visa.user_id, visa.passport_id).await?;
            documents::insert::<visas::Entity>(core, txn, by.actor(), &holder.key, &visa).await?;
            Ok(visa.shown_to(by.actor()))
        })
        .await
}

/// Reads one visa.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadVisas>, id: VisaId) -> Result<Shown> {
    documents::get::<visas::Entity, _>(core, by, id).await
}

/// Shows a visa in clear.
///
/// # Errors
/// `NotFound` when there is none within reach, `TooManyReveals`.
pub async fn reveal(
    core: &Core,
    by: &Permit<RevealVisa>,
    id: VisaId,
    command: Valid<Reveal>,
) -> Result<Shown> {
    documents::reveal::<visas::Entity, _>(core, by, id, command).await
}

/// One page of visas.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadVisas>,
    filter: &VisaFilter,
    page: &PageRequest,
) -> Result<Page<Shown>> {
    let keyset = page.check(core, by.actor(), "visas", filter)?;
    let VisaFilter {
        user_id,
        country,
        r#type,
        status,
        expires_before,
    } = filter;
    let mut query = visible_to::<visas::Entity, _>(by);
    if let Some(user) = user_id {
        query = query.filter(visas::COLUMN.user_id.eq(*user));
    }
    if let Some(country) = country {
        query = query.filter(visas::COLUMN.country.eq(*country));
    }
    if let Some(kind) = r#type {
        query = query.filter(visas::COLUMN.visa_type.eq(*kind));
    }
    if let Some(status) = status {
        query = query.filter(visas::COLUMN.status.eq(*status));
    }
    if let Some(day) = expires_before {
        query = query.filter(visas::COLUMN.expiry_date.lt(*day));
    }
    documents::page(core, by.actor(), query, &keyset).await
}

/// The visa of this country with this number: one, or none within reach.
///
/// # Errors
/// Those of the database.
pub async fn search(core: &Core, by: &Permit<ReadVisas>, command: Valid<VisaSearch>) -> Result<Page<Shown>> {
    let VisaSearch { country, visa_number } = command.into_inner();
    let index = core.vault.visa_index(
        country.required("country")?,
        &visa_number.required("visa_number")?,
    );
    let query = visible_to::<visas::Entity, _>(by).filter(visas::COLUMN.number_index.eq(index));
    documents::one_page(core, by.actor(), query).await
}

/// Changes a visa. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `visa_exists`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteVisas>,
    id: VisaId,
    precondition: &Precondition,
    command: Valid<VisaPatch>,
) -> Result<Shown> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = documents::lock::<visas::Entity, _>(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let visa = apply(&found, patch);
            check(core, &visa)?;
            if visa.passport_id != found.passport_id {
                check_passport(txn, visa.user_id, visa.passport_id).await?;
            }
            let visa = documents::update::<visas::Entity>(core, txn, by.actor(), &found, visa).await?;
            Ok(visa.shown_to(by.actor()))
        })
        .await
}

/// Removes a visa.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteVisas>,
    id: VisaId,
    precondition: &Precondition,
) -> Result<()> {
    documents::delete::<visas::Entity, _>(core, by, id, precondition).await
}

/// Takes a passport that is about to go out of the visas that name it. The foreign key would do so too, and leave them
/// with the version that callers have read.
pub(crate) async fn forget_passport(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    key: &DataKey,
    passport: PassportId,
) -> Result<()> {
    let naming = visas::Entity::find()
        .filter(visas::COLUMN.passport_id.eq(passport))
        .order_by_asc(visas::COLUMN.id);
    for record in sealing::all(core, txn, naming).await? {
        let without = Visa {
            passport_id: None,
            ..record.clone()
        };
        let key = key.clone();
        documents::update::<visas::Entity>(core, txn, who, &Held { record, key }, without).await?;
    }
    Ok(())
}

fn apply(found: &Visa, patch: VisaPatch) -> Visa {
    let VisaPatch {
        passport_id,
        country,
        visa_number,
        r#type,
        entries,
        max_stay_days,
        place_of_issue,
        issue_date,
        valid_from,
        expiry_date,
        status,
    } = patch;
    let mut visa = found.clone();
    passport_id.patch_nullable(&mut visa.passport_id);
    country.patch(&mut visa.country);
    visa_number.patch(&mut visa.visa_number);
    r#type.patch(&mut visa.visa_type);
    entries.patch(&mut visa.entries);
    max_stay_days.patch_nullable(&mut visa.max_stay_days);
    place_of_issue.patch_nullable(&mut visa.place_of_issue);
    issue_date.patch(&mut visa.issue_date);
    valid_from.patch_nullable(&mut visa.valid_from);
    expiry_date.patch(&mut visa.expiry_date);
    status.patch(&mut visa.status);
    visa
}

/// The rules over several fields, and those that need the date or the settings.
pub(crate) fn check(core: &Core, visa: &Visa) -> Result<()> {
    let mut checks = Checks::new(core);
    if visa.issue_date > visa.expiry_date {
        checks.refuse(
            "issue_date",
            "out_of_order",
            "The issue date must not lie after the expiry date.",
        );
    } else {
        checks.issued(visa.issue_date);
    }
    if let Some(from) = visa.valid_from {
        if from < visa.issue_date {
            checks.refuse(
                "valid_from",
                "out_of_order",
                "A visa is not valid before its issue date.",
            );
        } else if from > visa.expiry_date {
            checks.refuse(
                "valid_from",
                "out_of_order",
                "The first day of validity must not lie after the expiry date.",
            );
        }
    }
    checks.issuer("country", visa.country);
    checks.countries([("country", Some(&visa.country))]);
    checks.done()
}

/// A visa stands in a passport of its holder's, and in nobody else's.
async fn check_passport(
    txn: &impl ConnectionTrait,
    holder: UserId,
    passport: Option<PassportId>,
) -> Result<()> {
    match passport {
        Some(id) if !passports::is_of(txn, holder, id).await? => Err(Error::NotFound.at_field("passport_id")),
        _ => Ok(()),
    }
}

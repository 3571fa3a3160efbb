//! Traveller numbers: by what states know customers, who type them once and never again.

mod commands;
mod traveller_number;

use entity::ids::TravellerNumberId;
use entity::traveller_numbers;
use entity::values::{CountryCode, TravellerNumberType};
use sea_orm::{ColumnTrait as _, QueryFilter as _};

pub use self::commands::{
    NewTravellerNumber, TravellerNumberFilter, TravellerNumberPatch, TravellerNumberSearch,
};
pub use self::traveller_number::{Shown, TravellerNumber};
use crate::belongings::visible_to;
use crate::core::Core;
use crate::documents::{self, Checks, Document as _, Reveal};
use crate::error::{FieldError, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadTravellerNumbers, RevealTravellerNumber, WriteTravellerNumbers};
use crate::users;
use crate::version::Precondition;

/// Who issues numbers of which nobody says who does: known traveller and redress numbers are the TSA's.
const ISSUER: &str = "USA";

/// Records a traveller's number. The answer shows it as the caller may see it.
///
/// # Errors
/// `Invalid` (also when the holder is out of reach), `traveller_number_exists`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteTravellerNumbers>,
    command: Valid<NewTravellerNumber>,
) -> Result<Shown> {
    let NewTravellerNumber {
        user_id,
        r#type,
        number,
        country,
        program,
        expiry_date,
    } = command.into_inner();
    let now = core.clock.now();
    let traveller = TravellerNumber {
        id: TravellerNumberId::new(),
        user_id: user_id.required("user_id")?,
        number_type: r#type.required("type")?,
        number: number.required("number")?,
        country: country.optional().map_or_else(issuer, Ok)?,
        program: program.optional(),
        expiry_date: expiry_date.optional(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(core, &traveller)?;
    core.db
        .write(async |txn| {
            let holder = users::lock(core, txn, by, traveller.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            documents::insert::<traveller_numbers::Entity>(core, txn, by.actor(), &holder.key, &traveller)
                .await?;
            Ok(traveller.shown_to(by.actor()))
        })
        .await
}

fn issuer() -> Result<CountryCode> {
    let country = ISSUER.parse();
    country.map_err(|_| FieldError::field("country", "required", "This field is required.").into())
}

/// Reads one traveller's number.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadTravellerNumbers>, id: TravellerNumberId) -> Result<Shown> {
    documents::get::<traveller_numbers::Entity, _>(core, by, id).await
}

/// Shows a traveller's number in clear.
///
/// # Errors
/// `NotFound` when there is none within reach, `TooManyReveals`.
pub async fn reveal(
    core: &Core,
    by: &Permit<RevealTravellerNumber>,
    id: TravellerNumberId,
    command: Valid<Reveal>,
) -> Result<Shown> {
    documents::reveal::<traveller_numbers::Entity, _>(core, by, id, command).await
}

/// One page of traveller numbers.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadTravellerNumbers>,
    filter: &TravellerNumberFilter,
    page: &PageRequest,
) -> Result<Page<Shown>> {
    let keyset = page.check(core, by.actor(), "traveller-numbers", filter)?;
    let TravellerNumberFilter {
        user_id,
        r#type,
        expires_before,
    } = filter;
    let mut query = visible_to::<traveller_numbers::Entity, _>(by);
    if let Some(user) = user_id {
        query = query.filter(traveller_numbers::COLUMN.user_id.eq(*user));
    }
    if let Some(kind) = r#type {
        query = query.filter(traveller_numbers::COLUMN.number_type.eq(*kind));
    }
    if let Some(day) = expires_before {
        query = query.filter(traveller_numbers::COLUMN.expiry_date.lt(*day));
    }
    documents::page(core, by.actor(), query, &keyset).await
}

/// Everybody who has said this number: it is nobody's alone.
///
/// # Errors
/// `Invalid` when the cursor is not of this search.
pub async fn search(
    core: &Core,
    by: &Permit<ReadTravellerNumbers>,
    command: Valid<TravellerNumberSearch>,
) -> Result<Page<Shown>> {
    let TravellerNumberSearch {
        r#type,
        number,
        limit,
        cursor,
    } = command.into_inner();
    let (kind, number) = (r#type.required("type")?, number.required("number")?);
    let page = PageRequest {
        limit: limit.optional(),
        cursor: cursor.optional(),
    };
    let keyset = page.check_fields(core, by.actor(), "traveller-numbers/search", &(kind, &number))?;
    let index = core.vault.traveller_number_index(kind, &number);
    let query = visible_to::<traveller_numbers::Entity, _>(by)
        .filter(traveller_numbers::COLUMN.number_index.eq(index));
    documents::page(core, by.actor(), query, &keyset).await
}

/// Changes a traveller's number. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `traveller_number_exists`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteTravellerNumbers>,
    id: TravellerNumberId,
    precondition: &Precondition,
    command: Valid<TravellerNumberPatch>,
) -> Result<Shown> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = documents::lock::<traveller_numbers::Entity, _>(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let changed = apply(&found, patch);
            check(core, &changed)?;
            let changed =
                documents::update::<traveller_numbers::Entity>(core, txn, by.actor(), &found, changed)
                    .await?;
            Ok(changed.shown_to(by.actor()))
        })
        .await
}

/// Removes a traveller's number.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteTravellerNumbers>,
    id: TravellerNumberId,
    precondition: &Precondition,
) -> Result<()> {
    documents::delete::<traveller_numbers::Entity, _>(core, by, id, precondition).await
}

fn apply(found: &TravellerNumber, patch: TravellerNumberPatch) -> TravellerNumber {
    let TravellerNumberPatch {
        r#type,
        number,
        country,
        program,
        expiry_date,
    } = patch;
    let mut changed = found.clone();
    r#type.patch(&mut changed.number_type);
    number.patch(&mut changed.number);
    country.patch(&mut changed.country);
    program.patch_nullable(&mut changed.program);
    expiry_date.patch_nullable(&mut changed.expiry_date);
    changed
}

/// The rules over several fields, and those that need the settings.
pub(crate) fn check(core: &Core, traveller: &TravellerNumber) -> Result<()> {
    let mut checks = Checks::new(core);
    if traveller.number_type == TravellerNumberType::Other && traveller.program.is_none() {
        checks.refuse(
            "program",
            "required",
            "A number of type other needs the name of its programme.",
        );
    }
    checks.issuer("country", traveller.country);
    checks.countries([("country", Some(&traveller.country))]);
    checks.done()
}

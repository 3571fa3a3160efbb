//! Identity cards: what customers travel on where no passport is asked for.

mod commands;
mod from_mrz;
mod identity_card;

use entity::identity_cards;
use entity::ids::IdentityCardId;
use entity::values::IdentityCardStatus;
use sea_orm::{ColumnTrait as _, QueryFilter as _};

pub use self::commands::{IdentityCardFilter, IdentityCardPatch, IdentityCardSearch, NewIdentityCard};
pub use self::identity_card::{IdentityCard, Shown};
use crate::belongings::visible_to;
use crate::core::Core;
use crate::documents::{self, Checks, Document as _, Reveal};
use crate::error::Result;
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permit, ReadIdentityCards, RevealIdentityCard, WriteIdentityCards};
use crate::users;
use crate::version::Precondition;

/// Records a card. The answer shows it as the caller may see it.
///
/// # Errors
/// `Invalid` (also when the holder is out of reach), `identity_card_exists`.
pub async fn create(
    core: &Core,
    by: &Permit<WriteIdentityCards>,
    command: Valid<NewIdentityCard>,
) -> Result<Shown> {
    let NewIdentityCard {
        user_id,
        mrz,
        issuing_country,
        nationality,
        document_number,
        surname,
        given_names,
        date_of_birth,
        sex,
        issue_date,
        expiry_date,
        status,
    } = from_mrz::fill(core, command.into_inner())?;
    let issuing_country = issuing_country.required("issuing_country")?;
    let now = core.clock.now();
    let card = IdentityCard {
        id: IdentityCardId::new(),
        user_id: user_id.required("user_id")?,
        nationality: nationality.optional().unwrap_or(issuing_country),
        issuing_country,
        document_number: document_number.required("document_number")?,
        surname: surname.required("surname")?,
        given_names: given_names.optional(),
        date_of_birth: date_of_birth.required("date_of_birth")?,
        sex: sex.required("sex")?,
        issue_date: issue_date.optional(),
        expiry_date: expiry_date.optional(),
        status: status.optional().unwrap_or(IdentityCardStatus::Active),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    check(core, &card).map_err(|error| documents::at_source(error, &mrz, &from_mrz::HELD))?;
    core.db
        .write(async |txn| {
            let holder = users::lock(core, txn, by, card.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            documents::insert::<identity_cards::Entity>(core, txn, by.actor(), &holder.key, &card).await?;
            Ok(card.shown_to(by.actor()))
        })
        .await
}

/// Reads one card.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadIdentityCards>, id: IdentityCardId) -> Result<Shown> {
    documents::get::<identity_cards::Entity, _>(core, by, id).await
}

/// Shows an identity card in clear.
///
/// # Errors
/// `NotFound` when there is none within reach, `TooManyReveals`.
pub async fn reveal(
    core: &Core,
    by: &Permit<RevealIdentityCard>,
    id: IdentityCardId,
    command: Valid<Reveal>,
) -> Result<Shown> {
    documents::reveal::<identity_cards::Entity, _>(core, by, id, command).await
}

/// One page of identity cards.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ReadIdentityCards>,
    filter: &IdentityCardFilter,
    page: &PageRequest,
) -> Result<Page<Shown>> {
    let keyset = page.check(core, by.actor(), "identity-cards", filter)?;
    let IdentityCardFilter {
        user_id,
        status,
        expires_before,
    } = filter;
    let mut query = visible_to::<identity_cards::Entity, _>(by);
    if let Some(user) = user_id {
        query = query.filter(identity_cards::COLUMN.user_id.eq(*user));
    }
    if let Some(status) = status {
        query = query.filter(identity_cards::COLUMN.status.eq(*status));
    }
    if let Some(day) = expires_before {
        query = query.filter(identity_cards::COLUMN.expiry_date.lt(*day));
    }
    documents::page(core, by.actor(), query, &keyset).await
}

/// The identity card with this issuing country and number: one, or none within reach.
///
/// # Errors
/// Those of the database.
pub async fn search(
    core: &Core,
    by: &Permit<ReadIdentityCards>,
    command: Valid<IdentityCardSearch>,
) -> Result<Page<Shown>> {
    let IdentityCardSearch {
        issuing_country,
        document_number,
    } = command.into_inner();
    let index = core.vault.identity_card_index(
        issuing_country.required("issuing_country")?,
        &document_number.required("document_number")?,
    );
    let query =
        visible_to::<identity_cards::Entity, _>(by).filter(identity_cards::COLUMN.number_index.eq(index));
    documents::one_page(core, by.actor(), query).await
}

/// Changes a card. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `identity_card_exists`.
pub async fn update(
    core: &Core,
    by: &Permit<WriteIdentityCards>,
    id: IdentityCardId,
    precondition: &Precondition,
    command: Valid<IdentityCardPatch>,
) -> Result<Shown> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = documents::lock::<identity_cards::Entity, _>(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let card = apply(&found, patch);
            check(core, &card)?;
            let card =
                documents::update::<identity_cards::Entity>(core, txn, by.actor(), &found, card).await?;
            Ok(card.shown_to(by.actor()))
        })
        .await
}

/// Removes a card.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<WriteIdentityCards>,
    id: IdentityCardId,
    precondition: &Precondition,
) -> Result<()> {
    documents::delete::<identity_cards::Entity, _>(core, by, id, precondition).await
}

fn apply(found: &IdentityCard, patch: IdentityCardPatch) -> IdentityCard {
    let IdentityCardPatch {
        issuing_country,
        nationality,
        document_number,
        surname,
        given_names,
        date_of_birth,
        sex,
        issue_date,
        expiry_date,
        status,
    } = patch;
    let mut card = found.clone();
    issuing_country.patch(&mut card.issuing_country);
    nationality.patch(&mut card.nationality);
    document_number.patch(&mut card.document_number);
    surname.patch(&mut card.surname);
    given_names.patch_nullable(&mut card.given_names);
    date_of_birth.patch(&mut card.date_of_birth);
    sex.patch(&mut card.sex);
    issue_date.patch_nullable(&mut card.issue_date);
    expiry_date.patch_nullable(&mut card.expiry_date);
    status.patch(&mut card.status);
    card
}

/// The rules over several fields, and those that need the date or the settings.
pub(crate) fn check(core: &Core, card: &IdentityCard) -> Result<()> {
    let mut checks = Checks::new(core);
    checks.life(card.date_of_birth, card.issue_date, card.expiry_date);
    checks.issuer("issuing_country", card.issuing_country);
    checks.countries([
        ("issuing_country", Some(&card.issuing_country)),
        ("nationality", Some(&card.nationality)),
    ]);
    checks.done()
}

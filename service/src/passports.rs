//! Passports: several of a user, one of the active ones primary.

mod commands;
mod from_mrz;
mod mrz;
mod passport;
mod reveal;
mod shown;

use std::cmp::Reverse;

use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::passports;
use entity::values::{AuditAction, PassportStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};

pub use self::commands::{NewPassport, PassportFilter, PassportPatch, PassportSearch};
pub use self::mrz::{ParseMrz, compose as compose_mrz, parse as parse_mrz};
pub use self::passport::Passport;
pub use self::reveal::{Reveal, reveal};
pub(crate) use self::reveal::{all_in_clear, note as note_reveals};
pub(crate) use self::shown::{MASKED_FIELDS, mask};
pub use self::shown::{Shown, ShownNumber};
use crate::audit::{self, Event, Who};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::input::Valid;
use crate::page::{Page, PageRequest};
use crate::policy::{Permission, Permit, Reach, ReadPassports, WritePassports};
use crate::privacy::restriction;
use crate::sealing::{self, DataKey, Vaulted as _};
use crate::users;
use crate::version::Precondition;

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
    } = from_mrz::fill(core, command.into_inner())?;
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
    };
    check(core, &passport).map_err(|error| from_mrz::at_source(error, mrz.value().is_some()))?;
    core.db
        .write(async |txn| {
            let holder = users::lock(core, txn, by, passport.user_id)
                .await
                .map_err(|error| error.at_field("user_id"))?;
            let others = of_user(core, txn, passport.user_id).await?;
            let active = passport.status == PassportStatus::Active;
            if passport.primary && !active {
                return Err(Conflict::PrimaryNotActive.into());
            }
            passport.primary = active && (passport.primary || !others.iter().any(|other| other.primary));
            if passport.primary {
                demote(core, txn, &holder.key, &others).await?;
            }
            let row = passports::Entity::seal(&passport, &holder.key, &core.vault)?;
            passports::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await
                .or_conflict(Conflict::PassportExists)?;
            let event = Event::new(AuditAction::PassportCreated).created(&passport);
            audit::record(core, txn, by.actor(), event.under(&holder.key)).await?;
            Ok(passport.shown_to(by.actor()))
        })
        .await
}

/// Reads one passport.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get(core: &Core, by: &Permit<ReadPassports>, id: PassportId) -> Result<Shown> {
    let passport = find(core, core.db.read(), by, id).await?;
    Ok(passport.shown_to(by.actor()))
}

async fn find<P: Permission>(
    core: &Core,
    db: &impl ConnectionTrait,
    by: &Permit<P>,
    id: PassportId,
) -> Result<Passport> {
    let query = visible_to(by).filter(passports::COLUMN.id.eq(id));
    sealing::one(core, db, query).await?.ok_or(Error::NotFound)
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
    let mut query = visible_to(by);
    if let Some(user) = user_id {
        query = query.filter(passports::COLUMN.user_id.eq(*user));
    }
    if let Some(status) = status {
        query = query.filter(passports::COLUMN.status.eq(*status));
    }
    if let Some(day) = expires_before {
        query = query.filter(passports::COLUMN.expiry_date.lt(*day));
    }
    if let Some(after) = keyset.after() {
        query = query.filter(passports::COLUMN.id.gt(PassportId::from(after)));
    }
    let query = query.order_by_asc(passports::COLUMN.id).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    let page = keyset.page(core, rows, |passport| passport.id.uuid());
    Ok(page.map(|passport| passport.shown_to(by.actor())))
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
    let query = visible_to(by).filter(passports::COLUMN.number_index.eq(index));
    let data = sealing::all(core, core.db.read(), query).await?;
    Ok(Page {
        data: data.into_iter().map(|it| it.shown_to(by.actor())).collect(),
        next_cursor: None,
    })
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
    core.db
        .write(async |txn| {
            let Locked { found, others, key } = lock(core, txn, by, id).await?;
            precondition.check(found.version)?;
            let wants_primary = patch.primary.value().copied();
            let mut passport = apply(&found, patch);
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
                demote(core, txn, &key, &others).await?;
            }
            let passport = save(core, txn, &key, passport).await?;
            if found.primary && !passport.primary {
                promote(core, txn, &key, others).await?;
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
            passports::Entity::delete_by_id(id).exec(txn).await?;
            if found.primary {
                promote(core, txn, &key, others).await?;
            }
            let event = Event::new(AuditAction::PassportDeleted).removed(&found);
            audit::record(core, txn, by.actor(), event.under(&key)).await
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
            passports::Entity::delete_by_id(id).exec(txn).await?;
            if found.primary {
                promote(core, txn, &key, others).await?;
            }
            let event = Event::new(AuditAction::PassportDeleted)
                .removed(&found)
                .under(&key);
            audit::record(core, txn, Who::SYSTEM, event.detail("retention")).await?;
            Ok(true)
        })
        .await
}

fn apply(found: &Passport, patch: PassportPatch) -> Passport {
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
    passport
}

/// The rules over several fields, and those that need the date or the settings.
pub(crate) fn check(core: &Core, passport: &Passport) -> Result<()> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut refuse =
        |field, code: &'static str, detail: &'static str| errors.push(FieldError::field(field, code, detail));
    let today = core.clock.today();
    if passport.date_of_birth > today {
        refuse(
            "date_of_birth",
            "in_the_future",
            "A date of birth cannot lie in the future.",
        );
    }
    if passport.date_of_birth >= passport.expiry_date {
        refuse(
            "expiry_date",
            "out_of_order",
            "The expiry date must lie after the date of birth.",
        );
    }
    if let Some(issued) = passport.issue_date {
        if issued >= passport.expiry_date {
            refuse(
                "issue_date",
                "out_of_order",
                "The issue date must lie before the expiry date.",
            );
        } else if passport.date_of_birth >= issued {
            refuse(
                "issue_date",
                "out_of_order",
                "The issue date must lie after the date of birth.",
            );
        } else if issued > today {
            refuse(
                "issue_date",
                "in_the_future",
                "An issue date cannot lie in the future.",
            );
        }
    }
    if !passport.issuing_country.is_issuer() {
        refuse(
            "issuing_country",
            "not_an_issuer",
            "This code stands for a nationality only; give the state that issued the document.",
        );
    }
    let countries = [
        ("issuing_country", Some(&passport.issuing_country)),
        ("nationality", Some(&passport.nationality)),
        ("birth_country", passport.birth_country.as_ref()),
    ];
    errors.extend(
        countries
            .into_iter()
            .filter_map(|(field, code)| users::refuse_specimen(core, field, code?)),
    );
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The passports that a permit reaches.
pub(crate) fn visible_to<P: Permission>(by: &Permit<P>) -> Select<passports::Entity> {
    let find = passports::Entity::find();
    match (by.reach(), by.actor().user_id()) {
        (Reach::All, _) => match restriction::hidden_ids(by.actor()) {
            Some(hidden) => find.filter(passports::COLUMN.user_id.not_in_subquery(hidden)),
            None => find,
        },
        (Reach::Customers, _) => {
            find.filter(passports::COLUMN.user_id.in_subquery(users::ids_visible_to(by)))
        }
        (Reach::Own, Some(me)) => find.filter(passports::COLUMN.user_id.eq(me)),
        (Reach::Nothing | Reach::Own, _) => find.filter(Expr::val(1).eq(0)),
    }
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
    let holder: UserId = visible_to(by)
        .select_only()
        .column(passports::Column::UserId)
        .filter(passports::COLUMN.id.eq(id))
        .into_tuple()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)?;
    let holder = users::lock(core, txn, by, holder).await?;
    let mut all = of_user(core, txn, holder.id).await?;
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

async fn of_user(core: &Core, txn: &impl ConnectionTrait, user: UserId) -> Result<Vec<Passport>> {
    let query = passports::Entity::find().filter(passports::COLUMN.user_id.eq(user));
    sealing::all(core, txn, query).await
}

/// Takes `primary` from whichever passport has it.
async fn demote(core: &Core, txn: &impl ConnectionTrait, key: &DataKey, others: &[Passport]) -> Result<()> {
    for other in others.iter().filter(|other| other.primary) {
        save(
            core,
            txn,
            key,
            Passport {
                primary: false,
                ..other.clone()
            },
        )
        .await?;
    }
    Ok(())
}

/// Gives `primary` to the active passport that is valid longest, the older record first among equals.
async fn promote(
    core: &Core,
    txn: &impl ConnectionTrait,
    key: &DataKey,
    others: Vec<Passport>,
) -> Result<()> {
    let active = others
        .into_iter()
        .filter(|other| other.status == PassportStatus::Active);
    if let Some(next) = active.min_by_key(|other| (Reverse(other.expiry_date), other.id)) {
        save(
            core,
            txn,
            key,
            Passport {
                primary: true,
                ..next
            },
        )
        .await?;
    }
    Ok(())
}

async fn save(
    core: &Core,
    txn: &impl ConnectionTrait,
    key: &DataKey,
    mut passport: Passport,
) -> Result<Passport> {
    let seen = passport.version;
    passport.version += 1;
    passport.updated_at = core.clock.now();
    let changed = passports::Entity::update_many()
        .set(row_of(&passports::Entity::seal(&passport, key, &core.vault)?))
        .filter(passports::COLUMN.id.eq(passport.id))
        .filter(passports::COLUMN.version.eq(seen))
        .exec(txn)
        .await
        .or_conflict(Conflict::PassportExists)?;
    if changed.rows_affected == 0 {
        Err(Error::Stale)
    } else {
        Ok(passport)
    }
}

/// Whether a document with this last day of validity has expired.
pub fn is_expired(expiry_date: NaiveDate, today: NaiveDate) -> bool {
    expiry_date < today
}

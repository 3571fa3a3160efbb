//! Takes some hundred rows in one transaction.

use std::collections::BTreeSet;

use entity::ids::UserId;
use entity::imports;
use entity::values::{AuditAction, ExistingRecords, Hidden};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use serde_json::{Map, Value};

use super::known::{self, Key, Known};
use super::rows::Row;
use super::{MAX_PROBLEMS, RowProblem, locked, problems_of, unreadable};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::input::{Valid, parse};
use crate::policy::{CreateUser, ImportUsers, Permit, UpdateUser};
use crate::users::{NewUser, User, UserPatch, compose, insert_all, update_within};
use crate::version::Precondition;

/// How often a batch is tried again when somebody adds the same address at the same time.
const TRIES: u32 = 5;

/// What has become of rows.
#[derive(Default)]
struct Outcome {
    added: i64,
    updated: i64,
    skipped: i64,
    failed: i64,
    problems: Vec<RowProblem>,
}

impl Outcome {
    fn fail(&mut self, row: u64, error: Error) -> Result<()> {
        let errors = match error {
            Error::Invalid(errors) | Error::Denied(Denial::Fields(errors)) => errors,
            Error::Denied(_) => vec![whole("not_permitted", "You may not change this user.")],
            Error::NotFound => vec![whole("not_found", "This user is out of your reach.")],
            Error::Conflict(conflict) => vec![whole(conflict.code(), conflict.detail())],
            // Not the row's fault.
            other => return Err(other),
        };
        self.failed += 1;
        self.problems.extend(errors.into_iter().map(|error| RowProblem {
            row,
            field: error.pointer,
            code: error.code.into_owned(),
            detail: error.detail.into_owned(),
        }));
        Ok(())
    }
}

fn whole(code: &'static str, detail: &'static str) -> FieldError {
    FieldError {
        pointer: String::new(),
        code: code.into(),
        detail: detail.into(),
    }
}

/// Takes the rows, and answers the import with what has become of them. Both are in one transaction.
pub(super) async fn take(
    core: &Core,
    by: &Permit<ImportUsers>,
    import: &imports::Model,
    rows: &[Row],
    digest: &Hidden,
) -> Result<imports::Model> {
    let mut tries = 0;
    loop {
        tries += 1;
        let taken = if import.dry_run {
            try_out(core, by, import, rows, digest).await
        } else {
            core.db
                .write(async |txn| {
                    let row = begin(txn, import).await?;
                    let outcome = apply(core, txn, by, &row, rows).await?;
                    keep(core, txn, row, outcome, rows.len(), digest).await
                })
                .await
        };
        match taken {
            // Somebody has added one of the addresses or numbers since they were looked up: it is known now.
            Err(Error::Conflict(Conflict::EmailTaken | Conflict::ExternalIdTaken)) if tries < TRIES => {}
            other => return other,
        }
    }
}

/// Writes, looks what has become of it, and takes it back; then keeps the outcome alone.
async fn try_out(
    core: &Core,
    by: &Permit<ImportUsers>,
    import: &imports::Model,
    rows: &[Row],
    digest: &Hidden,
) -> Result<imports::Model> {
    let mut outcome = None;
    let undone = core
        .db
        .write(async |txn| {
            outcome = Some(apply(core, txn, by, import, rows).await?);
            // Whatever is no success is rolled back.
            Err::<(), _>(Error::Stale)
        })
        .await;
    let Some(outcome) = outcome else {
        return Err(undone.err().unwrap_or(Error::Stale));
    };
    core.db
        .write(async |txn| {
            let row = begin(txn, import).await?;
            keep(core, txn, row, outcome, rows.len(), digest).await
        })
        .await
}

/// The import, locked, as it was when the rows before these were taken.
async fn begin(txn: &impl ConnectionTrait, import: &imports::Model) -> Result<imports::Model> {
    let row = locked(txn, import.id).await?;
    if row.rows == import.rows && row.status == import.status {
        Ok(row)
    } else {
        Err(Conflict::ImportInProgress.into())
    }
}

async fn keep(
    core: &Core,
    txn: &impl ConnectionTrait,
    mut row: imports::Model,
    outcome: Outcome,
    rows: usize,
    digest: &Hidden,
) -> Result<imports::Model> {
    row.rows += i64::try_from(rows).unwrap_or_default();
    row.added += outcome.added;
    row.updated += outcome.updated;
    row.skipped += outcome.skipped;
    row.failed += outcome.failed;
    if !outcome.problems.is_empty() {
        let mut problems = problems_of(&row)?;
        problems.extend(outcome.problems);
        problems.truncate(MAX_PROBLEMS);
        row.problems = Some(serde_json::to_string(&problems).map_err(unreadable)?);
    }
    row.digest = Some(digest.clone());
    row.updated_at = core.clock.now();
    imports::Entity::update_many()
        .set(row_of(&row))
        .filter(imports::COLUMN.id.eq(row.id))
        .exec(txn)
        .await?;
    Ok(row)
}

async fn apply(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<ImportUsers>,
    import: &imports::Model,
    rows: &[Row],
) -> Result<Outcome> {
    let creating = Permit::<CreateUser>::obtain(*by.actor())?;
    let changing = Permit::<UpdateUser>::obtain(*by.actor())?;
    let mut outcome = Outcome::default();
    let keys: Vec<Vec<Key>> = rows
        .iter()
        .map(|row| {
            row.fields
                .as_ref()
                .map_or_else(|_| Vec::new(), |fields| known::keys(core, fields))
        })
        .collect();
    let mut known = Known::default();
    known.look_up(txn, keys.iter().flatten()).await?;
    let mut new: Vec<User> = Vec::new();
    let mut added: BTreeSet<&Key> = BTreeSet::new();
    for (row, keys) in rows.iter().zip(&keys) {
        let fields = match &row.fields {
            Ok(fields) => fields,
            Err(error) => {
                outcome.fail(row.number, error.clone().into())?;
                continue;
            }
        };
        if keys.iter().any(|key| added.contains(key)) {
            // Further up in the same file: it is to be there before it is changed.
            write(core, txn, by, import, &mut new).await?;
            known.look_up(txn, keys).await?;
            added.clear();
        }
        let meant = match known.meant(keys) {
            Ok(meant) => meant,
            Err(error) => {
                outcome.fail(row.number, error)?;
                continue;
            }
        };
        if let Some((id, key)) = meant {
            match import.existing {
                ExistingRecords::Skip => outcome.skipped += 1,
                ExistingRecords::Fail => outcome.fail(row.number, key.taken())?,
                ExistingRecords::Patch => match change(core, txn, &changing, id, fields).await {
                    Ok(true) => {
                        outcome.updated += 1;
                        // It may have got an address or a number that a later row means.
                        known.look_up(txn, keys).await?;
                    }
                    Ok(false) => outcome.skipped += 1,
                    Err(error) => outcome.fail(row.number, error)?,
                },
            }
            continue;
        }
        match made(core, &creating, fields) {
            Ok(user) => {
                added.extend(keys);
                outcome.added += 1;
                new.push(user);
            }
            Err(error) => outcome.fail(row.number, error)?,
        }
    }
    write(core, txn, by, import, &mut new).await?;
    Ok(outcome)
}

/// A user as a single request would make one, without a password and without an invitation.
fn made(core: &Core, by: &Permit<CreateUser>, fields: &Map<String, Value>) -> Result<User> {
    refuse_password(fields)?;
    let command: Valid<NewUser> = command(fields)?;
    Ok(compose(core, by, command)?.0)
}

/// Changes somebody as a single request would; whether anything is different then.
async fn change(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<UpdateUser>,
    id: UserId,
    fields: &Map<String, Value>,
) -> Result<bool> {
    refuse_password(fields)?;
    let patch: Valid<UserPatch> = command(fields)?;
    update_within(core, txn, by, id, &Precondition::NONE, patch.into_inner())
        .await
        .map(|(_, is_changed)| is_changed)
}

fn command<T: serde::de::DeserializeOwned + validator::Validate>(
    fields: &Map<String, Value>,
) -> Result<Valid<T>> {
    parse(&serde_json::to_vec(fields).map_err(unreadable)?)
}

/// A password in a file is a password in clear.
fn refuse_password(fields: &Map<String, Value>) -> Result<()> {
    if fields.contains_key("password") {
        return Err(FieldError::field(
            "password",
            "not_permitted",
            "An import takes no passwords; leave it out, and invite those who are to sign in.",
        )
        .into());
    }
    Ok(())
}

/// Writes those who are new, and notes each.
async fn write(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<ImportUsers>,
    import: &imports::Model,
    new: &mut Vec<User>,
) -> Result<()> {
    let new = std::mem::take(new);
    if new.is_empty() {
        return Ok(());
    }
    let keys = insert_all(core, txn, &new).await?;
    let events = new.iter().zip(&keys).map(|(user, key)| {
        Event::new(AuditAction::UserCreated)
            .created(user)
            .under(key)
            .detail(format!("import {}", import.id))
    });
    audit::record_all(core, txn, by.actor(), events).await
}

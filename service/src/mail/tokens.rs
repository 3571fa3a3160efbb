//! The tokens of mailed links: each proves, once, that its holder reads the mail of one address.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::UserId;
use entity::values::{Email, Hidden, MailKind, MailPurpose};
use entity::{mail_counts, mail_tokens, mails};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use super::queue::{sealed, unsealed};
use crate::core::Core;
use crate::db::row_of;
use crate::error::{Error, FieldError, Result};
use crate::input::Secret;
use crate::opaque::{self, OpaqueKind};

/// For how long a token can be used, from when it is mailed.
const fn life(purpose: MailPurpose) -> TimeDelta {
    match purpose {
        MailPurpose::Invitation => TimeDelta::days(7),
        MailPurpose::EmailVerification | MailPurpose::EmailChange => TimeDelta::hours(24),
        MailPurpose::PasswordReset => TimeDelta::minutes(30),
    }
}

/// A token that was shown and is good.
pub(crate) struct MailToken {
    hash: Hidden,
    /// Whose it is; nobody's where the account is still to be made.
    pub(crate) user_id: Option<UserId>,
    /// The exact address that it was mailed to.
    pub(crate) email: Email,
    payload: Option<Hidden>,
}

/// Makes a token for a mail that is being sent. Those of the same purpose that the user was mailed before are void.
pub(super) async fn issue(
    core: &Core,
    txn: &impl ConnectionTrait,
    purpose: MailPurpose,
    user_id: Option<UserId>,
    email: &Email,
    payload: Option<&impl Serialize>,
) -> Result<Secret> {
    if let Some(user) = user_id {
        void(txn, purpose, user).await?;
    }
    let (token, token_hash) = opaque::generate(OpaqueKind::Mail)?;
    let now = core.clock.now();
    let row = mail_tokens::Model {
        email: sealed(core, &place("email", &token_hash), email)?,
        payload: payload
            .map(|payload| sealed(core, &place("payload", &token_hash), payload))
            .transpose()?,
        token_hash,
        purpose,
        user_id,
        created_at: now,
        expires_at: now + life(purpose),
    };
    mail_tokens::Entity::insert(row_of::<_, mail_tokens::ActiveModel>(&row))
        .exec_without_returning(txn)
        .await?;
    Ok(token)
}

fn place(column: &str, hash: &Hidden) -> String {
    format!("mail_tokens/{column}/{}", hash.expose())
}

/// Makes the tokens of one purpose void.
async fn void(txn: &impl ConnectionTrait, purpose: MailPurpose, user: UserId) -> Result<()> {
    mail_tokens::Entity::delete_many()
        .filter(mail_tokens::COLUMN.user_id.eq(user))
        .filter(mail_tokens::COLUMN.purpose.eq(purpose))
        .exec(txn)
        .await?;
    Ok(())
}

/// Makes all tokens of a user void, and a change of address that is still to be mailed: address, status or password is
/// no longer what it was when they were asked for.
pub(crate) async fn void_all(txn: &impl ConnectionTrait, user: UserId) -> Result<()> {
    mail_tokens::Entity::delete_many()
        .filter(mail_tokens::COLUMN.user_id.eq(user))
        .exec(txn)
        .await?;
    mails::Entity::delete_many()
        .filter(mails::COLUMN.user_id.eq(user))
        .filter(mails::COLUMN.kind.eq(MailKind::EmailChange))
        .exec(txn)
        .await?;
    Ok(())
}

/// The one answer to a token that is unknown, used, expired, for something else, or of a user who has changed since.
pub(crate) fn not_good() -> Error {
    FieldError::field(
        "token",
        "invalid_token",
        "This link is not valid, was used before, or has expired; ask for a new one.",
    )
    .into()
}

/// Looks at a token without using it: what its use takes may still be refused.
///
/// # Errors
/// `Invalid` when it is not good.
pub(crate) async fn peek(core: &Core, purpose: MailPurpose, token: &Secret) -> Result<MailToken> {
    let found = mail_tokens::Entity::find_by_id(opaque::hash(token.expose()))
        .filter(mail_tokens::COLUMN.purpose.eq(purpose))
        .filter(mail_tokens::COLUMN.expires_at.gt(core.clock.now()))
        .one(core.db.read())
        .await?;
    read(core, found.ok_or_else(not_good)?)
}

/// Uses a token up, in one statement: of any number of requests with it, one gets it. If the rest of the transaction
/// fails, the token is as good as before.
///
/// # Errors
/// `Invalid` when it is not good.
pub(crate) async fn take(
    core: &Core,
    txn: &impl ConnectionTrait,
    purpose: MailPurpose,
    token: &Secret,
) -> Result<MailToken> {
    let used = mail_tokens::Entity::delete_many()
        .filter(mail_tokens::COLUMN.token_hash.eq(opaque::hash(token.expose())))
        .filter(mail_tokens::COLUMN.purpose.eq(purpose))
        .filter(mail_tokens::COLUMN.expires_at.gt(core.clock.now()))
        .exec_with_returning(txn)
        .await?;
    read(core, used.into_iter().next().ok_or_else(not_good)?)
}

pub(super) fn read(core: &Core, token: mail_tokens::Model) -> Result<MailToken> {
    Ok(MailToken {
        email: unsealed(core, &place("email", &token.token_hash), &token.email)?,
        user_id: token.user_id,
        payload: token.payload,
        hash: token.token_hash,
    })
}

impl MailToken {
    /// What its use will do.
    pub(crate) fn payload<T: for<'de> Deserialize<'de>>(&self, core: &Core) -> Result<T> {
        let payload = self.payload.as_ref().ok_or_else(not_good)?;
        unsealed(core, &place("payload", &self.hash), payload)
    }

    /// Whether the token carries what an account is to be made of.
    pub(crate) const fn is_registration(&self) -> bool {
        self.user_id.is_none()
    }
}

/// Removes tokens that have expired, and counts of mails that count no more.
///
/// # Errors
/// When the database is away.
pub async fn purge(core: &Core) -> Result<()> {
    let now = core.clock.now();
    core.db
        .write(async |txn| {
            mail_tokens::Entity::delete_many()
                .filter(mail_tokens::COLUMN.expires_at.lte(now))
                .exec(txn)
                .await?;
            mail_counts::Entity::delete_many()
                .filter(mail_counts::COLUMN.since.lte(since(now)))
                .exec(txn)
                .await?;
            Ok(())
        })
        .await
}

/// How much mail of one kind an address gets in an hour.
const MOST_PER_HOUR: i64 = 5;

fn since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::hours(1)
}

/// Counts a mail, and tells whether the address may still get one of this kind. Repeats of one mail count once.
pub(super) async fn may_get(
    core: &Core,
    txn: &impl ConnectionTrait,
    mail: &mails::Model,
    kind: &str,
    to: &Email,
) -> Result<bool> {
    use mail_counts::{Column, Entity};
    use sea_orm::ExprTrait as _;
    use sea_orm::sea_query::{Expr, OnConflict};

    if mail.attempts > 1 {
        return Ok(true);
    }
    let now = core.clock.now();
    let tag = core.keys.mail_tag(kind, &to.normalized());
    let row = mail_counts::Model {
        tag: tag.clone(),
        count: 0,
        since: now,
    };
    Entity::insert(row_of::<_, mail_counts::ActiveModel>(&row))
        .on_conflict(OnConflict::column(Column::Tag).do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    Entity::update_many()
        .col_expr(Column::Count, Expr::value(0))
        .col_expr(Column::Since, Expr::value(now))
        .filter(mail_counts::COLUMN.tag.eq(tag.clone()))
        .filter(mail_counts::COLUMN.since.lte(since(now)))
        .exec(txn)
        .await?;
    let counted = Entity::update_many()
        .col_expr(Column::Count, Expr::col(Column::Count).add(1))
        .filter(mail_counts::COLUMN.tag.eq(tag))
        .filter(mail_counts::COLUMN.count.lt(MOST_PER_HOUR))
        .exec(txn)
        .await?;
    Ok(counted.rows_affected > 0)
}

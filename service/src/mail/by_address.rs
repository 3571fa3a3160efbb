//! What is to be mailed to somebody and is found by the address alone: what a request said of an address that may have
//! been nobody's is sealed, and names no user.

use entity::ids::MailId;
use entity::values::Email;
use entity::{mail_counts, mail_tokens, mails, users};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use super::queue::Task;
use super::templates::Content;
use super::tokens;
use crate::core::Core;
use crate::error::Result;

/// How many are read at once: the queue can be long while the mail server is away.
const CHUNK: u64 = 500;

/// Takes out of queue, tokens and counts what concerns the address of a user who is removed. What names the user goes
/// with the user.
pub(crate) async fn forget(core: &Core, txn: &impl ConnectionTrait, user: &users::Model) -> Result<()> {
    let Some(email) = user.email.as_ref().map(Email::normalized) else {
        return Ok(());
    };
    let tags = Content::NAMES.map(|kind| core.keys.mail_tag(kind, &email));
    mail_counts::Entity::delete_many()
        .filter(mail_counts::COLUMN.tag.is_in(tags))
        .exec(txn)
        .await?;
    for mail in queued(core, txn, &email).await? {
        mails::Entity::delete_by_id(mail.id).exec(txn).await?;
    }
    for token in mailed(core, txn, &email).await? {
        mail_tokens::Entity::delete_by_id(token.token_hash)
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// Mail that waits for this address, in its normalized form.
pub(crate) async fn queued(core: &Core, db: &impl ConnectionTrait, email: &str) -> Result<Vec<mails::Model>> {
    let (mut found, mut after) = (Vec::new(), None::<MailId>);
    loop {
        let mut query = mails::Entity::find()
            .filter(mails::COLUMN.user_id.is_null())
            .order_by_asc(mails::COLUMN.id)
            .limit(CHUNK);
        if let Some(after) = after {
            query = query.filter(mails::COLUMN.id.gt(after));
        }
        let mails = query.all(db).await?;
        let Some(last) = mails.last() else {
            return Ok(found);
        };
        after = Some(last.id);
        // What cannot be opened, nobody can send either.
        let is_to_them = |mail: &mails::Model| Task::of(core, mail).is_ok_and(|task| task.is_to(email));
        found.extend(mails.into_iter().filter(is_to_them));
    }
}

/// Links that this address was mailed: registrations that wait for theirs.
pub(crate) async fn mailed(
    core: &Core,
    db: &impl ConnectionTrait,
    email: &str,
) -> Result<Vec<mail_tokens::Model>> {
    let waiting = mail_tokens::Entity::find()
        .filter(mail_tokens::COLUMN.user_id.is_null())
        .order_by_asc(mail_tokens::COLUMN.created_at)
        .all(db)
        .await?;
    let is_theirs = |token: &mail_tokens::Model| {
        tokens::read(core, token.clone()).is_ok_and(|token| token.email.normalized() == email)
    };
    Ok(waiting.into_iter().filter(is_theirs).collect())
}

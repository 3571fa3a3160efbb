//! What is to be mailed to somebody who goes, and is found by the address alone.

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
    forget_queued(core, txn, &email).await?;
    forget_tokens(core, txn, &email).await
}

async fn forget_queued(core: &Core, txn: &impl ConnectionTrait, email: &str) -> Result<()> {
    let mut after: Option<MailId> = None;
    loop {
        let mut query = mails::Entity::find()
            .filter(mails::COLUMN.user_id.is_null())
            .order_by_asc(mails::COLUMN.id)
            .limit(CHUNK);
        if let Some(after) = after {
            query = query.filter(mails::COLUMN.id.gt(after));
        }
        let mails = query.all(txn).await?;
        let Some(last) = mails.last() else { return Ok(()) };
        after = Some(last.id);
        let to_them = mails
            .iter()
            // What cannot be opened, nobody can send either.
            .filter(|mail| Task::of(core, mail).is_ok_and(|task| task.is_to(email)))
            .map(|mail| mail.id);
        mails::Entity::delete_many()
            .filter(mails::COLUMN.id.is_in(to_them.collect::<Vec<_>>()))
            .exec(txn)
            .await?;
    }
}

/// A registration that waits for its link.
async fn forget_tokens(core: &Core, txn: &impl ConnectionTrait, email: &str) -> Result<()> {
    let waiting = mail_tokens::Entity::find()
        .filter(mail_tokens::COLUMN.user_id.is_null())
        .all(txn)
        .await?;
    for token in waiting {
        let hash = token.token_hash.clone();
        if tokens::read(core, token).is_ok_and(|token| token.email.normalized() == email) {
            mail_tokens::Entity::delete_by_id(hash).exec(txn).await?;
        }
    }
    Ok(())
}

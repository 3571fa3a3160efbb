//! Sends what is in the queue, one mail at a time.

use std::time::Duration;

use entity::ids::UserId;
use entity::values::{Email, Hidden, MailPurpose, UserStatus};
use entity::{mails, users};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde::Serialize;
use tokio::sync::watch;

use super::queue::{self, Task};
use super::templates::{Content, Letter};
use super::tokens::{issue, may_get};
use crate::core::Core;
use crate::error::Result;

/// How often the queue is looked at without being told: for what is due again, and what other processes left.
const EVERY: Duration = Duration::from_secs(5);
/// How long a mail that is being sent may take when the process is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Sends until `stop` says true. What cannot be sent now is tried again later.
pub(crate) async fn run(core: &Core, mut stop: watch::Receiver<bool>) {
    loop {
        while !*stop.borrow() {
            match queue::claim(core).await {
                Ok(Some(mail)) => deliver(core, &mail, &mut stop).await,
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "the queue of mail cannot be read and will be tried again");
                    break;
                }
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = core.mail.inner.due.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Sends one mail and takes it out of the queue, or gives it back for later.
async fn deliver(core: &Core, mail: &mails::Model, stop: &mut watch::Receiver<bool>) {
    let done = match prepare(core, mail).await {
        Ok(None) => Ok(()),
        Ok(Some(letter)) => send(core, mail, letter, stop).await,
        Err(error) => {
            tracing::warn!(mail_id = %mail.id, kind = %mail.kind, %error, "a mail cannot be written and will be tried again");
            queue::put_back(core, mail).await
        }
    };
    if let Err(error) = done {
        // The lease runs out, and the mail is sent then, perhaps a second time.
        tracing::warn!(mail_id = %mail.id, kind = %mail.kind, %error, "a mail cannot be taken out of the queue");
    }
}

async fn send(
    core: &Core,
    mail: &mails::Model,
    letter: Letter,
    stop: &mut watch::Receiver<bool>,
) -> Result<()> {
    let stopping = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(GRACE).await;
    };
    let sent = tokio::select! {
        sent = core.mail.send(letter) => sent,
        () = stopping => return queue::release(core, mail).await,
    };
    match sent {
        Ok(()) => core.db.write(async |txn| queue::remove(txn, mail.id).await).await,
        Err(error) => {
            tracing::warn!(mail_id = %mail.id, kind = %mail.kind, attempts = mail.attempts, %error,
                "a mail was not sent and will be tried again");
            queue::put_back(core, mail).await
        }
    }
}

/// Finds out what there is to say to whom, and makes the token. Mail for nobody leaves the queue here.
async fn prepare(core: &Core, mail: &mails::Model) -> Result<Option<Letter>> {
    core.db
        .write(async |txn| {
            let letter = write(core, txn, mail).await?;
            if letter.is_none() {
                queue::remove(txn, mail.id).await?;
            }
            Ok(letter)
        })
        .await
}

/// Nothing that has no payload.
const NOTHING: Option<&()> = None;

async fn write(core: &Core, txn: &impl ConnectionTrait, mail: &mails::Model) -> Result<Option<Letter>> {
    let pen = Pen { core, txn, mail };
    match Task::of(core, mail)? {
        Task::Invite(user) => pen.invite(by_id(txn, user).await?).await,
        Task::VerifyEmail(user) => pen.verify(by_id(txn, user).await?).await,
        Task::VerifyIfKnown(email) => pen.verify(by_email(txn, &email).await?).await,
        Task::ResetIfKnown(email) => match by_email(txn, &email).await? {
            Some(user) if user.status == UserStatus::Invited => pen.invite(Some(user)).await,
            user => pen.to_active(user, Content::PasswordReset).await,
        },
        Task::Register(pending) => match by_email(txn, &pending.email).await? {
            None => {
                pen.letter(Content::Registration, None, &pending.email, Some(&pending))
                    .await
            }
            Some(user) if user.status == UserStatus::Invited => pen.invite(Some(user)).await,
            user => pen.to_active(user, Content::AccountExists).await,
        },
        Task::TellPasswordChanged(user) => {
            let user = by_id(txn, user).await?;
            pen.to_active(user, Content::PasswordChanged).await
        }
        Task::TellEmailChanged { user, old } => match by_id(txn, user).await? {
            Some(user) if user.status == UserStatus::Active => {
                pen.letter(Content::EmailChanged, Some(user.id), &old, NOTHING)
                    .await
            }
            _ => Ok(None),
        },
        Task::ChangeEmail { user, to, session } => {
            let user = by_id(txn, user).await?;
            // Whose the address already is learns nothing, and nor does who asked for it.
            let taken = by_email(txn, &to).await?.map(|owner| owner.id);
            match user {
                Some(user) if user.status == UserStatus::Active && taken.is_none_or(|it| it == user.id) => {
                    pen.letter(Content::EmailChange, Some(user.id), &to, Some(&session))
                        .await
                }
                _ => Ok(None),
            }
        }
    }
}

/// The user as of now, locked, so that address and status are those that the token is bound to.
async fn by_id(txn: &impl ConnectionTrait, id: UserId) -> Result<Option<users::Model>> {
    Ok(users::Entity::find_by_id(id).lock_exclusive().one(txn).await?)
}

async fn by_email(txn: &impl ConnectionTrait, email: &Email) -> Result<Option<users::Model>> {
    let found = users::Entity::find()
        .filter(users::COLUMN.email_key.eq(Hidden::from(email.normalized())))
        .lock_exclusive();
    Ok(found.one(txn).await?)
}

struct Pen<'a, C> {
    core: &'a Core,
    txn: &'a C,
    mail: &'a mails::Model,
}

impl<C: ConnectionTrait> Pen<'_, C> {
    /// For a user who is still invited.
    async fn invite(&self, user: Option<users::Model>) -> Result<Option<Letter>> {
        let user = user.filter(|user| user.status == UserStatus::Invited);
        self.to_stored(user, Content::Invitation).await
    }

    /// For an active user whose address nobody has proved.
    async fn verify(&self, user: Option<users::Model>) -> Result<Option<Letter>> {
        let user = user.filter(|user| user.email_verified_at.is_none());
        self.to_active(user, Content::Verification).await
    }

    async fn to_active(&self, user: Option<users::Model>, content: Content) -> Result<Option<Letter>> {
        let user = user.filter(|user| user.status == UserStatus::Active);
        self.to_stored(user, content).await
    }

    /// To the address as it is stored, never as somebody wrote it: the two may be the mailboxes of two people.
    async fn to_stored(&self, user: Option<users::Model>, content: Content) -> Result<Option<Letter>> {
        let Some(users::Model {
            id, email: Some(to), ..
        }) = user
        else {
            return Ok(None);
        };
        self.letter(content, Some(id), &to, NOTHING).await
    }

    async fn letter(
        &self,
        content: Content,
        user: Option<UserId>,
        to: &Email,
        payload: Option<&impl Serialize>,
    ) -> Result<Option<Letter>> {
        if !may_get(self.core, self.txn, self.mail, content.name(), to).await? {
            tracing::warn!(mail_id = %self.mail.id, kind = %self.mail.kind, "a mail is dropped: its address got too many within the hour");
            return Ok(None);
        }
        let purpose: Option<MailPurpose> = content.purpose();
        let token = match purpose {
            Some(purpose) => Some(issue(self.core, self.txn, purpose, user, to, payload).await?),
            None => None,
        };
        Ok(Some(self.core.mail.letter(
            self.mail,
            to.clone(),
            content,
            token.as_ref(),
        )))
    }
}

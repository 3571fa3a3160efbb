//! Export (GDPR Articles 15 and 20): all that is kept about a person, in one piece.

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::values::{AuditAction, Email};
use entity::{
    calendar_feeds, credentials, erasures, mail_tokens, mails, recovery_codes, second_factors, sessions,
    user_search_terms,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::consents::{self, Consent};
use crate::audit::read::{self, Seen};
use crate::audit::{self, Event};
use crate::core::Core;
use crate::documents;
use crate::emergency_contacts::{self, EmergencyContact};
use crate::error::Result;
use crate::mail;
use crate::policy::{ExportUser, Permit, ReadProfile};
use crate::preferences::{self, TravelPreferences};
use crate::profile::{self, Profile};
use crate::users as people;

/// All that is kept about a person. Secrets are left out, and so is what would be another person's.
#[derive(Debug, Clone)]
pub struct PersonData {
    /// When it was put together.
    pub generated_at: DateTime<Utc>,
    /// The person, with travel documents, memberships and groups.
    pub profile: Profile,
    /// Whom to call when something happens to the person.
    pub emergency_contacts: Vec<EmergencyContact>,
    /// How the person likes to travel.
    pub preferences: TravelPreferences,
    /// Words that the person is found by.
    pub search_terms: Vec<user_search_terms::Model>,
    /// What the person signs in with, if anything.
    pub credentials: Option<credentials::Model>,
    /// The authenticator app, if there is one.
    pub second_factor: Option<second_factors::Model>,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: u64,
    /// What the person's sign-ins have opened.
    pub sessions: Vec<sessions::Model>,
    /// What the person has agreed to, and taken back.
    pub consents: Vec<Consent>,
    /// Calendars that the person subscribes to, and those of others that show the person's documents.
    pub calendar_feeds: Vec<calendar_feeds::Model>,
    /// What the person has asked for, and what came of it.
    pub erasures: Vec<erasures::Model>,
    /// Mail that waits.
    pub mails: Vec<mails::Model>,
    /// Links that were mailed, and are good.
    pub mail_tokens: Vec<mail_tokens::Model>,
    /// What was done to the person's data, and who read it in full, the newest first.
    pub history: Vec<Seen>,
}

impl people::ReadsUsers for ExportUser {}

/// Puts together all that is kept about a person.
///
/// # Errors
/// `NotFound` when the person is out of reach.
pub async fn export(core: &Core, by: &Permit<ExportUser>, id: UserId) -> Result<PersonData> {
    // Who may take a copy is narrower than who may read the profile.
    people::get(core, by, id).await?;
    // Before anything is handed out: no copy without an entry.
    core.db
        .write(async |txn| {
            let event = Event::new(AuditAction::UserExported).about_user(id);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    let mut profile = profile::get(core, &Permit::<ReadProfile>::obtain(*by.actor())?, id).await?;
    profile.documents = documents::copy(core, by.actor(), "export", id).await?;
    let db = core.db.read();
    let mut mails = mails::Entity::find()
        .filter(mails::COLUMN.user_id.eq(id))
        .order_by_asc(mails::COLUMN.id)
        .all(db)
        .await?;
    let mut mail_tokens = mail_tokens::Entity::find()
        .filter(mail_tokens::COLUMN.user_id.eq(id))
        .order_by_asc(mail_tokens::COLUMN.created_at)
        .all(db)
        .await?;
    if let Some(email) = profile.user.email.as_ref().map(Email::normalized) {
        mails.extend(mail::queued(core, db, &email).await?);
        mail_tokens.extend(mail::mailed(core, db, &email).await?);
    }
    Ok(PersonData {
        generated_at: core.clock.now(),
        profile,
        emergency_contacts: emergency_contacts::all_of(core, db, &[id]).await?,
        preferences: preferences::all_of(core, db, &[id])
            .await?
            .pop()
            .unwrap_or_else(|| TravelPreferences::none(id)),
        search_terms: user_search_terms::Entity::find()
            .filter(user_search_terms::COLUMN.user_id.eq(id))
            .order_by_asc(user_search_terms::COLUMN.term)
            .all(db)
            .await?,
        credentials: credentials::Entity::find_by_id(id).one(db).await?,
        second_factor: second_factors::Entity::find_by_id(id).one(db).await?,
        recovery_codes_left: recovery_codes::Entity::find()
            .filter(recovery_codes::COLUMN.user_id.eq(id))
            .count(db)
            .await?,
        sessions: sessions::Entity::find()
            .filter(sessions::COLUMN.user_id.eq(id))
            .order_by_asc(sessions::COLUMN.id)
            .all(db)
            .await?,
        consents: consents::all(core, id).await?,
        erasures: erasures::Entity::find()
            .filter(erasures::COLUMN.user_id.eq(id))
            .order_by_asc(erasures::COLUMN.id)
            .all(db)
            .await?,
        calendar_feeds: calendar_feeds::Entity::find()
            .filter(
                calendar_feeds::COLUMN
                    .user_id
                    .eq(id)
                    .or(calendar_feeds::COLUMN.about_user_id.eq(id)),
            )
            .order_by_asc(calendar_feeds::COLUMN.id)
            .all(db)
            .await?,
        mails,
        mail_tokens,
        history: read::all_of(core, by.actor(), id).await?,
    })
}

//! A copy of all that is kept about a person.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::SessionId;
use entity::values::{Hidden, MailKind, MailPurpose, Purpose};
use entity::{mail_tokens, mails, sessions};
use serde::Serialize;
use service::policy::ExportUser;
use service::privacy::export::{self, PersonData};
use service::{Core, classification};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::UserPath;
use super::view::{Consent, Erasure};
use crate::audit::view::HistoryEntry;
use crate::calendar_feeds::view::CalendarFeed;
use crate::emergency_contacts::view::EmergencyContact;
use crate::error::Result;
use crate::extract::{May, Path};
use crate::preferences::view::TravelPreferences;
use crate::problem::Forbidden;
use crate::users::view::Profile;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(export_user);
}

/// Export a user
///
/// All that is kept about the person, in one document to save and to take elsewhere (GDPR Articles 15 and 20): profile,
/// travel documents, memberships, groups, emergency contacts, preferences, consents, sessions, mail that waits, requests.
/// Passwords, keys and codes are left
/// out, and of companions all but the name. Permissions: administrators; everybody for themselves.
#[utoipa::path(
    tag = "privacy",
    extensions(("x-permission" = json!("ExportUser"))),
    params(UserPath),
    responses(
        (
            status = 200,
            description = "All that is kept about the person.",
            body = PersonExport,
            headers(("Content-Disposition" = String, description = "Name of the file to save it as."))
        ),
        Forbidden
    )
)]
#[get("/v1/users/{id}/export")]
async fn export_user(by: May<ExportUser>, core: Data<Core>, path: Path<UserPath>) -> Result<HttpResponse> {
    let id = path.0.id;
    let data = export::export(&core, &by, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"person-{id}.json\""),
        ))
        .json(PersonExport::new(data, core.clock.today())))
}

/// All that is kept about a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonExport {
    /// When this copy was made.
    pub generated_at: DateTime<Utc>,
    /// The profile, with travel documents, memberships and groups.
    pub profile: Profile,
    /// Whom to call when something happens to the person.
    #[schema(max_items = 5)]
    pub emergency_contacts: Vec<EmergencyContact>,
    /// How the person likes to travel.
    pub preferences: TravelPreferences,
    /// Words of names and e-mail by which staff find the person.
    #[schema(example = json!(["anna", "eriksson"]))]
    pub search_terms: Vec<String>,
    /// Since when the data is restricted (GDPR Article 18).
    #[schema(required)]
    pub restricted_at: Option<DateTime<Utc>>,
    /// Why it is.
    #[schema(required, example = "The customer contests the date of birth")]
    pub restriction_reason: Option<Purpose>,
    /// How the person signs in.
    pub sign_in: ExportedSignIn,
    /// What sign-ins have opened, the oldest first; sessions that are over are kept for a while.
    #[schema(max_items = 10000)]
    pub sessions: Vec<ExportedSession>,
    /// What the person has agreed to, refused and taken back, the oldest entry first.
    pub consents: Vec<Consent>,
    /// What the person has asked to be erased, and what came of it.
    pub erasures: Vec<Erasure>,
    /// Calendars that the person subscribes to, and those of others that show the person's last days of validity, without
    /// their addresses.
    pub calendar_feeds: Vec<CalendarFeed>,
    /// Mail to the person that waits to be sent.
    pub mails: Vec<ExportedMail>,
    /// Links that the person has been mailed and that are good.
    pub mailed_links: Vec<ExportedLink>,
    /// What was done to the data, and who read numbers in full, the newest first.
    pub history: Vec<HistoryEntry>,
    /// What is stored about people, what for, and for how long (GDPR Article 15(1)).
    pub processing: Vec<ProcessedField>,
}

/// A field that is stored about people.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessedField {
    /// Name of the table.
    #[schema(example = "users")]
    pub table: &'static str,
    /// Name of the column.
    #[schema(example = "phone")]
    pub field: &'static str,
    /// How much harm it does in the wrong hands: `public`, `personal`, `sensitive` or `secret`.
    #[schema(example = "sensitive")]
    pub class: &'static str,
    /// What it is stored for.
    #[schema(example = "to call the person, and for bookings")]
    pub purpose: &'static str,
    /// For how long.
    #[schema(example = "as long as the profile")]
    pub kept: &'static str,
}

fn processing() -> Vec<ProcessedField> {
    let fields = classification::TABLES.iter().flat_map(|table| {
        table.columns.iter().map(|column| ProcessedField {
            table: table.name,
            field: column.name,
            class: column.class.as_str(),
            purpose: column.purpose,
            kept: column.kept,
        })
    });
    fields.filter(|field| field.class != "public").collect()
}

/// How a person signs in, without what it is done with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedSignIn {
    /// When the password was set; null for somebody who has none.
    #[schema(required)]
    pub password_changed_at: Option<DateTime<Utc>>,
    /// When a session that is not kept any longer was last used.
    #[schema(required)]
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When an authenticator app was set up.
    #[schema(required)]
    pub second_factor_created_at: Option<DateTime<Utc>>,
    /// Since when its codes are asked for.
    #[schema(required)]
    pub second_factor_confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes have not been used.
    #[schema(example = 10)]
    pub recovery_codes_left: u64,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedSession {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000601")]
    pub id: SessionId,
    /// What the device called itself.
    #[schema(
        required,
        max_length = 200,
        example = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
    )]
    pub device_name: Option<String>,
    /// The network that the sign-in came from, never the address.
    #[schema(required, max_length = 50, example = "203.0.113.0/24")]
    pub address_class: Option<String>,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: DateTime<Utc>,
    /// Until when it lasts at the most.
    pub expires_at: DateTime<Utc>,
    /// When it was ended before its time.
    #[schema(required)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Mail that waits to be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedMail {
    /// What it is about.
    #[schema(value_type = String, example = "invitation")]
    pub kind: MailKind,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub next_attempt_at: DateTime<Utc>,
}

/// A link that was mailed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedLink {
    /// What it is for.
    #[schema(value_type = String, example = "password_reset")]
    pub purpose: MailPurpose,
    /// When it was mailed.
    pub created_at: DateTime<Utc>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

impl PersonExport {
    fn new(data: PersonData, today: NaiveDate) -> Self {
        let user = &data.profile.user;
        Self {
            generated_at: data.generated_at,
            restricted_at: user.restricted_at,
            restriction_reason: user.restriction_reason.clone(),
            search_terms: data.search_terms.into_iter().map(|row| text(row.term)).collect(),
            sign_in: ExportedSignIn {
                password_changed_at: data.credentials.as_ref().map(|it| it.password_changed_at),
                last_seen_at: data.credentials.as_ref().and_then(|it| it.last_seen_at),
                second_factor_created_at: data.second_factor.as_ref().map(|it| it.created_at),
                second_factor_confirmed_at: data.second_factor.as_ref().and_then(|it| it.confirmed_at),
                recovery_codes_left: data.recovery_codes_left,
            },
            profile: Profile::new(data.profile, today),
            emergency_contacts: data
                .emergency_contacts
                .into_iter()
                .map(EmergencyContact::from)
                .collect(),
            preferences: data.preferences.into(),
            sessions: data.sessions.into_iter().map(ExportedSession::from).collect(),
            consents: data.consents.into_iter().map(Consent::from).collect(),
            erasures: data.erasures.into_iter().map(Erasure::from).collect(),
            calendar_feeds: data.calendar_feeds.into_iter().map(CalendarFeed::from).collect(),
            mails: data.mails.into_iter().map(ExportedMail::from).collect(),
            mailed_links: data.mail_tokens.into_iter().map(ExportedLink::from).collect(),
            history: data.history.into_iter().map(HistoryEntry::from).collect(),
            processing: processing(),
        }
    }
}

/// For the person whom it is about.
#[allow(clippy::needless_pass_by_value)] // What is shown is not kept.
fn text(hidden: Hidden) -> String {
    hidden.expose().to_owned()
}

impl From<sessions::Model> for ExportedSession {
    fn from(session: sessions::Model) -> Self {
        Self {
            id: session.id,
            device_name: session.device_name.map(text),
            address_class: session.address_class.map(text),
            second_factor: session.second_factor,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
        }
    }
}

impl From<mails::Model> for ExportedMail {
    fn from(mail: mails::Model) -> Self {
        Self {
            kind: mail.kind,
            created_at: mail.created_at,
            next_attempt_at: mail.next_attempt_at,
        }
    }
}

impl From<mail_tokens::Model> for ExportedLink {
    fn from(token: mail_tokens::Model) -> Self {
        Self {
            purpose: token.purpose,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }
}

//! Typed ids: a passport's id cannot be handed in where a user's is wanted.
//!
//! All ids are UUIDv7 (RFC 9562 §5.7), made by the application: they sort by time of creation, so that one index
//! serves both the look-up and the cursor of a list.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::values::Invalid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, example = $example:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
            )]
            #[serde(into = "Uuid", try_from = "String")]
            pub struct $name(Uuid);

            impl $name {
                /// A new id, later in order than all that this process made before.
                #[allow(clippy::new_without_default)]
                pub fn new() -> Self {
                    Self(Uuid::now_v7())
                }

                /// The plain UUID.
                pub const fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl From<Uuid> for $name {
                fn from(id: Uuid) -> Self {
                    Self(id)
                }
            }

            impl From<$name> for Uuid {
                fn from(id: $name) -> Self {
                    id.0
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl FromStr for $name {
                type Err = Invalid;

                /// Takes the hyphenated form alone (RFC 9562 §4): one record has one address.
                fn from_str(text: &str) -> Result<Self, Invalid> {
                    let hyphenated = Some(text).filter(|text| text.len() == Hyphenated::LENGTH);
                    let id = hyphenated.and_then(|text| text.parse().ok());
                    id.map(Self).ok_or_else(|| Invalid::format("This must be an id: a UUID with hyphens."))
                }
            }

            impl TryFrom<String> for $name {
                type Error = Invalid;

                fn try_from(text: String) -> Result<Self, Invalid> {
                    text.parse()
                }
            }

            impl TryFromU64 for $name {
                fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                    Err(DbErr::ConvertFromU64(stringify!($name)))
                }
            }

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
                        .examples([$example])
                        .into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }
            }
        )+
    };
}

ids! {
    /// Id of a user: a customer, an agent or an administrator.
    UserId, example = "01920000-0000-7000-8000-000000000003";
    /// Id of a passport.
    PassportId, example = "01920000-0000-7000-8000-000000000101";
    /// Id of a visa.
    VisaId, example = "01920000-0000-7000-8000-000000000151";
    /// Id of an identity card.
    IdentityCardId, example = "01920000-0000-7000-8000-000000000161";
    /// Id of a traveller's number.
    TravellerNumberId, example = "01920000-0000-7000-8000-000000000171";
    /// Id of a loyalty programme in the catalogue.
    LoyaltyProgramId, example = "01920000-0000-7000-8000-000000000201";
    /// Id of a membership in a loyalty programme.
    LoyaltyId, example = "01920000-0000-7000-8000-000000000301";
    /// Id of somebody to call in an emergency.
    EmergencyContactId, example = "01920000-0000-7000-8000-000000001601";
    /// Id of a rule of entry.
    EntryRuleId, example = "01920000-0000-7000-8000-000000001001";
    /// Id of a travel group.
    GroupId, example = "01920000-0000-7000-8000-000000000401";
    /// Id of a machine client: another system of the agency.
    ClientId, example = "01920000-0000-7000-8000-000000000501";
    /// Id of the key that seals what is sensitive about a person.
    DataKeyId, example = "01920000-0000-7000-8000-000000000801";
    /// Id of a session: what one sign-in has opened.
    SessionId, example = "01920000-0000-7000-8000-000000000601";
    /// Id of a secret of a machine client.
    ClientSecretId, example = "01920000-0000-7000-8000-000000000701";
    /// Id of an entry in the log of consents.
    ConsentId, example = "01920000-0000-7000-8000-000000000801";
    /// Id of an erasure, or of the request for one.
    ErasureId, example = "01920000-0000-7000-8000-000000000901";
    /// Id of a calendar feed.
    CalendarFeedId, example = "01920000-0000-7000-8000-000000001001";
    /// Id of an import.
    ImportId, example = "01920000-0000-7000-8000-000000001101";
    /// Id of a mail in the queue.
    MailId, example = "01920000-0000-7000-8000-000000000701";
    /// Id of a record of any kind.
    RecordId, example = "01920000-0000-7000-8000-000000000101";
    /// Id of an entry of the audit trail.
    AuditEventId, example = "01920000-0000-7000-8000-000000000801";
    /// Id of an event of the feed of changes.
    EventId, example = "01920000-0000-7000-8000-000000000a01";
    /// Id of a webhook endpoint.
    WebhookEndpointId, example = "01920000-0000-7000-8000-000000000b01";
    /// Id of a message to a webhook endpoint.
    WebhookDeliveryId, example = "01920000-0000-7000-8000-000000000c01";
}

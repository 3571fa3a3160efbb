//! Typed ids: a passport's id cannot be handed in where a user's is wanted.
//!
//! All ids are UUIDv7 (RFC 9562 §5.7), made by the application: they sort by time of creation, so that one index
//! serves both the look-up and the cursor of a list.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, example = $example:literal;)+) => {
        $(
            $(#[$doc])*
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, DeriveValueType,
            )]
            #[serde(transparent)]
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
                type Err = uuid::Error;

                /// Takes the hyphenated form alone: one record has one address.
                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    let id: Uuid = text.parse()?;
                    if text.len() == uuid::fmt::Hyphenated::LENGTH { Ok(Self(id)) } else { Uuid::parse_str("").map(Self) }
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = Cow::<str>::deserialize(deserializer)?;
                    text.parse()
                        .map_err(|error| de::Error::custom(format_args!("UUID parsing failed: {error}")))
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
    /// Id of a loyalty programme in the catalogue.
    LoyaltyProgramId, example = "01920000-0000-7000-8000-000000000201";
    /// Id of a membership in a loyalty programme.
    LoyaltyId, example = "01920000-0000-7000-8000-000000000301";
    /// Id of a travel group.
    GroupId, example = "01920000-0000-7000-8000-000000000401";
}

//! Closed lists of codes, stored as text.

mod access;
mod output;

pub use self::access::{
    ClientStatus, ConsentSource, ErasureStatus, KeyState, MailKind, MailPurpose, Requester, Role, Scope,
    UserStatus,
};
pub use self::output::{
    AlertKind, BookingChannel, BookingLineKind, CreditReason, DocumentDisplay, ExistingRecords, ExportFormat,
    FileFormat, ImportStatus, InfantSeating, ManifestGap,
};

/// Most values that an error lists: its detail has at most 1000 characters (`api::problem`).
const LISTED: usize = 20;

/// What is said of a value that is none of these.
pub(super) fn not_in_list(values: &[&str]) -> String {
    if values.len() > LISTED {
        return "The value is not in the list; the OpenAPI document has all of them.".to_owned();
    }
    format!("The value is not in the list; use one of {}.", values.join(", "))
}

/// Makes an enum of a closed list of codes: its doc comments are also the description in the `OpenAPI`
/// document.
macro_rules! text_enum {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $($(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "String(sea_orm::sea_query::StringLen::None)")]
        pub enum $name {
            $($(#[doc = $variant_doc])+ #[sea_orm(string_value = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What it means, in one sentence.
            pub fn meaning(self) -> String {
                $crate::values::text::markdown(match self {
                    $(Self::$variant => &[$($variant_doc),+],)+
                })
            }

            /// The code as it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    Self::Err::unknown_code($crate::values::enums::not_in_list(&[$($text),+]))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use $crate::values::text::markdown;

                let mut description = markdown(&[$($doc),+]);
                description.push('\n');
                $(
                    let meaning = markdown(&[$($variant_doc),+]);
                    description.push_str(&format!("\n* `{}`: {meaning}", $text));
                )+
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(description))
                    .enum_values(Some([$($text),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

pub(super) use text_enum;

text_enum! {
    /// Gender as airlines ask for it in bookings (A4A and IATA standard of 2019).
    pub enum Gender {
        /// Female.
        F = "F",
        /// Male.
        M = "M",
        /// Unspecified.
        X = "X",
        /// Undisclosed.
        U = "U",
    }
}

text_enum! {
    /// Sex as a passport prints it (ICAO Doc 9303-4 §4.1.1.1).
    pub enum Sex {
        /// Female.
        F = "F",
        /// Male.
        M = "M",
        /// Unspecified; `<` in the machine readable zone.
        X = "X",
    }
}

text_enum! {
    /// What a code of a country or nationality stands for (ICAO Doc 9303-3 §5).
    pub enum CountryKind {
        /// A country or territory.
        Country = "country",
        /// A nationality of the United Kingdom that is not British citizenship.
        Nationality = "nationality",
        /// An organisation that issues travel documents.
        Organization = "organization",
        /// Somebody without a defined nationality: stateless persons and refugees.
        NoNationality = "no_nationality",
        /// No longer issued, on documents that are still around.
        Deprecated = "deprecated",
        /// Specimen documents, which nobody travels on.
        Specimen = "specimen",
    }
}

text_enum! {
    /// Whether a passport can be travelled on, apart from its dates.
    pub enum PassportStatus {
        /// In its holder's hands.
        Active = "active",
        /// Reported lost.
        Lost = "lost",
        /// Reported stolen.
        Stolen = "stolen",
        /// Another passport took its place.
        Replaced = "replaced",
    }
}

text_enum! {
    /// Sector of the supplier whose loyalty programme it is.
    pub enum ProgramType {
        /// Airline.
        Airline = "airline",
        /// Hotel chain.
        Hotel = "hotel",
        /// Car rental.
        Car = "car",
        /// Railway.
        Rail = "rail",
        /// Cruise line.
        Cruise = "cruise",
        /// Any other sector.
        Other = "other",
    }
}

text_enum! {
    /// Alliance of airlines whose programmes credit each other's flights.
    pub enum Alliance {
        /// Star Alliance.
        StarAlliance = "star_alliance",
        /// oneworld.
        Oneworld = "oneworld",
        /// SkyTeam.
        Skyteam = "skyteam",
    }
}

text_enum! {
    /// What a tier counts for with all airlines of an alliance.
    pub enum AllianceStatus {
        /// Star Alliance Silver.
        Silver = "silver",
        /// Star Alliance Gold.
        Gold = "gold",
        /// oneworld Ruby.
        Ruby = "ruby",
        /// oneworld Sapphire.
        Sapphire = "sapphire",
        /// oneworld Emerald.
        Emerald = "emerald",
        /// SkyTeam Elite.
        Elite = "elite",
        /// SkyTeam Elite Plus.
        ElitePlus = "elite_plus",
    }
}

impl AllianceStatus {
    /// The alliance that has this status.
    pub const fn alliance(self) -> Alliance {
        match self {
            Self::Silver | Self::Gold => Alliance::StarAlliance,
            Self::Ruby | Self::Sapphire | Self::Emerald => Alliance::Oneworld,
            Self::Elite | Self::ElitePlus => Alliance::Skyteam,
        }
    }

    /// How high it is: 1 for priority at the desk, 2 where lounges open, 3 for Emerald.
    pub const fn level(self) -> u8 {
        match self {
            Self::Silver | Self::Ruby | Self::Elite => 1,
            Self::Gold | Self::Sapphire | Self::ElitePlus => 2,
            Self::Emerald => 3,
        }
    }
}

text_enum! {
    /// Whether a membership of a loyalty programme earns and gives benefits.
    pub enum LoyaltyStatus {
        /// In use.
        Active = "active",
        /// Suspended by the programme for now.
        Suspended = "suspended",
        /// Ended for good.
        Closed = "closed",
    }
}

text_enum! {
    /// Where a traveller likes to sit.
    pub enum SeatPreference {
        /// At the window.
        Window = "window",
        /// On the aisle.
        Aisle = "aisle",
        /// Between two others.
        Middle = "middle",
        /// Anywhere: the traveller was asked, and does not mind.
        NoPreference = "no_preference",
    }
}

text_enum! {
    /// What a special service is about.
    pub enum SpecialServiceKind {
        /// What somebody eats.
        Meal = "meal",
        /// What help somebody needs.
        Assistance = "assistance",
    }
}

text_enum! {
    /// Part that a traveller plays in a group.
    pub enum MemberRole {
        /// Lead traveller, whom the supplier turns to.
        Lead = "lead",
        /// Travels along.
        Companion = "companion",
        /// Travels along and answers for the children.
        Guardian = "guardian",
        /// Minor who travels with a guardian.
        Child = "child",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use std::{fmt, str::FromStr};

    use sea_orm::{ActiveEnum, Iterable, sea_query::ValueType};
    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::values::testing::schema;
    use crate::values::{
        IdentityCardStatus, Invalid, TravellerNumberType, VisaEntries, VisaStatus, VisaType,
    };

    fn one_text_everywhere<T>(all: &[T], texts: &[&str])
    where
        T: ActiveEnum<Value = String> + Iterable + ValueType + Into<sea_orm::Value> + Copy + PartialEq,
        T: FromStr<Err = Invalid> + fmt::Display + fmt::Debug,
        T: Serialize + DeserializeOwned + utoipa::ToSchema,
    {
        assert_eq!(T::iter().collect::<Vec<_>>(), all);
        assert_eq!(all.len(), texts.len());
        for (&value, &text) in all.iter().zip(texts) {
            assert_eq!(value.to_string(), text);
            assert_eq!(text.parse(), Ok(value));
            assert_eq!(serde_json::to_value(value).unwrap(), text);
            assert_eq!(serde_json::from_value::<T>(text.into()).unwrap(), value);
            assert_eq!(ActiveEnum::to_value(&value), text);
            assert_eq!(<T as ValueType>::try_from(value.into()).unwrap(), value);
        }
        let schema = schema::<T>();
        assert_eq!(schema["type"], "string");
        assert_eq!(schema["enum"], serde_json::json!(texts));
        let description = schema["description"].as_str().unwrap();
        assert!(
            texts
                .iter()
                .all(|text| description.contains(&format!("* `{text}`: ")))
        );

        for text in ["", "no_such_code", "ACTIVE", " F"] {
            let invalid = text.parse::<T>().unwrap_err();
            assert_eq!(invalid.code, "unknown_code");
            assert!(invalid.detail.contains(&texts.join(", ")));
            assert!(serde_json::from_value::<T>(text.into()).is_err());
            assert!(<T as ValueType>::try_from(text.into()).is_err());
        }
    }

    #[test]
    fn an_error_lists_what_fits() {
        assert!(not_in_list(&["a", "b"]).ends_with("use one of a, b."));
        assert!(not_in_list(&["a"; 99]).len() < 1000);
    }

    #[test]
    fn every_value_has_one_text_everywhere() {
        one_text_everywhere(Role::ALL, &["customer", "agent", "admin"]);
        one_text_everywhere(UserStatus::ALL, &["active", "invited", "disabled"]);
        one_text_everywhere(ClientStatus::ALL, &["active", "disabled"]);
        one_text_everywhere(Gender::ALL, &["F", "M", "X", "U"]);
        one_text_everywhere(Sex::ALL, &["F", "M", "X"]);
        one_text_everywhere(
            CountryKind::ALL,
            &[
                "country",
                "nationality",
                "organization",
                "no_nationality",
                "deprecated",
                "specimen",
            ],
        );
        one_text_everywhere(PassportStatus::ALL, &["active", "lost", "stolen", "replaced"]);
        one_text_everywhere(
            VisaType::ALL,
            &[
                "tourist",
                "business",
                "transit",
                "student",
                "work",
                "residence",
                "electronic_authorization",
                "other",
            ],
        );
        one_text_everywhere(VisaEntries::ALL, &["single", "double", "multiple"]);
        one_text_everywhere(VisaStatus::ALL, &["active", "used", "cancelled", "revoked"]);
        one_text_everywhere(IdentityCardStatus::ALL, &["active", "lost", "stolen", "replaced"]);
        one_text_everywhere(TravellerNumberType::ALL, &["known_traveller", "redress", "other"]);
        one_text_everywhere(
            ProgramType::ALL,
            &["airline", "hotel", "car", "rail", "cruise", "other"],
        );
        one_text_everywhere(Alliance::ALL, &["star_alliance", "oneworld", "skyteam"]);
        one_text_everywhere(
            AllianceStatus::ALL,
            &[
                "silver",
                "gold",
                "ruby",
                "sapphire",
                "emerald",
                "elite",
                "elite_plus",
            ],
        );
        one_text_everywhere(CreditReason::ALL, &["own", "partner", "alliance"]);
        one_text_everywhere(LoyaltyStatus::ALL, &["active", "suspended", "closed"]);
        one_text_everywhere(
            SeatPreference::ALL,
            &["window", "aisle", "middle", "no_preference"],
        );
        one_text_everywhere(SpecialServiceKind::ALL, &["meal", "assistance"]);
        one_text_everywhere(MemberRole::ALL, &["lead", "companion", "guardian", "child"]);
    }
}

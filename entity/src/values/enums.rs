//! Closed lists of codes, stored as text.

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
                    let allowed = [$($text),+].join(", ");
                    Self::Err::unknown_code(format!("The value is not in the list; use one of {allowed}."))
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
    /// What a user may do.
    pub enum Role {
        /// A traveller, who sees and keeps their own profile.
        Customer = "customer",
        /// Staff of the agency, who work with the profiles of its customers.
        Agent = "agent",
        /// Staff who also manage users and reference data.
        Admin = "admin",
    }
}

text_enum! {
    /// Whether a user may sign in.
    pub enum UserStatus {
        /// May sign in.
        Active = "active",
        /// Was invited and has not set a password yet.
        Invited = "invited",
        /// May not sign in any more.
        Disabled = "disabled",
    }
}

text_enum! {
    /// Who has told us of a consent.
    pub enum ConsentSource {
        /// The person.
        Customer = "customer",
        /// Somebody of the agency, on the person's behalf.
        Staff = "staff",
        /// Another system of the agency.
        Client = "client",
    }
}

text_enum! {
    /// Who has asked for an erasure.
    pub enum Requester {
        /// The person.
        Customer = "customer",
        /// Somebody of the agency.
        Staff = "staff",
        /// Another system of the agency.
        Client = "client",
        /// The service itself: its time had come, or it was erased before and a backup has brought it back.
        System = "system",
    }
}

text_enum! {
    /// How an erasure stands.
    pub enum ErasureStatus {
        /// The person has asked for it.
        Requested = "requested",
        /// An administrator has refused it.
        Rejected = "rejected",
        /// The person is erased.
        Done = "done",
    }
}

text_enum! {
    /// Whether another system of the agency gets in.
    pub enum ClientStatus {
        /// Gets tokens, and its tokens are good.
        Active = "active",
        /// Gets no tokens, and those that it has are refused.
        Disabled = "disabled",
    }
}

text_enum! {
    /// What another system of the agency may do with this one (OAuth 2.0 scopes, RFC 6749 §3.3).
    pub enum Scope {
        /// Read, list and search users.
        UsersRead = "users:read",
        /// Add and change customers.
        UsersWrite = "users:write",
        /// Remove customers.
        UsersDelete = "users:delete",
        /// Read, list and search passports; their numbers are masked.
        PassportsRead = "passports:read",
        /// See the numbers of passports, with a purpose that the audit trail keeps, and in booking data.
        PassportsReveal = "passports:reveal",
        /// Add, change and remove passports.
        PassportsWrite = "passports:write",
        /// Read the catalogue of loyalty programmes.
        LoyaltyProgramsRead = "loyalty-programs:read",
        /// Change the catalogue of loyalty programmes.
        LoyaltyProgramsWrite = "loyalty-programs:write",
        /// Read and list memberships in loyalty programmes.
        LoyaltiesRead = "loyalties:read",
        /// Add, change and remove memberships in loyalty programmes.
        LoyaltiesWrite = "loyalties:write",
        /// Read and list groups and their members by name; what else is shown of members needs a scope of its own.
        GroupsRead = "groups:read",
        /// Add, change and remove groups and their members.
        GroupsWrite = "groups:write",
        /// Read the audit trail: who did what to whose data.
        AuditRead = "audit:read",
        /// Ask whether the access token of another client, or of a person, is good.
        TokensIntrospect = "tokens:introspect",
    }
}

text_enum! {
    /// What a signing key is used for at present.
    pub enum KeyState {
        /// Published, so that everybody knows it by the time it signs.
        Next = "next",
        /// Signs.
        Current = "current",
        /// Signs no more; what it signed is good until it expires.
        Previous = "previous",
    }
}

text_enum! {
    /// What a mail in the queue is to do.
    pub enum MailKind {
        /// Invite a user to choose a password.
        Invitation = "invitation",
        /// Ask a user to prove that the address is theirs.
        EmailVerification = "email_verification",
        /// The same, if the address turns out to be a user's.
        VerificationRequest = "verification_request",
        /// Finish a registration, or tell whose address it is that they have an account.
        Registration = "registration",
        /// Let a user choose a new password, if the address turns out to be a user's.
        PasswordReset = "password_reset",
        /// Tell a user that the password has changed.
        PasswordChanged = "password_changed",
        /// Ask the new address of a user whether it is theirs.
        EmailChange = "email_change",
        /// Tell the old address of a user that it is no longer the user's.
        EmailChanged = "email_changed",
    }
}

text_enum! {
    /// What the token of a mailed link can be used for.
    pub enum MailPurpose {
        /// Accept an invitation.
        Invitation = "invitation",
        /// Prove an address, or finish a registration.
        EmailVerification = "email_verification",
        /// Choose a new password.
        PasswordReset = "password_reset",
        /// Take a new address.
        EmailChange = "email_change",
    }
}

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
    /// System that a booking is made in.
    pub enum BookingChannel {
        /// Special service requests as airlines exchange them.
        Ssr = "ssr",
        /// Amadeus.
        Amadeus = "amadeus",
        /// Sabre.
        Sabre = "sabre",
        /// Travelport+ (Galileo).
        Travelport = "travelport",
        /// Interfaces after IATA NDC 21.3, which take fields instead of lines.
        Ndc = "ndc",
        /// The interface of Duffel, which takes fields instead of lines.
        Duffel = "duffel",
    }
}

text_enum! {
    /// What a line of a booking says.
    pub enum BookingLineKind {
        /// Name of the passenger.
        Name = "name",
        /// Passport data, or birthday and gender alone (Secure Flight).
        Docs = "docs",
        /// E-mail address for the airline.
        Ctce = "ctce",
        /// Mobile telephone number for the airline.
        Ctcm = "ctcm",
        /// The passenger refused to give either.
        Ctcr = "ctcr",
        /// Membership in the programme of an airline.
        Fqtv = "fqtv",
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
    /// Why a membership can be credited on a flight.
    pub enum CreditReason {
        /// The programme is the airline's own.
        Own = "own",
        /// The programme credits the airline by an agreement of the two.
        Partner = "partner",
        /// Programme and airline belong to the same alliance.
        Alliance = "alliance",
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
    use crate::values::{Invalid, testing::schema};

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
        one_text_everywhere(MemberRole::ALL, &["lead", "companion", "guardian", "child"]);
    }
}

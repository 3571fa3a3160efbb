//! What the feed of changes tells apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Invalid;
use super::enums::text_enum;

text_enum! {
    /// What has happened to a record.
    pub enum EventType {
        /// A user was added, by staff, by another system, or by registering.
        UserCreated = "user.created",
        /// A user was changed.
        UserUpdated = "user.updated",
        /// A user's data was put out of use (GDPR Article 18): do not use your copy either.
        UserRestricted = "user.restricted",
        /// A user's data was put back into use.
        UserUnrestricted = "user.unrestricted",
        /// A user was removed, with all that hung on the user.
        UserDeleted = "user.deleted",
        /// A user was erased (GDPR Article 17), with all that hung on the user: erase your copy too.
        UserErased = "user.erased",
        /// Somebody agreed to something, refused it or took it back.
        ConsentRecorded = "consent.recorded",
        /// A passport was recorded.
        PassportCreated = "passport.created",
        /// A passport was changed.
        PassportUpdated = "passport.updated",
        /// A passport was removed.
        PassportDeleted = "passport.deleted",
        /// A visa was recorded.
        VisaCreated = "visa.created",
        /// A visa was changed.
        VisaUpdated = "visa.updated",
        /// A visa was removed.
        VisaDeleted = "visa.deleted",
        /// An identity card was recorded.
        IdentityCardCreated = "identity_card.created",
        /// An identity card was changed.
        IdentityCardUpdated = "identity_card.updated",
        /// An identity card was removed.
        IdentityCardDeleted = "identity_card.deleted",
        /// A traveller's number was recorded.
        TravellerNumberCreated = "traveller_number.created",
        /// A traveller's number was changed.
        TravellerNumberUpdated = "traveller_number.updated",
        /// A traveller's number was removed.
        TravellerNumberDeleted = "traveller_number.deleted",
        /// A membership in a loyalty programme was recorded.
        LoyaltyCreated = "loyalty.created",
        /// A membership was changed.
        LoyaltyUpdated = "loyalty.updated",
        /// A membership was removed.
        LoyaltyDeleted = "loyalty.deleted",
        /// An emergency contact was recorded.
        EmergencyContactCreated = "emergency_contact.created",
        /// An emergency contact was changed.
        EmergencyContactUpdated = "emergency_contact.updated",
        /// An emergency contact was removed.
        EmergencyContactDeleted = "emergency_contact.deleted",
        /// How somebody likes to travel was changed.
        PreferencesUpdated = "preferences.updated",
        /// A loyalty programme was added to the catalogue.
        LoyaltyProgramCreated = "loyalty_program.created",
        /// A loyalty programme was changed.
        LoyaltyProgramUpdated = "loyalty_program.updated",
        /// A loyalty programme was removed.
        LoyaltyProgramDeleted = "loyalty_program.deleted",
        /// A rule of entry was added.
        EntryRuleCreated = "entry_rule.created",
        /// A rule of entry was changed.
        EntryRuleUpdated = "entry_rule.updated",
        /// A rule of entry was removed.
        EntryRuleDeleted = "entry_rule.deleted",
        /// A group was made.
        GroupCreated = "group.created",
        /// Name or purpose of a group were changed.
        GroupUpdated = "group.updated",
        /// A group was removed, and with it the memberships of all who were in it.
        GroupDeleted = "group.deleted",
        /// Somebody joined a group.
        GroupMemberAdded = "group.member_added",
        /// The part that somebody plays in a group was changed.
        GroupMemberUpdated = "group.member_updated",
        /// Somebody left a group.
        GroupMemberRemoved = "group.member_removed",
    }
}

text_enum! {
    /// What kind of record something has happened to.
    pub enum EventSubject {
        /// A user.
        User = "user",
        /// An entry of somebody's log of consents.
        Consent = "consent",
        /// A passport.
        Passport = "passport",
        /// A visa.
        Visa = "visa",
        /// An identity card.
        IdentityCard = "identity_card",
        /// A traveller's number.
        TravellerNumber = "traveller_number",
        /// A membership in a loyalty programme.
        Loyalty = "loyalty",
        /// An emergency contact.
        EmergencyContact = "emergency_contact",
        /// The travel preferences of a user: the id is the user's.
        Preferences = "preferences",
        /// A loyalty programme.
        LoyaltyProgram = "loyalty_program",
        /// A rule of entry.
        EntryRule = "entry_rule",
        /// A group.
        Group = "group",
    }
}

impl EventType {
    /// Name of the kind of record: what stands before the dot.
    pub fn subject(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }
}

/// Which events are wanted: those of one type (`passport.updated`), or all about one kind of record (`passport.*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum EventPattern {
    /// Of this type.
    Type(EventType),
    /// About records of this kind.
    Subject(EventSubject),
}

impl EventPattern {
    /// What patterns look like, for the document.
    pub const REGEX: &str = "^[a-z_]+\\.([a-z_]+|\\*)$";
    /// Characters of the longest one, with room for those that will come.
    pub const MAX_LENGTH: usize = 60;

    /// The types that it stands for.
    pub fn types(self) -> impl Iterator<Item = EventType> {
        let is_meant = move |it: &EventType| match self {
            Self::Type(wanted) => *it == wanted,
            Self::Subject(subject) => it.subject() == subject.as_str(),
        };
        EventType::ALL.iter().copied().filter(is_meant)
    }
}

/// Which events somebody wants; all, if none is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventPatterns(pub Vec<EventPattern>);

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(wanted) => f.write_str(wanted.as_str()),
            Self::Subject(subject) => write!(f, "{}.*", subject.as_str()),
        }
    }
}

impl From<EventPattern> for String {
    fn from(pattern: EventPattern) -> Self {
        pattern.to_string()
    }
}

impl FromStr for EventPattern {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = match text.strip_suffix(".*") {
            Some(subject) => subject.parse().map(Self::Subject),
            None => text.parse().map(Self::Type),
        };
        found.map_err(|_| {
            Invalid::unknown_code(
                "There is no such type of event; write one such as passport.updated, or passport.* for all about passports.",
            )
        })
    }
}

impl TryFrom<String> for EventPattern {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_stands_before_the_dot_is_the_kind_of_record() {
        let named: BTreeSet<_> = EventType::ALL.iter().map(|it| it.subject()).collect();
        let known: BTreeSet<_> = EventSubject::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(named, known);
    }

    #[test]
    fn a_pattern_is_a_type_or_all_types_of_a_kind_of_record() {
        let types = |text: &str| {
            text.parse::<EventPattern>()
                .map(|it| it.types().collect::<Vec<_>>())
        };
        assert_eq!(types("visa.updated"), Ok(vec![EventType::VisaUpdated]));
        let all = [
            EventType::VisaCreated,
            EventType::VisaUpdated,
            EventType::VisaDeleted,
        ];
        assert_eq!(types("visa.*"), Ok(all.to_vec()));
        for wrong in [
            "",
            "*",
            "visa",
            "visa.",
            "visa.*.*",
            "vis.*",
            "visa.eaten",
            "VISA.updated",
        ] {
            assert!(types(wrong).is_err(), "{wrong}");
        }
        for text in ["visa.updated", "visa.*"] {
            assert_eq!(
                text.parse::<EventPattern>().map(|it| it.to_string()).as_deref(),
                Ok(text)
            );
        }
    }
}

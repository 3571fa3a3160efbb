//! Value types: what a field may hold, checked once where text enters the system and once more where it
//! leaves the database. A value that exists is valid.
//!
//! Each type documents its own bounds in the `OpenAPI` document, and those that hold personal data hide it
//! from `Debug`, so that it cannot reach a log by accident.

mod audit;
mod carriers;
mod client;
mod consent;
mod country;
mod document_check;
mod documents;
mod email;
mod entry;
mod enums;
mod event;
mod external_id;
mod feed;
mod group;
mod hidden;
mod invalid;
mod language;
mod person;
mod phone;
mod program;
mod queue;
mod scopes;
mod sealed;
mod text;
mod tiers;
mod travel;
mod travel_documents;
mod webhook;

#[cfg(test)]
mod testing;

pub use audit::{AuditAction, AuditActorKind, AuditOutcome, AuditSubject};
pub use carriers::Carriers;
pub use client::ClientName;
pub use consent::{ConsentPurpose, TextVersion};
pub use country::CountryCode;
pub use document_check::{FindingCode, MissingItem, Verdict};
pub use documents::{DocumentCode, MASK, PassportNumber, PersonalNumber, RevealPurpose};
pub use email::Email;
pub use entry::{
    Area, EntryRuleKind, Place, Places, RuleAnchor, RuleCode, RuleConfidence, RuleNote, RuleSeverity,
    SourceTitle, SourceUrl, TripPurpose,
};
pub use enums::{
    AlertKind, Alliance, AllianceStatus, BookingChannel, BookingLineKind, ClientStatus, ConsentSource,
    CountryKind, CreditReason, DocumentDisplay, ErasureStatus, ExistingRecords, ExportFormat, FileFormat,
    Gender, ImportStatus, InfantSeating, KeyState, LoyaltyStatus, MailKind, MailPurpose, ManifestGap,
    MemberRole, PassportStatus, ProgramType, Requester, Role, Scope, SeatPreference, Sex, SpecialServiceKind,
    UserStatus,
};
pub use event::{EventPattern, EventPatterns, EventSubject, EventType};
pub use external_id::{
    ExternalId, ExternalIdChange, ExternalIdChanges, ExternalIds, RecordNumber, SystemName,
};
pub use feed::FeedName;
pub use group::{GroupName, Purpose};
pub use hidden::Hidden;
pub use invalid::Invalid;
pub use language::LanguageTag;
pub use person::{PersonName, PlaceOfBirth, Title};
pub use phone::PhoneNumber;
pub use program::{CarrierCode, MembershipNumber, ProgramName, SupplierCode, SupplierName, TierName};
pub use queue::QueueName;
pub use scopes::Scopes;
pub use sealed::{BlindIndex, Sealed};
pub use tiers::{Tier, Tiers};
pub use travel::{AddressPart, PostalCode, Relationship, ServiceNote, SpecialServiceCode};
pub use travel_documents::{
    IdentityCardNumber, IdentityCardStatus, PlaceOfIssue, StayDays, TravellerNumberType,
    TravellerNumberValue, TravellerProgramName, VisaEntries, VisaNumber, VisaStatus, VisaType,
};
pub use webhook::{
    WebhookDeliveryStatus, WebhookDescription, WebhookFailure, WebhookStatus, WebhookStop, WebhookUrl,
};

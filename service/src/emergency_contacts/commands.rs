//! What callers say about emergency contacts.

use entity::ids::UserId;
use entity::values::{Email, LanguageTag, PersonName, PhoneNumber, Relationship};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::input::{Input, not_null, optional, required};

/// Somebody to call in an emergency.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewEmergencyContact {
    /// The traveller. Customers record their own contacts.
    #[schema(value_type = UserId, required)]
    #[validate(custom(function = "required"))]
    pub user_id: Input<UserId>,
    /// Name of the contact.
    #[schema(value_type = PersonName, required, example = "Erik Eriksson")]
    #[validate(custom(function = "required"))]
    pub name: Input<PersonName>,
    /// What the contact is to the traveller.
    #[schema(value_type = Option<Relationship>)]
    #[validate(custom(function = "optional"))]
    pub relationship: Input<Relationship>,
    /// Telephone number in international form.
    #[schema(value_type = PhoneNumber, required, example = "+46 70 174 06 06")]
    #[validate(custom(function = "required"))]
    pub phone: Input<PhoneNumber>,
    /// E-mail address.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// Language to speak with the contact (BCP 47).
    #[schema(value_type = Option<LanguageTag>)]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
}

/// A change of an emergency contact, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EmergencyContactPatch {
    /// Name of the contact.
    #[schema(value_type = PersonName, example = "Erik Eriksson")]
    #[validate(custom(function = "not_null"))]
    pub name: Input<PersonName>,
    /// What the contact is to the traveller.
    #[schema(value_type = Option<Relationship>)]
    #[validate(custom(function = "optional"))]
    pub relationship: Input<Relationship>,
    /// Telephone number in international form.
    #[schema(value_type = PhoneNumber)]
    #[validate(custom(function = "not_null"))]
    pub phone: Input<PhoneNumber>,
    /// E-mail address.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// Language to speak with the contact (BCP 47).
    #[schema(value_type = Option<LanguageTag>, example = "sv")]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
}

/// What narrows a list of emergency contacts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmergencyContactFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
}

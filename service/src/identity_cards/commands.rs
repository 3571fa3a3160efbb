//! What callers say about identity cards: to record one, to change one, to find some.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{CountryCode, IdentityCardNumber, IdentityCardStatus, PersonName, Sex};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors};

use crate::documents::{all_checks, unless_in_mrz};
use crate::input::{Input, not_null, optional, required};
use crate::travel::mrz::MrzText;

/// An identity card to record, as printed in the document.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewIdentityCard {
    /// The holder. Customers record their own.
    #[schema(value_type = UserId, required)]
    pub user_id: Input<UserId>,
    /// The machine readable zone of three or two lines, instead of the fields that it holds: issuing country, nationality, number,
    /// names, date of birth, sex and expiry date. All its check digits must be right.
    #[schema(
        value_type = Option<String>, max_length = 300,
        example = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F3404159UTO<<<<<<<<<<<2\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    )]
    pub mrz: Input<MrzText>,
    /// Issuing state: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code. Needed without `mrz`.
    #[schema(value_type = CountryCode, example = "UTO")]
    pub issuing_country: Input<CountryCode>,
    /// Nationality of the holder; the issuing country if not said.
    #[schema(value_type = CountryCode, example = "UTO")]
    pub nationality: Input<CountryCode>,
    /// Number of the document; spaces and hyphens do not matter. Needed without `mrz`.
    #[schema(value_type = IdentityCardNumber)]
    pub document_number: Input<IdentityCardNumber>,
    /// Surname (primary identifier), or the only name. Needed without `mrz`.
    #[schema(value_type = PersonName, example = "Eriksson")]
    pub surname: Input<PersonName>,
    /// Given names (secondary identifier); leave them out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Anna Maria")]
    pub given_names: Input<PersonName>,
    /// Date of birth in the document. Needed without `mrz`.
    #[schema(value_type = NaiveDate, example = "1974-08-12")]
    pub date_of_birth: Input<NaiveDate>,
    /// Sex in the document; X where it is unspecified. Needed without `mrz`.
    #[schema(value_type = Sex)]
    pub sex: Input<Sex>,
    /// Date of issue, before the expiry date.
    #[schema(value_type = Option<NaiveDate>, example = "2024-04-16")]
    pub issue_date: Input<NaiveDate>,
    /// Last day of validity; leave it out for a card that never expires.
    #[schema(value_type = Option<NaiveDate>, example = "2034-04-15")]
    pub expiry_date: Input<NaiveDate>,
    /// `active` if not said.
    #[schema(value_type = IdentityCardStatus)]
    pub status: Input<IdentityCardStatus>,
}

impl Validate for NewIdentityCard {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let Self {
            user_id,
            mrz,
            issuing_country,
            nationality,
            document_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            issue_date,
            expiry_date,
            status,
        } = self;
        all_checks([
            ("user_id", required(user_id)),
            ("mrz", optional(mrz)),
            ("issuing_country", unless_in_mrz(mrz, issuing_country, required)),
            ("nationality", unless_in_mrz(mrz, nationality, not_null)),
            ("document_number", unless_in_mrz(mrz, document_number, required)),
            ("surname", unless_in_mrz(mrz, surname, required)),
            ("given_names", unless_in_mrz(mrz, given_names, optional)),
            ("date_of_birth", unless_in_mrz(mrz, date_of_birth, required)),
            ("sex", unless_in_mrz(mrz, sex, required)),
            ("issue_date", optional(issue_date)),
            ("expiry_date", unless_in_mrz(mrz, expiry_date, optional)),
            ("status", not_null(status)),
        ])
    }
}

/// A change of an identity card, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityCardPatch {
    /// Issuing state.
    #[schema(value_type = CountryCode, example = "UTO")]
    #[validate(custom(function = "not_null"))]
    pub issuing_country: Input<CountryCode>,
    /// Nationality of the holder.
    #[schema(value_type = CountryCode, example = "UTO")]
    #[validate(custom(function = "not_null"))]
    pub nationality: Input<CountryCode>,
    /// Number of the document.
    #[schema(value_type = IdentityCardNumber)]
    #[validate(custom(function = "not_null"))]
    pub document_number: Input<IdentityCardNumber>,
    /// Surname (primary identifier), or the only name.
    #[schema(value_type = PersonName, example = "Eriksson")]
    #[validate(custom(function = "not_null"))]
    pub surname: Input<PersonName>,
    /// Given names (secondary identifier).
    #[schema(value_type = Option<PersonName>, example = "Anna Maria")]
    #[validate(custom(function = "optional"))]
    pub given_names: Input<PersonName>,
    /// Date of birth in the document.
    #[schema(value_type = NaiveDate, example = "1974-08-12")]
    #[validate(custom(function = "not_null"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Sex in the document.
    #[schema(value_type = Sex)]
    #[validate(custom(function = "not_null"))]
    pub sex: Input<Sex>,
    /// Date of issue.
    #[schema(value_type = Option<NaiveDate>, example = "2024-04-16")]
    #[validate(custom(function = "optional"))]
    pub issue_date: Input<NaiveDate>,
    /// Last day of validity.
    #[schema(value_type = Option<NaiveDate>, example = "2034-04-15")]
    #[validate(custom(function = "optional"))]
    pub expiry_date: Input<NaiveDate>,
    /// Whether it can be travelled on.
    #[schema(value_type = IdentityCardStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<IdentityCardStatus>,
}

/// What narrows a list of identity cards.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IdentityCardFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this status.
    pub status: Option<IdentityCardStatus>,
    /// That expire before this day.
    pub expires_before: Option<NaiveDate>,
}

/// A look-up of the identity card with this number.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdentityCardSearch {
    /// Issuing state.
    #[schema(value_type = CountryCode, required, example = "UTO")]
    #[validate(custom(function = "required"))]
    pub issuing_country: Input<CountryCode>,
    /// Number of the document; spaces and hyphens do not matter.
    #[schema(value_type = IdentityCardNumber, required)]
    #[validate(custom(function = "required"))]
    pub document_number: Input<IdentityCardNumber>,
}

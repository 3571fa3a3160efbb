//! Machine readable zones as callers see them.

use chrono::NaiveDate;
use entity::values::Sex;
use serde::Serialize;
use service::travel::mrz;
use utoipa::ToSchema;

/// Size and kind of a machine readable travel document.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub enum MrzFormat {
    /// Card of credit card size, 3 lines of 30 characters (ICAO Doc 9303-5).
    #[serde(rename = "TD1")]
    Td1,
    /// Larger card, 2 lines of 36 characters (ICAO Doc 9303-6).
    #[serde(rename = "TD2")]
    Td2,
    /// Passport, 2 lines of 44 characters (ICAO Doc 9303-4).
    #[serde(rename = "TD3")]
    Td3,
    /// Visa, 2 lines of 44 characters (ICAO Doc 9303-7).
    #[serde(rename = "MRV-A")]
    MrvA,
    /// Smaller visa, 2 lines of 36 characters (ICAO Doc 9303-7).
    #[serde(rename = "MRV-B")]
    MrvB,
}

impl From<mrz::Format> for MrzFormat {
    fn from(format: mrz::Format) -> Self {
        match format {
            mrz::Format::Td1 => Self::Td1,
            mrz::Format::Td2 => Self::Td2,
            mrz::Format::Td3 => Self::Td3,
            mrz::Format::MrvA => Self::MrvA,
            mrz::Format::MrvB => Self::MrvB,
        }
    }
}

/// What a machine readable zone says, and whether it is right.
#[derive(Debug, Serialize, ToSchema)]
pub struct MrzVerdict {
    /// Size and kind of the document.
    pub format: MrzFormat,
    /// Whether every check digit is right, every date exists, and every character may stand where it does.
    #[schema(example = true)]
    pub valid: bool,
    /// What it says.
    pub fields: MrzFields,
    /// Every check digit.
    #[schema(max_items = 5)]
    pub checks: Vec<MrzCheck>,
    /// What a person should look at.
    #[schema(max_items = 200)]
    pub warnings: Vec<MrzWarning>,
}

/// What a machine readable zone says, in the fields of a passport; null where one is empty or cannot be read.
#[derive(Serialize, ToSchema)]
pub struct MrzFields {
    /// Document code without filler.
    #[schema(required, max_length = 2, example = "P")]
    pub document_code: Option<String>,
    /// The ICAO code of the issuer; what stands there, if it is not known.
    #[schema(required, max_length = 3, example = "UTO")]
    pub issuing_country: Option<String>,
    /// The ICAO code of the nationality; what stands there, if it is not known.
    #[schema(required, max_length = 3, example = "UTO")]
    pub nationality: Option<String>,
    /// Number of the document.
    #[schema(required, max_length = 23, example = "L898902C3")]
    pub passport_number: Option<String>,
    /// Primary identifier, or the only name.
    #[schema(required, max_length = 39, example = "ERIKSSON")]
    pub surname: Option<String>,
    /// Secondary identifier.
    #[schema(required, max_length = 39, example = "ANNA MARIA")]
    pub given_names: Option<String>,
    /// Date of birth, where it is known in full.
    #[schema(required, example = "1974-08-12")]
    pub date_of_birth: Option<NaiveDate>,
    /// Sex; X where the zone leaves it open.
    #[schema(required)]
    pub sex: Option<Sex>,
    /// Last day of validity.
    #[schema(required, example = "2034-04-15")]
    pub expiry_date: Option<NaiveDate>,
    /// Personal number (TD3).
    #[schema(required, max_length = 14, example = "ZE184226B")]
    pub personal_number: Option<String>,
    /// Optional data (all other formats).
    #[schema(required, max_length = 30, example = "6ZE184226B")]
    pub optional_data: Option<String>,
}

impl std::fmt::Debug for MrzFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MrzFields(***)")
    }
}

/// One check digit.
#[derive(Serialize, ToSchema)]
pub struct MrzCheck {
    /// The field that it is over; `composite` is over all others.
    #[schema(max_length = 20, example = "passport_number")]
    pub field: &'static str,
    /// The line in which it stands, from 1.
    #[schema(minimum = 1, maximum = 3, example = 2)]
    pub line: u8,
    /// Its position in the line, from 1.
    #[schema(minimum = 1, maximum = 44, example = 10)]
    pub position: u8,
    /// What stands there, after repairs.
    #[schema(value_type = String, min_length = 1, max_length = 1, example = "6")]
    pub found: char,
    /// What should stand there.
    #[schema(value_type = String, min_length = 1, max_length = 1, example = "6")]
    pub expected: char,
    /// Whether it is right.
    #[schema(example = true)]
    pub ok: bool,
}

impl std::fmt::Debug for MrzCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MrzCheck(***)")
    }
}

/// Something that a person should look at.
#[derive(Serialize, ToSchema)]
pub struct MrzWarning {
    /// Stable name of the kind of warning; the description of the API lists all.
    #[schema(max_length = 40, example = "year_read")]
    pub code: &'static str,
    /// One sentence for people, with line and position.
    #[schema(
        max_length = 300,
        example = "Line 2, positions 14 to 19: the year 74 of the date of birth was read as 1974."
    )]
    pub detail: String,
}

impl std::fmt::Debug for MrzWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MrzWarning({})", self.code)
    }
}

/// The machine readable zone of a passport.
#[derive(Serialize, ToSchema)]
pub struct PassportMrz {
    /// Always TD3: the size of a passport.
    pub format: MrzFormat,
    /// The lines, from top to bottom.
    #[schema(max_items = 3, example = json!([
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3404159<<<<<<<<<<<<<<<4"
    ]))]
    pub lines: Vec<String>,
    /// Where the issuer may have printed it differently.
    #[schema(max_items = 10)]
    pub warnings: Vec<MrzWarning>,
}

impl std::fmt::Debug for PassportMrz {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PassportMrz(***)")
    }
}

impl From<mrz::Verdict> for MrzVerdict {
    fn from(verdict: mrz::Verdict) -> Self {
        Self {
            format: verdict.format.into(),
            valid: verdict.valid,
            fields: verdict.fields.into(),
            checks: verdict.checks.into_iter().map(MrzCheck::from).collect(),
            warnings: verdict.warnings.into_iter().map(MrzWarning::from).collect(),
        }
    }
}

impl From<mrz::Fields> for MrzFields {
    fn from(fields: mrz::Fields) -> Self {
        let mrz::Fields {
            document_code,
            issuing_country,
            nationality,
            passport_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            expiry_date,
            personal_number,
            optional_data,
        } = fields;
        Self {
            document_code,
            issuing_country,
            nationality,
            passport_number,
            surname,
            given_names,
            date_of_birth,
            sex,
            expiry_date,
            personal_number,
            optional_data,
        }
    }
}

impl From<mrz::Check> for MrzCheck {
    fn from(check: mrz::Check) -> Self {
        Self {
            field: check.field.as_str(),
            line: check.place.line,
            position: check.place.position,
            found: check.found,
            expected: check.expected,
            ok: check.ok,
        }
    }
}

impl From<mrz::Warning> for MrzWarning {
    fn from(warning: mrz::Warning) -> Self {
        Self {
            code: warning.code.as_str(),
            detail: warning.detail,
        }
    }
}

impl From<mrz::Composed> for PassportMrz {
    fn from(composed: mrz::Composed) -> Self {
        Self {
            format: composed.format.into(),
            lines: composed.lines,
            warnings: composed.warnings.into_iter().map(MrzWarning::from).collect(),
        }
    }
}

//! What a machine readable zone says, and what is wrong with it.

use std::fmt;

use chrono::NaiveDate;
use entity::values::Sex;

use super::layout::Format;

/// A data element of a machine readable zone, named as in the passport resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Kind of document.
    DocumentCode,
    /// Issuing state or organisation.
    IssuingCountry,
    /// Primary and secondary identifier.
    Name,
    /// Number of the document.
    PassportNumber,
    /// Nationality.
    Nationality,
    /// Date of birth.
    DateOfBirth,
    /// Sex.
    Sex,
    /// Last day of validity.
    ExpiryDate,
    /// Personal number (TD3), for the issuer's use.
    PersonalNumber,
    /// Optional data (all others), for the issuer's use.
    OptionalData,
    /// The check digit over all others.
    Composite,
}

impl Field {
    /// Name of the field for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentCode => "document_code",
            Self::IssuingCountry => "issuing_country",
            Self::Name => "name",
            Self::PassportNumber => "passport_number",
            Self::Nationality => "nationality",
            Self::DateOfBirth => "date_of_birth",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry_date",
            Self::PersonalNumber => "personal_number",
            Self::OptionalData => "optional_data",
            Self::Composite => "composite",
        }
    }

    /// Name of the field in a sentence about a document.
    pub const fn in_words(self, format: Format) -> &'static str {
        match self {
            Self::DocumentCode => "document code",
            Self::IssuingCountry => "issuing country",
            Self::Name => "name",
            Self::PassportNumber if matches!(format, Format::Td3) => "passport number",
            Self::PassportNumber => "document number",
            Self::Nationality => "nationality",
            Self::DateOfBirth => "date of birth",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry date",
            Self::PersonalNumber => "personal number",
            Self::OptionalData => "optional data",
            Self::Composite => "whole zone",
        }
    }
}

/// Where a character stands, as the standard counts: both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u8,
    /// Character position in the line.
    pub position: u8,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line {}, position {}", self.line, self.position)
    }
}

/// What reading a machine readable zone found. `Debug` hides what it says of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Size and kind of the document.
    pub format: Format,
    /// Whether every check digit is right, every date exists, and every character may stand where it does.
    pub valid: bool,
    /// What the zone says.
    pub fields: Fields,
    /// Every check digit, in the order in which they stand.
    pub checks: Vec<Check>,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdict")
            .field("format", &self.format)
            .field("valid", &self.valid)
            .finish_non_exhaustive()
    }
}

/// What a machine readable zone says; nothing where a field is empty or cannot be read.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// Document code without filler: `P`, `PP`, `ID`, `V`.
    pub document_code: Option<String>,
    /// The ICAO code of the issuer, or what stands in its place.
    pub issuing_country: Option<String>,
    /// The ICAO code of the nationality, or what stands in its place.
    pub nationality: Option<String>,
    /// Number of the document.
    pub passport_number: Option<String>,
    /// Primary identifier, or the only name.
    pub surname: Option<String>,
    /// Secondary identifier.
    pub given_names: Option<String>,
    /// Date of birth, where it is known in full.
    pub date_of_birth: Option<NaiveDate>,
    /// Sex; X where the zone leaves it open.
    pub sex: Option<Sex>,
    /// Last day of validity.
    pub expiry_date: Option<NaiveDate>,
    /// Personal number of a TD3 document, fillers inside kept.
    pub personal_number: Option<String>,
    /// Optional data of the other formats, fillers inside kept.
    pub optional_data: Option<String>,
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(***)")
    }
}

/// One check digit.
#[derive(Clone, PartialEq, Eq)]
pub struct Check {
    /// What it is over.
    pub field: Field,
    /// Where it stands.
    pub place: Place,
    /// What stands there, after repairs.
    pub found: char,
    /// What should stand there.
    pub expected: char,
    /// Whether what stands there is good.
    pub ok: bool,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({} {} {})", self.field.as_str(), self.place, self.ok)
    }
}

/// Something that a person should look at.
#[derive(Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable code, for programs.
    pub code: WarningCode,
    /// One sentence for people, with the place. It may repeat what the zone holds.
    pub detail: String,
}

impl Warning {
    pub(super) fn new(code: WarningCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Debug for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Warning({})", self.code.as_str())
    }
}

macro_rules! warning_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// Kinds of warnings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum WarningCode { $($(#[$doc])* $name,)+ }

        impl WarningCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Stable `snake_case` code, for programs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

warning_codes! {
    /// A character that readers mistake was replaced.
    Repaired = "repaired";
    /// A character was replaced where another could stand as well: the check digits alone say which.
    RepairedByCheckDigit = "repaired_by_check_digit";
    /// A digit in a name was replaced by the letter that looks like it; no check digit confirms it.
    RepairedName = "repaired_name";
    /// Fillers at the end of the line of names were added or dropped.
    LineLength = "line_length";
    /// Nothing is in the personal number, and its check digit is `<` or `0`.
    OptionalCheckDigit = "optional_check_digit";
    /// The names fill the line, so they may have been cut.
    NameTruncated = "name_truncated";
    /// The primary identifier is empty.
    OnlyName = "only_name";
    /// A name was written in other letters than the record has it.
    NameTransliterated = "name_transliterated";
    /// A code that is in no list of the standard.
    UnknownCode = "unknown_code";
    /// A code of ISO 3166-1 or elsewhere, in place of the one that the standard wants.
    OtherCode = "other_code";
    /// A passport with a document code from before 2026.
    LegacyDocumentCode = "legacy_document_code";
    /// How a year of two digits was read.
    YearRead = "year_read";
    /// A date of which parts are not known.
    UnknownDate = "unknown_date";
    /// A date that does not exist, or dates that contradict each other.
    ImpossibleDate = "impossible_date";
    /// A character that cannot stand where it does.
    InvalidCharacter = "invalid_character";
    /// A field that must not be empty is.
    MissingField = "missing_field";
}

impl WarningCode {
    /// Whether a zone with this warning breaks the standard, so that it cannot be valid.
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::ImpossibleDate | Self::InvalidCharacter | Self::MissingField
        )
    }
}

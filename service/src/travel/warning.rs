//! What a person should look at before a name or a line goes to an airline.

use std::borrow::Cow;
use std::fmt;

/// Something that was changed, is missing, or cannot be said.
#[derive(Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable code, for programs.
    pub code: Code,
    /// One sentence for people.
    pub detail: Cow<'static, str>,
}

impl Warning {
    /// A warning.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
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

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        /// Kinds of warnings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Stable `snake_case` code, for programs.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

codes! {
    /// Letters were replaced by A to Z.
    Transliterated = "transliterated";
    /// The standard has no letters A to Z for the name.
    NoTransliteration = "no_transliteration";
    /// Something is longer than its field and was cut.
    Truncated = "truncated";
    /// The person has one name; what stands in for the other is the airline's choice.
    SingleName = "single_name";
    /// A part of the name has one letter.
    OneLetter = "one_letter";
    /// The title is none that airlines take.
    TitleDropped = "title_dropped";
    /// There is no passport.
    MissingPassport = "missing_passport";
    /// The caller may not read passports.
    PassportNotReadable = "passport_not_readable";
    /// The passport is lost, stolen or replaced.
    PassportNotActive = "passport_not_active";
    /// The passport has expired.
    PassportExpired = "passport_expired";
    /// There is no passport; an identity card stands in for it.
    OnIdentityCard = "on_identity_card";
    /// Profile and passport do not have the same name.
    NameDiffers = "name_differs";
    /// Neither passport nor profile say when the person was born.
    MissingDateOfBirth = "missing_date_of_birth";
    /// Neither passport nor profile say the gender.
    MissingGender = "missing_gender";
    /// There is no e-mail address.
    MissingEmail = "missing_email";
    /// There is no telephone number.
    MissingPhone = "missing_phone";
    /// The system wants a title, and there is none that it takes.
    MissingTitle = "missing_title";
    /// The line is right only if the passenger was asked.
    AskForContact = "ask_for_contact";
    /// A gender that not everybody takes.
    GenderNotSupported = "gender_not_supported";
    /// The gender is one that the country refuses.
    GenderRefused = "gender_refused";
    /// The passenger may travel on a lap.
    Infant = "infant";
    /// The passenger travels on a lap.
    OnLap = "on_lap";
    /// There are more infants than adults to hold them.
    NoLap = "no_lap";
    /// A country has no code of the kind that the system takes.
    CountryCode = "country_code";
    /// A visa without a place of birth or of issue.
    MissingPlace = "missing_place";
    /// An address in the USA without the two letters of its state.
    MissingState = "missing_state";
    /// The caller has no scope for a part, which was left out.
    ScopeMissing = "scope_missing";
    /// A character that the system may not take.
    UnsupportedCharacter = "unsupported_character";
    /// A membership cannot be sent.
    LoyaltyLeftOut = "loyalty_left_out";
    /// A programme of another airline.
    OtherProgram = "other_program";
    /// The tier of a membership has expired.
    TierExpired = "tier_expired";
    /// A number that does not look like one of its programme.
    UnlikelyNumber = "unlikely_number";
    /// No source confirms the form of the line.
    UnconfirmedFormat = "unconfirmed_format";
    /// A minor, and nobody in the group answers for the children.
    MinorWithoutGuardian = "minor_without_guardian";
    /// Others of the group are not the caller's to see.
    CompanionsHidden = "companions_hidden";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained() {
        let design = include_str!("../../../docs/API-DESIGN.md");
        for code in Code::ALL {
            assert!(
                design.contains(&format!("`{}`", code.as_str())),
                "{}",
                code.as_str()
            );
        }
    }
}

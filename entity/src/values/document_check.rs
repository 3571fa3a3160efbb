//! What a check of documents against the rules of entry comes to.

use super::enums::text_enum;

text_enum! {
    /// What a check of documents comes to.
    pub enum Verdict {
        /// Nothing speaks against the journey.
        Ok = "ok",
        /// Somebody should look at it.
        Warn = "warn",
        /// The traveller must expect to be turned away.
        Fail = "fail",
    }
}

text_enum! {
    /// What a check of documents has found.
    pub enum FindingCode {
        /// No passport is recorded.
        NoPassport = "no_passport",
        /// Every passport is lost, stolen or replaced.
        PassportNotActive = "passport_not_active",
        /// The passport expires before the arrival.
        PassportExpired = "passport_expired",
        /// The passport is not valid as long as it must be.
        ValidityTooShort = "validity_too_short",
        /// The passport was issued too many years before the entry.
        PassportTooOld = "passport_too_old",
        /// Whether the passport is too old cannot be told without its date of issue.
        IssueDateUnknown = "issue_date_unknown",
        /// A visa or an authorisation to travel is needed, and none is recorded.
        VisaNotRecorded = "visa_not_recorded",
        /// The passport names no nationality, so that rules for nationalities cannot be applied.
        NationalityUnknown = "nationality_unknown",
        /// Profile and passport do not have the same name.
        NameDiffers = "name_differs",
        /// Profile and passport do not have the same date of birth.
        DateOfBirthDiffers = "date_of_birth_differs",
        /// A minor travels without a guardian.
        NoGuardian = "no_guardian",
    }
}

text_enum! {
    /// What a traveller lacks for a journey, to be obtained or recorded.
    pub enum MissingItem {
        /// A passport.
        Passport = "passport",
        /// A passport that is valid long enough, and not too old.
        ValidPassport = "valid_passport",
        /// The date of issue of the passport.
        IssueDate = "issue_date",
        /// A visa or an authorisation to travel.
        Visa = "visa",
        /// The nationality.
        Nationality = "nationality",
        /// Somebody who travels with the minor.
        Guardian = "guardian",
        /// The date of birth.
        DateOfBirth = "date_of_birth",
        /// The gender.
        Gender = "gender",
        /// An e-mail address or a telephone number.
        Contact = "contact",
    }
}

impl FindingCode {
    /// What the traveller lacks, where it is something that can be had.
    pub const fn missing(self) -> Option<MissingItem> {
        match self {
            Self::NoPassport | Self::PassportNotActive => Some(MissingItem::Passport),
            Self::PassportExpired | Self::ValidityTooShort | Self::PassportTooOld => {
                Some(MissingItem::ValidPassport)
            }
            Self::IssueDateUnknown => Some(MissingItem::IssueDate),
            Self::VisaNotRecorded => Some(MissingItem::Visa),
            Self::NationalityUnknown => Some(MissingItem::Nationality),
            Self::NoGuardian => Some(MissingItem::Guardian),
            Self::NameDiffers | Self::DateOfBirthDiffers => None,
        }
    }
}

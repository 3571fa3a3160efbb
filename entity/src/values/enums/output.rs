//! What is handed out, and in which form.

use super::text_enum;

text_enum! {
    /// The form of a file.
    pub enum FileFormat {
        /// For programs.
        Json = "json",
        /// For spreadsheets (RFC 4180), as a file to save.
        Csv = "csv",
    }
}

text_enum! {
    /// The form of an export.
    pub enum ExportFormat {
        /// For programs: a JSON object on each line.
        Ndjson = "ndjson",
        /// For spreadsheets (RFC 4180): a row for each record, under a header row.
        Csv = "csv",
    }
}

text_enum! {
    /// What happens to a row of an import about somebody who is known.
    pub enum ExistingRecords {
        /// Who is known stays as they are.
        Skip = "skip",
        /// What the row says is changed, and what it does not say stays.
        Patch = "patch",
        /// The row is a problem.
        Fail = "fail",
    }
}

text_enum! {
    /// How far an import has come.
    pub enum ImportStatus {
        /// Rows are still to come.
        Open = "open",
        /// All rows have been looked at.
        Done = "done",
    }
}

text_enum! {
    /// How numbers of documents are shown.
    pub enum DocumentDisplay {
        /// All but the last characters hidden, save in the caller's own.
        Masked = "masked",
        /// In full: of others each is a reveal.
        Clear = "clear",
    }
}

text_enum! {
    /// What an airline or a hotel asks of a traveller, and is not known.
    pub enum ManifestGap {
        /// Neither an active passport nor an identity card that is good today.
        Passport = "passport",
        /// Neither document nor profile say when the person was born.
        DateOfBirth = "date_of_birth",
        /// Neither document nor profile say the gender.
        Gender = "gender",
        /// Neither document nor profile say the nationality.
        Nationality = "nationality",
        /// No e-mail address.
        Email = "email",
        /// No telephone number.
        Phone = "phone",
        /// Nobody to call in an emergency.
        EmergencyContact = "emergency_contact",
    }
}

text_enum! {
    /// What can run out.
    pub enum AlertKind {
        /// A passport.
        Passport = "passport",
        /// A visa, or an electronic travel authorization.
        Visa = "visa",
        /// An identity card.
        IdentityCard = "identity_card",
        /// A number by which a state knows a traveller.
        TravellerNumber = "traveller_number",
        /// A membership in a loyalty programme, or its tier.
        Loyalty = "loyalty",
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
    /// Where those sit who are younger than two on the first day of the journey.
    pub enum InfantSeating {
        /// On the lap of an adult.
        Lap = "lap",
        /// On seats of their own.
        Seat = "seat",
    }
}

text_enum! {
    /// What a line of a booking says.
    pub enum BookingLineKind {
        /// Name of the passenger.
        Name = "name",
        /// An infant on the lap of the passenger.
        Inft = "inft",
        /// Passport data, or birthday and gender alone (Secure Flight).
        Docs = "docs",
        /// E-mail address for the airline.
        Ctce = "ctce",
        /// Mobile telephone number for the airline.
        Ctcm = "ctcm",
        /// The passenger refused to give either.
        Ctcr = "ctcr",
        /// A visa.
        Doco = "doco",
        /// Where the passenger lives.
        Doca = "doca",
        /// Whom to call in an emergency.
        Pctc = "pctc",
        /// What the passenger eats.
        Meal = "meal",
        /// Help that the passenger needs.
        Assistance = "assistance",
        /// Membership in the programme of an airline.
        Fqtv = "fqtv",
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

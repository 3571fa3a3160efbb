//! Booking data as callers see it.

use std::fmt;

use chrono::NaiveDate;
use entity::ids::{GroupId, PassportId, UserId};
use entity::values::{BookingChannel, BookingLineKind, CarrierCode, SeatPreference};
use serde::Serialize;
use service::{booking, travel};
use utoipa::ToSchema;

use super::names_view::{BookingWarning, hidden, warnings};

/// What a booking system is told of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingData {
    /// Who.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// For which system.
    pub channel: BookingChannel,
    /// For which airline; null for all of the booking.
    #[schema(required)]
    pub carrier: Option<CarrierCode>,
    /// The passport that was asked for, or the primary one; null where there is none.
    #[schema(required, example = "01920000-0000-7000-8000-000000000101")]
    pub passport_id: Option<PassportId>,
    /// Which forms were used.
    pub format: BookingFormat,
    /// Lines to copy; none for systems that take fields.
    #[schema(max_items = 1000)]
    pub lines: Vec<BookingLine>,
    /// The passenger in fields; null for systems that take lines, and where the name has no letters A to Z.
    #[schema(required)]
    pub passenger: Option<BookingPassenger>,
    /// What is missing or doubtful on the whole.
    #[schema(max_items = 30)]
    pub warnings: Vec<BookingWarning>,
}

/// The forms in which a booking system takes data.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookingFormat {
    /// Version of the forms of all systems.
    #[schema(max_length = 20, example = "2026-11-22")]
    pub version: &'static str,
    /// Where the forms were read.
    #[schema(
        max_length = 300,
        example = "support.travelport.com/webhelp/Formats (name field, mileage membership)"
    )]
    pub source: &'static str,
    /// When they were last compared with their source.
    #[schema(example = "2026-11-22")]
    pub checked_on: NaiveDate,
}

/// A line to copy into a booking.
#[derive(Serialize, ToSchema)]
pub struct BookingLine {
    /// What it says.
    pub kind: BookingLineKind,
    /// As the system takes it.
    #[schema(
        max_length = 500,
        example = "SRDOCSYYHK1-P-GBR-S12345678-GBR-12JUL66-M-23OCT35-SMITH-JOHN-RICHARD/P1"
    )]
    pub text: String,
    /// The fields that it was made of.
    #[schema(max_items = 20, example = json!(["passport.surname", "passport.given_names"]))]
    pub source_fields: Vec<&'static str>,
    /// What was changed or is doubtful.
    #[schema(max_items = 10)]
    pub warnings: Vec<BookingWarning>,
}

/// A passenger in fields. Title, gender and kind of document are in the codes of the interface.
#[derive(Serialize, ToSchema)]
pub struct BookingPassenger {
    /// First name, or all given names where the interface has no field for the others.
    #[schema(max_length = 100, example = "ANNA MARIA")]
    pub given_name: String,
    /// The other given names.
    #[schema(required, max_length = 100, example = "MARIA")]
    pub middle_name: Option<String>,
    /// Family name, or the only name.
    #[schema(max_length = 100, example = "ERIKSSON")]
    pub surname: String,
    /// Title.
    #[schema(required, max_length = 20, example = "mrs")]
    pub title: Option<String>,
    /// Gender.
    #[schema(required, max_length = 20, example = "f")]
    pub gender: Option<String>,
    /// Date of birth.
    #[schema(required, example = "1974-08-12")]
    pub born_on: Option<NaiveDate>,
    /// E-mail address.
    #[schema(
        required,
        format = "email",
        max_length = 254,
        example = "anna.eriksson@mail.example"
    )]
    pub email: Option<String>,
    /// Telephone number (E.164).
    #[schema(required, max_length = 32, example = "+46701740605")]
    pub phone_number: Option<String>,
    /// The passport, if there is one that can be travelled on.
    #[schema(max_items = 1)]
    pub identity_documents: Vec<BookingDocument>,
    /// Memberships in the programmes of airlines, the best for the airline first, or the favourite if none is said.
    #[schema(max_items = 1000)]
    pub loyalty_accounts: Vec<BookingLoyaltyAccount>,
    /// Whom to call in an emergency: the first contact, where the interface has a place for it.
    #[schema(required)]
    pub emergency_contact: Option<BookingContact>,
    /// Where the passenger lives, where the interface has a place for it.
    #[schema(required)]
    pub address: Option<BookingAddress>,
    /// Where the passenger likes to sit.
    #[schema(required)]
    pub seat: Option<SeatPreference>,
    /// Meal and assistance, where the interface has a place for them.
    #[schema(max_items = 11)]
    pub special_services: Vec<BookingService>,
    /// Known Traveler and redress numbers, where the interface has a place for them.
    #[schema(max_items = 100)]
    pub traveller_numbers: Vec<BookingTravellerNumber>,
}

/// A number by which a state knows a passenger.
#[derive(Serialize, ToSchema)]
pub struct BookingTravellerNumber {
    /// What it is, in the words of the interface.
    #[serde(rename = "type")]
    #[schema(max_length = 40, example = "known_traveler_number")]
    pub kind: String,
    /// The number.
    #[schema(max_length = 25, example = "TT1234567")]
    pub number: String,
    /// Who issued it: ISO 3166-1 alpha-2.
    #[schema(max_length = 3, example = "US")]
    pub issuing_country: String,
}

/// Somebody to call in an emergency.
#[derive(Serialize, ToSchema)]
pub struct BookingContact {
    /// Name.
    #[schema(max_length = 100, example = "Erik Eriksson")]
    pub name: String,
    /// Telephone number (E.164).
    #[schema(max_length = 32, example = "+46701740606")]
    pub phone_number: String,
}

/// Where a passenger lives.
#[derive(Serialize, ToSchema)]
pub struct BookingAddress {
    /// Street and house.
    #[schema(required, max_length = 100, example = "Sunrise Street 4")]
    pub street: Option<String>,
    /// City.
    #[schema(required, max_length = 100, example = "Zenith")]
    pub city: Option<String>,
    /// State, province or region.
    #[schema(required, max_length = 100, example = "NY")]
    pub region: Option<String>,
    /// Postal code.
    #[schema(required, max_length = 20, example = "123 45")]
    pub postal_code: Option<String>,
    /// Country: ISO 3166-1 alpha-2, or the ICAO code where there is none.
    #[schema(max_length = 3, example = "SE")]
    pub country: String,
}

/// A meal or an assistance (IATA SSR).
#[derive(Serialize, ToSchema)]
pub struct BookingService {
    /// Code.
    #[schema(min_length = 4, max_length = 4, example = "VGML")]
    pub code: String,
    /// What the airline has to know.
    #[schema(required, max_length = 180, example = "No nuts")]
    pub note: Option<String>,
}

/// A travel document of a passenger.
#[derive(Serialize, ToSchema)]
pub struct BookingDocument {
    /// What it is.
    #[schema(max_length = 20, example = "passport")]
    pub document_type: String,
    /// Its number.
    #[schema(max_length = 15, example = "L898902C3")]
    pub number: String,
    /// Who issued it: ISO 3166-1 alpha-2, or the code of the passport where there is none.
    #[schema(max_length = 3, example = "SE")]
    pub issuing_country: String,
    /// Nationality of the holder, in the same codes.
    #[schema(max_length = 3, example = "SE")]
    pub nationality: String,
    /// Last day of validity.
    #[schema(example = "2034-04-15")]
    pub expires_on: NaiveDate,
}

/// A membership in the programme of an airline.
#[derive(Serialize, ToSchema)]
pub struct BookingLoyaltyAccount {
    /// The airline.
    #[schema(max_length = 2, example = "U0")]
    pub carrier: String,
    /// The number, letters and digits only, without the airline before it.
    #[schema(max_length = 25, example = "12345678")]
    pub account_number: String,
}

/// What a booking system is told of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupBookingData {
    /// Which group.
    #[schema(example = "01920000-0000-7000-8000-000000000401")]
    pub group_id: GroupId,
    /// For which system.
    pub channel: BookingChannel,
    /// For which airline; null for all of the booking.
    #[schema(required)]
    pub carrier: Option<CarrierCode>,
    /// The members that the caller may see, in the order in which they joined; the numbers in their lines count all.
    #[schema(max_items = 99)]
    pub travellers: Vec<BookingData>,
    /// Whether there are others, and infants that nobody can hold.
    #[schema(max_items = 2)]
    pub warnings: Vec<BookingWarning>,
}

hidden!(
    BookingLine,
    BookingPassenger,
    BookingDocument,
    BookingLoyaltyAccount,
    BookingContact,
    BookingAddress,
    BookingService,
    BookingTravellerNumber
);

impl From<booking::BookingData> for BookingData {
    fn from(it: booking::BookingData) -> Self {
        Self {
            user_id: it.user_id,
            channel: it.request.channel,
            carrier: it.request.carrier,
            passport_id: it.passport_id,
            format: BookingFormat {
                version: it.format.version(),
                source: &it.format.source,
                checked_on: it.format.checked_on,
            },
            lines: it.written.lines.into_iter().map(BookingLine::from).collect(),
            passenger: it.written.passenger.map(BookingPassenger::from),
            warnings: warnings(it.written.warnings),
        }
    }
}

impl From<travel::booking::Line> for BookingLine {
    fn from(line: travel::booking::Line) -> Self {
        Self {
            kind: line.kind,
            text: line.text,
            source_fields: line.source_fields,
            warnings: warnings(line.warnings),
        }
    }
}

impl From<travel::booking::Account> for BookingLoyaltyAccount {
    fn from(it: travel::booking::Account) -> Self {
        Self {
            carrier: it.carrier,
            account_number: it.number,
        }
    }
}

impl From<travel::booking::Passenger> for BookingPassenger {
    fn from(it: travel::booking::Passenger) -> Self {
        let document = |it: travel::booking::Document| BookingDocument {
            document_type: it.kind,
            number: it.number,
            issuing_country: it.issuing_country,
            nationality: it.nationality,
            expires_on: it.expires_on,
        };
        Self {
            given_name: it.given_name,
            middle_name: it.middle_name,
            surname: it.surname,
            title: it.title,
            gender: it.gender,
            born_on: it.born_on,
            email: it.email,
            phone_number: it.phone_number,
            identity_documents: it.identity_documents.into_iter().map(document).collect(),
            loyalty_accounts: it
                .loyalty_accounts
                .into_iter()
                .map(BookingLoyaltyAccount::from)
                .collect(),
            emergency_contact: it.emergency_contact.map(|it| BookingContact {
                name: it.name,
                phone_number: it.phone_number,
            }),
            address: it.address.map(|it| BookingAddress {
                street: it.street,
                city: it.city,
                region: it.region,
                postal_code: it.postal_code,
                country: it.country,
            }),
            seat: it.seat,
            special_services: it
                .special_services
                .into_iter()
                .map(|it| BookingService {
                    code: it.code,
                    note: it.note,
                })
                .collect(),
            traveller_numbers: it
                .traveller_numbers
                .into_iter()
                .map(|it| BookingTravellerNumber {
                    kind: it.kind,
                    number: it.number,
                    issuing_country: it.issuing_country,
                })
                .collect(),
        }
    }
}

impl From<booking::GroupBookingData> for GroupBookingData {
    fn from(it: booking::GroupBookingData) -> Self {
        Self {
            group_id: it.group_id,
            channel: it.request.channel,
            carrier: it.request.carrier,
            travellers: it.travellers.into_iter().map(BookingData::from).collect(),
            warnings: warnings(it.warnings),
        }
    }
}

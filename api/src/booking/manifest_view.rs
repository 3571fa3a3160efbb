//! A passenger list as programs see it.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::values::{
    CountryCode, Email, Gender, ManifestGap, MemberRole, MembershipNumber, PhoneNumber, ProgramName,
    SeatPreference, ServiceNote, SupplierCode, SupplierName, TierName, Title,
};
use serde::Serialize;
use service::booking;
use utoipa::ToSchema;

use super::manifest_documents::{
    ManifestIdentityCard, ManifestPassport, ManifestTravellerNumber, ManifestVisa,
};
use super::manifest_needs::{ManifestContact, ManifestService, Wishes};
use super::names_view::{BookingWarning, LegalName, MrzName, hidden, warnings};

/// The passenger list of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupManifest {
    /// Which group.
    #[schema(example = "01920000-0000-7000-8000-000000000401")]
    pub group_id: GroupId,
    /// When it was put together.
    pub generated_at: DateTime<Utc>,
    /// The members that the caller may see, in the order in which they joined; the numbers count all.
    #[schema(max_items = 99)]
    pub passengers: Vec<ManifestPassenger>,
    /// Whether there are others.
    #[schema(max_items = 1)]
    pub warnings: Vec<BookingWarning>,
}

/// A traveller on the list. Names, birth date, gender and nationality are the primary passport's; where there is none, those of the
/// identity card that is good the longest; where there is none either, the profile's.
#[derive(Serialize, ToSchema)]
pub struct ManifestPassenger {
    /// Place in the list, from 1.
    #[schema(minimum = 1, maximum = 99, example = 1)]
    pub number: usize,
    /// Who.
    #[schema(example = "01920000-0000-7000-8000-000000000003")]
    pub user_id: UserId,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Form of address.
    #[schema(required)]
    pub title: Option<Title>,
    /// The name as it is written.
    pub legal: LegalName,
    /// As a machine readable zone has it; null where the standard has no letters for it.
    #[schema(required)]
    pub mrz: Option<MrzName>,
    /// Date of birth.
    #[schema(required, example = "1974-08-12")]
    pub date_of_birth: Option<NaiveDate>,
    /// Gender.
    #[schema(required)]
    pub gender: Option<Gender>,
    /// Nationality as the ICAO code.
    #[schema(required, example = "UTO")]
    pub nationality: Option<CountryCode>,
    /// The primary passport; null where there is no active one.
    #[schema(required)]
    pub passport: Option<ManifestPassport>,
    /// Visas and electronic travel authorizations that are good today.
    pub visas: Vec<ManifestVisa>,
    /// Identity cards that are good today.
    pub identity_cards: Vec<ManifestIdentityCard>,
    /// Known Traveler, redress and other numbers that are good today.
    pub traveller_numbers: Vec<ManifestTravellerNumber>,
    /// Telephone number (E.164).
    #[schema(required)]
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    #[schema(required)]
    pub email: Option<Email>,
    /// Whom to call in an emergency, the first to be called first; empty without the scope `emergency-contacts:read`.
    #[schema(max_items = 5)]
    pub emergency_contacts: Vec<ManifestContact>,
    /// Memberships, the favourite first.
    pub loyalties: Vec<ManifestLoyalty>,
    /// What the traveller eats; null without the scope `preferences:read`, as seat and assistance are.
    #[schema(required)]
    pub meal: Option<ManifestService>,
    /// Help that the traveller needs.
    #[schema(max_items = 10)]
    pub assistance: Vec<ManifestService>,
    /// Where the traveller likes to sit.
    #[schema(required)]
    pub seat: Option<SeatPreference>,
    /// What else matters about the seat.
    #[schema(required, example = "Near the front")]
    pub seat_note: Option<ServiceNote>,
    /// What airlines and hotels ask for, and is not known.
    #[schema(max_items = 7)]
    pub missing: Vec<ManifestGap>,
    /// What should be looked at before the list is sent.
    #[schema(max_items = 10)]
    pub warnings: Vec<BookingWarning>,
}

/// A membership of a traveller.
#[derive(Serialize, ToSchema)]
pub struct ManifestLoyalty {
    /// Who runs the programme.
    pub supplier: SupplierName,
    /// Code of the supplier in booking systems.
    #[schema(required)]
    pub supplier_code: Option<SupplierCode>,
    /// Name of the programme.
    pub program: ProgramName,
    /// Number on the card.
    pub membership_number: MembershipNumber,
    /// Tier.
    #[schema(required)]
    pub tier: Option<TierName>,
}

hidden!(ManifestPassenger, ManifestLoyalty);

impl From<booking::Manifest> for GroupManifest {
    fn from(it: booking::Manifest) -> Self {
        Self {
            group_id: it.group_id,
            generated_at: it.generated_at,
            passengers: it.passengers.into_iter().map(ManifestPassenger::from).collect(),
            warnings: warnings(it.warnings),
        }
    }
}

impl From<booking::ManifestPassenger> for ManifestPassenger {
    fn from(it: booking::ManifestPassenger) -> Self {
        let wishes = it.preferences.map(Wishes::from).unwrap_or_default();
        Self {
            number: it.number,
            user_id: it.user_id,
            role: it.role,
            title: it.title,
            legal: it.name.into(),
            mrz: it.mrz.map(MrzName::from),
            date_of_birth: it.date_of_birth,
            gender: it.gender,
            nationality: it.nationality,
            passport: it.passport.map(ManifestPassport::from),
            visas: it.visas.into_iter().map(ManifestVisa::from).collect(),
            identity_cards: it
                .identity_cards
                .into_iter()
                .map(ManifestIdentityCard::from)
                .collect(),
            traveller_numbers: it
                .traveller_numbers
                .into_iter()
                .map(ManifestTravellerNumber::from)
                .collect(),
            phone: it.phone,
            email: it.email,
            emergency_contacts: it
                .emergency_contacts
                .into_iter()
                .map(ManifestContact::from)
                .collect(),
            loyalties: it.memberships.into_iter().map(ManifestLoyalty::from).collect(),
            meal: wishes.meal,
            assistance: wishes.assistance,
            seat: wishes.seat,
            seat_note: wishes.seat_note,
            missing: it.missing,
            warnings: warnings(it.warnings),
        }
    }
}

impl From<(service::loyalties::Loyalty, entity::loyalty_programs::Model)> for ManifestLoyalty {
    fn from((loyalty, program): (service::loyalties::Loyalty, entity::loyalty_programs::Model)) -> Self {
        Self {
            supplier: program.supplier,
            supplier_code: program.supplier_code,
            program: program.name,
            membership_number: loyalty.membership_number,
            tier: loyalty.tier,
        }
    }
}

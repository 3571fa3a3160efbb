//! What a booking system is told of one person.

use chrono::NaiveDate;
use entity::ids::{PassportId, UserId};
use entity::values::{BookingChannel, CarrierCode, CountryCode, InfantSeating};
use entity::{loyalties, loyalty_programs, passports};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::particulars::Particulars;
use crate::core::Core;
use crate::documents::{self, About};
use crate::error::{Error, Result};
use crate::loyalties::{Loyalty, with_programs};
use crate::passports::Passport;
use crate::policy::{Permit, ReadBookingData};
use crate::sealing;
use crate::travel::booking::{Format, Request, Seating, Traveller, Written, format_of, is_infant, write};
use crate::users::{self as people, User};

/// For which system and airline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRequest {
    /// The system.
    pub channel: BookingChannel,
    /// The airline; all of the booking if not said.
    pub carrier: Option<CarrierCode>,
    /// The country that the trip goes to; visas that are good today if not said.
    pub destination: Option<CountryCode>,
    /// First day of the journey, on which ages count; today if not said.
    pub departure: Option<NaiveDate>,
    /// Where infants sit.
    pub infants: InfantSeating,
}

impl BookingRequest {
    /// First day of the journey.
    pub(super) fn departure(&self, core: &Core) -> NaiveDate {
        self.departure.unwrap_or_else(|| core.clock.today())
    }
}

/// When somebody was born, by the passport or else by the profile.
pub(super) fn birth(user: &User, passport: Option<&Passport>) -> Option<NaiveDate> {
    passport.map(|it| it.date_of_birth).or(user.date_of_birth)
}

/// What a booking system is told of one person.
#[derive(Debug, Clone)]
pub struct BookingData {
    /// Who.
    pub user_id: UserId,
    /// For which system and airline.
    pub request: BookingRequest,
    /// The passport that was asked for, or the primary one.
    pub passport_id: Option<PassportId>,
    /// Version and source of the forms.
    pub format: &'static Format,
    /// Lines or fields, and warnings.
    pub written: Written,
}

/// What a booking system is told of a person, in seven statements. A booking needs the numbers of passport, visas and
/// programmes of states, which are therefore shown in clear; to anybody but the holder this is a reveal of each, which
/// takes a few statements more.
///
/// # Errors
/// `NotFound` when the user is out of reach, or the passport is not the user's; `TooManyReveals`.
pub async fn data(
    core: &Core,
    by: &Permit<ReadBookingData>,
    id: UserId,
    request: BookingRequest,
    passport: Option<PassportId>,
) -> Result<BookingData> {
    let user = people::get(core, by, id).await?;
    let papers = Papers::of(core, &[id]).await?;
    let particulars = Particulars::of(core, by.actor(), &[id]).await?;
    let chosen = match passport {
        Some(wanted) => Some(
            papers
                .passports
                .iter()
                .find(|it| it.id == wanted)
                .ok_or(Error::NotFound)?,
        ),
        None => papers.primary(id),
    };
    let purpose = purpose(&request);
    let departure = request.departure(core);
    let is_on_lap = request.infants == InfantSeating::Lap
        && birth(&user, chosen).is_some_and(|born| is_infant(born, departure));
    let seating = if is_on_lap {
        Seating::OnLap { is_held: false }
    } else {
        Seating::Alone
    };
    let data = compose(
        core,
        &user,
        (chosen, &papers, &particulars),
        (1, seating),
        request,
    );
    let shown = papers.shown_in([&data]);
    documents::note(core, by.actor(), &purpose, shown).await?;
    Ok(data)
}

/// What the audit trail says of why numbers of passports were shown.
pub(super) fn purpose(request: &BookingRequest) -> String {
    format!("booking data for {}", request.channel)
}

/// Passports and memberships of some people.
pub(super) struct Papers {
    passports: Vec<Passport>,
    memberships: Vec<(Loyalty, loyalty_programs::Model)>,
}

impl Papers {
    /// Reads them in two statements, however many people there are; the favourite membership of each comes first.
    pub(super) async fn of(core: &Core, users: &[UserId]) -> Result<Self> {
        let db = core.db.read();
        let passports = passports::Entity::find()
            .filter(passports::COLUMN.user_id.is_in(users.iter().copied()))
            .order_by_asc(passports::COLUMN.id);
        let passports = sealing::all(core, db, passports).await?;
        let memberships =
            loyalties::Entity::find().filter(loyalties::COLUMN.user_id.is_in(users.iter().copied()));
        let mut memberships = with_programs(core, db, memberships).await?;
        memberships.sort_by_key(|(loyalty, _)| !loyalty.primary);
        Ok(Self {
            passports,
            memberships,
        })
    }

    /// The documents whose numbers stand in what is about to be shown.
    pub(super) fn shown_in<'a>(
        &'a self,
        data: impl IntoIterator<Item = &'a BookingData>,
    ) -> impl Iterator<Item = About> {
        data.into_iter().flat_map(|it| {
            let passport = self
                .passports
                .iter()
                .filter(|paper| it.written.shows_passport_number() && Some(paper.id) == it.passport_id);
            let visas = it.written.visas.iter().map(About::of);
            let numbers = it.written.traveller_numbers.iter().map(About::of);
            passport.map(About::of).chain(visas).chain(numbers)
        })
    }

    /// The passports that people are booked with.
    pub(super) fn primaries(&self) -> Vec<Passport> {
        self.passports.iter().filter(|it| it.primary).cloned().collect()
    }

    /// The memberships of a person, which are not needed here any more.
    pub(super) fn take_memberships(&mut self, user: UserId) -> Vec<(Loyalty, loyalty_programs::Model)> {
        self.memberships
            .extract_if(.., |(loyalty, _)| loyalty.user_id == user)
            .collect()
    }

    /// The passport that a person is booked with.
    pub(super) fn primary(&self, user: UserId) -> Option<&Passport> {
        self.passports.iter().find(|it| it.user_id == user && it.primary)
    }
}

/// Writes what the system is told of the person in this place of the booking.
pub(super) fn compose(
    core: &Core,
    user: &User,
    (passport, papers, particulars): (Option<&Passport>, &Papers, &Particulars),
    (number, seating): (usize, Seating<'_>),
    request: BookingRequest,
) -> BookingData {
    let own = papers
        .memberships
        .iter()
        .filter(|(loyalty, _)| loyalty.user_id == user.id);
    let memberships: Vec<_> = own.cloned().collect();
    let visas: Vec<_> = particulars
        .visas
        .iter()
        .filter(|it| it.user_id == user.id)
        .cloned()
        .collect();
    let traveller_numbers: Vec<_> = particulars
        .traveller_numbers
        .iter()
        .filter(|it| it.user_id == user.id)
        .cloned()
        .collect();
    let traveller = Traveller {
        user,
        passport,
        memberships: &memberships,
        visas: &visas,
        traveller_numbers: &traveller_numbers,
        emergency_contact: particulars.needs.first_contact(user.id),
        preferences: particulars.needs.preferences(user.id),
        number,
        seating,
    };
    let mut written = write(
        traveller,
        Request {
            channel: request.channel,
            carrier: request.carrier.as_ref().map(CarrierCode::as_str),
            destination: request.destination,
            departure: request.departure(core),
            today: core.clock.today(),
        },
    );
    written
        .warnings
        .extend(particulars.needs.left_out.iter().cloned());
    BookingData {
        user_id: user.id,
        format: format_of(request.channel),
        request,
        passport_id: passport.map(|it| it.id),
        written,
    }
}

//! What a booking system is told of one person.

use entity::ids::{PassportId, UserId};
use entity::values::{BookingChannel, CarrierCode};
use entity::{loyalties, loyalty_programs, passports};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::core::Core;
use crate::error::{Error, Result};
use crate::loyalties::{Loyalty, with_programs};
use crate::passports::{Passport, note_reveals};
use crate::policy::{Permit, ReadBookingData};
use crate::sealing;
use crate::travel::booking::{Format, Request, Traveller, Written, format_of, write};
use crate::users::{self as people, User};

/// For which system and airline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRequest {
    /// The system.
    pub channel: BookingChannel,
    /// The airline; all of the booking if not said.
    pub carrier: Option<CarrierCode>,
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

/// What a booking system is told of a person, in three statements. A booking needs the number of the passport, which
/// is therefore shown in clear; to anybody but the holder this is a reveal, which takes a few statements more.
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
    let data = compose(core, &user, chosen, &papers, 1, request);
    note_reveals(core, by.actor(), &purpose, papers.shown_in([&data])).await?;
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

    /// The passports whose numbers stand in what is about to be shown.
    pub(super) fn shown_in<'a>(
        &'a self,
        data: impl IntoIterator<Item = &'a BookingData>,
    ) -> impl Iterator<Item = &'a Passport> {
        data.into_iter()
            .filter(|it| it.written.shows_passport_number())
            .filter_map(|it| {
                self.passports
                    .iter()
                    .find(|paper| Some(paper.id) == it.passport_id)
            })
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
    passport: Option<&Passport>,
    papers: &Papers,
    number: usize,
    request: BookingRequest,
) -> BookingData {
    let own = papers
        .memberships
        .iter()
        .filter(|(loyalty, _)| loyalty.user_id == user.id);
    let memberships: Vec<_> = own.cloned().collect();
    let traveller = Traveller {
        user,
        passport,
        memberships: &memberships,
        number,
    };
    let written = write(
        traveller,
        Request {
            channel: request.channel,
            carrier: request.carrier.as_ref().map(CarrierCode::as_str),
            today: core.clock.today(),
        },
    );
    BookingData {
        user_id: user.id,
        format: format_of(request.channel),
        request,
        passport_id: passport.map(|it| it.id),
        written,
    }
}

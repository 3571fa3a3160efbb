//! What a booking system is told of those who travel together.

use std::collections::BTreeMap;

use entity::ids::{GroupId, UserId};
use entity::users;
use entity::values::InfantSeating;
use sea_orm::{ColumnTrait as _, QueryFilter as _};

use super::data::{BookingData, BookingRequest, Papers, birth, compose, purpose};
use super::particulars::Particulars;
use crate::core::Core;
use crate::documents;
use crate::error::Result;
use crate::groups::{self, Group};
use crate::policy::{Permission, Permit, ReadGroupBookingData, ReadGroups};
use crate::sealing;
use crate::travel::booking::{BookingPlace, Companion, Infant, Seating, is_infant, places};
use crate::travel::warning::{Code, Warning};
use crate::users::{self as people, User};

/// What a booking system is told of a group.
#[derive(Debug, Clone)]
pub struct GroupBookingData {
    /// Which group.
    pub group_id: GroupId,
    /// For which system and airline.
    pub request: BookingRequest,
    /// The members that the caller may see, in the order in which they joined. Their numbers count all.
    pub travellers: Vec<BookingData>,
    /// Whether there are others.
    pub warnings: Vec<Warning>,
}

/// What a booking system is told of a group, in eight statements however many members it has, and a few more to note whose
/// numbers are shown.
///
/// # Errors
/// `NotFound` when the group is out of reach; `TooManyReveals`, and then nothing is shown.
pub async fn group_data(
    core: &Core,
    by: &Permit<ReadGroupBookingData>,
    id: GroupId,
    request: BookingRequest,
) -> Result<GroupBookingData> {
    let SeenGroup { group, seen } = SeenGroup::read(core, by, id).await?;
    let people: Vec<UserId> = seen.keys().copied().collect();
    let papers = Papers::of(core, &people).await?;
    let particulars = Particulars::of(core, by.actor(), &people).await?;
    let people: Vec<Option<&User>> = (group.members.iter())
        .map(|member| seen.get(&member.user_id))
        .collect();
    let placed = placed(core, &group, &people, &papers, &request);
    let travellers: Vec<BookingData> = (people.iter().zip(&placed))
        .filter_map(|(user, place)| Some(((*user)?, *place)))
        .map(|(user, place)| {
            let passport = papers.primary(user.id);
            let on_lap = |index: usize| {
                let user = (*people.get(index)?)?;
                Some(Seating::With(Infant {
                    user,
                    passport: papers.primary(user.id),
                }))
            };
            let place = match place {
                BookingPlace::Lap { number } => (number, Seating::OnLap { is_held: true }),
                BookingPlace::Seat { number, infant } => {
                    (number, infant.and_then(on_lap).unwrap_or_default())
                }
            };
            let about = (passport, &papers, &particulars);
            compose(core, user, about, place, request.clone())
        })
        .collect();
    let mut warnings = hidden_companions(travellers.len(), &group);
    warnings.extend(unheld(core, &people, &placed, &papers, &request));
    let shown = papers.shown_in(&travellers);
    documents::note(core, by.actor(), &purpose(&request), shown).await?;
    Ok(GroupBookingData {
        group_id: id,
        request,
        warnings,
        travellers,
    })
}

/// The place of each member in the booking.
fn placed(
    core: &Core,
    group: &Group,
    people: &[Option<&User>],
    papers: &Papers,
    request: &BookingRequest,
) -> Vec<BookingPlace> {
    if request.infants == InfantSeating::Seat {
        let seat = |number| BookingPlace::Seat { number, infant: None };
        return (1..=group.members.len()).map(seat).collect();
    }
    let companions: Vec<Companion> = (group.members.iter().zip(people))
        .map(|(member, user)| Companion {
            born: user.and_then(|it| birth(it, papers.primary(it.id))),
            role: member.role,
            is_seen: user.is_some(),
        })
        .collect();
    places(&companions, request.departure(core))
}

/// Says so, if there are infants that nobody can hold.
fn unheld(
    core: &Core,
    people: &[Option<&User>],
    placed: &[BookingPlace],
    papers: &Papers,
    request: &BookingRequest,
) -> Option<Warning> {
    let departure = request.departure(core);
    let is_unheld = |(user, place): (Option<&User>, &BookingPlace)| {
        let born = user.and_then(|it| birth(it, papers.primary(it.id)));
        matches!(place, BookingPlace::Seat { .. }) && born.is_some_and(|born| is_infant(born, departure))
    };
    let is_any = request.infants == InfantSeating::Lap && people.iter().copied().zip(placed).any(is_unheld);
    is_any.then(|| {
        Warning::new(
            Code::NoLap,
            "There are more infants than adults to hold them; those left over have seats of their own.",
        )
    })
}

/// A group, and of its members those whom the caller may see.
pub(super) struct SeenGroup {
    pub(super) group: Group,
    pub(super) seen: BTreeMap<UserId, User>,
}

impl SeenGroup {
    /// Reads both, in two statements.
    pub(super) async fn read<P: Permission>(core: &Core, by: &Permit<P>, id: GroupId) -> Result<Self> {
        // Groups are no users: who may see some of their members may see which there are.
        let group = groups::get(core, &Permit::<ReadGroups>::obtain(*by.actor())?, id).await?;
        let ids = group.members.iter().map(|member| member.user_id);
        let query = people::visible_to(by).filter(users::COLUMN.id.is_in(ids));
        let found = sealing::all(core, core.db.read(), query).await?;
        let seen = found.into_iter().map(|user| (user.id, user)).collect();
        Ok(Self { group, seen })
    }
}

/// Says so, if not all members are shown.
pub(super) fn hidden_companions(shown: usize, group: &Group) -> Vec<Warning> {
    let hidden = (shown < group.members.len()).then(|| {
        Warning::new(
            Code::CompanionsHidden,
            "The data of other members is not the caller's to see; the numbers of travellers count them.",
        )
    });
    hidden.into_iter().collect()
}

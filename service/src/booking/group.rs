//! What a booking system is told of those who travel together.

use std::collections::BTreeMap;

use entity::ids::{GroupId, UserId};
use entity::users;
use sea_orm::{ColumnTrait as _, QueryFilter as _};

use super::data::{BookingData, BookingRequest, Papers, compose, purpose};
use crate::core::Core;
use crate::error::Result;
use crate::groups;
use crate::passports::note_reveals;
use crate::policy::{Permit, ReadGroupBookingData, ReadGroups};
use crate::sealing;
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

/// What a booking system is told of a group, in four statements however many members it has, and a few more to note whose passport numbers
/// are shown.
///
/// # Errors
/// `NotFound` when the group is out of reach; `TooManyReveals`, and then nothing is shown.
pub async fn group_data(
    core: &Core,
    by: &Permit<ReadGroupBookingData>,
    id: GroupId,
    request: BookingRequest,
) -> Result<GroupBookingData> {
    // Groups are no users: who may see some of their members may see which there are.
    let group = groups::get(core, &Permit::<ReadGroups>::obtain(*by.actor())?, id).await?;
    let ids: Vec<UserId> = group.members.iter().map(|member| member.user_id).collect();
    let query = people::visible_to(by).filter(users::COLUMN.id.is_in(ids.iter().copied()));
    let found = sealing::all(core, core.db.read(), query).await?;
    let seen: BTreeMap<UserId, User> = found.into_iter().map(|user| (user.id, user)).collect();
    let papers = Papers::of(core, &seen.keys().copied().collect::<Vec<_>>()).await?;
    let travellers: Vec<BookingData> = ids
        .iter()
        .enumerate()
        .filter_map(|(index, id)| Some((index + 1, seen.get(id)?)))
        .map(|(number, user)| {
            let passport = papers.primary(user.id);
            compose(core, user, passport, &papers, number, request.clone())
        })
        .collect();
    let shown = papers.shown_in(&travellers);
    note_reveals(core, by.actor(), &purpose(&request), shown).await?;
    let hidden = (travellers.len() < ids.len()).then(|| {
        Warning::new(
            Code::CompanionsHidden,
            "The data of other members is not the caller's to see; the numbers of travellers count them.",
        )
    });
    Ok(GroupBookingData {
        group_id: id,
        request,
        travellers,
        warnings: hidden.into_iter().collect(),
    })
}

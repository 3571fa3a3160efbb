//! The passenger list of a group, as an airline or a hotel asks for it.

mod traveller;

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::loyalty_programs;
use entity::values::{
    CountryCode, DocumentDisplay, Email, Gender, ManifestGap, MemberRole, PhoneNumber, Scope, Title,
};

use self::traveller::Traveller;
use super::data::Papers;
use super::group::{SeenGroup, hidden_companions};
use super::needs::Needs;
use crate::core::Core;
use crate::documents::{self, Opened, Sight, TravelDocuments};
use crate::emergency_contacts::EmergencyContact;
use crate::error::Result;
use crate::loyalties::Loyalty;
use crate::policy::{Permit, ReadGroupManifest};
use crate::preferences::TravelPreferences;
use crate::travel::manifest::lacks_guardian;
use crate::travel::names::{MrzName, Name};
use crate::travel::warning::{Code, Warning};
use crate::{identity_cards, passports, traveller_numbers, visas};

/// What the audit trail says of why numbers of passports were shown. It is the same for everybody: what a caller wrote
/// would stand in the address, and addresses end in logs.
const PURPOSE: &str = "group manifest";

/// The passenger list of a group.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Which group.
    pub group_id: GroupId,
    /// When it was put together.
    pub generated_at: DateTime<Utc>,
    /// The members that the caller may see, in the order in which they joined.
    pub passengers: Vec<ManifestPassenger>,
    /// Whether there are others.
    pub warnings: Vec<Warning>,
}

/// A line of the list. Where there is an active passport, or an identity card instead, names, birth date, sex and nationality
/// are the document's: at the airport it counts.
#[derive(Clone)]
pub struct ManifestPassenger {
    /// Place in the list, from 1; counts all members.
    pub number: usize,
    /// Who.
    pub user_id: UserId,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Form of address.
    pub title: Option<Title>,
    /// The name as it is written.
    pub name: Name,
    /// As a machine readable zone has it; none where the standard has no letters for it.
    pub mrz: Option<MrzName>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Nationality.
    pub nationality: Option<CountryCode>,
    /// The primary passport.
    pub passport: Option<passports::Shown>,
    /// Visas that are good today, the oldest record first.
    pub visas: Vec<visas::Shown>,
    /// Identity cards that are good today, the oldest record first.
    pub identity_cards: Vec<identity_cards::Shown>,
    /// Numbers by which states know the person, as far as they are good today, the oldest record first.
    pub traveller_numbers: Vec<traveller_numbers::Shown>,
    /// Telephone number.
    pub phone: Option<PhoneNumber>,
    /// E-mail address.
    pub email: Option<Email>,
    /// Whom to call in an emergency, the first to be called first.
    pub emergency_contacts: Vec<EmergencyContact>,
    /// Seat, meal and assistance, if anything was said of them.
    pub preferences: Option<TravelPreferences>,
    /// Memberships with their programmes, the favourite first.
    pub memberships: Vec<(Loyalty, loyalty_programs::Model)>,
    /// What is asked for, and is not known.
    pub missing: Vec<ManifestGap>,
    /// What should be looked at before the list is sent.
    pub warnings: Vec<Warning>,
}

impl fmt::Debug for ManifestPassenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManifestPassenger")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// Puts the list together, in nine statements however many members there are, and a few more to note whose
/// numbers are shown in clear.
///
/// # Errors
/// `NotFound` when the group is out of reach; `Denied` when another system may not see numbers; `TooManyReveals`, and then
/// nothing is shown.
pub async fn manifest(
    core: &Core,
    by: &Permit<ReadGroupManifest>,
    id: GroupId,
    documents: DocumentDisplay,
) -> Result<Manifest> {
    if documents == DocumentDisplay::Clear {
        by.also_needs([Scope::PassportsReveal, Scope::TravelDocumentsReveal])?;
    }
    let today = core.clock.today();
    let SeenGroup { group, mut seen } = SeenGroup::read(core, by, id).await?;
    let people: Vec<UserId> = seen.keys().copied().collect();
    let mut papers = Papers::of(core, &people).await?;
    let mut needs = Needs::of(core, by.actor(), &people).await?;
    let opened = Opened::good_on(core, &people, papers.primaries(), today).await?;
    let mut shown = show(core, by, opened, documents).await?;
    let mut passengers = Vec::with_capacity(seen.len());
    for (index, member) in group.members.iter().enumerate() {
        let Some(user) = seen.remove(&member.user_id) else {
            continue;
        };
        let traveller = Traveller {
            number: index + 1,
            role: member.role,
            documents: shown.take(user.id),
            needs: needs.take(user.id),
            memberships: papers.take_memberships(user.id),
            user,
        };
        let mut passenger = traveller.into_passenger(today);
        let others = group.members.iter().filter(|it| it.user_id != member.user_id);
        if lacks_guardian(
            passenger.date_of_birth,
            member.role,
            others.map(|it| it.role),
            today,
        ) {
            passenger.warnings.push(Warning::new(
                Code::MinorWithoutGuardian,
                "A minor, and nobody in the group is its guardian; airlines and borders ask who answers for the child.",
            ));
        }
        passenger.warnings.extend(needs.left_out.iter().cloned());
        passengers.push(passenger);
    }
    Ok(Manifest {
        group_id: id,
        generated_at: core.clock.now(),
        warnings: hidden_companions(passengers.len(), &group),
        passengers,
    })
}

/// All documents in the same way. In clear, each of somebody else's is noted before.
async fn show(
    core: &Core,
    by: &Permit<ReadGroupManifest>,
    opened: Opened,
    display: DocumentDisplay,
) -> Result<TravelDocuments> {
    let clear = if display == DocumentDisplay::Clear {
        Some(documents::clear_sight(core, by.actor(), PURPOSE, opened.about()).await?)
    } else {
        None
    };
    Ok(opened.shown(|holder| clear.unwrap_or_else(|| Sight::of(by.actor(), holder))))
}

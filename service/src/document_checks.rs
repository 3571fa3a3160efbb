//! Whether people may travel on the documents that they hold: what the rules of entry say before a booking. Advisory, and
//! nothing is stored.

mod commands;
mod readiness;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::values::MemberRole;
use entity::{group_members, identity_cards, passports, users, visas};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

pub use self::commands::{DocumentCheck, MAX_LEGS, TripLeg};
pub use self::readiness::{GroupReadiness, Journey, MemberReadiness, readiness};
use crate::core::Core;
use crate::entry_rules::rulebook;
use crate::error::{Error, FieldError, Result};
use crate::groups;
use crate::identity_cards::IdentityCard;
use crate::input::Valid;
use crate::passports::Passport;
use crate::policy::{CheckDocuments, Permit};
use crate::sealing;
use crate::travel::entry::{Person, PersonCheck, Trip, check as check_person, is_minor};
use crate::travel::names::Name;
use crate::travel::warning::{Code, Warning};
use crate::users::{self as people, User};
use crate::visas::Visa;

/// What the documents of some people come to.
#[derive(Debug)]
pub struct Checked {
    /// When it was checked.
    pub checked_at: DateTime<Utc>,
    /// The last day on which one of the rules was compared with its source; none where there are no rules.
    pub rules_as_of: Option<NaiveDate>,
    /// The people, in the order in which they were named, or joined the group.
    pub travellers: Vec<CheckedTraveller>,
    /// Whether there are others.
    pub warnings: Vec<Warning>,
}

/// What the documents of one of them come to.
#[derive(Debug)]
pub struct CheckedTraveller {
    /// Who.
    pub user_id: UserId,
    /// The name of the profile.
    pub name: String,
    /// What was found.
    pub check: PersonCheck,
}

/// Checks the documents of people or of a group, in five statements however many there are.
///
/// # Errors
/// `Invalid` when somebody, or the group, is out of reach.
pub async fn check(
    core: &Core,
    by: &Permit<CheckDocuments>,
    command: Valid<DocumentCheck>,
) -> Result<Checked> {
    let DocumentCheck {
        user_ids,
        group_id,
        legs,
        purpose,
    } = command.into_inner();
    let legs = commands::legs(legs)?;
    let party = match group_id.optional() {
        Some(group) => Party::of_group(core, by, group)
            .await
            .map_err(|error| match error {
                Error::NotFound => FieldError::field(
                    "group_id",
                    "not_found",
                    "There is no such group; list the groups first.",
                )
                .into(),
                other => other,
            })?,
        None => Party::of_users(core, by, user_ids.required("user_ids")?).await?,
    };
    let rules = rulebook(core).await?;
    let trip = Trip::new(&rules, &legs, purpose.optional());
    let travellers = party.check(&trip).map(|(user, check)| CheckedTraveller {
        user_id: user.id,
        name: Name::of_user(user).full(),
        check,
    });
    Ok(Checked {
        checked_at: core.clock.now(),
        rules_as_of: rules.as_of(),
        travellers: travellers.collect(),
        warnings: party.warnings(),
    })
}

/// Those who travel together.
struct Party {
    /// All who belong to it, if they are a group.
    members: Option<Vec<group_members::Model>>,
    /// Those whom the caller may see, in their order.
    users: Vec<User>,
    /// Their passports.
    passports: Vec<Passport>,
    /// Their visas and authorisations.
    visas: Vec<Visa>,
    /// Their identity cards.
    identity_cards: Vec<IdentityCard>,
}

impl Party {
    /// # Errors
    /// `Invalid`, naming everybody who is out of reach.
    async fn of_users(core: &Core, by: &Permit<CheckDocuments>, ids: Vec<UserId>) -> Result<Self> {
        let query = people::visible_to(by).filter(users::COLUMN.id.is_in(ids.iter().copied()));
        let found = sealing::all(core, core.db.read(), query).await?;
        let mut seen: BTreeMap<UserId, User> = found.into_iter().map(|user| (user.id, user)).collect();
        let (mut users, mut errors) = (Vec::with_capacity(ids.len()), Vec::new());
        for (index, id) in ids.iter().enumerate() {
            match seen.remove(id) {
                Some(user) => users.push(user),
                None => errors.push(FieldError::field(
                    &format!("user_ids/{index}"),
                    "not_found",
                    "There is no such user; search for the user first.",
                )),
            }
        }
        if errors.is_empty() {
            Self::read(core, users, None).await
        } else {
            Err(Error::Invalid(errors))
        }
    }

    /// # Errors
    /// `NotFound` when the group is out of reach.
    async fn of_group(core: &Core, by: &Permit<CheckDocuments>, id: GroupId) -> Result<Self> {
        let members = groups::seen_members(core, by, id).await?;
        let (members, users): (Vec<_>, Vec<_>) =
            members.into_iter().map(|it| (it.membership, it.user)).unzip();
        Self::read(core, users.into_iter().flatten().collect(), Some(members)).await
    }

    async fn read(core: &Core, users: Vec<User>, members: Option<Vec<group_members::Model>>) -> Result<Self> {
        let db = core.db.read();
        let passports = passports::Entity::find()
            .filter(passports::COLUMN.user_id.is_in(users.iter().map(|user| user.id)))
            .order_by_asc(passports::COLUMN.id);
        let passports = sealing::all(core, db, passports).await?;
        let visas = visas::Entity::find()
            .filter(visas::COLUMN.user_id.is_in(users.iter().map(|user| user.id)))
            .order_by_asc(visas::COLUMN.id);
        let visas = sealing::all(core, db, visas).await?;
        let cards = identity_cards::Entity::find()
            .filter(
                identity_cards::COLUMN
                    .user_id
                    .is_in(users.iter().map(|user| user.id)),
            )
            .order_by_asc(identity_cards::COLUMN.id);
        let identity_cards = sealing::all(core, db, cards).await?;
        Ok(Self {
            members,
            users,
            passports,
            visas,
            identity_cards,
        })
    }

    /// Checks one after the other.
    fn check<'a>(&'a self, trip: &'a Trip<'_>) -> impl Iterator<Item = (&'a User, PersonCheck)> {
        let minors: BTreeSet<UserId> = match trip.start() {
            Some(day) => {
                let minors = self.users.iter().filter(|user| self.is_minor(user, day));
                minors.map(|user| user.id).collect()
            }
            None => BTreeSet::new(),
        };
        let passports = by_holder(&self.passports, |it| it.user_id);
        let visas = by_holder(&self.visas, |it| it.user_id);
        let cards = by_holder(&self.identity_cards, |it| it.user_id);
        self.users.iter().map(move |user| {
            let person = Person {
                user,
                passports: passports.get(&user.id).map_or(&[], Vec::as_slice),
                visas: visas.get(&user.id).map_or(&[], Vec::as_slice),
                identity_cards: cards.get(&user.id).map_or(&[], Vec::as_slice),
                is_accompanied: self.is_accompanied(user.id, &minors),
            };
            (user, check_person(trip, person))
        })
    }

    fn is_minor(&self, user: &User, on: NaiveDate) -> bool {
        let passport = self.passports.iter().find(|it| it.user_id == user.id);
        is_minor(user, passport, on)
    }

    fn role_of(&self, user: UserId) -> MemberRole {
        let members = self.members.iter().flatten();
        members
            .filter(|member| member.user_id == user)
            .map(|member| member.role)
            .next()
            .unwrap_or(MemberRole::Companion)
    }

    /// Whether somebody else may answer for the traveller: in a group its guardians and its lead, otherwise any adult. Who
    /// is not known to be a minor counts as one.
    fn is_accompanied(&self, traveller: UserId, minors: &BTreeSet<UserId>) -> bool {
        let is_adult = |id: UserId| id != traveller && !minors.contains(&id);
        match &self.members {
            Some(members) => members.iter().any(|member| {
                matches!(member.role, MemberRole::Guardian | MemberRole::Lead) && is_adult(member.user_id)
            }),
            None => self.users.iter().any(|user| is_adult(user.id)),
        }
    }

    fn warnings(&self) -> Vec<Warning> {
        let members = self.members.as_ref().map_or(0, Vec::len);
        let is_any_hidden = self.users.len() < members;
        let hidden = is_any_hidden.then(|| {
            Warning::new(
                Code::CompanionsHidden,
                "The documents of other members are not the caller's to see, and were not checked.",
            )
        });
        hidden.into_iter().collect()
    }
}

/// Records by the person whose they are.
fn by_holder<T>(records: &[T], holder: fn(&T) -> UserId) -> BTreeMap<UserId, Vec<&T>> {
    let mut found: BTreeMap<UserId, Vec<&T>> = BTreeMap::new();
    for record in records {
        found.entry(holder(record)).or_default().push(record);
    }
    found
}

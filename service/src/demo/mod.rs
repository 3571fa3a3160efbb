//! The demonstration: a small agency in Utopia, all of it fictional, with known passwords.
//!
//! The ids are fixed: they are the ones that the examples of the API's document name, so that a newcomer's first
//! request finds something. Days that a story needs ("expires soon") count from today.

mod clients;
mod entry_rules;
mod feeds;
mod groups;
mod loyalty;
mod passports;
mod people;
mod table;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod travel_documents;
mod travellers;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::UserId;
use entity::values::UserStatus;
use entity::{emergency_contacts, group_members, loyalties, loyalty_programs, travel_preferences, users};
use sea_orm::{ConnectionTrait, EntityTrait as _, PaginatorTrait as _};

use self::table::Calendar;
use crate::core::{Core, StartError};
use crate::db::row_of;
use crate::emergency_contacts::EmergencyContact;
use crate::entry_rules::import::import;
use crate::error::{Error, Result};
use crate::external_ids;
use crate::identity_cards::IdentityCard;
use crate::input::Secret;
use crate::loyalties::Loyalty;
use crate::passports::Passport;
use crate::policy::Permit;
use crate::preferences::TravelPreferences;
use crate::sealing::Vaulted as _;
use crate::traveller_numbers::TravellerNumber;
use crate::users::User;
use crate::visas::Visa;

/// Password of everybody in the demonstration.
pub const PASSWORD: &str = "utopia-sunrise-42";
/// Id of the machine client.
pub const CLIENT: &str = "01920000-0000-7000-8000-000000000501";
/// Secret of the machine client.
pub const CLIENT_SECRET: &str = "cps_utopia-booking-tool-demonstration-sunrise-42";
/// What the address of the calendar feed ends with.
pub const CALENDAR_TOKEN: &str = "cpf_utopia-calendar-feed-demonstration-sunrise";
/// E-mail address of the administrator.
pub const ADMIN: &str = "admin@utopia-travel.example";
/// E-mail address of the travel agent.
pub const AGENT: &str = "agent@utopia-travel.example";
/// E-mail address of a customer.
pub const CUSTOMER: &str = "anna.eriksson@mail.example";

/// Fills an empty database, all of it or nothing.
///
/// # Errors
/// A sentence, when the database has users already or cannot be written to.
pub async fn fill(core: &Core) -> Result<(), StartError> {
    match fill_if_empty(core).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(StartError(
            "The demonstration fills an empty database only; choose another one.".into(),
        )),
        Err(error) => Err(StartError(format!(
            "The demonstration cannot be filled: {error}."
        ))),
    }
}

async fn fill_if_empty(core: &Core) -> Result<bool> {
    let agency = Agency::at(core.clock.now())?;
    // One hash for all: hashing nineteen times would be most of the start.
    let hash = core.hasher.hash(Secret::new(PASSWORD.to_owned())).await?;
    let is_filled = core
        .db
        .write(async |txn| {
            if users::Entity::find().count(txn).await? > 0 {
                return Ok(false);
            }
            agency.insert(core, txn, &hash).await?;
            Ok(true)
        })
        .await?;
    if is_filled {
        import(core, &Permit::system(), false).await?;
    }
    Ok(is_filled)
}

/// All records of the demonstration.
struct Agency {
    users: Vec<User>,
    passports: Vec<Passport>,
    visas: Vec<Visa>,
    identity_cards: Vec<IdentityCard>,
    traveller_numbers: Vec<TravellerNumber>,
    programs: Vec<loyalty_programs::Model>,
    loyalties: Vec<Loyalty>,
    contacts: Vec<EmergencyContact>,
    preferences: Vec<TravelPreferences>,
    groups: Vec<entity::groups::Model>,
    members: Vec<group_members::Model>,
    entry_rules: Vec<entity::entry_rules::Model>,
    feeds: Vec<entity::calendar_feeds::Model>,
    clients: Vec<(entity::clients::Model, entity::client_secrets::Model)>,
}

impl Agency {
    /// The agency as it stands at a time.
    fn at(now: DateTime<Utc>) -> Result<Self> {
        let calendar = Calendar::new(now);
        let users = people::all(&calendar)?;
        Ok(Self {
            passports: passports::all(&calendar, &users)?,
            visas: travel_documents::visas(&calendar)?,
            identity_cards: travel_documents::identity_cards(&calendar, &users)?,
            traveller_numbers: travel_documents::traveller_numbers(&calendar)?,
            users,
            programs: loyalty::programs(&calendar)?,
            loyalties: loyalty::memberships(&calendar)?,
            contacts: travellers::contacts(&calendar)?,
            preferences: travellers::preferences(&calendar)?,
            groups: groups::all(&calendar)?,
            members: groups::members(&calendar)?,
            entry_rules: entry_rules::all(&calendar)?,
            feeds: feeds::all(&calendar)?,
            clients: clients::all(&calendar)?,
        })
    }

    async fn insert(&self, core: &Core, txn: &impl ConnectionTrait, hash: &str) -> Result<()> {
        let mut keys = BTreeMap::new();
        for user in &self.users {
            let signs_in = user.email.is_some() && user.status != UserStatus::Invited;
            let hash = signs_in.then(|| hash.to_owned());
            keys.insert(user.id, crate::users::insert(core, txn, user, hash).await?);
        }
        let key_of = |user: UserId| keys.get(&user).ok_or_else(|| unusable(&user.to_string()));
        for passport in &self.passports {
            let row = entity::passports::Entity::seal(passport, key_of(passport.user_id)?, &core.vault)?;
            entity::passports::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
            external_ids::add(core, txn, passport.id.into(), &passport.external_ids).await?;
        }
        for visa in &self.visas {
            let row = entity::visas::Entity::seal(visa, key_of(visa.user_id)?, &core.vault)?;
            entity::visas::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
        }
        for card in &self.identity_cards {
            let row = entity::identity_cards::Entity::seal(card, key_of(card.user_id)?, &core.vault)?;
            entity::identity_cards::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
        }
        for number in &self.traveller_numbers {
            let row = entity::traveller_numbers::Entity::seal(number, key_of(number.user_id)?, &core.vault)?;
            entity::traveller_numbers::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
        }
        loyalty_programs::Entity::insert_many(self.programs.iter().map(row_of))
            .exec_without_returning(txn)
            .await?;
        for loyalty in &self.loyalties {
            let row = loyalties::Entity::seal(loyalty, key_of(loyalty.user_id)?, &core.vault)?;
            loyalties::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
            external_ids::add(core, txn, loyalty.id.into(), &loyalty.external_ids).await?;
        }
        for contact in &self.contacts {
            let row = emergency_contacts::Entity::seal(contact, key_of(contact.user_id)?, &core.vault)?;
            emergency_contacts::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
        }
        for preferences in &self.preferences {
            let key = key_of(preferences.user_id)?;
            let row = travel_preferences::Entity::seal(preferences, key, &core.vault)?;
            travel_preferences::Entity::insert(row_of(&row))
                .exec_without_returning(txn)
                .await?;
        }
        entity::groups::Entity::insert_many(self.groups.iter().map(row_of))
            .exec_without_returning(txn)
            .await?;
        for group in &self.groups {
            external_ids::add(core, txn, group.id.into(), &group.external_ids).await?;
        }
        group_members::Entity::insert_many(self.members.iter().map(row_of))
            .exec_without_returning(txn)
            .await?;
        entity::entry_rules::Entity::insert_many(self.entry_rules.iter().map(row_of))
            .exec_without_returning(txn)
            .await?;
        entity::calendar_feeds::Entity::insert_many(self.feeds.iter().map(row_of))
            .exec_without_returning(txn)
            .await?;
        for (client, secret) in &self.clients {
            crate::clients::insert(txn, client, secret).await?;
        }
        Ok(())
    }
}

/// A cell that cannot be read is a fault of ours.
fn unusable(cell: &str) -> Error {
    Error::Internal(format!("demonstration: {cell:?} cannot be read"))
}

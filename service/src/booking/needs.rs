//! Whom to call for people, what they eat, where they sit and which help they need, as far as the caller may see it: it
//! tells of family, religion and health.

use entity::ids::UserId;
use entity::values::Scope;

use crate::core::Core;
use crate::emergency_contacts::{self, EmergencyContact};
use crate::error::Result;
use crate::policy::Actor;
use crate::preferences::{self, TravelPreferences};
use crate::travel::warning::{Code, Warning};

/// Of some people.
#[derive(Default)]
pub(super) struct Needs {
    /// The first to be called first; none where the caller may not see them.
    emergency_contacts: Option<Vec<EmergencyContact>>,
    preferences: Vec<TravelPreferences>,
    /// What was left out, because a client has no scope for it.
    pub(super) left_out: Vec<Warning>,
}

/// Of one of them.
pub(super) struct OwnNeeds {
    /// The first to be called first; none where the caller may not see them.
    pub(super) emergency_contacts: Option<Vec<EmergencyContact>>,
    /// Nothing where there are none, and where the caller may not see them.
    pub(super) preferences: Option<TravelPreferences>,
}

impl Needs {
    /// Reads them in two statements, however many people there are.
    pub(super) async fn of(core: &Core, to: &Actor, users: &[UserId]) -> Result<Self> {
        let db = core.db.read();
        let mut needs = Self::default();
        if needs.may_see(to, &[Scope::EmergencyContactsRead], "emergency contacts") {
            needs.emergency_contacts = Some(emergency_contacts::all_of(core, db, users).await?);
        }
        if needs.may_see(to, &[Scope::PreferencesRead], "meal, seat and assistance") {
            needs.preferences = preferences::all_of(core, db, users).await?;
        }
        Ok(needs)
    }

    /// Whether the caller has all these scopes; otherwise it will be told what it does not get.
    pub(super) fn may_see(&mut self, to: &Actor, scopes: &[Scope], what: &str) -> bool {
        let missing = scopes.iter().find(|scope| !to.may_see(**scope));
        if let Some(scope) = missing {
            let detail = format!("The client has no scope {scope}: {what} were left out.");
            self.left_out.push(Warning::new(Code::ScopeMissing, detail));
        }
        missing.is_none()
    }

    /// Who is to be called first.
    pub(super) fn first_contact(&self, user: UserId) -> Option<&EmergencyContact> {
        let mut contacts = self.emergency_contacts.iter().flatten();
        contacts.find(|it| it.user_id == user)
    }

    /// How a person likes to travel.
    pub(super) fn preferences(&self, user: UserId) -> Option<&TravelPreferences> {
        self.preferences.iter().find(|it| it.user_id == user)
    }

    /// Takes those of a person out.
    pub(super) fn take(&mut self, user: UserId) -> OwnNeeds {
        let contacts = self.emergency_contacts.as_mut();
        let mut preferences = self.preferences.extract_if(.., |it| it.user_id == user);
        OwnNeeds {
            emergency_contacts: contacts.map(|all| all.extract_if(.., |it| it.user_id == user).collect()),
            preferences: preferences.next(),
        }
    }
}

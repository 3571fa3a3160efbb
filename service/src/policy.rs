//! The one table of who may do what.
//!
//! A handler names the [`Permission`] it needs in its signature, as a [`Permit`]; the service function takes that
//! same `Permit`, so that an operation without a check does not compile. The permit's [`Reach`] then narrows what
//! the finders of each aggregate return: what is out of reach is not found.

use std::marker::PhantomData;

use entity::ids::{ClientId, SessionId, UserId};
use entity::values::{Role, Scope, Scopes};
use uuid::Uuid;

use crate::error::{Denial, Error, Result, Unauthenticated};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in person.
    User {
        /// The person's own profile.
        id: UserId,
        /// What the person is to the agency, read from the primary database for this very request.
        role: Role,
        /// The session whose access token was shown.
        session: SessionId,
        /// Whether a second factor has to be set up before anything else.
        enrolling: bool,
    },
    /// Another system of the agency.
    Client {
        /// The client's own record.
        id: ClientId,
        /// What its token allows, as far as the client still may.
        scopes: Scopes,
    },
    /// The program itself: start-up, demo data, command line.
    System,
}

impl Actor {
    /// The actor's own user, if it is a person.
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::Client { .. } | Self::System => None,
        }
    }

    /// The id of the person or the other system.
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => Some(id.uuid()),
            Self::Client { id, .. } => Some(id.uuid()),
            Self::Anonymous | Self::System => None,
        }
    }

    /// The session whose access token was shown, if the actor is a person.
    pub const fn session_id(&self) -> Option<SessionId> {
        match self {
            Self::User { session, .. } => Some(*session),
            Self::Anonymous | Self::Client { .. } | Self::System => None,
        }
    }

    /// Whether this is the user itself.
    pub fn is(&self, user: UserId) -> bool {
        self.user_id() == Some(user)
    }

    /// Whether the actor may see what a scope stands for; people are not held to scopes.
    pub const fn may_see(&self, scope: Scope) -> bool {
        match self {
            Self::Client { scopes, .. } => scopes.contains(scope),
            Self::Anonymous | Self::User { .. } | Self::System => true,
        }
    }

    /// Whether the actor works for the agency.
    pub const fn is_staff(&self) -> bool {
        matches!(
            self,
            Self::System
                | Self::User {
                    role: Role::Agent | Role::Admin,
                    ..
                }
        )
    }
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nowhere: the operation is denied.
    Nothing,
    /// What belongs to the actor: the own profile and all that hangs on it, groups the actor is a member of.
    Own,
    /// What belongs to customers (and to the actor), not to other staff.
    Customers,
    /// Everything.
    All,
}

/// An operation that somebody may or may not do: a row of the table below.
pub trait Permission: 'static {
    /// Name of the permission, as the documentation shows it.
    const NAME: &'static str;
    /// What each kind of actor may reach.
    const GRANTS: Grants;
}

/// The row of the table with a name.
pub fn grants(name: &str) -> Option<&'static Grants> {
    TABLE
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, grants)| grants)
}

/// The cells of one row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Grants {
    /// Somebody who has not signed in.
    pub anonymous: Reach,
    /// A customer.
    pub customer: Reach,
    /// A travel agent.
    pub agent: Reach,
    /// An administrator.
    pub admin: Reach,
    /// Another system, if its token has all these scopes.
    pub client: Option<(&'static [Scope], Reach)>,
    /// Whether it is open to somebody who has to set up a second factor first.
    pub while_enrolling: bool,
}

impl Grants {
    /// What the actor may reach.
    pub fn reach(&self, actor: &Actor) -> Reach {
        match actor {
            Actor::Anonymous => self.anonymous,
            Actor::User {
                role: Role::Customer, ..
            } => self.customer,
            Actor::User {
                role: Role::Agent, ..
            } => self.agent,
            Actor::User {
                role: Role::Admin, ..
            } => self.admin,
            // What is open to everybody is open to other systems too, whatever their scopes.
            Actor::Client { scopes, .. } => match self.client {
                Some((needed, reach)) if scopes.contain(needed) => reach,
                _ => self.anonymous,
            },
            Actor::System => Reach::All,
        }
    }

    /// Why an actor who is known may not do this.
    fn denial(&self, actor: &Actor) -> Option<Denial> {
        match (self.reach(actor), actor, self.client) {
            (Reach::Nothing, Actor::Client { .. }, Some((needed, _))) => {
                Some(Denial::Scopes(needed.iter().copied().collect()))
            }
            (Reach::Nothing, ..) => Some(Denial::Role),
            (_, Actor::User { enrolling: true, .. }, _) if !self.while_enrolling => {
                Some(Denial::SecondFactorMissing)
            }
            _ => None,
        }
    }
}

/// Proof that an actor may do `P`, and how far.
#[derive(Debug)]
pub struct Permit<P> {
    actor: Actor,
    reach: Reach,
    permission: PhantomData<fn() -> P>,
}

impl<P> Clone for Permit<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Permit<P> {}

impl<P: Permission> Permit<P> {
    /// Looks the actor up in the table.
    ///
    /// # Errors
    /// `Unauthenticated` when signing in could help, `Denied` when role or scopes exclude the operation.
    pub fn obtain(actor: Actor) -> Result<Self> {
        match (P::GRANTS.denial(&actor), actor) {
            (Some(_), Actor::Anonymous) => Err(Error::Unauthenticated(Unauthenticated::Missing)),
            (Some(denial), _) => Err(Error::Denied(denial)),
            (None, actor) => Ok(Self {
                actor,
                reach: P::GRANTS.reach(&actor),
                permission: PhantomData,
            }),
        }
    }

    /// The permit of the program itself, which may do everything.
    pub fn system() -> Self {
        Self {
            actor: Actor::System,
            reach: Reach::All,
            permission: PhantomData,
        }
    }

    /// Asks for more scopes than the operation itself needs, because of what its parameters would tell. People are not
    /// held to scopes.
    ///
    /// # Errors
    /// `Denied`, naming all the scopes that are needed.
    pub fn also_needs(&self, more: impl IntoIterator<Item = Scope>) -> Result<()> {
        let Actor::Client { scopes, .. } = self.actor else {
            return Ok(());
        };
        let own = P::GRANTS.client.map_or(&[][..], |(needed, _)| needed);
        let needed: Scopes = own.iter().copied().chain(more).collect();
        if needed.is_subset_of(scopes) {
            Ok(())
        } else {
            Err(Error::Denied(Denial::Scopes(needed)))
        }
    }

    /// Who asks.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// How far the permission reaches.
    pub const fn reach(&self) -> Reach {
        self.reach
    }
}

macro_rules! permissions {
    ($(
        $(#[$doc:meta])*
        $name:ident: $anonymous:ident $customer:ident $agent:ident $admin:ident, $($scope:ident)* => $client:ident
        $(, $mark:ident)?;
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                const GRANTS: Grants = Grants {
                    anonymous: Reach::$anonymous,
                    customer: Reach::$customer,
                    agent: Reach::$agent,
                    admin: Reach::$admin,
                    client: permissions!(@client $($scope)* => $client),
                    while_enrolling: permissions!(@enrolling $($mark)?),
                };
            }
        )+

        /// Every row of the table, for the documentation and its tests.
        pub const TABLE: &[(&str, Grants)] = &[$(($name::NAME, $name::GRANTS),)+];
    };
    (@client => Nothing) => { None };
    (@client $($scope:ident)+ => $reach:ident) => { Some((&[$(Scope::$scope),+], Reach::$reach)) };
    (@enrolling) => { false };
    (@enrolling enrolling) => { true };
}

permissions! {
    //                          anonymous customer agent     admin      client: scopes => reach
    /// See and change what the own account signs in with, and its sessions.
    ManageOwnAccess:            Nothing   Own      Own       Own, => Nothing, enrolling;
    /// See and end the sessions of other users; agents those of customers.
    ManageSessions:             Nothing   Nothing  Customers All, => Nothing;
    /// Remove the second factor of somebody who has lost it.
    ResetSecondFactor:          Nothing   Nothing  Nothing   All, => Nothing;
    /// Read the own profile (`/v1/me`).
    ReadMe:                     Nothing   Own      Own       Own, => Nothing;
    /// Change the own profile (`/v1/me`).
    UpdateMe:                   Nothing   Own      Own       Own, => Nothing;
    /// List and search users.
    ListUsers:                  Nothing   Nothing  All       All, UsersRead => Customers;
    /// Add a user; agents add customers only.
    CreateUser:                 Nothing   Nothing  Customers All, UsersWrite => Customers;
    /// Send an invitation again; agents to customers.
    InviteUser:                 Nothing   Nothing  Customers All, UsersWrite => Customers;
    /// Read one user.
    ReadUser:                   Nothing   Own      All       All, UsersRead => Customers;
    /// Read the composed profile: a user with travel documents, memberships and groups.
    ReadProfile:                Nothing   Own      All       All, UsersRead PassportsRead TravelDocumentsRead LoyaltiesRead GroupsRead => Customers;
    /// Read what a booking needs of a user: names, passport, contacts, memberships.
    ReadBookingData:            Nothing   Own      All       All, UsersRead PassportsRead PassportsReveal LoyaltiesRead => Customers;
    /// The same of all members of a group; customers only of themselves.
    ReadGroupBookingData:       Nothing   Own      All       All, UsersRead PassportsRead PassportsReveal LoyaltiesRead GroupsRead => Customers;
    /// Read the passenger list of a group; customers only themselves.
    ReadGroupManifest:          Nothing   Own      All       All, UsersRead PassportsRead TravelDocumentsRead LoyaltiesRead GroupsRead => Customers;
    /// Change a user; whom an agent may change are customers.
    UpdateUser:                 Nothing   Own      Customers All, UsersWrite => Customers;
    /// Add a user, or change the one whom another system knows by a number.
    PutUser:                    Nothing   Nothing  Customers All, UsersWrite => Customers;
    /// Remove a user and all that hangs on it.
    DeleteUser:                 Nothing   Nothing  Nothing   All, UsersDelete => Customers;
    /// Read, list and search passports.
    ReadPassports:              Nothing   Own      All       All, PassportsRead => Customers;
    /// See the numbers of a passport in clear, and what is made of them.
    RevealPassport:             Nothing   Own      All       All, PassportsRead PassportsReveal => Customers;
    /// Add, change and remove passports.
    WritePassports:             Nothing   Own      All       All, PassportsWrite => Customers;
    /// Read, list and search visas.
    ReadVisas:                  Nothing   Own      All       All, TravelDocumentsRead => Customers;
    /// See the number of a visa in clear.
    RevealVisa:                 Nothing   Own      All       All, TravelDocumentsRead TravelDocumentsReveal => Customers;
    /// Add, change and remove visas.
    WriteVisas:                 Nothing   Own      All       All, TravelDocumentsWrite => Customers;
    /// Read, list and search identity cards.
    ReadIdentityCards:          Nothing   Own      All       All, TravelDocumentsRead => Customers;
    /// See the number of an identity card in clear.
    RevealIdentityCard:         Nothing   Own      All       All, TravelDocumentsRead TravelDocumentsReveal => Customers;
    /// Add, change and remove identity cards.
    WriteIdentityCards:         Nothing   Own      All       All, TravelDocumentsWrite => Customers;
    /// Read, list and search traveller numbers.
    ReadTravellerNumbers:       Nothing   Own      All       All, TravelDocumentsRead => Customers;
    /// See the number of a traveller in clear.
    RevealTravellerNumber:      Nothing   Own      All       All, TravelDocumentsRead TravelDocumentsReveal => Customers;
    /// Add, change and remove traveller numbers.
    WriteTravellerNumbers:      Nothing   Own      All       All, TravelDocumentsWrite => Customers;
    /// Read the catalogue of loyalty programmes.
    ReadLoyaltyPrograms:        All       All      All       All, LoyaltyProgramsRead => All;
    /// Change the catalogue of loyalty programmes.
    WriteLoyaltyPrograms:       Nothing   Nothing  Nothing   All, LoyaltyProgramsWrite => All;
    /// Read the rules of entry.
    ReadEntryRules:             Nothing   All      All       All, EntryRulesRead => All;
    /// Change the rules of entry.
    WriteEntryRules:            Nothing   Nothing  Nothing   All, EntryRulesWrite => All;
    /// Check the documents of travellers against the rules of entry; customers their own.
    CheckDocuments:             Nothing   Own      All       All, UsersRead PassportsRead TravelDocumentsRead GroupsRead => Customers;
    /// Read and list memberships in loyalty programmes.
    ReadLoyalties:              Nothing   Own      All       All, LoyaltiesRead => Customers;
    /// Add, change and remove memberships in loyalty programmes.
    WriteLoyalties:             Nothing   Own      All       All, LoyaltiesWrite => Customers;
    /// Read and list emergency contacts.
    ReadEmergencyContacts:      Nothing   Own      All       All, EmergencyContactsRead => Customers;
    /// Add, change and remove emergency contacts.
    WriteEmergencyContacts:     Nothing   Own      All       All, EmergencyContactsWrite => Customers;
    /// Read travel preferences.
    ReadPreferences:            Nothing   Own      All       All, PreferencesRead => Customers;
    /// Change travel preferences.
    WritePreferences:           Nothing   Own      All       All, PreferencesWrite => Customers;
    /// Read groups and their members.
    ReadGroups:                 Nothing   Own      All       All, GroupsRead => Customers;
    /// Add, change and remove groups, and add members.
    WriteGroups:                Nothing   Nothing  All       All, GroupsWrite => Customers;
    /// Take a member out of a group; customers only themselves.
    RemoveGroupMember:          Nothing   Own      All       All, GroupsWrite => Customers;
    /// Add and change users from a file; agents customers only.
    ImportUsers:                Nothing   Nothing  Customers All, UsersWrite => Customers;
    /// Take all users in one piece.
    ExportUsers:                Nothing   Nothing  All       All, UsersRead => Customers;
    /// Take all passports in one piece.
    ExportPassports:            Nothing   Nothing  All       All, PassportsRead => Customers;
    /// Take all memberships in loyalty programmes in one piece.
    ExportLoyalties:            Nothing   Nothing  All       All, LoyaltiesRead => Customers;
    /// Take all groups in one piece.
    ExportGroups:               Nothing   Nothing  All       All, GroupsRead => Customers;
    /// Be told of what runs out.
    ReadAlerts:                 Nothing   Own      All       All, AlertsRead => Customers;
    /// Make, see and revoke the own calendar feeds; what they show is what their owner may read as alerts.
    ManageCalendarFeeds:        Nothing   Own      Own       Own, => Nothing;
    /// See what somebody has agreed to.
    ReadConsents:               Nothing   Own      All       All, UsersRead => Customers;
    /// Record what somebody agrees to, or takes back.
    WriteConsents:              Nothing   Own      Customers All, UsersWrite => Customers;
    /// Put a person's data out of use, and back into it.
    RestrictUser:               Nothing   Nothing  Nothing   All, => Nothing;
    /// Erase a person; everybody else asks for it, each for themselves.
    EraseUser:                  Nothing   Own      Own       All, => Nothing;
    /// See who has asked to be erased, and who is.
    ReadErasures:               Nothing   Nothing  Nothing   All, => Nothing;
    /// Decide whether who asks to be erased is.
    DecideErasure:              Nothing   Nothing  Nothing   All, => Nothing;
    /// Take a copy of all that is kept about a person.
    ExportUser:                 Nothing   Own      Own       All, => Nothing;
    /// Read what was done to a person's data; values are shown to administrators and to the person alone.
    ReadHistory:                Nothing   Own      All       All, => Nothing;
    /// Read the audit trail: who did what to whose data.
    ReadAuditEvents:            Nothing   Nothing  Nothing   All, AuditRead => All;
    /// Read the feed of changes: ids of records and names of fields, of everybody.
    ReadEvents:                 Nothing   Nothing  All       All, EventsRead => All;
    /// See where events are sent to, and what came of it.
    ReadWebhooks:               Nothing   Nothing  Nothing   All, WebhooksRead => All;
    /// Say where events are sent to.
    WriteWebhooks:              Nothing   Nothing  Nothing   All, WebhooksWrite => All;
    /// See and manage the machine clients, through which other systems of the agency call.
    ManageClients:              Nothing   Nothing  Nothing   All, => Nothing;
}

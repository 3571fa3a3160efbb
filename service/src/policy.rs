//! The one table of who may do what.
//!
//! A handler names the [`Permission`] it needs in its signature, as a [`Permit`]; the service function takes that
//! same `Permit`, so that an operation without a check does not compile. The permit's [`Reach`] then narrows what
//! the finders of each aggregate return: what is out of reach is not found.

use std::marker::PhantomData;

use entity::ids::UserId;
use entity::values::Role;

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
    },
    /// The program itself: start-up, demo data, command line.
    System,
}

impl Actor {
    /// The actor's own user, if it is a person.
    pub const fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }

    /// Whether this is the user itself.
    pub fn is(&self, user: UserId) -> bool {
        self.user_id() == Some(user)
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
}

impl Grants {
    /// What the actor may reach.
    pub const fn reach(&self, actor: &Actor) -> Reach {
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
            Actor::System => Reach::All,
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
    /// `Unauthenticated` when signing in could help, `Denied` when the role excludes the operation.
    pub fn obtain(actor: Actor) -> Result<Self> {
        match (P::GRANTS.reach(&actor), actor) {
            (Reach::Nothing, Actor::Anonymous) => Err(Error::Unauthenticated(Unauthenticated::Missing)),
            (Reach::Nothing, _) => Err(Error::Denied(Denial::Role)),
            (reach, actor) => Ok(Self {
                actor,
                reach,
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
    ($($(#[$doc:meta])* $name:ident: $anonymous:ident $customer:ident $agent:ident $admin:ident;)+) => {
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
                };
            }
        )+

        /// Every row of the table, for the documentation and its tests.
        pub const TABLE: &[(&str, Grants)] = &[$(($name::NAME, $name::GRANTS),)+];
    };
}

permissions! {
    //                          anonymous customer agent     admin
    /// Read the own profile (`/v1/me`).
    ReadMe:                     Nothing   Own      Own       Own;
    /// Change the own profile (`/v1/me`).
    UpdateMe:                   Nothing   Own      Own       Own;
    /// List and search users.
    ListUsers:                  Nothing   Nothing  All       All;
    /// Add a user; agents add customers only.
    CreateUser:                 Nothing   Nothing  Customers All;
    /// Read one user, and the composed profile.
    ReadUser:                   Nothing   Own      All       All;
    /// Change a user; whom an agent may change are customers.
    UpdateUser:                 Nothing   Own      Customers All;
    /// Remove a user and all that hangs on it.
    DeleteUser:                 Nothing   Nothing  Nothing   All;
    /// Read, list and search passports.
    ReadPassports:              Nothing   Own      All       All;
    /// Add, change and remove passports.
    WritePassports:             Nothing   Own      All       All;
    /// Read the catalogue of loyalty programmes.
    ReadLoyaltyPrograms:        All       All      All       All;
    /// Change the catalogue of loyalty programmes.
    WriteLoyaltyPrograms:       Nothing   Nothing  Nothing   All;
    /// Read and list memberships in loyalty programmes.
    ReadLoyalties:              Nothing   Own      All       All;
    /// Add, change and remove memberships in loyalty programmes.
    WriteLoyalties:             Nothing   Own      All       All;
    /// Read groups and their members.
    ReadGroups:                 Nothing   Own      All       All;
    /// Add, change and remove groups, and add members.
    WriteGroups:                Nothing   Nothing  All       All;
    /// Take a member out of a group; customers only themselves.
    RemoveGroupMember:          Nothing   Own      All       All;
}

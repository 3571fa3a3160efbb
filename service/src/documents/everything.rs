//! Documents of all kinds together: for the profile, for the copy that a person may ask for, and for lists of passengers.

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{IdentityCardStatus, VisaStatus};
use sea_orm::{ColumnTrait as _, ConnectionTrait, QueryFilter as _};

use super::{About, Document, Sight, all, good_on, note};
use crate::core::Core;
use crate::error::Result;
use crate::identity_cards::{self, IdentityCard};
use crate::passports::{self, Passport};
use crate::policy::Actor;
use crate::sealing;
use crate::traveller_numbers::{self, TravellerNumber};
use crate::visas::{self, Visa};

/// What people travel on, as somebody may see it; of each kind the oldest record first.
#[derive(Debug, Clone, Default)]
pub struct TravelDocuments {
    /// Passports.
    pub passports: Vec<passports::Shown>,
    /// Visas and electronic travel authorizations.
    pub visas: Vec<visas::Shown>,
    /// Identity cards.
    pub identity_cards: Vec<identity_cards::Shown>,
    /// Numbers by which states know the person.
    pub traveller_numbers: Vec<traveller_numbers::Shown>,
}

impl TravelDocuments {
    /// Takes those of one of the people out.
    pub(crate) fn take(&mut self, holder: UserId) -> Self {
        let Self {
            passports,
            visas,
            identity_cards,
            traveller_numbers,
        } = self;
        Self {
            passports: passports.extract_if(.., |it| it.user_id == holder).collect(),
            visas: visas.extract_if(.., |it| it.user_id == holder).collect(),
            identity_cards: identity_cards.extract_if(.., |it| it.user_id == holder).collect(),
            traveller_numbers: traveller_numbers
                .extract_if(.., |it| it.record.user_id == holder)
                .collect(),
        }
    }
}

/// The same with everything open.
pub(crate) struct Opened {
    passports: Vec<Passport>,
    visas: Vec<Visa>,
    identity_cards: Vec<IdentityCard>,
    traveller_numbers: Vec<TravellerNumber>,
}

impl Opened {
    /// In a statement for each kind.
    async fn of(core: &Core, db: &impl ConnectionTrait, holder: UserId) -> Result<Self> {
        Ok(Self {
            passports: all::<entity::passports::Entity>(core, db, holder).await?,
            visas: all::<entity::visas::Entity>(core, db, holder).await?,
            identity_cards: all::<entity::identity_cards::Entity>(core, db, holder).await?,
            traveller_numbers: all::<entity::traveller_numbers::Entity>(core, db, holder).await?,
        })
    }

    /// These passports, and of all else what is good on a day, in a statement for each kind, however many people there are.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn good_on(
        core: &Core,
        people: &[UserId],
        passports: Vec<Passport>,
        day: NaiveDate,
    ) -> Result<Self> {
        use entity::{identity_cards, traveller_numbers, visas};
        let db = core.db.read();
        let visas = good_on::<visas::Entity>(people, day).filter(visas::COLUMN.status.eq(VisaStatus::Active));
        let cards = good_on::<identity_cards::Entity>(people, day)
            .filter(identity_cards::COLUMN.status.eq(IdentityCardStatus::Active));
        let numbers = good_on::<traveller_numbers::Entity>(people, day);
        Ok(Self {
            passports,
            visas: sealing::all(core, db, visas).await?,
            identity_cards: sealing::all(core, db, cards).await?,
            traveller_numbers: sealing::all(core, db, numbers).await?,
        })
    }

    /// All of them, for the audit trail.
    pub(crate) fn about(&self) -> impl Iterator<Item = About> {
        let passports = self.passports.iter().map(About::of);
        passports
            .chain(self.visas.iter().map(About::of))
            .chain(self.identity_cards.iter().map(About::of))
            .chain(self.traveller_numbers.iter().map(About::of))
    }

    /// Each as it is seen of its holder.
    pub(crate) fn shown(self, sight: impl Fn(UserId) -> Sight) -> TravelDocuments {
        TravelDocuments {
            passports: all_shown(self.passports, &sight),
            visas: all_shown(self.visas, &sight),
            identity_cards: all_shown(self.identity_cards, &sight),
            traveller_numbers: all_shown(self.traveller_numbers, &sight),
        }
    }
}

fn all_shown<D: Document>(documents: Vec<D>, sight: impl Fn(UserId) -> Sight) -> Vec<D::Shown> {
    let shown = |it: D| {
        let sight = sight(it.holder());
        it.shown(sight)
    };
    documents.into_iter().map(shown).collect()
}

/// All documents of a person as an actor may see them. Whether the actor may see the person is for the caller to ask.
///
/// # Errors
/// Those of the database.
pub(crate) async fn all_as_seen_by(core: &Core, actor: &Actor, holder: UserId) -> Result<TravelDocuments> {
    let opened = Opened::of(core, core.db.read(), holder).await?;
    Ok(opened.shown(|holder| Sight::of(actor, holder)))
}

/// All documents of a person in clear: for a copy of what is kept about the person. Each is a reveal to anybody else.
///
/// # Errors
/// As [`note`].
pub(crate) async fn copy(
    core: &Core,
    actor: &Actor,
    purpose: &str,
    holder: UserId,
) -> Result<TravelDocuments> {
    let opened = Opened::of(core, core.db.read(), holder).await?;
    note(core, actor, purpose, opened.about()).await?;
    Ok(opened.shown(|_| Sight::CLEAR))
}

//! What a booking is told of people beside passports and memberships, as far as the caller may see it.

use entity::ids::UserId;
use entity::values::Scope;
use entity::{traveller_numbers, visas};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::needs::Needs;
use crate::core::Core;
use crate::error::Result;
use crate::policy::Actor;
use crate::sealing;
use crate::traveller_numbers::TravellerNumber;
use crate::visas::Visa;

/// Of some people.
pub(super) struct Particulars {
    pub(super) needs: Needs,
    pub(super) visas: Vec<Visa>,
    pub(super) traveller_numbers: Vec<TravellerNumber>,
}

impl Particulars {
    /// Reads them in four statements, however many people there are.
    pub(super) async fn of(core: &Core, to: &Actor, users: &[UserId]) -> Result<Self> {
        let db = core.db.read();
        let mut found = Self {
            needs: Needs::of(core, to, users).await?,
            visas: Vec::new(),
            traveller_numbers: Vec::new(),
        };
        let scopes = [Scope::TravelDocumentsRead, Scope::TravelDocumentsReveal];
        if found.needs.may_see(to, &scopes, "visas and traveller numbers") {
            let visas = visas::Entity::find()
                .filter(visas::COLUMN.user_id.is_in(users.iter().copied()))
                .order_by_asc(visas::COLUMN.id);
            found.visas = sealing::all(core, db, visas).await?;
            let numbers = traveller_numbers::Entity::find()
                .filter(traveller_numbers::COLUMN.user_id.is_in(users.iter().copied()))
                .order_by_asc(traveller_numbers::COLUMN.id);
            found.traveller_numbers = sealing::all(core, db, numbers).await?;
        }
        Ok(found)
    }
}

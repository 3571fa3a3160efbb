//! The kinds of records that are exported, each within the reach of its list.

use entity::{groups, loyalties, passports, users};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
    Select,
};
use uuid::Uuid;

use super::{Batch, Exported};
use crate::belongings;
use crate::core::Core;
use crate::documents::{About, Document as _, Sight, clear_sight};
use crate::error::Result;
use crate::groups::{self as companies, Group};
use crate::loyalties::Loyalty;
use crate::passports::Shown;
use crate::policy::{ExportGroups, ExportLoyalties, ExportPassports, ExportUsers, Permit};
use crate::sealing;
use crate::users::{self as people, User};

/// Users.
#[derive(Debug)]
pub struct Users;

/// Passports.
#[derive(Debug)]
pub struct Passports;

/// Memberships in loyalty programmes.
#[derive(Debug)]
pub struct Loyalties;

/// Travel groups.
#[derive(Debug)]
pub struct Groups;

impl Exported for Users {
    type Permission = ExportUsers;
    type Entity = users::Entity;
    type Record = User;
    const NAME: &'static str = "users";
    const ID: users::Column = users::Column::Id;

    fn visible(by: &Permit<ExportUsers>) -> Select<users::Entity> {
        people::visible_to(by)
    }

    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportUsers>,
        batch: &Batch<'_>,
    ) -> Result<Vec<User>> {
        let query = Self::next(by, batch);
        sealing::all(core, db, query).await
    }

    fn id(record: &User) -> Uuid {
        record.id.uuid()
    }
}

impl Exported for Passports {
    type Permission = ExportPassports;
    type Entity = passports::Entity;
    type Record = Shown;
    const NAME: &'static str = "passports";
    const ID: passports::Column = passports::Column::Id;

    fn visible(by: &Permit<ExportPassports>) -> Select<passports::Entity> {
        belongings::visible_to(by)
    }

    /// In clear, each of somebody else's is noted before it is shown.
    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportPassports>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Shown>> {
        let query = Self::next(by, batch);
        let opened = sealing::all(core, db, query).await?;
        let clear = match batch.purpose {
            Some(purpose) => {
                let about = opened.iter().map(About::of);
                Some(clear_sight(core, by.actor(), purpose.as_str(), about).await?)
            }
            None => None,
        };
        let shown = opened.into_iter().map(|passport| {
            let sight = clear.unwrap_or_else(|| Sight::of(by.actor(), passport.user_id));
            passport.shown(sight)
        });
        Ok(shown.collect())
    }

    fn id(record: &Shown) -> Uuid {
        record.id.uuid()
    }
}

impl Exported for Loyalties {
    type Permission = ExportLoyalties;
    type Entity = loyalties::Entity;
    type Record = Loyalty;
    const NAME: &'static str = "loyalties";
    const ID: loyalties::Column = loyalties::Column::Id;

    fn visible(by: &Permit<ExportLoyalties>) -> Select<loyalties::Entity> {
        belongings::visible_to(by)
    }

    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportLoyalties>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Loyalty>> {
        let query = Self::next(by, batch);
        sealing::all(core, db, query).await
    }

    fn id(record: &Loyalty) -> Uuid {
        record.id.uuid()
    }
}

impl Exported for Groups {
    type Permission = ExportGroups;
    type Entity = groups::Entity;
    type Record = Group;
    const NAME: &'static str = "groups";
    const ID: groups::Column = groups::Column::Id;

    fn visible(by: &Permit<ExportGroups>) -> Select<groups::Entity> {
        companies::visible_to(by)
    }

    async fn batch(
        _: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportGroups>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Group>> {
        // The limit counts groups, so that it stands in a query of its own, inside the join with the members.
        let ids = Self::next(by, batch)
            .select_only()
            .column(groups::Column::Id)
            .into_query();
        let query = groups::Entity::find().filter(groups::COLUMN.id.in_subquery(ids));
        companies::with_members(db, query).await
    }

    fn id(record: &Group) -> Uuid {
        record.group.id.uuid()
    }
}

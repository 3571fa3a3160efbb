//! The kinds of records that are exported, each within the reach of its list.

use entity::ids::{GroupId, LoyaltyId, PassportId, UserId};
use entity::{groups, loyalties, passports, users};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};
use uuid::Uuid;

use super::{BATCH, Batch, Exported};
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

impl Users {
    fn after(by: &Permit<ExportUsers>, after: Option<Uuid>) -> Select<users::Entity> {
        let query = people::visible_to(by);
        match after {
            Some(after) => query.filter(users::COLUMN.id.gt(UserId::from(after))),
            None => query,
        }
    }
}

impl Exported for Users {
    type Permission = ExportUsers;
    type Record = User;
    const NAME: &'static str = "users";

    async fn count(db: &impl ConnectionTrait, by: &Permit<ExportUsers>, after: Option<Uuid>) -> Result<u64> {
        Ok(Self::after(by, after).count(db).await?)
    }

    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportUsers>,
        batch: &Batch<'_>,
    ) -> Result<Vec<User>> {
        let query = Self::after(by, batch.after)
            .order_by_asc(users::COLUMN.id)
            .limit(BATCH);
        sealing::all(core, db, query).await
    }

    fn id(record: &User) -> Uuid {
        record.id.uuid()
    }
}

impl Passports {
    fn after(by: &Permit<ExportPassports>, after: Option<Uuid>) -> Select<passports::Entity> {
        let query = belongings::visible_to::<passports::Entity, _>(by);
        match after {
            Some(after) => query.filter(passports::COLUMN.id.gt(PassportId::from(after))),
            None => query,
        }
    }
}

impl Exported for Passports {
    type Permission = ExportPassports;
    type Record = Shown;
    const NAME: &'static str = "passports";

    async fn count(
        db: &impl ConnectionTrait,
        by: &Permit<ExportPassports>,
        after: Option<Uuid>,
    ) -> Result<u64> {
        Ok(Self::after(by, after).count(db).await?)
    }

    /// In clear, each of somebody else's is noted before it is shown.
    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportPassports>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Shown>> {
        let query = Self::after(by, batch.after)
            .order_by_asc(passports::COLUMN.id)
            .limit(BATCH);
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

impl Loyalties {
    fn after(by: &Permit<ExportLoyalties>, after: Option<Uuid>) -> Select<loyalties::Entity> {
        let query = belongings::visible_to::<loyalties::Entity, _>(by);
        match after {
            Some(after) => query.filter(loyalties::COLUMN.id.gt(LoyaltyId::from(after))),
            None => query,
        }
    }
}

impl Exported for Loyalties {
    type Permission = ExportLoyalties;
    type Record = Loyalty;
    const NAME: &'static str = "loyalties";

    async fn count(
        db: &impl ConnectionTrait,
        by: &Permit<ExportLoyalties>,
        after: Option<Uuid>,
    ) -> Result<u64> {
        Ok(Self::after(by, after).count(db).await?)
    }

    async fn batch(
        core: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportLoyalties>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Loyalty>> {
        let query = Self::after(by, batch.after)
            .order_by_asc(loyalties::COLUMN.id)
            .limit(BATCH);
        sealing::all(core, db, query).await
    }

    fn id(record: &Loyalty) -> Uuid {
        record.id.uuid()
    }
}

impl Groups {
    fn after(by: &Permit<ExportGroups>, after: Option<Uuid>) -> Select<groups::Entity> {
        let query = companies::visible_to(by);
        match after {
            Some(after) => query.filter(groups::COLUMN.id.gt(GroupId::from(after))),
            None => query,
        }
    }
}

impl Exported for Groups {
    type Permission = ExportGroups;
    type Record = Group;
    const NAME: &'static str = "groups";

    async fn count(db: &impl ConnectionTrait, by: &Permit<ExportGroups>, after: Option<Uuid>) -> Result<u64> {
        Ok(Self::after(by, after).count(db).await?)
    }

    async fn batch(
        _: &Core,
        db: &impl ConnectionTrait,
        by: &Permit<ExportGroups>,
        batch: &Batch<'_>,
    ) -> Result<Vec<Group>> {
        // The limit counts groups, so that it stands in a query of its own, inside the join with the members.
        let ids = Self::after(by, batch.after)
            .select_only()
            .column(groups::Column::Id)
            .order_by_asc(groups::COLUMN.id)
            .limit(BATCH)
            .into_query();
        let query = groups::Entity::find().filter(groups::COLUMN.id.in_subquery(ids));
        companies::with_members(db, query).await
    }

    fn id(record: &Group) -> Uuid {
        record.group.id.uuid()
    }
}

//! What can run out, of each kind: found without its numbers, so that nothing sealed is opened.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::values::{
    AlertKind, CountryCode, IdentityCardStatus, LoyaltyStatus, PassportStatus, PersonName, ProgramName,
    TierName, TravellerNumberType, VisaStatus,
};
use entity::{
    group_members, identity_cards, loyalties, loyalty_programs, passports, traveller_numbers, users, visas,
};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationTrait as _, Select,
};
use uuid::Uuid;

use super::Alert;
use crate::belongings::visible_to;
use crate::documents::DocumentTable;
use crate::error::Result;
use crate::policy::{Permission, Permit};
use crate::sealing::Vaulted;

/// Which of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    /// The first last day of validity.
    pub(super) from: NaiveDate,
    /// The last one, if there is an end.
    pub(super) to: Option<NaiveDate>,
    /// Of this person.
    pub(super) user_id: Option<UserId>,
    /// Of the members of this group.
    pub(super) group_id: Option<GroupId>,
    /// What comes after it, in the order of last days and ids.
    pub(super) after: Option<(NaiveDate, Uuid)>,
    /// How many at the most.
    pub(super) limit: u64,
}

/// The first ones of a kind, in the order of last days and ids, in one statement.
pub(super) async fn of_kind<P: Permission>(
    db: &impl ConnectionTrait,
    by: &Permit<P>,
    kind: AlertKind,
    window: Window,
) -> Result<Vec<Alert>> {
    match kind {
        AlertKind::Passport => {
            use passports::{Column, Entity};
            let listed: Listed<Entity> = Listed {
                name: "Passport",
                country: Column::IssuingCountry,
                updated_at: Column::UpdatedAt,
            };
            let active = visible_to(by).filter(Column::Status.eq(PassportStatus::Active));
            documents(db, active, kind, listed, window).await
        }
        AlertKind::Visa => {
            use visas::{Column, Entity};
            let listed: Listed<Entity> = Listed {
                name: "Visa",
                country: Column::Country,
                updated_at: Column::UpdatedAt,
            };
            let active = visible_to(by).filter(Column::Status.eq(VisaStatus::Active));
            documents(db, active, kind, listed, window).await
        }
        AlertKind::IdentityCard => {
            use identity_cards::{Column, Entity};
            let listed: Listed<Entity> = Listed {
                name: "Identity card",
                country: Column::IssuingCountry,
                updated_at: Column::UpdatedAt,
            };
            let active = visible_to(by).filter(Column::Status.eq(IdentityCardStatus::Active));
            documents(db, active, kind, listed, window).await
        }
        AlertKind::TravellerNumber => traveller_numbers(db, by, window).await,
        AlertKind::Loyalty => loyalties(db, by, window).await,
    }
}

/// How documents of a kind are listed.
struct Listed<E: EntityTrait> {
    name: &'static str,
    country: E::Column,
    updated_at: E::Column,
}

/// A document of a country.
#[derive(FromQueryResult)]
struct DocumentRow {
    id: Uuid,
    user_id: UserId,
    country: CountryCode,
    expiry_date: NaiveDate,
    updated_at: DateTime<Utc>,
    first_name: PersonName,
    last_name: Option<PersonName>,
    person_updated_at: DateTime<Utc>,
}

async fn documents<E: DocumentTable>(
    db: &impl ConnectionTrait,
    query: Select<E>,
    kind: AlertKind,
    listed: Listed<E>,
    window: Window,
) -> Result<Vec<Alert>> {
    let query = of_persons(window.narrow(query, E::PERSON, E::LAST_DAY, E::ID))
        .columns([E::ID, E::PERSON, E::LAST_DAY, listed.updated_at])
        .column_as(listed.country, "country");
    let rows: Vec<DocumentRow> = query.into_model().all(db).await?;
    let alert = |row: DocumentRow| Alert {
        kind,
        id: row.id,
        user_id: row.user_id,
        first_name: row.first_name,
        last_name: row.last_name,
        what: format!("{} ({})", listed.name, row.country),
        expiry_date: row.expiry_date,
        updated_at: Ord::max(row.updated_at, row.person_updated_at),
    };
    Ok(rows.into_iter().map(alert).collect())
}

#[derive(FromQueryResult)]
struct TravellerNumberRow {
    id: Uuid,
    user_id: UserId,
    kind: TravellerNumberType,
    country: CountryCode,
    expiry_date: NaiveDate,
    updated_at: DateTime<Utc>,
    first_name: PersonName,
    last_name: Option<PersonName>,
    person_updated_at: DateTime<Utc>,
}

/// What the number is for. Its programme is a text that somebody has written, and calendars are read by many.
const fn name_of(kind: TravellerNumberType) -> &'static str {
    match kind {
        TravellerNumberType::KnownTraveller => "Known Traveler number",
        TravellerNumberType::Redress => "Redress number",
        TravellerNumberType::Other => "Traveller number",
    }
}

async fn traveller_numbers<P: Permission>(
    db: &impl ConnectionTrait,
    by: &Permit<P>,
    window: Window,
) -> Result<Vec<Alert>> {
    use traveller_numbers::Column;
    let query = visible_to::<traveller_numbers::Entity, P>(by);
    let query = of_persons(window.narrow(query, Column::UserId, Column::ExpiryDate, Column::Id))
        .columns([
            Column::Id,
            Column::UserId,
            Column::Country,
            Column::ExpiryDate,
            Column::UpdatedAt,
        ])
        .column_as(Column::NumberType, "kind");
    let rows: Vec<TravellerNumberRow> = query.into_model().all(db).await?;
    let alert = |row: TravellerNumberRow| Alert {
        kind: AlertKind::TravellerNumber,
        id: row.id,
        user_id: row.user_id,
        what: format!("{} ({})", name_of(row.kind), row.country),
        first_name: row.first_name,
        last_name: row.last_name,
        expiry_date: row.expiry_date,
        updated_at: Ord::max(row.updated_at, row.person_updated_at),
    };
    Ok(rows.into_iter().map(alert).collect())
}

#[derive(FromQueryResult)]
struct LoyaltyRow {
    id: Uuid,
    user_id: UserId,
    program: ProgramName,
    tier: Option<TierName>,
    expiry_date: NaiveDate,
    updated_at: DateTime<Utc>,
    first_name: PersonName,
    last_name: Option<PersonName>,
    person_updated_at: DateTime<Utc>,
}

async fn loyalties<P: Permission>(
    db: &impl ConnectionTrait,
    by: &Permit<P>,
    window: Window,
) -> Result<Vec<Alert>> {
    use loyalties::Column;
    let query = visible_to::<loyalties::Entity, P>(by).filter(Column::Status.eq(LoyaltyStatus::Active));
    let query = of_persons(window.narrow(query, Column::UserId, Column::ExpiryDate, Column::Id))
        .join(JoinType::InnerJoin, loyalties::Relation::LoyaltyPrograms.def())
        .columns([
            Column::Id,
            Column::UserId,
            Column::Tier,
            Column::ExpiryDate,
            Column::UpdatedAt,
        ])
        .column_as(loyalty_programs::Column::Name, "program");
    let rows = query.into_model::<LoyaltyRow>().all(db).await?;
    let alert = |row: LoyaltyRow| Alert {
        kind: AlertKind::Loyalty,
        id: row.id,
        user_id: row.user_id,
        first_name: row.first_name,
        last_name: row.last_name,
        what: match row.tier {
            Some(tier) => format!("{} ({tier})", row.program),
            None => row.program.to_string(),
        },
        expiry_date: row.expiry_date,
        updated_at: Ord::max(row.updated_at, row.person_updated_at),
    };
    Ok(rows.into_iter().map(alert).collect())
}

/// Whose it is, and nothing else yet.
fn of_persons<E: Vaulted>(query: Select<E>) -> Select<E> {
    let holder = E::belongs_to(users::Entity).from(E::PERSON).to(users::Column::Id);
    query
        .select_only()
        .join(JoinType::InnerJoin, holder.into())
        .columns([users::Column::FirstName, users::Column::LastName])
        .column_as(users::Column::UpdatedAt, "person_updated_at")
}

impl Window {
    /// The part of a query that lies in it.
    fn narrow<E: EntityTrait>(
        self,
        query: Select<E>,
        person: E::Column,
        last_day: E::Column,
        id: E::Column,
    ) -> Select<E> {
        let mut query = query.filter(last_day.gte(self.from));
        if let Some(to) = self.to {
            query = query.filter(last_day.lte(to));
        }
        if let Some(user) = self.user_id {
            query = query.filter(person.eq(user));
        }
        if let Some(group) = self.group_id {
            query = query.filter(person.in_subquery(members_of(group)));
        }
        if let Some((day, after)) = self.after {
            // The first part says nothing that the second does not; an index can use it.
            query = query
                .filter(last_day.gte(day))
                .filter(last_day.gt(day).or(last_day.eq(day).and(id.gt(after))));
        }
        query.order_by_asc(last_day).order_by_asc(id).limit(self.limit)
    }
}

/// The ids of the members of a group.
fn members_of(group: GroupId) -> SelectStatement {
    Query::select()
        .column(group_members::Column::UserId)
        .from(group_members::Entity)
        .and_where(Expr::col(group_members::Column::GroupId).eq(group))
        .take()
}

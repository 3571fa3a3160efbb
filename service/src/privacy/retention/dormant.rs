//! Which customers nothing has happened with.

use chrono::{DateTime, Utc};
use entity::values::Role;
use entity::{
    consents, credentials, emergency_contacts, erasures, group_members, identity_cards, loyalties,
    mail_tokens, mails, passports, second_factors, sessions, travel_preferences, traveller_numbers, users,
    visas,
};
use sea_orm::sea_query::{Expr, IntoColumnRef, IntoTableRef, Query};
use sea_orm::{ColumnTrait as _, Condition, ExprTrait as _};

/// A customer of whom nothing is younger than `limit`: neither the profile nor what hangs on it, no sign-in and no use of a
/// session, no mail and no request. Who is in a group travels, and is kept; so is whose data is restricted.
pub(super) fn since(limit: DateTime<Utc>) -> Condition {
    let after = |column: Expr| column.gte(limit);
    Condition::all()
        .add(users::COLUMN.role.eq(Role::Customer))
        .add(users::COLUMN.restricted_at.is_null())
        .add(users::COLUMN.created_at.lt(limit))
        .add(users::COLUMN.updated_at.lt(limit))
        .add(without(
            group_members::Entity,
            group_members::Column::UserId,
            Expr::val(true),
        ))
        .add(without(
            sessions::Entity,
            sessions::Column::UserId,
            after(Expr::col((sessions::Entity, sessions::Column::LastUsedAt))),
        ))
        .add(without(
            credentials::Entity,
            credentials::Column::UserId,
            after(Expr::col((credentials::Entity, credentials::Column::LastSeenAt))).or(after(Expr::col((
                credentials::Entity,
                credentials::Column::PasswordChangedAt,
            )))),
        ))
        .add(without(
            second_factors::Entity,
            second_factors::Column::UserId,
            after(Expr::col((
                second_factors::Entity,
                second_factors::Column::CreatedAt,
            )))
            .or(after(Expr::col((
                second_factors::Entity,
                second_factors::Column::ConfirmedAt,
            )))),
        ))
        .add(unchanged(
            passports::Entity,
            passports::Column::UserId,
            passports::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            visas::Entity,
            visas::Column::UserId,
            visas::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            identity_cards::Entity,
            identity_cards::Column::UserId,
            identity_cards::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            traveller_numbers::Entity,
            traveller_numbers::Column::UserId,
            traveller_numbers::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            loyalties::Entity,
            loyalties::Column::UserId,
            loyalties::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            emergency_contacts::Entity,
            emergency_contacts::Column::UserId,
            emergency_contacts::Column::UpdatedAt,
            limit,
        ))
        .add(unchanged(
            travel_preferences::Entity,
            travel_preferences::Column::UserId,
            travel_preferences::Column::UpdatedAt,
            limit,
        ))
        .add(without(
            consents::Entity,
            consents::Column::UserId,
            after(Expr::col((consents::Entity, consents::Column::RecordedAt))),
        ))
        .add(without(
            mails::Entity,
            mails::Column::UserId,
            after(Expr::col((mails::Entity, mails::Column::CreatedAt))),
        ))
        .add(without(
            mail_tokens::Entity,
            mail_tokens::Column::UserId,
            after(Expr::col((mail_tokens::Entity, mail_tokens::Column::CreatedAt))),
        ))
        .add(without(
            erasures::Entity,
            erasures::Column::UserId,
            after(Expr::col((erasures::Entity, erasures::Column::RequestedAt)))
                .or(after(Expr::col((erasures::Entity, erasures::Column::DecidedAt)))),
        ))
}

/// That a table has no row of the user that was changed since.
fn unchanged<T, C>(table: T, user_id: C, updated_at: C, limit: DateTime<Utc>) -> Expr
where
    T: IntoTableRef + sea_orm::Iden + Copy + 'static,
    C: sea_orm::Iden + 'static,
    (T, C): IntoColumnRef,
{
    without(table, user_id, Expr::col((table, updated_at)).gte(limit))
}

/// That a table has no row of the user for which `holds`.
fn without<T, C>(table: T, user_id: C, holds: Expr) -> Expr
where
    T: IntoTableRef + sea_orm::Iden + Copy + 'static,
    C: sea_orm::Iden + 'static,
    (T, C): IntoColumnRef,
{
    let rows = Query::select()
        .expr(Expr::val(1))
        .from(table)
        .and_where(Expr::col((table, user_id)).equals((users::Entity, users::Column::Id)))
        .and_where(holds)
        .take();
    Expr::exists(rows).not()
}

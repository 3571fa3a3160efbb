//! Lists of users, and searches among them.

use entity::ids::UserId;
use entity::values::{Email, Hidden, PassportStatus, Scope};
use entity::{group_members, loyalties, passports, user_search_terms, users};
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};

use super::{User, UserFilter, UserSearch, visible_to};
use crate::core::Core;
use crate::error::Result;
use crate::input::Valid;
use crate::page::{Keyset, Page, PageRequest};
use crate::policy::{ListUsers, Permit};
use crate::sealing;
use crate::text;

/// One page of users.
///
/// # Errors
/// `InvalidParameter` for the cursor; `Denied` for a filter that asks about what the caller may not read.
pub async fn list(
    core: &Core,
    by: &Permit<ListUsers>,
    filter: &UserFilter,
    page: &PageRequest,
) -> Result<Page<User>> {
    check_filter(by, filter)?;
    let keyset = page.check(core, by.actor(), "users", filter)?;
    let query = narrow(visible_to(by), filter);
    find_page(core, query, &keyset).await
}

/// One page of the users that a search finds.
///
/// # Errors
/// `Invalid` for the cursor; `Denied` as for [`list`].
pub async fn search(core: &Core, by: &Permit<ListUsers>, command: Valid<UserSearch>) -> Result<Page<User>> {
    let UserSearch {
        q,
        email,
        phone,
        date_of_birth,
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
        limit,
        cursor,
    } = command.into_inner();
    let filter = UserFilter {
        role: role.optional(),
        status: status.optional(),
        group_id: group_id.optional(),
        loyalty_program_id: loyalty_program_id.optional(),
        passport_expires_before: passport_expires_before.optional(),
        updated_since: updated_since.optional(),
    };
    check_filter(by, &filter)?;
    let (q, email, phone, born) = (
        q.optional(),
        email.optional(),
        phone.optional(),
        date_of_birth.optional(),
    );
    let terms = q.as_deref().map(text::query_terms);
    let page = PageRequest {
        limit: limit.optional(),
        cursor: cursor.optional(),
    };
    let email = email.as_ref().map(Email::normalized);
    let keyset = page.check_fields(
        core,
        by.actor(),
        "users/search",
        &(&filter, &terms, &email, &phone, &born),
    )?;
    let mut query = narrow(visible_to(by), &filter);
    for having in having_terms(
        core.db.read_stale().get_database_backend(),
        terms.iter().flatten(),
    ) {
        query = query.filter(users::COLUMN.id.in_subquery(having));
    }
    if terms.is_some_and(|terms| terms.is_empty()) && q.is_some_and(|q| !q.trim().is_empty()) {
        // Nothing in the query can begin a word: nobody is found, rather than everybody.
        query = query.filter(Expr::val(1).eq(0));
    }
    if let Some(email) = email {
        query = query.filter(users::COLUMN.email_key.eq(Hidden::from(email)));
    }
    if let Some(phone) = phone {
        query = query.filter(users::COLUMN.phone_index.eq(core.vault.phone_index(&phone)));
    }
    if let Some(born) = born {
        query = query.filter(
            users::COLUMN
                .date_of_birth_index
                .eq(core.vault.date_of_birth_index(born)),
        );
    }
    find_page(core, query, &keyset).await
}

/// Who is found by a filter has what it asks for: it tells as much as reading it would.
fn check_filter(by: &Permit<ListUsers>, filter: &UserFilter) -> Result<()> {
    let tells = [
        (filter.passport_expires_before.is_some(), Scope::PassportsRead),
        (filter.loyalty_program_id.is_some(), Scope::LoyaltiesRead),
        (filter.group_id.is_some(), Scope::GroupsRead),
    ];
    by.also_needs(
        tells
            .into_iter()
            .filter(|(asked, _)| *asked)
            .map(|(_, scope)| scope),
    )
}

async fn find_page(core: &Core, query: Select<users::Entity>, keyset: &Keyset) -> Result<Page<User>> {
    let query = match keyset.after() {
        Some(after) => query.filter(users::COLUMN.id.gt(UserId::from(after))),
        None => query,
    };
    let query = query.order_by_asc(users::COLUMN.id).limit(keyset.fetch());
    let rows = sealing::all(core, core.db.read_stale(), query).await?;
    Ok(keyset.page(core, rows, |user| user.id.uuid()))
}

/// Sets of users, of which a user must be in all: those who have a word for a prefix.
///
/// For PostgreSQL it is one set, so that it starts from the words; with one set for each word it walks through all users
/// in the order of the page. SQLite is the faster with one set for each.
fn having_terms<'a>(backend: DbBackend, prefixes: impl Iterator<Item = &'a String>) -> Vec<SelectStatement> {
    let mut each = prefixes.map(String::as_str).map(having_term);
    match (backend, each.next()) {
        (DbBackend::Postgres, Some(mut all)) => {
            for next in each {
                all.union(UnionType::Intersect, next);
            }
            vec![all]
        }
        (_, first) => first.into_iter().chain(each).collect(),
    }
}

fn having_term(prefix: &str) -> SelectStatement {
    Query::select()
        .column(user_search_terms::Column::UserId)
        .from(user_search_terms::Entity)
        .and_where(Expr::col(user_search_terms::Column::Term).gte(prefix))
        .and_where(Expr::col(user_search_terms::Column::Term).lt(text::after_prefix(prefix)))
        .take()
}

fn narrow(mut query: Select<users::Entity>, filter: &UserFilter) -> Select<users::Entity> {
    let UserFilter {
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
    } = filter;
    if let Some(role) = role {
        query = query.filter(users::COLUMN.role.eq(*role));
    }
    if let Some(status) = status {
        query = query.filter(users::COLUMN.status.eq(*status));
    }
    if let Some(since) = updated_since {
        query = query.filter(users::COLUMN.updated_at.gte(*since));
    }
    if let Some(group) = group_id {
        let members = Query::select()
            .column(group_members::Column::UserId)
            .from(group_members::Entity)
            .and_where(group_members::COLUMN.group_id.eq(*group))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(members));
    }
    if let Some(program) = loyalty_program_id {
        let members = Query::select()
            .column(loyalties::Column::UserId)
            .from(loyalties::Entity)
            .and_where(loyalties::COLUMN.program_id.eq(*program))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(members));
    }
    if let Some(day) = passport_expires_before {
        let holders = Query::select()
            .column(passports::Column::UserId)
            .from(passports::Entity)
            .and_where(passports::COLUMN.expiry_date.lt(*day))
            .and_where(passports::COLUMN.status.eq(PassportStatus::Active))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(holders));
    }
    query
}

//! `/v1/users` and `/v1/me`: the people.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, LoyaltyProgramId, UserId};
use entity::values::{Role, UserStatus};
use serde::Deserialize;
use service::page::{Limit, PageRequest};
use service::policy::{
    CreateUser, DeleteUser, ListUsers, PutUser, ReadMe, ReadProfile, ReadUser, UpdateMe, UpdateUser,
};
use service::privacy::erasure;
use service::users::{NewUser, UserFilter, UserPatch, UserSearch};
use service::{Core, profile, users};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Profile, User, UserPage};
use crate::error::Result;
use crate::external_ids::ExternalIdPath;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query, strict};
use crate::problem::{Erased, Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(get_me)
        .service(update_me)
        .service(list_users)
        .service(search_users)
        .service(create_user)
        .service(get_user_by_external_id)
        .service(put_user_by_external_id)
        .service(get_user)
        .service(update_user)
        .service(delete_user)
        .service(get_user_profile);
}

conflicts!(CreateConflicts: EmailTaken, ExternalIdTaken, ExternalIdErased);
conflicts!(UpdateConflicts: EmailTaken, EmailRequired, LastAdmin, Restricted, ExternalIdTaken, ExternalIdErased);
conflicts!(DeleteConflicts: LastAdmin);

/// Which user.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// Id of the user.
    id: UserId,
}

/// Which page of which users.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct UserQuery {
    /// Only users with this role.
    #[param(example = "customer")]
    role: Option<Role>,
    /// Only users with this status.
    #[param(example = "active")]
    status: Option<UserStatus>,
    /// Only members of this group.
    #[param(example = "01920000-0000-7000-8000-000000000401")]
    group_id: Option<GroupId>,
    /// Only members of this loyalty programme.
    #[param(example = "01920000-0000-7000-8000-000000000201")]
    loyalty_program_id: Option<LoyaltyProgramId>,
    /// Only holders of an active passport that expires before this day.
    #[param(example = "2099-12-31")]
    #[serde(default, deserialize_with = "strict")]
    passport_expires_before: Option<NaiveDate>,
    /// Only users changed at this time or later (RFC 3339).
    #[param(example = "2026-01-01T00:00:00Z")]
    #[serde(default, deserialize_with = "strict")]
    updated_since: Option<DateTime<Utc>>,
    /// How many users the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// Read my own profile
///
/// The profile of whoever is signed in. Permissions: everybody who is signed in.
#[utoipa::path(tag = "me", extensions(("x-permission" = json!("ReadMe"))), responses((status = 200, description = "My profile.", body = User), NotModified))]
#[get("/v1/me")]
async fn get_me(by: May<ReadMe>, core: Data<Core>, known: IfNoneMatch) -> Result<HttpResponse> {
    let user = users::get(&core, &by, users::own_id(by.actor())?).await?;
    Ok(reply::fresh(&known, user.version, &User::from(user)))
}

/// Change my own profile
///
/// A JSON Merge Patch: what is absent stays, null clears. Permissions: everybody who is signed in; `email`, `role`,
/// `status` and `external_ids` are changed by staff.
#[utoipa::path(
    tag = "me",
    extensions(("x-permission" = json!("UpdateMe"))),
    request_body(content = UserPatch, example = json!({"preferred_name": "Annie", "language": "sv"})),
    responses((status = 200, description = "The changed profile.", body = User), Forbidden, UpdateConflicts, Stale)
)]
#[patch("/v1/me")]
async fn update_me(
    by: May<UpdateMe>,
    core: Data<Core>,
    seen: IfMatch,
    changes: Json<UserPatch>,
) -> Result<HttpResponse> {
    let user = users::update(&core, &by, users::own_id(by.actor())?, &seen.0, changes.0).await?;
    Ok(reply::versioned(user.version, &User::from(user)))
}

/// List users
///
/// In the order in which they were added, narrowed by filters that say nothing personal; to look somebody up by name,
/// e-mail, telephone or birthday, use `POST /v1/users/search`. Permissions: agents and administrators.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ListUsers"))),
    params(UserQuery),
    responses((status = 200, description = "A page of users.", body = UserPage), Forbidden)
)]
#[get("/v1/users")]
async fn list_users(
    by: May<ListUsers>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<UserQuery>,
) -> Result<HttpResponse> {
    let UserQuery {
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
        limit,
        cursor,
    } = query.0;
    let filter = UserFilter {
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
    };
    let page = users::list(&core, &by, &filter, &PageRequest { limit, cursor }).await?;
    Ok(reply::page(
        &request,
        page.next_cursor.as_deref(),
        &UserPage::from(page.clone()),
    ))
}

/// Search users
///
/// By what is personal and must not stand in a URL: beginnings of words of the name or e-mail (`q`; accents and case do
/// not matter), exact e-mail, telephone or birthday, and all filters of the list. All that is given must hold.
/// Permissions: agents and administrators.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ListUsers"))),
    request_body(content = UserSearch, example = json!({"q": "anna erik", "limit": 10})),
    responses((status = 200, description = "A page of users.", body = UserPage), Forbidden)
)]
#[post("/v1/users/search")]
async fn search_users(
    by: May<ListUsers>,
    core: Data<Core>,
    search: Json<UserSearch>,
) -> Result<HttpResponse> {
    let page = users::search(&core, &by, search.0).await?;
    Ok(reply::ok(&UserPage::from(page)))
}

/// Add a user
///
/// With an e-mail and without a password the status is `invited`, and a mail goes out with a link to choose a password,
/// good for seven days; without an e-mail it is a profile that others look after, such as a child's. Permissions: agents add customers, administrators anybody.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("CreateUser"))),
    request_body(content = NewUser, example = json!({
        "email": "ebba.lindqvist@mail.example", "first_name": "Ebba", "last_name": "Lindqvist",
        "date_of_birth": "1991-05-17", "gender": "F", "nationality": "SE", "phone": "+46 70 123 45 68", "language": "sv",
        "address": {"street": "Lighthouse Road 9", "city": "Nadir", "postal_code": "543 21", "country": "SE"}
    })),
    responses((status = 201, description = "The new user.", body = User), Forbidden, CreateConflicts)
)]
#[post("/v1/users")]
async fn create_user(by: May<CreateUser>, core: Data<Core>, new: Json<NewUser>) -> Result<HttpResponse> {
    let user = users::create(&core, &by, new.0).await?;
    Ok(reply::created(
        &format!("/v1/users/{}", user.id),
        user.version,
        &User::from(user),
    ))
}

/// Find a user by external id
///
/// The user whom another system knows by this number, as `GET /v1/users/{id}` shows it. 410 says that the user was erased: remove the person in the other system too. Permissions: staff read everybody,
/// customers themselves.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ReadUser"))),
    params(ExternalIdPath),
    responses((status = 200, description = "The user.", body = User), NotModified, Erased)
)]
#[get("/v1/users/by-external-id/{system}/{id}")]
async fn get_user_by_external_id(
    by: May<ReadUser>,
    core: Data<Core>,
    path: Path<ExternalIdPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let user = users::get_by_external_id(&core, &by, &path.0.into()).await?;
    Ok(reply::fresh(&known, user.version, &User::from(user)))
}

/// Put a user by external id
///
/// What a program sends that keeps its people in step: adds the user under the number of the address, or changes the one
/// who has it, as `PATCH /v1/users/{id}` would (a JSON Merge Patch: what is absent stays, null clears). Sent twice, or by
/// two at once, it makes one user. `status` is for a user who is there already, and `first_name` is needed for one who is
/// not. With `If-Match` nobody is added. 410 says that the user was erased: remove the person in the other system too.
/// Permissions: agents add and change customers, administrators anybody.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("PutUser"))),
    params(ExternalIdPath),
    request_body(content = UserPatch, example = json!({"first_name": "Anna", "last_name": "Eriksson", "language": "sv"})),
    responses(
        (status = 200, description = "The changed user.", body = User),
        (status = 201, description = "The new user.", body = User),
        Forbidden, UpdateConflicts, Erased, Stale
    )
)]
#[put("/v1/users/by-external-id/{system}/{id}")]
async fn put_user_by_external_id(
    by: May<PutUser>,
    core: Data<Core>,
    path: Path<ExternalIdPath>,
    seen: IfMatch,
    changes: Json<UserPatch>,
) -> Result<HttpResponse> {
    let (user, is_new) = users::put_by_external_id(&core, &by, &path.0.into(), &seen.0, changes.0).await?;
    Ok(if is_new {
        reply::created(&format!("/v1/users/{}", user.id), user.version, &User::from(user))
    } else {
        reply::versioned(user.version, &User::from(user))
    })
}

/// Read a user
///
/// The profile without what hangs on it; see also `GET /v1/users/{id}/profile`. Permissions: staff read everybody,
/// customers themselves.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ReadUser"))),
    params(UserPath),
    responses((status = 200, description = "The user.", body = User), NotModified)
)]
#[get("/v1/users/{id}")]
async fn get_user(
    by: May<ReadUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let user = users::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, user.version, &User::from(user)))
}

/// Change a user
///
/// A JSON Merge Patch: what is absent stays, null clears. Disabling a user ends all tokens at once. A new e-mail is not
/// verified; the old one is told, and who is invited is invited again. Permissions:
/// customers change themselves, but not `email`, `role`, `status` or `external_ids`; agents change customers; administrators change
/// everybody, but never the last active administrator out.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("UpdateUser"))),
    params(UserPath),
    request_body(content = UserPatch, example = json!({"phone": "+46 70 123 45 67", "middle_names": null})),
    responses((status = 200, description = "The changed user.", body = User), Forbidden, UpdateConflicts, Stale)
)]
#[patch("/v1/users/{id}")]
async fn update_user(
    by: May<UpdateUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    seen: IfMatch,
    changes: Json<UserPatch>,
) -> Result<HttpResponse> {
    let user = users::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(user.version, &User::from(user)))
}

/// Remove a user
///
/// Takes passports, loyalties and memberships along, and every group that is left with fewer than two members. It is an
/// erasure (`POST /v1/users/{id}/erase`) for the reason `deleted`: a backup does not bring the person back.
/// Permissions: administrators, but never the last active one.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("DeleteUser"))),
    params(UserPath),
    responses((status = 204, description = "Removed."), Forbidden, DeleteConflicts, Stale)
)]
#[delete("/v1/users/{id}")]
async fn delete_user(
    by: May<DeleteUser>,
    core: Data<Core>,
    path: Path<UserPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    erasure::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

/// Open a whole profile
///
/// What an agent opens when the customer calls: the user, all travel documents, loyalties with their programmes, and groups
/// with the companions in them. Permissions: staff read everybody, customers themselves.
#[utoipa::path(
    tag = "users",
    extensions(("x-permission" = json!("ReadProfile"))),
    params(UserPath),
    responses((status = 200, description = "The composed profile.", body = Profile))
)]
#[get("/v1/users/{id}/profile")]
async fn get_user_profile(
    by: May<ReadProfile>,
    core: Data<Core>,
    path: Path<UserPath>,
) -> Result<HttpResponse> {
    let profile = profile::get(&core, &by, path.0.id).await?;
    Ok(reply::ok(&Profile::new(profile, core.clock.today())))
}

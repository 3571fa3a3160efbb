//! `/v1/groups`: customers who travel together.

pub mod view;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use entity::ids::{GroupId, UserId};
use serde::Deserialize;
use service::groups::{GroupFilter, GroupMembership, GroupPatch, NewGroup};
use service::page::{Limit, PageRequest};
use service::policy::{ReadGroups, RemoveGroupMember, WriteGroups};
use service::{Core, groups};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use self::view::{Group, GroupMembers, GroupPage};
use crate::error::Result;
use crate::external_ids::ExternalIdPath;
use crate::extract::{IfMatch, IfNoneMatch, Json, May, Path, Query};
use crate::problem::{Forbidden, NotModified, Stale, conflicts};
use crate::reply;

/// Adds the operations.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_groups)
        .service(create_group)
        .service(get_group_by_external_id)
        .service(get_group)
        .service(update_group)
        .service(delete_group)
        .service(list_group_members)
        .service(put_group_member)
        .service(delete_group_member);
}

conflicts!(CreateConflicts: GroupNameTaken, ExternalIdTaken, Restricted);
conflicts!(ChangeConflicts: GroupNameTaken, ExternalIdTaken);
conflicts!(DeleteConflicts: Restricted);
conflicts!(AddConflicts: GroupFull, Restricted);
conflicts!(RemoveConflicts: GroupTooSmall, Restricted);

/// Which group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct GroupPath {
    /// Id of the group.
    id: GroupId,
}

/// Which member of which group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// Id of the group.
    id: GroupId,
    /// Id of the user.
    #[param(example = "01920000-0000-7000-8000-000000000006")]
    user_id: UserId,
}

/// Which present member of which group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PresentMemberPath {
    /// Id of the group.
    id: GroupId,
    /// Id of the member.
    #[param(example = "01920000-0000-7000-8000-000000000007")]
    user_id: UserId,
}

/// Which page of which groups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GroupQuery {
    /// Only those that this user is a member of.
    #[param(example = "01920000-0000-7000-8000-000000000003")]
    user_id: Option<UserId>,
    /// How many groups the page holds at the most; 50 if not said.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before, with the same filters.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List travel groups
///
/// In the order in which they were made, each with its members. Permissions: staff see all, customers those they
/// belong to.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("ReadGroups"))),
    params(GroupQuery),
    responses((status = 200, description = "A page of groups.", body = GroupPage))
)]
#[get("/v1/groups")]
async fn list_groups(
    by: May<ReadGroups>,
    core: Data<Core>,
    request: HttpRequest,
    query: Query<GroupQuery>,
) -> Result<HttpResponse> {
    let GroupQuery {
        user_id,
        limit,
        cursor,
    } = query.0;
    let page = groups::list(
        &core,
        &by,
        &GroupFilter { user_id },
        &PageRequest { limit, cursor },
    )
    .await?;
    let next = page.next_cursor.clone();
    Ok(reply::page(&request, next.as_deref(), &GroupPage::from(page)))
}

/// Make a travel group
///
/// With 2 to 9 members (the agency's setting can raise it to 99). Permissions: agents and administrators.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("WriteGroups"))),
    request_body(content = NewGroup, example = json!({
        "name": "Midsummer in Nadir", "purpose": "Holiday",
        "members": [
            {"user_id": "01920000-0000-7000-8000-000000000003", "role": "lead"},
            {"user_id": "01920000-0000-7000-8000-000000000007"}
        ]
    })),
    responses((status = 201, description = "The new group.", body = Group), Forbidden, CreateConflicts)
)]
#[post("/v1/groups")]
async fn create_group(by: May<WriteGroups>, core: Data<Core>, new: Json<NewGroup>) -> Result<HttpResponse> {
    let group = groups::create(&core, &by, new.0).await?;
    Ok(reply::created(
        &format!("/v1/groups/{}", group.group.id),
        group.group.version,
        &Group::from(group),
    ))
}

/// Find a group by external id
///
/// The group as `GET /v1/groups/{id}` shows it. Permissions: staff read all, customers those they belong to.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("ReadGroups"))),
    params(ExternalIdPath),
    responses((status = 200, description = "The group with its members.", body = Group), NotModified)
)]
#[get("/v1/groups/by-external-id/{system}/{id}")]
async fn get_group_by_external_id(
    by: May<ReadGroups>,
    core: Data<Core>,
    path: Path<ExternalIdPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let group = groups::get_by_external_id(&core, &by, &path.0.into()).await?;
    Ok(reply::fresh(&known, group.group.version, &Group::from(group)))
}

/// Read a travel group
///
/// One group with its members. Permissions: staff read all, customers those they belong to.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("ReadGroups"))),
    params(GroupPath),
    responses((status = 200, description = "The group.", body = Group), NotModified)
)]
#[get("/v1/groups/{id}")]
async fn get_group(
    by: May<ReadGroups>,
    core: Data<Core>,
    path: Path<GroupPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let group = groups::get(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, group.group.version, &Group::from(group)))
}

/// Change a travel group
///
/// A JSON Merge Patch of name and purpose; members are changed one by one under `/members`. Permissions: agents and
/// administrators.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("WriteGroups"))),
    params(GroupPath),
    request_body(content = GroupPatch, example = json!({"purpose": "Away game in Nadir"})),
    responses((status = 200, description = "The changed group.", body = Group), Forbidden, ChangeConflicts, Stale)
)]
#[patch("/v1/groups/{id}")]
async fn update_group(
    by: May<WriteGroups>,
    core: Data<Core>,
    path: Path<GroupPath>,
    seen: IfMatch,
    changes: Json<GroupPatch>,
) -> Result<HttpResponse> {
    let group = groups::update(&core, &by, path.0.id, &seen.0, changes.0).await?;
    Ok(reply::versioned(group.group.version, &Group::from(group)))
}

/// Remove a travel group
///
/// Its members stay customers. Permissions: agents and administrators.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("WriteGroups"))),
    params(GroupPath),
    responses((status = 204, description = "Removed."), Forbidden, DeleteConflicts, Stale)
)]
#[delete("/v1/groups/{id}")]
async fn delete_group(
    by: May<WriteGroups>,
    core: Data<Core>,
    path: Path<GroupPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    groups::delete(&core, &by, path.0.id, &seen.0).await?;
    Ok(reply::no_content())
}

/// List a group's members
///
/// All members with as much of each as the caller may see: staff, and everybody of themselves, see contact data,
/// active passports and loyalties; customers see their companions' names. Permissions: staff read all, customers the
/// groups they belong to.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("ReadGroups"))),
    params(GroupPath),
    responses((status = 200, description = "The members.", body = GroupMembers))
)]
#[get("/v1/groups/{id}/members")]
async fn list_group_members(
    by: May<ReadGroups>,
    core: Data<Core>,
    path: Path<GroupPath>,
) -> Result<HttpResponse> {
    let (_, members) = groups::members(&core, &by, path.0.id).await?;
    Ok(reply::ok(&GroupMembers::new(members, core.clock.today())))
}

/// Add or change a member
///
/// Adds the user to the group (201), or changes what a present member is to it (200). Permissions: agents and
/// administrators.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("WriteGroups"))),
    params(MemberPath),
    request_body(content = GroupMembership, example = json!({"role": "companion"})),
    responses(
        (status = 200, description = "The group; the member was in it already.", body = Group),
        (status = 201, description = "The group with the new member.", body = Group),
        Forbidden,
        AddConflicts,
        Stale,
    )
)]
#[put("/v1/groups/{id}/members/{user_id}")]
async fn put_group_member(
    by: May<WriteGroups>,
    core: Data<Core>,
    path: Path<MemberPath>,
    seen: IfMatch,
    membership: Json<GroupMembership>,
) -> Result<HttpResponse> {
    let MemberPath { id, user_id } = path.0;
    let (group, added) = groups::put_member(&core, &by, id, user_id, &seen.0, membership.0).await?;
    let version = group.group.version;
    Ok(if added {
        reply::created(&format!("/v1/groups/{id}/members"), version, &Group::from(group))
    } else {
        reply::versioned(version, &Group::from(group))
    })
}

/// Take out a member
///
/// A group keeps at least two members; to end it, remove the group. Permissions: agents and administrators; customers
/// take out themselves.
#[utoipa::path(
    tag = "groups",
    extensions(("x-permission" = json!("RemoveGroupMember"))),
    params(PresentMemberPath),
    responses((status = 204, description = "Taken out."), Forbidden, RemoveConflicts, Stale)
)]
#[delete("/v1/groups/{id}/members/{user_id}")]
async fn delete_group_member(
    by: May<RemoveGroupMember>,
    core: Data<Core>,
    path: Path<PresentMemberPath>,
    seen: IfMatch,
) -> Result<HttpResponse> {
    groups::remove_member(&core, &by, path.0.id, path.0.user_id, &seen.0).await?;
    Ok(reply::no_content())
}

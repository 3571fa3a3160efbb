//! Travel groups as callers see them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, UserId};
use entity::values::{CountryCode, Email, GroupName, MemberRole, PersonName, PhoneNumber, Purpose};
use serde::Serialize;
use service::groups;
use utoipa::ToSchema;

use crate::external_ids::ExternalReference;
use crate::loyalties::view::LoyaltyWithProgram;
use crate::page::page_view;
use crate::passports::view::Passport;

/// A travel group with its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// Id.
    #[schema(example = "01920000-0000-7000-8000-000000000401")]
    pub id: GroupId,
    /// What the group is called.
    #[schema(example = "Eriksson family")]
    pub name: GroupName,
    /// Why they travel together.
    #[schema(required)]
    pub purpose: Option<Purpose>,
    /// The members, in the order in which they joined.
    #[schema(min_items = 2, max_items = 99)]
    pub members: Vec<GroupMember>,
    /// Counts the changes, those of the members included; the ETag in quotes.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it, or its list of members, was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its numbers in other systems, in the order of the systems' names.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalReference>,
}

/// Who is in a group, and as what.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// Who.
    pub user_id: UserId,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: DateTime<Utc>,
}

impl From<groups::Group> for Group {
    fn from(it: groups::Group) -> Self {
        let member = |member: entity::group_members::Model| GroupMember {
            user_id: member.user_id,
            role: member.role,
            joined_at: member.joined_at,
        };
        Self {
            id: it.group.id,
            name: it.group.name,
            purpose: it.group.purpose,
            members: it.members.into_iter().map(member).collect(),
            version: it.group.version,
            created_at: it.group.created_at,
            updated_at: it.group.updated_at,
            external_ids: ExternalReference::all(&it.group.external_ids),
        }
    }
}

page_view! {
    /// A page of travel groups.
    GroupPage of Group from groups::Group
}

/// All members of a group, in the shape of a list that has one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMembers {
    /// The members, in the order in which they joined.
    #[schema(min_items = 2, max_items = 99)]
    pub data: Vec<GroupMemberProfile>,
    /// Always null: a group fits on one page.
    #[schema(required, max_length = 200, example = json!(null))]
    pub next_cursor: Option<String>,
    /// Always false.
    pub has_more: bool,
}

/// A member of a group with as much of the person as the caller may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMemberProfile {
    /// Who.
    pub user_id: UserId,
    /// What the member is to the group.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// First name, or the only name.
    pub first_name: PersonName,
    /// Family name.
    #[schema(required)]
    pub last_name: Option<PersonName>,
    /// How the person wants to be addressed.
    #[schema(required)]
    pub preferred_name: Option<PersonName>,
    /// Whether all that follows is shown: to staff, and to everybody of themselves. Other systems see contact data with
    /// users:read, passports with passports:read and loyalties with loyalties:read.
    pub in_full: bool,
    /// E-mail address; null where it is not shown or there is none.
    #[schema(required)]
    pub email: Option<Email>,
    /// Telephone number; null where it is not shown or there is none.
    #[schema(required)]
    pub phone: Option<PhoneNumber>,
    /// Date of birth; null where it is not shown or unknown.
    #[schema(required, example = "1974-08-12")]
    pub date_of_birth: Option<NaiveDate>,
    /// Nationality; null where it is not shown or unknown.
    #[schema(required)]
    pub nationality: Option<CountryCode>,
    /// The same as ISO 3166-1 alpha-2, where there is one.
    #[schema(required, min_length = 2, max_length = 2, example = "GB")]
    pub nationality_alpha2: Option<&'static str>,
    /// Active passports; empty where they are not shown.
    pub passports: Vec<Passport>,
    /// Loyalty memberships with their programmes; empty where they are not shown.
    pub loyalties: Vec<LoyaltyWithProgram>,
}

impl GroupMembers {
    /// The members as of a day.
    pub fn new(members: Vec<groups::Companion>, today: NaiveDate) -> Self {
        let data = members
            .into_iter()
            .map(|member| GroupMemberProfile::new(member, today))
            .collect();
        Self {
            data,
            next_cursor: None,
            has_more: false,
        }
    }
}

impl GroupMemberProfile {
    fn new(it: groups::Companion, today: NaiveDate) -> Self {
        let groups::Companion {
            membership,
            user,
            shown,
            passports,
            loyalties,
        } = it;
        let nationality = user.nationality.filter(|_| shown.profile);
        Self {
            user_id: user.id,
            role: membership.role,
            joined_at: membership.joined_at,
            first_name: user.first_name,
            last_name: user.last_name,
            preferred_name: user.preferred_name,
            in_full: shown.in_full(),
            email: user.email.filter(|_| shown.profile),
            phone: user.phone.filter(|_| shown.profile),
            date_of_birth: user.date_of_birth.filter(|_| shown.profile),
            nationality,
            nationality_alpha2: nationality.and_then(|code| code.iso_alpha2()),
            passports: passports
                .into_iter()
                .map(|passport| Passport::new(passport, today))
                .collect(),
            loyalties: loyalties
                .into_iter()
                .map(|pair| LoyaltyWithProgram::new(pair, today))
                .collect(),
        }
    }
}

//! Who travels together.

use entity::values::GroupName;
use entity::{group_members, groups};

use super::table::{Calendar, id, in_crm, optional, rows, value};
use crate::error::Result;
use crate::text;

/// number | name | purpose
const GROUPS: &str = "
0401 | Eriksson family | Summer by the sea
0402 | Utopia Handball | Nordic Cup
0403 | Maja and Tomás  |
";

/// Maja (0006) may still join the Erikssons.
///
/// group | member | role
const MEMBERS: &str = "
0401 | 0003 | lead
0401 | 0004 | guardian
0401 | 0005 | child
0401 | 0007 | companion
0402 | 0009 | lead
0402 | 0010 | companion
0402 | 0011 | companion
0402 | 0012 | companion
0402 | 0013 | companion
0402 | 0014 | companion
0402 | 0015 | companion
0402 | 0016 | companion
0402 | 0017 | companion
0403 | 0006 | lead
0403 | 0008 | companion
";

pub(super) fn all(calendar: &Calendar) -> Result<Vec<groups::Model>> {
    let group = |[number, name, purpose]: [&str; 3]| {
        let recorded = calendar.recorded(number)?;
        let name: GroupName = value(name)?;
        Ok(groups::Model {
            id: id(number)?,
            name_key: text::name_key(name.as_str()).into(),
            name,
            purpose: optional(purpose)?,
            version: 1,
            created_at: recorded,
            updated_at: recorded,
            external_ids: in_crm(number, 401)?,
        })
    };
    rows(GROUPS)?.into_iter().map(group).collect()
}

pub(super) fn members(calendar: &Calendar) -> Result<Vec<group_members::Model>> {
    let member = |[group, user, role]: [&str; 3]| {
        Ok(group_members::Model {
            group_id: id(group)?,
            user_id: id(user)?,
            role: value(role)?,
            joined_at: calendar.recorded(group)?,
        })
    };
    rows(MEMBERS)?.into_iter().map(member).collect()
}

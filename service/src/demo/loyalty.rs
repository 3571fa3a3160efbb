//! The catalogue of loyalty programmes, and who belongs to which.

use entity::loyalty_programs;
use entity::values::{Carriers, ProgramName, SupplierName, Tier, Tiers};

use super::table::{Calendar, id, in_crm, optional, rows, value};
use super::unusable;
use crate::error::Result;
use crate::loyalties::Loyalty;
use crate::loyalty_programs::catalogue_key;

/// 0204 is no longer on offer, 0205 not yet. No real airline has the codes.
///
/// number | supplier | name | type | supplier code | tiers, lowest first | first, last day on offer
const PROGRAMS: &str = "
0201 | Utopia Airways | Horizon Club      | airline | U0 | Bronze, Silver, Gold, Platinum |            |
0202 | Lantern Hotels | Lamplight Rewards | hotel   | LN | Candle, Lantern, Lighthouse    | 2021-05-01 |
0203 | Grand Drive    | Grand Drive Keys  | car     | GD | Compact, Estate, Limousine     | 2019-01-01 |
0204 | Utopia Rail    | Whistle Stop Card | rail    | UR | Local, Express                 | 2012-06-01 | -200
0205 | Nadir Air      | Night Owl Miles   | airline | N0 | Owlet, Owl, Eagle Owl          | +45        |
0206 | Meridian Sails | Compass Circle    | cruise  |    | South, West, East, North       | 2023-03-01 | +900
";

/// Anna is not yet in Grand Drive Keys (0203), and nobody is in Night Owl Miles (0205).
///
/// number | member | programme | membership number | tier | status | expires | primary
const MEMBERSHIPS: &str = "
0301 | 0003 | 0201 | U0 1234-5678    | Silver    | active    | +400 | true
0302 | 0003 | 0202 | LN 5500 7312 04 | Lantern   | active    |      | false
0303 | 0004 | 0201 | U0 1234-5686    | Bronze    | active    | +400 | true
0304 | 0007 | 0204 | WS-088213       | Express   | active    | +30  | true
0305 | 0008 | 0201 | U0 4410-0937    | Platinum  | active    | +130 | true
0306 | 0006 | 0202 | LN 5500 9140 77 | Candle    | active    |      | true
0307 | 0009 | 0201 | U0 2207-6651    | Gold      | active    | +220 | true
0308 | 0009 | 0203 | GD-9070-1122    | Limousine | active    | +500 | false
0309 | 0011 | 0206 | CC/2023/00417   | West      | active    |      | true
0310 | 0015 | 0203 | GD-3355-8080    | Compact   | suspended | +75  | true
0311 | 0016 | 0201 | U0 7781-0040    |           | active    |      | true
0312 | 0018 | 0201 | U0 1009-4471    | Bronze    | closed    | -60  | false
";

pub(super) fn programs(calendar: &Calendar) -> Result<Vec<loyalty_programs::Model>> {
    rows(PROGRAMS)?
        .into_iter()
        .map(|row| program(calendar, row))
        .collect()
}

fn program(calendar: &Calendar, row: [&str; 8]) -> Result<loyalty_programs::Model> {
    let [number, supplier, name, kind, supplier_code, names, from, until] = row;
    let recorded = calendar.recorded(number)?;
    let (supplier, name): (SupplierName, ProgramName) = (value(supplier)?, value(name)?);
    let tiers = names.split(',').map(|name| {
        Ok(Tier {
            name: value(name)?,
            alliance_status: None,
        })
    });
    Ok(loyalty_programs::Model {
        id: id(number)?,
        catalogue_key: catalogue_key(&supplier, &name),
        supplier,
        name,
        program_type: value(kind)?,
        supplier_code: optional(supplier_code)?,
        tiers: Tiers::new(tiers.collect::<Result<_>>()?).map_err(|_| unusable(names))?,
        offered_from: calendar.optional_day(from)?,
        offered_until: calendar.optional_day(until)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
        carriers: own_carrier(supplier_code, kind)?,
        partners: Carriers::default(),
        alliance: None,
        catalogue_entry: None,
        catalogue_hash: None,
    })
}

/// An airline's programme is its own.
fn own_carrier(code: &str, kind: &str) -> Result<Carriers> {
    let carriers = if kind == "airline" {
        vec![value(code)?]
    } else {
        Vec::new()
    };
    Carriers::new(carriers).map_err(|_| unusable(code))
}

pub(super) fn memberships(calendar: &Calendar) -> Result<Vec<Loyalty>> {
    rows(MEMBERSHIPS)?
        .into_iter()
        .map(|row| membership(calendar, row))
        .collect()
}

fn membership(calendar: &Calendar, row: [&str; 8]) -> Result<Loyalty> {
    let [
        number,
        member,
        program,
        membership_number,
        tier,
        status,
        expires,
        primary,
    ] = row;
    let recorded = calendar.recorded(number)?;
    Ok(Loyalty {
        id: id(number)?,
        user_id: id(member)?,
        program_id: id(program)?,
        membership_number: value(membership_number)?,
        tier: optional(tier)?,
        status: value(status)?,
        expiry_date: calendar.optional_day(expires)?,
        primary: value(primary)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
        external_ids: in_crm(number, 301)?,
    })
}

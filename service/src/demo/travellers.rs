//! Where people live, whom to call for them, and how they like to travel.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::UserId;

use super::table::{Calendar, id, optional, rows, value};
use crate::emergency_contacts::EmergencyContact;
use crate::error::Result;
use crate::preferences::{Assistance, TravelPreferences};
use crate::users::Address;

/// user | street | city | region | postal code | country
const ADDRESSES: &str = "
0003 | Sunrise Street 4        | Zenith    |      | 123 45   | UTO
0004 | Sunrise Street 4        | Zenith    |      | 123 45   | UTO
0008 | Rua do Farol 12         | Lisboa    |      | 1100-456 | PRT
0009 | Hafenstraße 7           | Kiel      |      | 24103    | D
0013 | 301 Park Avenue         | New York  | NY   | 10022    | USA
0014 | 4 Harbour Row           | Whitby    |      | YO21 3PU | GBR
";

/// Telephone numbers from ranges that regulators keep free for fiction.
///
/// number | user | name | relationship | phone | e-mail | language
const CONTACTS: &str = "
1601 | 0003 | Erik Eriksson     | Husband | +46701740606  | erik.eriksson@mail.example | sv
1602 | 0003 | Greta Eriksson    | Mother  | +46701740607  |                            | sv
1603 | 0008 | Maja Lindholm     | Partner | +46701740609  | maja.lindholm@mail.example | sv
1604 | 0014 | Rowan Woodlock    | Brother | +447700900115 |                            | en-GB
";

/// user | number that dates it | seat | note | meal | note | assistance
const PREFERENCES: &str = "
0003 | 1611 | aisle         |                | VGML |                    |
0004 | 1612 | window        |                |      |                    |
0007 | 1613 | aisle         | Near the front | LSML |                    | WCHR
0012 | 1614 | no_preference |                | MOML |                    |
0016 | 1615 |               |                | SPML | No fish, no peanut |
";

pub(super) fn addresses() -> Result<BTreeMap<UserId, Address>> {
    let address = |[user, street, city, region, postal_code, country]: [&str; 6]| {
        let address = Address {
            street: optional(street)?,
            city: optional(city)?,
            region: optional(region)?,
            postal_code: optional(postal_code)?,
            country: value(country)?,
        };
        Ok((id(user)?, address))
    };
    rows(ADDRESSES)?.into_iter().map(address).collect()
}

pub(super) fn contacts(calendar: &Calendar) -> Result<Vec<EmergencyContact>> {
    let contact = |[number, user, name, relationship, phone, email, language]: [&str; 7]| {
        let recorded = calendar.recorded(number)?;
        Ok(EmergencyContact {
            id: id(number)?,
            user_id: id(user)?,
            name: value(name)?,
            relationship: optional(relationship)?,
            phone: value(phone)?,
            email: optional(email)?,
            language: optional(language)?,
            version: 1,
            created_at: recorded,
            updated_at: recorded,
        })
    };
    rows(CONTACTS)?.into_iter().map(contact).collect()
}

pub(super) fn preferences(calendar: &Calendar) -> Result<Vec<TravelPreferences>> {
    let preferences = |[user, number, seat, seat_note, meal, meal_note, assistance]: [&str; 7]| {
        let recorded: DateTime<Utc> = calendar.recorded(number)?;
        let assistance: Vec<Assistance> = match optional(assistance)? {
            Some(code) => vec![Assistance { code, note: None }],
            None => Vec::new(),
        };
        Ok(TravelPreferences {
            user_id: id(user)?,
            seat: optional(seat)?,
            seat_note: optional(seat_note)?,
            meal: optional(meal)?,
            meal_note: optional(meal_note)?,
            assistance,
            version: 1,
            created_at: Some(recorded),
            updated_at: Some(recorded),
        })
    };
    rows(PREFERENCES)?.into_iter().map(preferences).collect()
}

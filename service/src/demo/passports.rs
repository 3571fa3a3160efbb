//! What they travel on: names, birthday and sex are the profile's, where the table does not say otherwise.

use entity::ids::UserId;
use entity::values::{DocumentCode, PassportStatus, PersonName};

use super::table::{Calendar, id, in_crm, optional, rows, value};
use super::unusable;
use crate::error::Result;
use crate::passports::Passport;
use crate::users::User;

/// 0101 is the specimen of ICAO Doc 9303-4 and 0102 the one before, in Anna's maiden name. Two are soon to expire (0103,
/// 0110), one has expired (0106), one is lost (0107, with an emergency passport in its place), one stolen (0119); 0118 is
/// the second of a dual national.
///
/// number | holder | document code | issuer | nationality | passport number | personal number | surname | country, place of birth | issued | expires | status | primary
const PASSPORTS: &str = "
0101 | 0003 | P  | UTO | UTO | L898902C3 | ZE184226B |          |     | Zenith    | 2024-04-16 | 2034-04-15 | active   | true
0102 | 0003 | P  | UTO | UTO | K41730598 |           | Svensson | UTO | Zenith    | 2014-04-16 | 2024-04-15 | replaced | false
0103 | 0004 | P  | UTO | UTO | L720451D8 |           |          | UTO | Nadir     | -3592      | +60        | active   | true
0104 | 0005 | P  | UTO | UTO | M130582E1 |           |          | UTO | Zenith    | -1100      | +725       | active   | true
0105 | 0006 | PP | UTO | UTO | M604417F2 |           |          | UTO | Nadir     | -240       | +3411      | active   | true
0106 | 0007 | P  | UTO | UTO | K299310A5 |           |          | UTO | Old Haven | -3677      | -25        | active   | true
0107 | 0008 | P  | PRT | PRT | ZZ000008  |           |          | PRT | Lisboa    | -900       | +925       | lost     | false
0108 | 0008 | PE | PRT | PRT | ZE000008  |           |          | PRT | Lisboa    | -12        | +340       | active   | true
0109 | 0009 | P  | D   | D   | CZZZ00009 |           |          | D   | Köln      | -1800      | +1852      | active   | true
0110 | 0010 | P  | POL | POL | ZZ0000010 |           |          | POL | Gdańsk    | -3450      | +200       | active   | true
0111 | 0011 | P  | IRL | IRL | ZZ0000011 |           |          | IRL | Galway    | -700       | +2952      | active   | true
0112 | 0012 | P  | IDN | IDN | Z0000012  |           |          | IDN | Bandung   | -500       | +3151      | active   | true
0113 | 0013 | P  | AUS | AUS | ZZ0000013 |           |          | AUS | Hobart    | -1500      | +2151      | active   | true
0114 | 0014 | P  | GBD | GBD | 000000014 |           |          | BMU | Hamilton  | -1000      | +2651      | active   | true
0115 | 0015 | P  | NLD | NLD | ZZ0000015 |           |          | NLD | Utrecht   | -2100      | +1551      | active   | true
0116 | 0016 | P  | VNM | VNM | Z0000016  |           |          | VNM | Huế       | -450       | +3201      | active   | true
0117 | 0017 | PP | UTO | UTO | M771903B6 |           |          | UTO | Zenith    | -90        | +3561      | active   | true
0118 | 0011 | P  | GBR | GBR | 000000018 |           |          | IRL | Galway    | -1300      | +2351      | active   | false
0119 | 0018 | P  | UTO | UTO | L338265C7 |           |          | UTO | Nadir     | -2000      | +1651      | stolen   | false
";

pub(super) fn all(calendar: &Calendar, users: &[User]) -> Result<Vec<Passport>> {
    rows(PASSPORTS)?
        .into_iter()
        .map(|row| passport(calendar, users, row))
        .collect()
}

fn passport(calendar: &Calendar, users: &[User], row: [&str; 14]) -> Result<Passport> {
    let [
        number,
        holder,
        document_code,
        issuing_country,
        nationality,
        passport_number,
        personal_number,
        surname,
        birth_country,
        birthplace,
        issued,
        expires,
        status,
        primary,
    ] = row;
    let recorded = calendar.recorded(number)?;
    let user_id: UserId = id(holder)?;
    let holder = users
        .iter()
        .find(|user| user.id == user_id)
        .ok_or_else(|| unusable(holder))?;
    let (in_profile, given_names) = identifiers(holder)?;
    Ok(Passport {
        id: id(number)?,
        user_id,
        document_code: value::<DocumentCode>(document_code)?,
        issuing_country: value(issuing_country)?,
        nationality: value(nationality)?,
        passport_number: value(passport_number)?,
        personal_number: optional(personal_number)?,
        surname: optional(surname)?.unwrap_or(in_profile),
        given_names,
        date_of_birth: holder.date_of_birth.ok_or_else(|| unusable(number))?,
        sex: value(holder.gender.map_or("", entity::values::Gender::as_str))?,
        birth_country: optional(birth_country)?,
        place_of_birth: optional(birthplace)?,
        issue_date: calendar.optional_day(issued)?,
        expiry_date: calendar.day(expires)?,
        status: value::<PassportStatus>(status)?,
        primary: value(primary)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
        external_ids: in_crm(number, 101)?,
    })
}

/// Primary and secondary identifier (ICAO Doc 9303-3 §4.6): an only name is the primary one.
pub(super) fn identifiers(holder: &User) -> Result<(PersonName, Option<PersonName>)> {
    let first = &holder.first_name;
    Ok(match (&holder.last_name, &holder.middle_names) {
        (None, _) => (first.clone(), None),
        (Some(last), None) => (last.clone(), Some(first.clone())),
        (Some(last), Some(middle)) => (last.clone(), Some(value(&format!("{first} {middle}"))?)),
    })
}

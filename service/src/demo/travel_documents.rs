//! What they travel on beside passports.

use entity::ids::UserId;
use entity::values::{Gender, IdentityCardStatus, StayDays, TravellerNumberType, VisaStatus};

use super::passports::identifiers;
use super::table::{Calendar, id, optional, rows, value};
use super::unusable;
use crate::error::Result;
use crate::identity_cards::IdentityCard;
use crate::traveller_numbers::TravellerNumber;
use crate::users::User;
use crate::visas::Visa;

/// Anna may enter the United States (0151) and has been to Australia (0152); one is good from next week on (0153), and one
/// was given back (0154).
///
/// number | holder | passport | country | visa number | type | entries | days | place of issue | issued | valid from | expires | status
const VISAS: &str = "
0151 | 0003 | 0101 | USA | V41730598   | business                 | multiple | 90 | Old Haven | -200 |      | +3452 | active
0152 | 0003 | 0101 | AUS | ETA20260152 | electronic_authorization | multiple | 90 |           | -400 |      | -35   | used
0153 | 0005 | 0104 | IND | VK0153007   | tourist                  | double   | 30 | Zenith    | -20  | +10  | +160  | active
0154 | 0008 | 0107 | BRA | 154PT88     | work                     | multiple |    | Lisboa    | -500 | -480 | +230  | cancelled
";

pub(super) fn visas(calendar: &Calendar) -> Result<Vec<Visa>> {
    rows(VISAS)?.into_iter().map(|row| visa(calendar, row)).collect()
}

fn visa(calendar: &Calendar, row: [&str; 13]) -> Result<Visa> {
    let [
        number,
        holder,
        passport,
        country,
        visa_number,
        visa_type,
        entries,
        days,
        place_of_issue,
        issued,
        valid_from,
        expires,
        status,
    ] = row;
    let recorded = calendar.recorded(number)?;
    let days: Option<i64> = optional(days)?;
    let max_stay_days = days.map(StayDays::try_from).transpose();
    Ok(Visa {
        id: id(number)?,
        user_id: id(holder)?,
        passport_id: Some(id(passport)?),
        country: value(country)?,
        visa_number: value(visa_number)?,
        visa_type: value(visa_type)?,
        entries: value(entries)?,
        max_stay_days: max_stay_days.map_err(|_| unusable(number))?,
        place_of_issue: optional(place_of_issue)?,
        issue_date: calendar.day(issued)?,
        valid_from: calendar.optional_day(valid_from)?,
        expiry_date: calendar.day(expires)?,
        status: value::<VisaStatus>(status)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
    })
}

/// 0161 is the specimen of ICAO Doc 9303-5; 0162 never expires; in the place of 0163, which is lost, came 0164.
///
/// number | holder | issuer | document number | issued | expires | status
const IDENTITY_CARDS: &str = "
0161 | 0003 | UTO | D23145890  | -900  | +2700 | active
0162 | 0004 | UTO | D00162004  | -4000 |       | active
0163 | 0009 | D   | LZZ00163X9 | -2000 | +1600 | lost
0164 | 0009 | D   | LZZ00164X9 | -30   | +3620 | active
";

pub(super) fn identity_cards(calendar: &Calendar, users: &[User]) -> Result<Vec<IdentityCard>> {
    rows(IDENTITY_CARDS)?
        .into_iter()
        .map(|row| identity_card(calendar, users, row))
        .collect()
}

fn identity_card(calendar: &Calendar, users: &[User], row: [&str; 7]) -> Result<IdentityCard> {
    let [
        number,
        holder,
        issuing_country,
        document_number,
        issued,
        expires,
        status,
    ] = row;
    let recorded = calendar.recorded(number)?;
    let user_id: UserId = id(holder)?;
    let holder = users
        .iter()
        .find(|user| user.id == user_id)
        .ok_or_else(|| unusable(holder))?;
    let (surname, given_names) = identifiers(holder)?;
    Ok(IdentityCard {
        id: id(number)?,
        user_id,
        issuing_country: value(issuing_country)?,
        nationality: value(issuing_country)?,
        document_number: value(document_number)?,
        surname,
        given_names,
        date_of_birth: holder.date_of_birth.ok_or_else(|| unusable(number))?,
        sex: value(holder.gender.map_or("", Gender::as_str))?,
        issue_date: calendar.optional_day(issued)?,
        expiry_date: calendar.optional_day(expires)?,
        status: value::<IdentityCardStatus>(status)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
    })
}

/// 0172 does not look like a redress number, which the answer says.
///
/// number | holder | type | the number | country | program | expires
const TRAVELLER_NUMBERS: &str = "
0171 | 0003 | known_traveller | TT1234567 | USA | Global Entry | +700
0172 | 0008 | redress         | 2345678R  | USA |              |
0173 | 0014 | other           | AC0173014 | CAN | NEXUS        | +90
";

pub(super) fn traveller_numbers(calendar: &Calendar) -> Result<Vec<TravellerNumber>> {
    rows(TRAVELLER_NUMBERS)?
        .into_iter()
        .map(|row| traveller_number(calendar, row))
        .collect()
}

fn traveller_number(calendar: &Calendar, row: [&str; 7]) -> Result<TravellerNumber> {
    let [number, holder, kind, said, country, program, expires] = row;
    let recorded = calendar.recorded(number)?;
    Ok(TravellerNumber {
        id: id(number)?,
        user_id: id(holder)?,
        number_type: value::<TravellerNumberType>(kind)?,
        number: value(said)?,
        country: value(country)?,
        program: optional(program)?,
        expiry_date: calendar.optional_day(expires)?,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
    })
}

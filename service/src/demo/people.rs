//! Who works at the agency and who travels with it.

use entity::values::{Email, UserStatus};

use super::table::{Calendar, id, in_crm, optional, rows, value};
use super::travellers;
use crate::error::Result;
use crate::users::User;

/// Staff (0001, 0002), the Erikssons (0003 to 0005, 0007), a couple (0006, 0008), a handball team (0009 to 0017), and two
/// who cannot sign in. The telephone numbers are from ranges that regulators keep free for fiction.
///
/// number | e-mail | first, middle, last, preferred name | title | born | gender | nationality | phone | language | role | status
const PEOPLE: &str = "
0001 | admin@utopia-travel.example       | Vera      |       | Nystrand     |       |    | 1979-10-02 | F | UTO | +46701740690   | en    | admin    | active
0002 | agent@utopia-travel.example       | Ada       |       | Lovelund     |       |    | 1990-12-10 | F | UTO | +46701740691   | en    | agent    | active
0003 | anna.eriksson@mail.example        | Anna      | Maria | Eriksson     | Annie |    | 1974-08-12 | F | UTO | +46701740605   | en    | customer | active
0004 | erik.eriksson@mail.example        | Erik      | Johan | Eriksson     |       |    | 1972-03-09 | M | UTO | +46701740606   | sv    | customer | active
0005 |                                   | Elsa      |       | Eriksson     |       |    | 2016-06-21 | F | UTO |                | sv    | customer | active
0006 | maja.lindholm@mail.example        | Maja      |       | Lindholm     |       |    | 1989-04-30 | F | UTO | +46701740609   | sv    | customer | active
0007 | greta.eriksson@mail.example       | Greta     |       | Eriksson     |       |    | 1946-11-30 | F | UTO | +46701740607   | sv    | customer | active
0008 | tomas.ferreira@mail.example       | Tomás     |       | Ferreira     |       |    | 1988-01-17 | M | PRT |                | pt-PT | customer | active
0009 | juergen.mueller@handball.example  | Jürgen    |       | Müller       |       |    | 1979-02-14 | M | D   | +4917604069009 | de    | customer | active
0010 | lucja.wisniewska@handball.example | Łucja     | Ewa   | Wiśniewska   |       | Dr | 1993-05-03 | F | POL |                | pl    | customer | active
0011 | siobhan.oconnor@handball.example  | Siobhán   |       | O'Connor     |       |    | 1996-02-01 | F | IRL | +447700900111  | en-IE | customer | active
0012 | wulandari@handball.example        | Wulandari |       |              |       |    | 1998-08-17 | F | IDN |                | id    | customer | active
0013 | robin.ashdown@handball.example    | Robin     |       | Ashdown      | Rob   |    | 1995-01-26 | X | AUS | +61491570006   | en-AU | customer | active
0014 | keziah.woodlock@handball.example  | Keziah    | Rose  | Woodlock     | Kez   |    | 1999-05-24 | F | GBD | +447700900114  | en-GB | customer | active
0015 | zoe.vandenberg@handball.example   | Zoë       |       | van den Berg |       |    | 1997-04-27 | F | NLD |                | nl    | customer | active
0016 | minhanh.nguyen@handball.example   | Minh Anh  | Thị   | Nguyễn       |       |    | 2000-09-02 | F | VNM |                | vi    | customer | active
0017 | linnea.akerlund@handball.example  | Linnéa    |       | Åkerlund     | Nea   |    | 1994-06-06 | F | UTO | +46701740617   | sv    | customer | active
0018 | viktor.halvorsen@mail.example     | Viktor    |       | Halvorsen    |       |    | 1981-07-19 | M | UTO |                | nb    | customer | disabled
0019 | noor.elamrani@mail.example        | Noor      |       | El-Amrani    |       |    | 1992-03-20 | F | BEL |                | fr-BE | customer | invited
";

pub(super) fn all(calendar: &Calendar) -> Result<Vec<User>> {
    let mut addresses = travellers::addresses()?;
    let mut people: Vec<User> = rows(PEOPLE)?
        .into_iter()
        .map(|row| person(calendar, row))
        .collect::<Result<_>>()?;
    for person in &mut people {
        person.address = addresses.remove(&person.id);
    }
    Ok(people)
}

fn person(calendar: &Calendar, row: [&str; 14]) -> Result<User> {
    let [
        number,
        email,
        first,
        middle,
        last,
        preferred,
        title,
        born,
        gender,
        nationality,
        phone,
        language,
        role,
        status,
    ] = row;
    let recorded = calendar.recorded(number)?;
    let email: Option<Email> = optional(email)?;
    let (signs_in, status) = (email.is_some(), value(status)?);
    Ok(User {
        id: id(number)?,
        email_key: email.as_ref().map(|email| email.normalized().into()),
        email,
        first_name: value(first)?,
        last_name: optional(last)?,
        middle_names: optional(middle)?,
        preferred_name: optional(preferred)?,
        title: optional(title)?,
        date_of_birth: calendar.optional_day(born)?,
        gender: optional(gender)?,
        nationality: optional(nationality)?,
        phone: optional(phone)?,
        language: optional(language)?,
        role: value(role)?,
        status,
        version: 1,
        created_at: recorded,
        updated_at: recorded,
        email_verified_at: (signs_in && status == UserStatus::Active).then_some(recorded),
        restricted_at: None,
        restriction_reason: None,
        address: None,
        external_ids: in_crm(number, 3)?,
    })
}

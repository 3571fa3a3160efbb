//! Names as tickets and bookings write them.

use std::fmt;

use super::carriers::{CarrierRule, OneLetter, StandIn, title};
use super::person::Name;
use crate::travel::warning::{Code, Warning};

/// A name as a ticket writes it: capital letters and spaces.
#[derive(Clone, PartialEq, Eq)]
pub struct TicketName {
    /// Family name, or the only name.
    pub surname: String,
    /// Given names, or what stands in for them.
    pub given_names: String,
    /// Title, if it is one that airlines take.
    pub title: Option<String>,
}

impl fmt::Debug for TicketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketName(***)")
    }
}

impl TicketName {
    /// `SURNAME/GIVEN NAMES TITLE`.
    pub fn text(&self) -> String {
        match &self.title {
            Some(title) => format!("{}/{} {title}", self.surname, self.given_names),
            None => format!("{}/{}", self.surname, self.given_names),
        }
    }
}

/// What a ticket or a booking system asks of a name.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// How the airline wants what does not fit.
    pub rule: &'a CarrierRule,
    /// What stands between the parts of a surname, and of given names.
    pub separator: &'a str,
    /// Most characters of the whole.
    pub max_length: usize,
}

impl<'a> Form<'a> {
    /// What a ticket of the airline asks.
    pub fn of(rule: &'a CarrierRule) -> Self {
        Self {
            rule,
            separator: " ",
            max_length: rule.max_length,
        }
    }
}

/// The name on a ticket; none, with a warning, where the standard has no letters for it.
///
/// Particles such as `van der` belong to the surname and stay where the owner has them. The title goes first if the name
/// is too long, then the given names are cut from the end; the surname gives way last.
pub fn ticket(name: &Name, form: &Form<'_>, warnings: &mut Vec<Warning>) -> Option<TicketName> {
    let (surname, mut given_names) = name.letters(warnings)?;
    let mut surname = surname.join(form.separator);
    let mut own_title = name.title.as_deref().and_then(title).map(str::to_owned);
    if name.title.is_some() && own_title.is_none() {
        warnings.push(Warning::new(
            Code::TitleDropped,
            "The title is none that airlines take, and was left out.",
        ));
    }
    let rule = form.rule;
    if given_names.is_empty() {
        given_names.push(stand_in(name, &surname, rule, warnings));
    } else {
        one_letter(&mut surname, &mut given_names, &mut own_title, rule, warnings);
    }
    let mut ticket = TicketName {
        surname,
        given_names: given_names.join(form.separator),
        title: own_title,
    };
    cut(&mut ticket, form.max_length, warnings);
    Some(ticket)
}

/// What stands in for the given names of somebody who has one name.
pub(in crate::travel) fn stand_in(
    name: &Name,
    surname: &str,
    rule: &CarrierRule,
    warnings: &mut Vec<Warning>,
) -> String {
    let choice = if name.surname.is_some() {
        rule.only_surname
    } else {
        rule.only_given_name
    };
    let text = match choice {
        StandIn::Fnu => "FNU".to_owned(),
        StandIn::Lnu => "LNU".to_owned(),
        StandIn::Initial => surname.chars().take(1).collect(),
    };
    let whose = rule.carrier.as_deref().map_or_else(
        || "as IATA recommends; ask the airline".to_owned(),
        |carrier| format!("as {carrier} asks"),
    );
    warnings.push(Warning::new(
        Code::SingleName,
        format!("The person has one name: it is written as the surname, and {text} stands in for the given name, {whose}."),
    ));
    text
}

fn one_letter(
    surname: &mut String,
    given_names: &mut Vec<String>,
    title: &mut Option<String>,
    rule: &CarrierRule,
    warnings: &mut Vec<Warning>,
) {
    let is_short_surname = surname.len() == 1;
    let is_short_given = given_names.first().is_some_and(|first| first.len() == 1);
    if !is_short_surname && !is_short_given {
        return;
    }
    if is_short_surname && rule.one_letter_surname == OneLetter::Double {
        surname.push_str(&surname.clone());
    }
    if is_short_given {
        match rule.one_letter_given_name {
            OneLetter::Keep => {}
            OneLetter::Double => given_names
                .iter_mut()
                .take(1)
                .for_each(|it| it.push_str(&it.clone())),
            OneLetter::Join => {
                let letter = given_names.remove(0);
                match given_names.first_mut() {
                    Some(next) => next.insert_str(0, &letter),
                    None => given_names.push(letter + &title.take().unwrap_or_default()),
                }
            }
        }
    }
    let whose = rule.carrier.as_deref().map_or_else(
        || "it stays as it is; ask the airline whether it takes that".to_owned(),
        |carrier| format!("it is written by the rule of {carrier}"),
    );
    warnings.push(Warning::new(
        Code::OneLetter,
        format!("A part of the name has one letter: {whose}."),
    ));
}

fn cut(ticket: &mut TicketName, max_length: usize, warnings: &mut Vec<Warning>) {
    if ticket.text().len() <= max_length {
        return;
    }
    ticket.title = None;
    // A stroke and a letter.
    ticket.surname.truncate(max_length.saturating_sub(2).max(1));
    let room = max_length.saturating_sub(ticket.surname.len() + 1).max(1);
    ticket.given_names.truncate(room);
    for part in [&mut ticket.surname, &mut ticket.given_names] {
        part.truncate(part.trim_end().len());
    }
    warnings.push(Warning::new(
        Code::Truncated,
        format!("The name is longer than the {max_length} characters of a ticket and was cut; tell the airline the full name."),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::names::rule_of;
    use crate::travel::transliteration::Language;

    fn name(surname: &str, given_names: &str, title: &str) -> Name {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Name {
            surname: some(surname),
            given_names: some(given_names),
            title: some(title),
            language: Language::Other,
        }
    }

    fn write(name: &Name, carrier: Option<&str>) -> (String, Vec<&'static str>) {
        let mut warnings = Vec::new();
        let text =
            ticket(name, &Form::of(rule_of(carrier)), &mut warnings).map_or("?".to_owned(), |it| it.text());
        (text, warnings.iter().map(|it| it.code.as_str()).collect())
    }

    #[test]
    fn punctuation_goes_particles_stay_and_the_title_follows() {
        for (surname, given_names, title, text, codes) in [
            ("Smith", "John", "Mr", "SMITH/JOHN MR", &[][..]),
            ("O'Connor", "Enya Siobhan", "", "OCONNOR/ENYA SIOBHAN", &[]),
            (
                "Smith-Jones",
                "Susie Margaret",
                "Dr.",
                "SMITH JONES/SUSIE MARGARET DR",
                &[],
            ),
            ("van der Muellen", "Martin", "", "VAN DER MUELLEN/MARTIN", &[]),
            (
                "Müller",
                "Jürgen",
                "Freiherr",
                "MUELLER/JUERGEN",
                &["transliterated", "title_dropped"],
            ),
            ("Straße", "Anna", "", "STRASSE/ANNA", &["transliterated"]),
            ("李", "小龍", "", "?", &["no_transliteration"]),
        ] {
            assert_eq!(
                write(&name(surname, given_names, title), None),
                (text.to_owned(), codes.to_vec())
            );
        }
    }

    /// The examples of Etihad, Qantas and Virgin Atlantic, and the recommendation of IATA.
    #[test]
    fn who_has_one_name_is_written_as_the_airline_asks() {
        for (surname, given_names, title, carrier, text) in [
            ("", "Elizabeth", "", "VS", "ELIZABETH/LNU"),
            ("Thompson", "", "", "VS", "THOMPSON/FNU"),
            ("", "Habeeb Mohammad", "Mr", "EY", "HABEEB MOHAMMAD/FNU MR"),
            ("Jack Francis", "", "Mr", "EY", "JACK FRANCIS/FNU MR"),
            ("", "Wulandari", "", "QF", "WULANDARI/W"),
            ("", "Wulandari", "", "ZZ", "WULANDARI/FNU"),
        ] {
            assert_eq!(
                write(&name(surname, given_names, title), Some(carrier)),
                (text.to_owned(), vec!["single_name"])
            );
        }
    }

    /// The examples of Etihad and Virgin Atlantic.
    #[test]
    fn parts_of_one_letter_are_written_as_the_airline_asks() {
        for (surname, given_names, title, carrier, text) in [
            ("Y", "Moan", "Miss", "EY", "YY/MOAN MISS"),
            ("Graham", "T", "Mr", "VS", "GRAHAM/TMR"),
            ("Graham", "T Lewis", "", "VS", "GRAHAM/TLEWIS"),
            ("Graham", "T", "Mr", "ZZ", "GRAHAM/T MR"),
        ] {
            assert_eq!(
                write(&name(surname, given_names, title), Some(carrier)),
                (text.to_owned(), vec!["one_letter"])
            );
        }
    }

    #[test]
    fn a_long_name_loses_the_title_then_letters_from_the_end() {
        let long = name("Bennelong", &"Dingo Potoroo ".repeat(5), "Mr");
        let (text, codes) = write(&long, None);
        assert_eq!(
            text,
            "BENNELONG/DINGO POTOROO DINGO POTOROO DINGO POTOROO DINGO P"
        );
        assert_eq!((text.len(), codes), (59, vec!["truncated"]));
        let (text, codes) = write(&name(&"Ab".repeat(50), "Dingo", ""), None);
        assert!(text.len() == 59 && text.ends_with("/D"), "{text}");
        assert_eq!(codes, ["truncated"]);
    }
}

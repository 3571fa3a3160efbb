//! Names that are longer than their field (ICAO Doc 9303-4 §4.2.3).
//!
//! The standard asks for at least the first letter of the secondary identifier, and for a letter in the last position as
//! a sign that something was cut; how to cut is the issuer's choice. Here given names are cut from the end. A surname
//! gives way only if it leaves no room for them: its first part stays as long as it can, the others are shortened
//! evenly.

/// Most letters of the first given name that a long surname gives way to.
const GIVEN_NAME: usize = 9;

/// The names with their fillers, at most `length` characters, and whether they were cut.
pub(super) fn names(primary: &[String], secondary: &[String], length: usize) -> (String, bool) {
    let whole = joined(primary, secondary);
    if whole.len() <= length {
        return (whole, false);
    }
    let Some(first) = secondary.first() else {
        return (cut(primary.to_vec(), Vec::new(), length), true);
    };
    // Two fillers and a letter.
    if joined(primary, &[]).len() + 3 <= length {
        return (cut(primary.to_vec(), secondary.to_vec(), length), true);
    }
    let room = length.saturating_sub(2 + first.len().min(GIVEN_NAME));
    (cut(shortened(primary, room), secondary.to_vec(), length), true)
}

fn joined(primary: &[String], secondary: &[String]) -> String {
    if secondary.is_empty() {
        primary.join("<")
    } else {
        format!("{}<<{}", primary.join("<"), secondary.join("<"))
    }
}

/// The parts with their fillers in so much room: the first one as it is if the others keep a letter each, and these in
/// equal parts of what is left.
fn shortened(parts: &[String], room: usize) -> Vec<String> {
    let mut parts: Vec<String> = parts.to_vec();
    // A letter and a filler for each.
    while parts.len() * 2 > room + 1 && parts.len() > 1 {
        parts.pop();
    }
    let letters = room.saturating_sub(parts.len().saturating_sub(1));
    let Some((first, others)) = parts.split_first_mut() else {
        return parts;
    };
    first.truncate(letters.saturating_sub(others.len()).max(1));
    let mut left = letters.saturating_sub(first.len());
    let mut shares = vec![0; others.len()];
    loop {
        let before = left;
        for (share, part) in shares.iter_mut().zip(others.iter()) {
            if left > 0 && *share < part.len() {
                *share += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    for (part, share) in others.iter_mut().zip(shares) {
        part.truncate(share);
    }
    parts
}

/// Cuts the whole at the end, such that it ends with a letter: where the cut falls on a filler, the longest part before it
/// gives a letter, so that the next one can begin.
fn cut(mut primary: Vec<String>, mut secondary: Vec<String>, length: usize) -> String {
    loop {
        let whole = joined(&primary, &secondary);
        let field = whole.get(..length).unwrap_or(&whole);
        if !field.ends_with('<') {
            return field.to_owned();
        }
        let before = length.saturating_sub(joined(&primary, &[]).len());
        let part = match longest(&mut secondary, before) {
            Some(part) => Some(part),
            None => longest(&mut primary, length),
        };
        match part {
            Some(part) => drop(part.pop()),
            None => return field.trim_end_matches('<').to_owned(),
        }
    }
}

/// The longest of the parts that begin in so many characters, if it has a letter to give.
fn longest(parts: &mut [String], length: usize) -> Option<&mut String> {
    let mut start = 0;
    parts
        .iter_mut()
        .take_while(|part| {
            let is_before = start < length;
            start += part.len() + 1;
            is_before
        })
        .filter(|part| part.len() > 1)
        .max_by_key(|part| part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(primary: &str, secondary: &str) -> (String, bool) {
        let parts = |name: &str| name.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        names(&parts(primary), &parts(secondary), 39)
    }

    #[test]
    fn names_that_fit_are_whole() {
        for (primary, secondary, expected) in [
            ("ERIKSSON", "ANNA MARIA", "ERIKSSON<<ANNA<MARIA"),
            ("ARKFREITH", "", "ARKFREITH"),
            (
                "PAPANDROPOULOUS",
                "JONATHON WARREN TREVOR",
                "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",
            ),
        ] {
            assert_eq!(field(primary, secondary), (expected.to_owned(), false));
        }
    }

    /// Doc 9303-4 §4.2.3.2 and §4.2.3.3.
    #[test]
    fn the_vectors_of_the_standard() {
        for (primary, secondary, expected) in [
            (
                "NILAVADHANANANDA",
                "CHAYAPA DEJTHAMRONG KRASUANG",
                "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
            ),
            (
                "NILAVADHANANANDA",
                "ARNPOL PETCH CHARONGUANG",
                "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU",
            ),
            (
                "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
                "DINGO POTOROO",
                "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO",
            ),
        ] {
            assert_eq!(field(primary, secondary), (expected.to_owned(), true));
        }
    }

    #[test]
    fn what_is_cut_ends_with_a_letter_and_keeps_a_given_name() {
        let long = "A".repeat(60);
        for primary in [
            "SHORT",
            "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL",
            &long,
            &"AB ".repeat(30),
            "AAAAAAAAAA BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB C",
        ] {
            for given_name in [
                "",
                "X",
                "DINGO",
                &long,
                &"AB ".repeat(30),
                &"B ".repeat(40),
                &"ABC ".repeat(12),
            ] {
                let (field, is_cut) = field(primary, given_name);
                assert!(field.len() <= 39, "{field}");
                if is_cut {
                    assert_eq!(field.len(), 39, "{field}");
                    assert!(field.ends_with(|last: char| last.is_ascii_uppercase()), "{field}");
                }
                assert!(
                    !field.contains("<<<")
                        && field.matches("<<").count() == usize::from(!given_name.is_empty()),
                    "{field}"
                );
            }
        }
    }
}

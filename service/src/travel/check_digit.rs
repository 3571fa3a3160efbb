//! The check digit of machine readable zones (ICAO Doc 9303-3 §4.9).

/// The filler, which stands for nothing and counts as zero.
pub const FILLER: u8 = b'<';

/// What each place counts, over and over.
const WEIGHTS: [u32; 3] = [7, 3, 1];

/// What a character counts: digits their value, A to Z 10 to 35, the filler 0; other characters are not of the alphabet.
pub const fn value(character: u8) -> Option<u32> {
    match character {
        b'0'..=b'9' => Some((character - b'0') as u32),
        b'A'..=b'Z' => Some((character - b'A') as u32 + 10),
        FILLER => Some(0),
        _ => None,
    }
}

/// The check digit of these characters, as the digit that is printed. What is not of the alphabet counts as zero.
pub fn of(characters: impl IntoIterator<Item = u8>) -> u8 {
    let sum: u32 = characters
        .into_iter()
        .zip(WEIGHTS.into_iter().cycle())
        .map(|(character, weight)| value(character).unwrap_or(0) * weight)
        .sum();
    // A remainder of ten is one digit.
    b'0' + u8::try_from(sum % 10).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doc 9303-3 §3.2 and appendix A.
    #[test]
    fn the_vectors_of_the_standard() {
        for (text, digit) in [
            ("520727", b'3'),
            ("AB2134<<<", b'5'),
            ("L898902C3", b'6'),
            ("740812", b'2'),
            ("120415", b'9'),
            ("ZE184226B<<<<<", b'1'),
            ("D23145890", b'7'),
            ("L8988901C", b'4'),
            ("400907", b'8'),
            ("961210", b'9'),
            ("<<<<<<", b'0'),
            ("", b'0'),
        ] {
            assert_eq!(of(text.bytes()), digit, "{text}");
        }
    }

    /// Doc 9303-3 appendix A, examples 3 to 5.
    #[test]
    fn the_composite_vectors_of_the_standard() {
        for (parts, digit) in [
            (&["HA672242<6", "5802254", "9601086<<<<<<<<<<<<<<0"][..], b'8'),
            (
                &["D231458907<<<<<<<<<<<<<<<", "3407127", "9507122", "<<<<<<<<<<<"],
                b'2',
            ),
            (&["HA672242<6", "5802254", "9601086<<<<<<<"], b'8'),
        ] {
            assert_eq!(of(parts.iter().flat_map(|part| part.bytes())), digit);
        }
    }

    #[test]
    fn every_wrong_digit_shows() {
        let number = *b"L898902C3";
        for at in 0..number.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = number;
                wrong[at] = digit;
                let is_same = check_values_are_equal(number[at], digit);
                assert_eq!(of(wrong) == of(number), is_same, "{at} {digit}");
            }
        }
    }

    fn check_values_are_equal(a: u8, b: u8) -> bool {
        value(a).map(|value| value % 10) == value(b).map(|value| value % 10)
    }
}

//! Refuses passwords that an attacker tries first.
//!
//! NIST SP 800-63B-4 §3.1.1.2 requires that a password being set is compared with a blocklist of commonly used,
//! expected or compromised values: passwords from earlier breaches, dictionary words, and repetitive or sequential
//! characters. The comparison works offline on a list embedded in the program. Words that belong to the person or
//! to this service (user name, e-mail address, product name) are not known here; the caller compares those.
//!
//! `common-passwords.NOTICE.md` names the sources of the list and their licences.

use std::cmp::Ordering;

/// One lower-case entry per line, sorted by bytes, so that a lookup needs neither a set nor work at start-up.
static LIST: &str = include_str!("common-passwords.txt");

/// Characters in the shortest entry of the list. Shorter words would match by accident.
const SHORTEST_ENTRY: usize = 6;

/// Characters in the longest entry the list may have; bounds the work for a long password.
const LONGEST_ENTRY: usize = 40;

/// A block of up to this many characters is weak when repeated, whatever it contains.
const LONGEST_FREE_BLOCK: usize = 6;

/// Neighbouring characters of a row form a sequence, in either direction: digits and alphabet (both run on from the
/// end to the start), keyboard rows of the QWERTY, QWERTZ, AZERTY and ЙЦУКЕН layouts, keyboard columns, and two
/// rows typed alternately.
const ROWS: &[&str] = &[
    "01234567890",
    "abcdefghijklmnopqrstuvwxyza",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "`1234567890-=",
    "!@#$%^&*()_+",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiopü",
    "asdfghjklöä",
    "yxcvbnm,.-",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik<(ol>)p:?",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
];

/// Whether `password` is too easy to guess to be accepted as a new password (NIST SP 800-63B-4 §3.1.1.2).
///
/// Letter case is ignored. True when the password
///
/// * is on the embedded list of common passwords, dictionary words and names;
/// * is such an entry with nothing but digits, punctuation and spaces around it, also when letters are replaced by
///   look-alikes (`Welcome123456`, `P@ssw0rd!2026`);
/// * repeats a block of at most six characters, or a longer block that is itself weak (`passwordpassword`);
/// * consists of runs of the alphabet, digits or keyboard rows (`abcdefghijkl`, `qwertyuiop12345?`).
///
/// The length of the password is not judged here.
pub fn is_common(password: &str) -> bool {
    let chars: Vec<char> = password.to_lowercase().chars().collect();
    is_weak(&chars)
}

/// All rules, for a whole password or for a block that a password repeats. `word` is lower-case.
fn is_weak(word: &[char]) -> bool {
    is_listed(&word.iter().collect::<String>())
        || is_repeated(word)
        || is_sequential(word)
        || is_weak_inside_padding(word)
}

/// Binary search for the lower-case `word` among the lines of [`LIST`].
fn is_listed(word: &str) -> bool {
    let mut lines = LIST.as_bytes();
    while !lines.is_empty() {
        let (before, after) = lines.split_at(lines.len() / 2);
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let end = after
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(lines.len(), |rest| before.len() + rest);
        let line = lines.get(start..end).unwrap_or_default();
        lines = match line.cmp(word.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => lines.get(end + 1..).unwrap_or_default(),
            Ordering::Greater => lines.get(..start).unwrap_or_default(),
        };
    }
    false
}

/// Whether `word` is a short block, or a weak longer block, repeated over the whole length. The last repetition may
/// be cut short; a longer block may lack its last character there (`password-password`).
fn is_repeated(word: &[char]) -> bool {
    (1..word.len())
        .take_while(|period| period * 2 <= word.len() + 1)
        .any(|period| {
            let repeats = word
                .iter()
                .zip(word.iter().skip(period))
                .all(|(earlier, later)| earlier == later);
            let short = period <= LONGEST_FREE_BLOCK && period * 2 <= word.len();
            repeats && (short || word.get(..period).is_some_and(is_weak))
        })
}

/// Whether `word` is made of runs of at least three equal or neighbouring characters (see [`ROWS`]). One character may
/// lie outside a run; none when the runs show only without separators or with doubled characters taken once.
fn is_sequential(word: &[char]) -> bool {
    let plain: Vec<char> = word.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    let mut single = plain.clone();
    single.dedup();
    [(word, 1), (&plain, 0), (&single, 0)]
        .into_iter()
        .any(|(form, outside)| {
            form.len() >= SHORTEST_ENTRY
                && form.len() * 2 >= word.len()
                && form.len() - covered_by_runs(form) <= outside
        })
}

/// How many characters of `word` belong to a run of at least three.
fn covered_by_runs(word: &[char]) -> usize {
    let mut covered = 0;
    let mut rest = word;
    while !rest.is_empty() {
        let run = run_at_start(rest);
        if run >= 3 {
            covered += run;
            rest = rest.get(run..).unwrap_or_default();
        } else {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    covered
}

/// Length of the longest run that `word` starts with.
fn run_at_start(word: &[char]) -> usize {
    let run = |follows: &dyn Fn(char, char) -> bool| {
        1 + word
            .iter()
            .zip(word.iter().skip(1))
            .take_while(|(a, b)| follows(**a, **b))
            .count()
    };
    let in_row =
        |row: &str, a: char, b: char| row.chars().zip(row.chars().skip(1)).any(|pair| pair == (a, b));
    ROWS.iter()
        .map(|row| run(&|a, b| in_row(row, a, b)).max(run(&|a, b| in_row(row, b, a))))
        .fold(run(&|a, b| a == b), usize::max)
}

/// Whether `word` is something weak with only digits, punctuation or spaces before and after it. Part of these may
/// belong to the weak word (`abc123`), so every split that keeps all the letters together is looked up, as typed and
/// with look-alikes replaced.
fn is_weak_inside_padding(word: &[char]) -> bool {
    let letter = |c: &char| c.is_alphabetic();
    let (Some(first), Some(last)) = (word.iter().position(letter), word.iter().rposition(letter)) else {
        // Only digits and punctuation: digits are then no padding.
        let text: String = word.iter().collect();
        return is_listed(text.trim_matches(|c: char| !c.is_numeric()));
    };
    let letters = word.get(first..=last).unwrap_or_default();
    if letters.len() >= SHORTEST_ENTRY && (is_sequential(letters) || is_repeated(letters)) {
        return true;
    }
    let spellings: [fn(char) -> char; 3] = [
        |c| c,
        |c| without_look_alike(c, 'i'),
        |c| without_look_alike(c, 'l'),
    ];
    spellings.into_iter().any(|spelling| {
        let spelt: Vec<char> = word.iter().copied().map(spelling).collect();
        ((last + 1).saturating_sub(LONGEST_ENTRY)..=first).any(|start| {
            let ends = (last + 1).max(start + SHORTEST_ENTRY)..=spelt.len().min(start + LONGEST_ENTRY);
            ends.into_iter().any(|end| {
                spelt
                    .get(start..end)
                    .is_some_and(|part| is_listed(&part.iter().collect::<String>()))
            })
        })
    })
}

/// The letter that `c` commonly stands for; `stroke` is the letter meant by a vertical stroke, `i` or `l`.
fn without_look_alike(c: char, stroke: char) -> char {
    match c {
        '4' | '@' => 'a',
        '8' => 'b',
        '(' => 'c',
        '3' | '€' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' => stroke,
        '0' => 'o',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '2' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_common(passwords: &[&str]) {
        for password in passwords {
            assert!(is_common(password), "accepted {password:?}");
        }
    }

    fn assert_uncommon(passwords: &[&str]) {
        for password in passwords {
            assert!(!is_common(password), "rejected {password:?}");
        }
    }

    #[test]
    fn list_is_sorted_unique_lower_case_and_within_bounds() {
        assert!(LIST.ends_with('\n') && !LIST.contains('\r'));
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 100_000);
        for (earlier, later) in lines.iter().zip(lines.iter().skip(1)) {
            assert!(earlier < later, "{earlier:?} before {later:?}");
        }
        for line in lines {
            assert_eq!(line, line.to_lowercase());
            assert_eq!(line, line.trim());
            assert!(
                (SHORTEST_ENTRY..=LONGEST_ENTRY).contains(&line.chars().count()),
                "{line}"
            );
        }
    }

    #[test]
    fn search_finds_every_line_and_nothing_between() {
        for line in LIST.lines() {
            assert!(is_listed(line), "{line}");
            assert!(!is_listed(&format!("{line}\u{1}")), "{line}");
        }
        for absent in ["", "\n", "\u{0}", "\u{10ffff}", "password\nqwerty"] {
            assert!(!is_listed(absent), "{absent:?}");
        }
    }

    #[test]
    fn listed_passwords_words_and_names_in_any_case() {
        assert_common(&[
            "password",
            "PassWord",
            "1234567890",
            "trustno1",
            "Extraordinary",
            "CHRISTOPHER",
            "ПАРОЛЬ",
        ]);
        assert_uncommon(&["", "a", "gribblefoxtangle", "pässwörd-häuser"]);
    }

    #[test]
    fn repeated_blocks() {
        assert_common(&[
            "aaaaaaaaaaaa",
            "ÄÄÄÄÄÄÄÄÄÄÄÄ",
            "............",
            "abcabcabcabc",
            "k7$Qz2k7$Qz2",
            "xyqzxyqzxyqzxy",
            "passwordpassword",
            "password-Password",
            "Sunshine7!Sunshine7!",
            "p@ssw0rdp@ssw0rd",
            "qkxqkxqkx2026!",
        ]);
        assert_uncommon(&["k7$Qz2pk7$Qz2p", "kitchen-lantern-kitchen"]);
    }

    #[test]
    fn sequential_runs() {
        assert_common(&[
            "123456789012",
            "210987654321",
            "abcdefghijkl",
            "zyxwvutsrqpo",
            "qwertyuiop12345?",
            "zxcvbnm,./zxcv",
            "qwertzuiopasdf",
            "azertyuiopqsdf",
            "йцукенгшщзхъ",
            "1qaz2wsx3edc",
            "1q2w3e4r5t6y",
            "112233445566",
            "111222333444",
            "aaaaaaaaaaab",
            "1234-5678-9012",
            "!@#$%^&*()_+",
            "xyzabcdefghi99",
            "lkjhgfdsamnbv!2026",
        ]);
        assert_uncommon(&[
            "402917355618",
            "123-tapir-kettle",
            "abcKettle789Fjord",
            "qweTapirJumble",
        ]);
    }

    #[test]
    fn listed_word_with_digits_and_punctuation_around_it() {
        assert_common(&[
            "password2026!",
            "Welcome123456",
            "123password456",
            "  Dragon -- 1987",
            "abc123!!!!!!!!",
            "!!!!!!123456!!!!!!",
            "Monkey............",
            "Пароль123456",
        ]);
        assert_uncommon(&[
            "password2026fjordling",
            "12tapirs34kettles",
            "zqxjvk2026!!",
            "2026-0814-7733!",
        ]);
    }

    #[test]
    fn look_alike_letters() {
        assert_common(&[
            "p@ssw0rd",
            "P@$$w0rd!2026",
            "$unsh1ne2026",
            "l1verp00l!!!",
            "1iverpool-1234",
            "3xtraord1nary",
        ]);
        assert_uncommon(&["t4p1r-k3ttl3-fj0rd", "zqxj@v0k2026!"]);
    }

    #[test]
    fn good_passwords_pass() {
        assert_uncommon(&[
            "correct horse battery staple",
            "Utopia-Sunrise-42-harbour",
            "dragon monkey sunshine",
            "Wir fahren im Mai nach Oslo",
            "Tr0ub4dor&3-stapler",
            "xK9#vQ2m$Lp7!wRz",
            "f3a91c07be5d8246",
            "J7wq-ZL2n-c8Rt-0hYx",
            "мы едем в горы летом",
            "今日は良い天気ですね散歩しよう",
        ]);
    }

    #[test]
    fn long_input_is_judged_too() {
        let digits = "8402917355612904".repeat(64);
        assert_uncommon(&[
            &format!("{digits}k{digits}"),
            &"correct horse battery staple. ".repeat(40).replacen('c', "k", 1),
        ]);
    }
}

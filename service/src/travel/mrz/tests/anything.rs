//! Whatever comes: no text makes reading panic, and what is written reads back.

use proptest::prelude::*;

use super::*;

/// A small generator of random numbers, so that ten million cases take seconds (xorshift, Marsaglia 2003).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }
}

const SEEDS: [&str; 5] = [
    ERIKSSON,
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
];
const CHARACTERS: [char; 22] = [
    '<',
    '0',
    '1',
    '2',
    '5',
    '8',
    '9',
    'A',
    'B',
    'I',
    'O',
    'S',
    'Z',
    'X',
    ' ',
    '\n',
    '\r',
    'é',
    '\u{0}',
    '漢',
    'ß',
    '\u{10ffff}',
];

/// A zone with some characters replaced, added or dropped, or characters at random.
fn text(random: &mut Random) -> String {
    if random.below(8) == 0 {
        return (0..random.below(100))
            .map(|_| CHARACTERS[random.below(CHARACTERS.len())])
            .collect();
    }
    let mut characters: Vec<char> = SEEDS[random.below(SEEDS.len())].chars().collect();
    for _ in 0..random.below(6) {
        let at = random.below(characters.len());
        // Most of the time a character that a zone can hold.
        let kinds = if random.below(4) == 0 {
            CHARACTERS.len()
        } else {
            14
        };
        let character = CHARACTERS[random.below(kinds)];
        match random.below(10) {
            0 => characters.insert(at, character),
            1 => drop(characters.remove(at)),
            _ => characters[at] = character,
        }
    }
    characters.into_iter().collect()
}

/// Reads so many texts; how many were zones, and how many of these were valid.
fn read_many(seed: u64, count: u64) -> (u64, u64) {
    let mut random = Random(seed);
    let (mut zones, mut valid) = (0, 0);
    for _ in 0..count {
        if let Ok(verdict) = read(&text(&mut random), today()) {
            zones += 1;
            valid += u64::from(verdict.valid);
            assert!(!verdict.valid || verdict.checks.iter().all(|check| check.ok));
        }
    }
    (zones, valid)
}

#[test]
fn no_text_makes_it_panic() {
    let (zones, valid) = read_many(0x9303, 20_000);
    assert!(zones > 5_000 && valid > 500, "{zones} {valid}");
}

/// `cargo test --release -p service ten_million -- --ignored --nocapture`
#[test]
#[ignore = "takes a minute in a release build"]
#[allow(clippy::print_stderr)]
fn ten_million_texts_do_not_make_it_panic() {
    let start = std::time::Instant::now();
    let (zones, valid) = read_many(0x2026_1122, 10_000_000);
    eprintln!(
        "10000000 texts, {zones} zones, {valid} valid, in {:?}",
        start.elapsed()
    );
    assert!(zones > 2_500_000 && valid > 250_000, "{zones} {valid}");
}

/// `cargo test --release -p service reading_takes -- --ignored --nocapture`
#[test]
#[ignore = "says something in a release build only"]
#[allow(clippy::print_stderr)]
fn reading_takes_less_than_20_microseconds() {
    // A good zone, one with a wrong digit, and one whose repair has to be searched for.
    let wrong = ERIKSSON.replace("C36", "C37");
    let repaired = ERIKSSON.replace("8902C36", "89O2C36");
    let hopeless = ERIKSSON
        .replace("L898902C36UTO", "OI8S5Z0B19UTO")
        .replace("ZE184226B<<<<<1", "01258OIBSZ01253");
    for (name, text) in [
        ("good", ERIKSSON),
        ("wrong", &wrong),
        ("repaired", &repaired),
        ("hopeless", &hopeless),
    ] {
        let rounds = 20_000;
        let start = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(read(std::hint::black_box(text), today())).unwrap();
        }
        let each = start.elapsed() / rounds;
        eprintln!("{name}: {each:?}");
        assert!(each < std::time::Duration::from_micros(20), "{name}: {each:?}");
    }
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-zÄÖÜßŁñéøþ'’ -]{1,60}".prop_filter("a letter", |name| name.contains(|c: char| c.is_alphabetic()))
}

prop_compose! {
    fn day()(days in 0..36_000i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(1927, 1, 1).unwrap() + chrono::TimeDelta::days(days)
    }
}

proptest! {
    // What fails is printed, and becomes a test of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_verdict_or_is_none(text in "\\PC{0,320}") {
        let _ = read(&text, today());
    }

    #[test]
    fn any_characters_of_a_zone_have_a_verdict(text in "[A-Z][A-Z0-9<]{87}", day in day()) {
        prop_assert_eq!(read(&text, day).unwrap().checks.len(), if text.starts_with('V') { 3 } else { 5 });
    }

    #[test]
    fn what_is_written_reads_back(
        surname in name(), given_names in proptest::option::of(name()), number in "[A-Z0-9]{1,9}",
        personal_number in proptest::option::of("[A-Z0-9]{1,14}"), birth in day(), expires in 0..27_000i64, sex in 0..3usize,
    ) {
        prop_assume!(birth <= today() && birth > today() - chrono::TimeDelta::days(36_500));
        let expiry_date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + chrono::TimeDelta::days(expires);
        prop_assume!(expiry_date < NaiveDate::from_ymd_opt(2100, 1, 1).unwrap());
        let passport = Passport {
            document_code: "PP",
            issuing_country: "SWE".parse().unwrap(),
            nationality: "D".parse().unwrap(),
            passport_number: &number,
            personal_number: personal_number.as_deref(),
            surname: &surname,
            given_names: given_names.as_deref(),
            date_of_birth: birth,
            sex: entity::values::Sex::ALL[sex],
            expiry_date,
        };
        let composed = compose(&passport).unwrap();
        prop_assert!(composed.lines.iter().all(|line| line.len() == 44), "{:?}", composed.lines);
        let read = verdict(&composed.lines.join("\n"));
        prop_assert!(read.valid, "{:?} {:?}", composed.lines, read.warnings);
        prop_assert_eq!(read.fields.passport_number.as_deref(), Some(number.as_str()));
        prop_assert_eq!(&read.fields.personal_number, &personal_number);
        prop_assert_eq!(read.fields.date_of_birth, Some(birth));
        prop_assert_eq!(read.fields.expiry_date, Some(expiry_date));
        prop_assert_eq!(read.fields.sex, Some(passport.sex));
        prop_assert_eq!(read.fields.given_names.is_some(), given_names.is_some());
        let cut = composed.warnings.iter().any(|warning| warning.code == WarningCode::NameTruncated);
        if cut {
            prop_assert!(codes(&read).contains(&"name_truncated"));
        }
    }
}

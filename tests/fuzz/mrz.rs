//! Machine readable zones.

use chrono::NaiveDate;
use service::travel::mrz::read;

use crate::random::Random;

const SEEDS: [&str; 5] = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
];
const CHARACTERS: [char; 16] = [
    '<', '0', '1', '2', '5', '8', '9', 'A', 'B', 'I', 'O', 'S', 'Z', ' ', '\n', '\r',
];

pub fn text(random: &mut Random) -> String {
    if random.below(8) == 0 {
        return (0..random.below(100)).map(|_| random.any()).collect();
    }
    let seed = random.one_of(&SEEDS);
    random.changed(seed, &CHARACTERS)
}

/// What is wrong with the answer.
pub fn judge(text: &str) -> Option<&'static str> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23)?;
    let verdict = read(text, today).ok()?;
    let all_ok = verdict.checks.iter().all(|check| check.ok);
    (verdict.valid && !all_ok).then_some("a zone with a wrong digit is called valid")
}

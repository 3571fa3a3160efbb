//! Machine readable zones: what `POST /v1/passports/parse-mrz` does beside HTTP.

use std::hint::black_box;

use chrono::NaiveDate;
use criterion::Criterion;
use service::travel::mrz::read;

const RIGHT: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16";
/// A letter O for a zero and a digit that is not the right one.
const WRONG: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8989O2C36UTO7408122F3404158ZE184226B<<<<<16";
const CARD: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

pub fn benchmarks(criterion: &mut Criterion) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut group = criterion.benchmark_group("parse-mrz");
    for (name, zone) in [
        ("passport", RIGHT),
        ("passport with mistakes", WRONG),
        ("card", CARD),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| read(black_box(zone), today));
        });
    }
    group.finish();
}

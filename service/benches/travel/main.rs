//! How long the rules of travel take: `cargo bench -p service --bench travel`. No database, no server; a file for each subject.
#![allow(missing_docs, clippy::unwrap_used)]

mod booking;
mod document_check;
mod mrz;
mod people;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    travel,
    mrz::benchmarks,
    booking::benchmarks,
    document_check::benchmarks
);
criterion_main!(travel);

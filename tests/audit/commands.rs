//! Each kind of command makes its entry.

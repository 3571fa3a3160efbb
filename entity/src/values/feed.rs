//! What calendar feeds are called.

use super::text::{self, text_type};

text_type! {
    /// Name of a calendar feed, for its owner.
    pub struct FeedName(String);
    debug = hidden;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Passports of the family";
    parse = text::any;
}

//! What machine clients are called.

use super::text::{self, text_type};

text_type! {
    /// Name of a machine client: of the other system, or of the team that runs it.
    pub struct ClientName(String);
    debug = shown;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Booking tool";
    parse = text::any;
}

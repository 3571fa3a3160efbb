//! What a travel group is called and why it travels.

use super::text::{self, text_type};

text_type! {
    /// Name of a group of people who travel together.
    pub struct GroupName(String);
    debug = hidden;
    length = 1..=100;
    pattern = text::PATTERN;
    example = "Eriksson family, summer 2027";
    parse = text::any;
}

text_type! {
    /// Why something is done, in the words of the person who does it.
    pub struct Purpose(String);
    debug = hidden;
    length = 1..=500;
    pattern = text::PATTERN;
    example = "Visit of the customer in Lisbon";
    parse = text::any;
}

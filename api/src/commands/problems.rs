//! `problems`.

use api::openapi::Document;
use api::pages::problems_markdown;

/// Prints every code that an answer can have.
pub fn run() {
    print!("{}", problems_markdown(Document::shared().answers()));
}

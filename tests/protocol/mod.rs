//! What every answer has, whatever it answers.

mod docs;
mod headers;
mod health;
mod links;
mod logs;

//! Users.

pub mod view;

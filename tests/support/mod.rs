//! What all tests use: a server with a database of its own, and callers of every kind.

mod app;
mod chance;
mod client;
mod contract;
mod database;
pub mod document;
pub mod outbox;
pub mod program;
pub mod raw;
mod template;
pub mod world;
pub mod writers;

#[allow(unused_imports)]
pub use self::app::{ADMIN_EMAIL, App, Machine, Running, Tweak, config, run};
#[allow(unused_imports)]
pub use self::chance::without_chance;
#[allow(unused_imports)]
pub use self::client::{
    Answer, Caller, anna_identity_card, anna_passport, anna_visa, escaped, json_object, table_rows,
};
#[allow(unused_imports)]
pub use self::database::{Backend, TestDatabase};

/// Turns each `async fn name(app: &App)` into two tests: `name::sqlite` and `name::postgres`.
///
/// `async fn name(app: &App) with |config| { … }` changes the settings of the server first.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($app:ident: &App) $(with $tweak:expr =>)? $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                async fn body($app: $crate::support::App) -> $crate::support::App {
                    {
                        let $app = &$app;
                        $body
                    }
                    $app
                }

                fn tweak() -> $crate::support::Tweak {
                    #[allow(unused_mut, unused_assignments)]
                    let mut tweak: $crate::support::Tweak = |_| {};
                    $(tweak = $tweak;)?
                    tweak
                }

                #[test]
                fn sqlite() {
                    $crate::support::run($crate::support::Backend::Sqlite, tweak(), body);
                }

                #[test]
                fn postgres() {
                    $crate::support::run($crate::support::Backend::Postgres, tweak(), body);
                }
            }
        )+
    };
}
pub(crate) use on_both_databases;

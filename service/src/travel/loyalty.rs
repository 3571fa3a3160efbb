//! Which programmes credit a flight, and which of a traveller's memberships is the best for it.
//!
//! Facts are data beside this file: `programs.json` with the programmes of the world, `alliances.json` with who belongs to
//! which alliance from when until when. Each fact has its source and the day for which it is known.

mod alliances;
pub mod catalogue;
mod number;
mod rank;

pub use self::alliances::alliance_of;
pub use self::number::doubts;
pub use self::rank::{Credit, Flight, in_order};

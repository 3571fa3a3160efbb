//! SeaORM entities, typed ids and value types of the Customer Profile API: what is stored, and nothing else.

pub mod ids;
pub mod values;

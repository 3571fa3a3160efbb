//! `SeaORM` entities, typed ids and value types of the Customer Profile API.

pub mod values;

//! Business rules of the Customer Profile API.

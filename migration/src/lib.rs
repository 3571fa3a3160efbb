//! Schema migrations of the Customer Profile API.

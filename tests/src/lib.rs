//! Integration tests of the Customer Profile API.

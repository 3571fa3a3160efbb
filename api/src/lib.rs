//! HTTP interface and command line of the Customer Profile API.

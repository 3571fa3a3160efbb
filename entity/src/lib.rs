//! SeaORM entities, typed ids and value types of the Customer Profile API: what is stored, and nothing else.

// The entity macros generate public items (Entity, Column, ActiveModel …) that nobody can document from here.
#![allow(missing_docs)]

pub mod audit_chain;
pub mod audit_checkpoints;
pub mod audit_events;
pub mod calendar_feeds;
pub mod client_secrets;
pub mod client_tokens;
pub mod clients;
pub mod consents;
pub mod credentials;
pub mod data_keys;
pub mod emergency_contacts;
pub mod entry_rules;
pub mod erasures;
pub mod event_head;
pub mod events;
pub mod external_ids;
pub mod group_members;
pub mod groups;
pub mod idempotency_keys;
pub mod identity_cards;
pub mod ids;
pub mod imports;
pub mod index_keys;
pub mod loyalties;
pub mod loyalty_programs;
pub mod mail_counts;
pub mod mail_tokens;
pub mod mails;
pub mod passports;
pub mod recovery_codes;
pub mod refresh_tokens;
pub mod second_factors;
pub mod sessions;
pub mod signing_keys;
pub mod throttles;
pub mod travel_preferences;
pub mod traveller_numbers;
pub mod user_search_terms;
pub mod users;
pub mod values;
pub mod visas;
pub mod webhook_deliveries;
pub mod webhook_endpoints;

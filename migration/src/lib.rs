//! Schema migrations of the Customer Profile API, the same for SQLite and PostgreSQL. How to write one: README.md.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::migrator::MigrationStatus;
pub use sea_orm_migration::prelude::{MigratorTrait, SchemaManager};

mod columns;
mod m20261122_000001_create_users;
mod m20261122_000002_create_passports;
mod m20261122_000003_create_loyalty;
mod m20261122_000004_create_groups;
mod m20261122_000005_create_sessions;
mod m20261122_000006_create_clients;
mod m20261122_000007_create_mail;
mod m20261122_000008_create_throttles;
mod m20261122_000009_create_second_factors;
mod m20261122_000010_seal_personal_data;
mod m20261122_000011_drop_clear_personal_data;
mod m20261122_000012_create_audit;
mod m20261122_000013_create_privacy;
mod m20261122_000014_describe_programs;
mod m20261123_000015_create_travel_documents;
mod m20261123_000016_describe_travellers;
mod m20261123_000017_create_entry_rules;
mod m20261123_000018_create_calendar_feeds;
mod m20261123_000019_name_purposes;
mod m20261123_000020_create_idempotency_keys;
mod m20261123_000021_order_by_last_day;
mod m20261130_000020_create_events;
mod m20261130_000021_create_webhooks;
mod m20261130_000030_create_external_ids;
mod m20261130_000040_create_imports;
mod m20261130_000060_seal_purposes;

/// All migrations, in the order in which they run.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_users::Migration),
            Box::new(m20261122_000002_create_passports::Migration),
            Box::new(m20261122_000003_create_loyalty::Migration),
            Box::new(m20261122_000004_create_groups::Migration),
            Box::new(m20261122_000005_create_sessions::Migration),
            Box::new(m20261122_000006_create_clients::Migration),
            Box::new(m20261122_000007_create_mail::Migration),
            Box::new(m20261122_000008_create_throttles::Migration),
            Box::new(m20261122_000009_create_second_factors::Migration),
            Box::new(m20261122_000010_seal_personal_data::Migration),
            Box::new(m20261122_000011_drop_clear_personal_data::Migration),
            Box::new(m20261122_000012_create_audit::Migration),
            Box::new(m20261122_000013_create_privacy::Migration),
            Box::new(m20261122_000014_describe_programs::Migration),
            Box::new(m20261123_000015_create_travel_documents::Migration),
            Box::new(m20261123_000016_describe_travellers::Migration),
            Box::new(m20261123_000017_create_entry_rules::Migration),
            Box::new(m20261123_000018_create_calendar_feeds::Migration),
            Box::new(m20261123_000019_name_purposes::Migration),
            Box::new(m20261123_000020_create_idempotency_keys::Migration),
            Box::new(m20261123_000021_order_by_last_day::Migration),
            Box::new(m20261130_000020_create_events::Migration),
            Box::new(m20261130_000021_create_webhooks::Migration),
            Box::new(m20261130_000030_create_external_ids::Migration),
            Box::new(m20261130_000040_create_imports::Migration),
            Box::new(m20261130_000060_seal_purposes::Migration),
        ]
    }
}

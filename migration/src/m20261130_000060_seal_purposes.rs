//! What something was done for is words of people, which may name whom it concerns: it gets a column in which it is sealed.
//! Entries that are there keep theirs as it is, because their codes are made of it.

use sea_orm_migration::prelude::*;

use crate::columns::text_null;

const TABLE: &str = "audit_events";
const COLUMN: &str = "sealed_purpose";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter()
            .table(TABLE)
            .add_column(text_null(COLUMN, 2000))
            .take();
        manager.alter_table(add).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let remove = Table::alter().table(TABLE).drop_column(COLUMN).take();
        manager.alter_table(remove).await
    }
}

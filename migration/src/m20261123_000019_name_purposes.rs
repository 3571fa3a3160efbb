//! Rules of entry for trips of one purpose.

use sea_orm_migration::prelude::*;

use crate::columns::one_of_null;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "entry_rules";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let purposes = ["tourism", "business", "transit", "study", "work", "other"];
        manager
            .alter_table(
                Table::alter()
                    .table(TABLE)
                    .add_column(one_of_null("purpose", &purposes))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table(TABLE).drop_column("purpose").take())
            .await
    }
}

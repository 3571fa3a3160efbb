//! Identity cards and traveller numbers in the order in which they run out.

use sea_orm_migration::prelude::*;

use crate::columns::index;

const LAST_DAY: &str = "expiry_date";
const TABLES: [&str; 2] = ["identity_cards", "traveller_numbers"];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            // The new one serves all that the old one did.
            manager.drop_index(drop_index(table, LAST_DAY)).await?;
            let by_last_day = Index::create()
                .name(format!("idx-{table}-{LAST_DAY}-id"))
                .table(table)
                .col(LAST_DAY)
                .col("id")
                .take();
            manager.create_index(by_last_day).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_index(drop_index(table, "expiry_date-id")).await?;
            manager.create_index(index(table, LAST_DAY)).await?;
        }
        Ok(())
    }
}

fn drop_index(table: &'static str, columns: &str) -> IndexDropStatement {
    Index::drop()
        .name(format!("idx-{table}-{columns}"))
        .table(table)
        .to_owned()
}

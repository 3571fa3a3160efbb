//! How often somebody has guessed wrong.

use sea_orm_migration::prelude::*;

use crate::columns::{text, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("throttles")
                    .col(text("key", 64).primary_key())
                    .col(
                        ColumnDef::new("failures")
                            .big_integer()
                            .not_null()
                            .check(Expr::cust("failures >= 0")),
                    )
                    .col(time("blocked_until"))
                    .col(time("updated_at"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-throttles-updated_at")
                    .table("throttles")
                    .col("updated_at")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("throttles").take()).await
    }
}

//! What was answered to requests that may be sent again.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, bytes_null, flag, id_null, index, text, time};

const TABLE: &str = "idempotency_keys";

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
                    .table(TABLE)
                    .col(text("key", 64).primary_key())
                    .col(text("fingerprint", 64))
                    .col(id_null("user_id"))
                    .col(flag("shared"))
                    .col(bytes_null("answer"))
                    .col(time("expires_at"))
                    .foreign_key(&mut belongs_to_user(TABLE))
                    .take(),
            )
            .await?;
        for column in ["user_id", "expires_at"] {
            manager.create_index(index(TABLE, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}

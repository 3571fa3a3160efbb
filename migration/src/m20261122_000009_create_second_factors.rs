//! Second factors: authenticator apps, and the codes for when they are lost.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, id, text, time, time_null};

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
                    .table("second_factors")
                    .col(id("user_id").primary_key())
                    .col(text("secret", 500))
                    .col(ColumnDef::new("last_step").big_integer().null())
                    .col(time_null("confirmed_at"))
                    .col(time("created_at"))
                    .foreign_key(&mut belongs_to_user("second_factors"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("recovery_codes")
                    .col(text("code_hash", 64).primary_key())
                    .col(id("user_id"))
                    .foreign_key(&mut belongs_to_user("recovery_codes"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-recovery_codes-user_id")
                    .table("recovery_codes")
                    .col("user_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["recovery_codes", "second_factors"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

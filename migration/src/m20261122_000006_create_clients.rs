//! Machine clients, the secrets they prove themselves with, and the tokens they have been given.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, one_of, text, time, time_null, version};

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
                    .table("clients")
                    .col(id("id").primary_key())
                    .col(text("name", 100))
                    .col(ColumnDef::new("name_key").string().not_null().unique_key())
                    .col(text("scopes", 500))
                    .col(one_of("status", &["active", "disabled"]))
                    .col(time_null("expires_at"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("client_secrets")
                    .col(id("id").primary_key())
                    .col(id("client_id"))
                    .col(text("secret_hash", 64).unique_key())
                    .col(time("created_at"))
                    .foreign_key(&mut goes_with("client_secrets", "client_id", "clients"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("client_tokens")
                    .col(id("id").primary_key())
                    .col(id("client_id"))
                    .col(id("secret_id"))
                    .col(text("scopes", 500))
                    .col(time("created_at"))
                    .col(time("expires_at"))
                    .col(time_null("ended_at"))
                    .foreign_key(&mut goes_with("client_tokens", "client_id", "clients"))
                    .foreign_key(&mut goes_with("client_tokens", "secret_id", "client_secrets"))
                    .take(),
            )
            .await?;
        for (table, column) in [
            ("client_secrets", "client_id"),
            ("client_tokens", "client_id"),
            ("client_tokens", "secret_id"),
            ("client_tokens", "expires_at"),
        ] {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["client_tokens", "client_secrets", "clients"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// A foreign key to a row that takes this one along.
fn goes_with(table: &'static str, column: &'static str, parent: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk-{table}-{column}"))
        .from(table, column)
        .to(parent, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

//! Sessions, the refresh tokens that carry them on, and the keys that sign access tokens.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, flag, id, index, one_of, text, text_null, time, time_null};

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
                    .table("sessions")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(text_null("device_name", 200))
                    .col(text_null("address_class", 50))
                    .col(flag("second_factor"))
                    .col(time("created_at"))
                    .col(time("last_used_at"))
                    .col(time("expires_at"))
                    .col(time_null("ended_at"))
                    .foreign_key(&mut belongs_to_user("sessions"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("refresh_tokens")
                    .col(text("token_hash", 64).primary_key())
                    .col(id("session_id"))
                    .col(text_null("predecessor", 64))
                    .col(time("created_at"))
                    .col(time("expires_at"))
                    .col(time_null("used_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-refresh_tokens-session_id")
                            .from("refresh_tokens", "session_id")
                            .to("sessions", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("signing_keys")
                    .col(text("kid", 64).primary_key())
                    .col(one_of("state", &["next", "current", "previous"]))
                    .col(text("public_key", 64))
                    .col(text("private_key", 500))
                    .col(time("created_at"))
                    .col(time_null("retired_at"))
                    .check(Expr::cust("(state = 'previous') = (retired_at IS NOT NULL)"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-signing_keys-one_of_each")
                    .table("signing_keys")
                    .col("state")
                    .unique()
                    .and_where(Expr::cust("state <> 'previous'"))
                    .take(),
            )
            .await?;
        for (table, column) in [
            ("sessions", "user_id"),
            ("sessions", "expires_at"),
            ("refresh_tokens", "session_id"),
            ("refresh_tokens", "predecessor"),
        ] {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["signing_keys", "refresh_tokens", "sessions"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

//! Mail that is to be sent, the tokens of the links in it, and which addresses are proved.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, count, id, id_null, index, one_of, text, text_null, time, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .add_column(time_null("email_verified_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("mails")
                    .col(id("id").primary_key())
                    .col(one_of(
                        "kind",
                        &[
                            "invitation",
                            "email_verification",
                            "verification_request",
                            "registration",
                            "password_reset",
                            "password_changed",
                            "email_change",
                            "email_changed",
                        ],
                    ))
                    .col(id_null("user_id"))
                    .col(text_null("payload", 5000))
                    .col(count("attempts"))
                    .col(time("created_at"))
                    .col(time("next_attempt_at"))
                    .col(time_null("claimed_until"))
                    .foreign_key(&mut belongs_to_user("mails"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("mail_tokens")
                    .col(text("token_hash", 64).primary_key())
                    .col(one_of(
                        "purpose",
                        &[
                            "invitation",
                            "email_verification",
                            "password_reset",
                            "email_change",
                        ],
                    ))
                    .col(id_null("user_id"))
                    .col(text("email", 500))
                    .col(text_null("payload", 5000))
                    .col(time("created_at"))
                    .col(time("expires_at"))
                    .foreign_key(&mut belongs_to_user("mail_tokens"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("mail_counts")
                    .col(text("tag", 64).primary_key())
                    .col(count("count"))
                    .col(time("since"))
                    .take(),
            )
            .await?;
        for (table, column) in [
            ("mails", "user_id"),
            ("mails", "next_attempt_at"),
            ("mail_tokens", "user_id"),
            ("mail_tokens", "expires_at"),
            ("mail_counts", "since"),
        ] {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["mail_counts", "mail_tokens", "mails"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .drop_column("email_verified_at")
                    .take(),
            )
            .await
    }
}

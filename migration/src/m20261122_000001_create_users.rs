//! Users, what they sign in with, and the words they are found by.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{belongs_to_user, date_null, id, one_of, one_of_null, text, text_null, time, version};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    // SeaORM leaves SQLite migrations without a transaction unless told.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("users")
                    .col(id("id").primary_key())
                    .col(text_null("email", 254))
                    .col(ColumnDef::new("email_key").string().null().unique_key())
                    .col(text("first_name", 100))
                    .col(text_null("last_name", 100))
                    .col(text_null("middle_names", 100))
                    .col(text_null("preferred_name", 100))
                    .col(text_null("title", 20))
                    .col(date_null("date_of_birth"))
                    .col(one_of_null("gender", &["F", "M", "X", "U"]))
                    .col(text_null("nationality", 3))
                    .col(text_null("phone", 16))
                    .col(text_null("language", 35))
                    .col(one_of("role", &["customer", "agent", "admin"]))
                    .col(one_of("status", &["active", "invited", "disabled"]))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust("(email IS NULL) = (email_key IS NULL)"))
                    // Staff sign in, and signing in takes an address.
                    .check(Expr::cust("role = 'customer' OR email IS NOT NULL"))
                    .take(),
            )
            .await?;
        for column in ["phone", "date_of_birth"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("idx-users-{column}"))
                        .table("users")
                        .col(column)
                        .take(),
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("credentials")
                    .col(id("user_id").primary_key())
                    .col(text("password_hash", 500))
                    .col(time("password_changed_at"))
                    .foreign_key(&mut belongs_to_user("credentials"))
                    .take(),
            )
            .await?;
        let mut term = text("term", 300);
        if manager.get_database_backend() == DbBackend::Postgres {
            // Ranges over prefixes need the order of the bytes, whatever the locale of the database.
            term.extra("COLLATE \"C\"");
        }
        manager
            .create_table(
                Table::create()
                    .table("user_search_terms")
                    .col(id("user_id"))
                    .col(term)
                    .primary_key(Index::create().col("user_id").col("term"))
                    .foreign_key(&mut belongs_to_user("user_search_terms"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-user_search_terms-term-user_id")
                    .table("user_search_terms")
                    .col("term")
                    .col("user_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["user_search_terms", "credentials", "users"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

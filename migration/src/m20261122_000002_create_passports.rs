//! Passports.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, date, date_null, flag, id, one_of, text, text_null, time, version};

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
                    .table("passports")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(text("document_code", 2))
                    .col(text("issuing_country", 3))
                    .col(text("nationality", 3))
                    .col(text("passport_number", 20))
                    .col(text("surname", 100))
                    .col(text_null("given_names", 100))
                    .col(date("date_of_birth"))
                    .col(one_of("sex", &["F", "M", "X"]))
                    .col(text_null("birth_country", 3))
                    .col(text_null("place_of_birth", 100))
                    .col(date_null("issue_date"))
                    .col(date("expiry_date"))
                    .col(one_of("status", &["active", "lost", "stolen", "replaced"]))
                    .col(flag("primary"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust("issue_date < expiry_date"))
                    .check(Expr::cust("date_of_birth < issue_date"))
                    .check(Expr::cust("date_of_birth < expiry_date"))
                    .check(Expr::cust("NOT \"primary\" OR status = 'active'"))
                    .foreign_key(&mut belongs_to_user("passports"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-passports-issuing_country-passport_number")
                    .table("passports")
                    .col("issuing_country")
                    .col("passport_number")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-passports-one_primary")
                    .table("passports")
                    .col("user_id")
                    .unique()
                    .and_where(Expr::cust("\"primary\""))
                    .take(),
            )
            .await?;
        for column in ["user_id", "expiry_date"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("idx-passports-{column}"))
                        .table("passports")
                        .col(column)
                        .take(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("passports").take()).await
    }
}

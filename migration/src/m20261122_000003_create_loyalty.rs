//! The catalogue of loyalty programmes, and who belongs to them.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, date_null, flag, id, one_of, text, text_null, time, version};

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
                    .table("loyalty_programs")
                    .col(id("id").primary_key())
                    .col(text("supplier", 100))
                    .col(text("name", 100))
                    .col(ColumnDef::new("catalogue_key").string().not_null().unique_key())
                    .col(one_of(
                        "type",
                        &["airline", "hotel", "car", "rail", "cruise", "other"],
                    ))
                    .col(text_null("supplier_code", 10))
                    .col(ColumnDef::new("tiers").json_binary().not_null())
                    .col(date_null("offered_from"))
                    .col(date_null("offered_until"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust("offered_from <= offered_until"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("loyalties")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(id("program_id"))
                    .col(text("membership_number", 30))
                    .col(text_null("tier", 50))
                    .col(one_of("status", &["active", "suspended", "closed"]))
                    .col(date_null("expiry_date"))
                    .col(flag("primary"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .foreign_key(&mut belongs_to_user("loyalties"))
                    // No action rather than restrict: SeaORM does not recognise the errors of the latter.
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-loyalties-program_id")
                            .from("loyalties", "program_id")
                            .to("loyalty_programs", "id"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-loyalties-user_id-program_id")
                    .table("loyalties")
                    .col("user_id")
                    .col("program_id")
                    .unique()
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-loyalties-one_primary")
                    .table("loyalties")
                    .col("user_id")
                    .unique()
                    .and_where(Expr::cust("\"primary\""))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-loyalties-program_id")
                    .table("loyalties")
                    .col("program_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["loyalties", "loyalty_programs"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

//! The feed of changes: what has happened to which record.

use sea_orm_migration::prelude::*;

use crate::columns::{count, id, id_null, one_of, text, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key leads away from here: that a record is gone is told after it has gone.
        manager
            .create_table(
                Table::create()
                    .table("events")
                    .col(
                        ColumnDef::new("seq")
                            .big_integer()
                            .not_null()
                            .auto_increment()
                            .primary_key(),
                    )
                    .col(ColumnDef::new("position").big_integer().null().unique_key())
                    .col(id("id").unique_key())
                    .col(text("event_type", 100))
                    .col(time("occurred_at"))
                    .col(text("subject_type", 50))
                    .col(id("subject_id"))
                    .col(id_null("user_id"))
                    .col(
                        ColumnDef::new("version")
                            .big_integer()
                            .null()
                            .check(Expr::cust("version >= 1")),
                    )
                    .col(text("changed_fields", 2000))
                    .col(one_of("actor_kind", &["user", "client", "system", "anonymous"]))
                    .col(id_null("actor_id"))
                    .take(),
            )
            .await?;
        // What waits for its place is little, however long the feed is.
        manager
            .create_index(
                Index::create()
                    .name("idx-events-unplaced")
                    .table("events")
                    .col("seq")
                    .and_where(Expr::cust("position IS NULL"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("event_head")
                    .col(
                        ColumnDef::new("id")
                            .big_integer()
                            .not_null()
                            .primary_key()
                            .check(Expr::cust("id = 1")),
                    )
                    .col(count("position"))
                    .col(count("pruned"))
                    .check(Expr::cust("pruned <= position"))
                    .take(),
            )
            .await?;
        let beginning = Query::insert()
            .into_table("event_head")
            .columns(["id", "position", "pruned"])
            .values_panic([1_i64.into(), 0_i64.into(), 0_i64.into()])
            .take();
        manager.execute(beginning).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["event_head", "events"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

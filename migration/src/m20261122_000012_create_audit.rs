//! The audit trail: who did what to whose data, the head of its chain, and the signed checkpoints.

use sea_orm_migration::prelude::*;

use crate::columns::{count, id, id_null, index, one_of, text, text_null, time};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key leads away from here: what was done to a record outlives the record.
        manager
            .create_table(
                Table::create()
                    .table("audit_events")
                    .col(id("id").primary_key())
                    .col(time("occurred_at"))
                    .col(text("action", 100))
                    .col(one_of("outcome", &["done", "denied", "failed"]))
                    .col(one_of("actor_kind", &["user", "client", "system", "anonymous"]))
                    .col(id_null("actor_id"))
                    .col(id_null("session_id"))
                    .col(text_null("subject_type", 50))
                    .col(id_null("subject_id"))
                    .col(id_null("user_id"))
                    .col(text_null("request_id", 64))
                    .col(text_null("address_class", 50))
                    .col(text_null("purpose", 500))
                    .col(text_null("detail", 200))
                    .col(text_null("changed_fields", 2000))
                    .col(text_null("changes", 100_000))
                    .col(text("mac", 64))
                    .col(ColumnDef::new("seq").big_integer().null().unique_key())
                    .col(text_null("hash", 64))
                    .check(Expr::cust("(seq IS NULL) = (hash IS NULL)"))
                    .take(),
            )
            .await?;
        for columns in [
            &["user_id", "id"][..],
            &["actor_id", "action", "occurred_at"],
            &["action", "id"],
        ] {
            let mut by = Index::create();
            by.name(format!("idx-audit_events-{}", columns.join("-")))
                .table("audit_events");
            for column in columns {
                by.col(*column);
            }
            manager.create_index(by).await?;
        }
        // What waits to be chained is little, however long the trail is.
        manager
            .create_index(
                Index::create()
                    .name("idx-audit_events-unchained")
                    .table("audit_events")
                    .col("id")
                    .and_where(Expr::cust("seq IS NULL"))
                    .take(),
            )
            .await?;
        manager.create_index(index("audit_events", "request_id")).await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_chain")
                    .col(
                        ColumnDef::new("id")
                            .big_integer()
                            .not_null()
                            .primary_key()
                            .check(Expr::cust("id = 1")),
                    )
                    .col(count("seq"))
                    .col(text("hash", 64))
                    .take(),
            )
            .await?;
        let beginning = Query::insert()
            .into_table("audit_chain")
            .columns(["id", "seq", "hash"])
            .values_panic([1_i64.into(), 0_i64.into(), "-".into()])
            .take();
        manager.execute(beginning).await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_checkpoints")
                    .col(ColumnDef::new("seq").big_integer().not_null().primary_key())
                    .col(text("hash", 64))
                    .col(count("previous_seq"))
                    .col(text("signature", 100))
                    .col(time("created_at"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit_checkpoints", "audit_chain", "audit_events"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

//! Webhooks: where events are sent to, and what became of each message.

use sea_orm_migration::prelude::*;

use crate::columns::{count, id, id_null, one_of, one_of_null, text, text_null, time, time_null, version};

const ENDPOINTS: &str = "webhook_endpoints";
const DELIVERIES: &str = "webhook_deliveries";

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
                    .table(ENDPOINTS)
                    .col(id("id").primary_key())
                    .col(text("url", 2000))
                    .col(text_null("description", 200))
                    .col(text_null("events", 4000))
                    .col(one_of("status", &["active", "disabled"]))
                    .col(one_of_null("stopped_because", &["asked", "gone"]))
                    .col(text("secret", 500))
                    .col(text_null("old_secret", 500))
                    .col(time_null("old_secret_until"))
                    .col(count("place"))
                    .col(count("failures"))
                    .col(time_null("paused_until"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust("(status = 'active') = (stopped_because IS NULL)"))
                    .check(Expr::cust("(old_secret IS NULL) = (old_secret_until IS NULL)"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(DELIVERIES)
                    .col(id("id").primary_key())
                    .col(id("endpoint_id"))
                    .col(text("message_id", 64))
                    .col(text("event_type", 100))
                    .col(id_null("subject_id"))
                    .col(ColumnDef::new("place").big_integer().null())
                    .col(text("payload", 20_000))
                    .col(one_of("status", &["pending", "delivered", "failed"]))
                    .col(count("attempts"))
                    .col(time("next_attempt_at"))
                    .col(time_null("claimed_until"))
                    .col(time_null("last_attempt_at"))
                    .col(
                        ColumnDef::new("response_status")
                            .big_integer()
                            .null()
                            .check(Expr::cust("response_status BETWEEN 100 AND 999")),
                    )
                    .col(one_of_null(
                        "failure",
                        &[
                            "address",
                            "name",
                            "connection",
                            "tls",
                            "timeout",
                            "protocol",
                            "status",
                        ],
                    ))
                    .col(time_null("delivered_at"))
                    .col(time("occurred_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-webhook_deliveries-endpoint_id")
                            .from(DELIVERIES, "endpoint_id")
                            .to(ENDPOINTS, "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        for (columns, is_unique) in [
            (&["endpoint_id", "message_id"][..], true),
            (&["endpoint_id", "id"], false),
        ] {
            let mut by = Index::create();
            by.name(format!("idx-{DELIVERIES}-{}", columns.join("-")))
                .table(DELIVERIES);
            for column in columns {
                by.col(*column);
            }
            if is_unique {
                by.unique();
            }
            manager.create_index(by).await?;
        }
        // What is to be sent is little, however long the log is.
        for columns in [
            &["endpoint_id", "next_attempt_at"][..],
            &["endpoint_id", "subject_id", "place"],
        ] {
            let mut by = Index::create();
            by.name(format!("idx-{DELIVERIES}-pending-{}", columns.join("-")))
                .table(DELIVERIES)
                .and_where(Expr::cust("status = 'pending'"));
            for column in columns {
                by.col(*column);
            }
            manager.create_index(by).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [DELIVERIES, ENDPOINTS] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

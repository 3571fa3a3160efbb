//! What runs out, in the order of last days; calendars of it.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, id, id_null, index, text, text_null, time};

const TABLE: &str = "calendar_feeds";
const LAST_DAY: &str = "expiry_date";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Those below serve all that these did.
        for table in ["passports", "visas"] {
            manager.drop_index(drop_index(table, LAST_DAY)).await?;
        }
        for table in ["passports", "visas", "loyalties"] {
            let by_last_day = Index::create()
                .name(format!("idx-{table}-{LAST_DAY}-id"))
                .table(table)
                .col(LAST_DAY)
                .col("id")
                .take();
            manager.create_index(by_last_day).await?;
        }
        let reference = |column: &'static str, table: &'static str| {
            ForeignKey::create()
                .name(format!("fk-{TABLE}-{column}"))
                .from(TABLE, column)
                .to(table, "id")
                .on_delete(ForeignKeyAction::Cascade)
                .take()
        };
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(text_null("name", 100))
                    .col(text("token_hash", 64).unique_key())
                    .col(id_null("about_user_id"))
                    .col(id_null("group_id"))
                    .col(time("created_at"))
                    // A person, or a group.
                    .check(Expr::cust("(about_user_id IS NULL) <> (group_id IS NULL)"))
                    .foreign_key(&mut belongs_to_user(TABLE))
                    .foreign_key(&mut reference("about_user_id", "users"))
                    .foreign_key(&mut reference("group_id", "groups"))
                    .take(),
            )
            .await?;
        for column in ["user_id", "about_user_id", "group_id"] {
            manager.create_index(index(TABLE, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await?;
        for table in ["passports", "visas", "loyalties"] {
            manager.drop_index(drop_index(table, "expiry_date-id")).await?;
        }
        for table in ["passports", "visas"] {
            manager.create_index(index(table, LAST_DAY)).await?;
        }
        Ok(())
    }
}

fn drop_index(table: &'static str, columns: &str) -> IndexDropStatement {
    Index::drop()
        .name(format!("idx-{table}-{columns}"))
        .table(table)
        .to_owned()
}

//! Imports: what has become of the rows of a file.

use sea_orm_migration::prelude::*;

use crate::columns::{count, flag, id, id_null, index, one_of, text, text_null, time};

const TABLE: &str = "imports";

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
                    .table(TABLE)
                    .col(id("id").primary_key())
                    .col(id_null("actor_id"))
                    .col(one_of("existing", &["skip", "patch", "fail"]))
                    .col(flag("dry_run"))
                    .col(text("columns", 50_000))
                    .col(one_of("status", &["open", "done"]))
                    // The sum of what follows, and not negative by that.
                    .col(ColumnDef::new("rows").big_integer().not_null())
                    .col(count("added"))
                    .col(count("updated"))
                    .col(count("skipped"))
                    .col(count("failed"))
                    .col(text_null("problems", 2_000_000))
                    .col(text_null("digest", 64))
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust(
                        "\"added\" + \"updated\" + \"skipped\" + \"failed\" = \"rows\"",
                    ))
                    .take(),
            )
            .await?;
        manager.create_index(index(TABLE, "updated_at")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}

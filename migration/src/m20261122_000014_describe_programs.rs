//! What a loyalty programme credits, and which entry of the catalogue a row came from.

use sea_orm_migration::prelude::*;

use crate::columns::{one_of_null, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "loyalty_programs";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let list = |name: &'static str| ColumnDef::new(name).json_binary().not_null().default("[]").take();
        // Both or none.
        let hash = ColumnDef::new("catalogue_hash")
            .string()
            .null()
            .check(Expr::cust("(catalogue_hash IS NULL) = (catalogue_entry IS NULL)"))
            .take();
        for column in [
            list("carriers"),
            list("partners"),
            one_of_null("alliance", &["star_alliance", "oneworld", "skyteam"]),
            text_null("catalogue_entry", 100),
            hash,
        ] {
            // SQLite adds one column at a time.
            manager
                .alter_table(Table::alter().table(TABLE).add_column(column).take())
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("idx-loyalty_programs-catalogue_entry")
                    .table(TABLE)
                    .col("catalogue_entry")
                    .unique()
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::drop();
        index.name("idx-loyalty_programs-catalogue_entry").table(TABLE);
        manager.drop_index(index).await?;
        // The check of the last one names the one before.
        for column in [
            "catalogue_hash",
            "catalogue_entry",
            "alliance",
            "partners",
            "carriers",
        ] {
            manager
                .alter_table(Table::alter().table(TABLE).drop_column(column).take())
                .await?;
        }
        Ok(())
    }
}

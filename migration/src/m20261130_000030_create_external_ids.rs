//! Under which numbers other systems know users, passports, memberships and groups.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id_null, index};

const TABLE: &str = "external_ids";
/// Whose numbers there are: table and column that refers to it, and what becomes of a number when the record goes. That of a
/// user stays, as a digest that stands for nobody, so that another system learns of the erasure.
const OWNERS: [(&str, &str, ForeignKeyAction); 4] = [
    ("users", "user_id", ForeignKeyAction::SetNull),
    ("passports", "passport_id", ForeignKeyAction::Cascade),
    ("loyalties", "loyalty_id", ForeignKeyAction::Cascade),
    ("groups", "group_id", ForeignKeyAction::Cascade),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table.table(TABLE).col(bytes("digest").primary_key());
        for (parent, column, gone) in OWNERS {
            let mut key = ForeignKey::create();
            key.name(format!("fk-{TABLE}-{column}"))
                .from(TABLE, column)
                .to(parent, "id")
                .on_delete(gone);
            table.col(id_null(column)).foreign_key(&mut key);
        }
        // One record at the most.
        table.check(Expr::cust(
            "(CASE WHEN user_id IS NULL THEN 0 ELSE 1 END + CASE WHEN passport_id IS NULL THEN 0 ELSE 1 END \
             + CASE WHEN loyalty_id IS NULL THEN 0 ELSE 1 END + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END) <= 1",
        ));
        manager.create_table(table.take()).await?;
        for (parent, column, _) in OWNERS {
            manager.create_index(index(TABLE, column)).await?;
            let list = ColumnDef::new("external_ids")
                .json_binary()
                .not_null()
                .default("[]")
                .take();
            manager
                .alter_table(Table::alter().table(parent).add_column(list).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (parent, ..) in OWNERS {
            manager
                .alter_table(Table::alter().table(parent).drop_column("external_ids").take())
                .await?;
        }
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}

//! Travel groups and their members.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, id, one_of, text, text_null, time, version};

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
                    .table("groups")
                    .col(id("id").primary_key())
                    .col(text("name", 100))
                    .col(ColumnDef::new("name_key").string().not_null().unique_key())
                    .col(text_null("purpose", 500))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("group_members")
                    .col(id("group_id"))
                    .col(id("user_id"))
                    .col(one_of("role", &["lead", "companion", "guardian", "child"]))
                    .col(time("joined_at"))
                    .primary_key(Index::create().col("group_id").col("user_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-group_members-group_id")
                            .from("group_members", "group_id")
                            .to("groups", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(&mut belongs_to_user("group_members"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx-group_members-user_id")
                    .table("group_members")
                    .col("user_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["group_members", "groups"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

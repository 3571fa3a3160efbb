//! Whom to call, how somebody likes to travel, and where they live.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, bytes, bytes_null, id, index, one_of_null, text_null, time, version};

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
                    .table("emergency_contacts")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(bytes("name"))
                    .col(bytes_null("relationship"))
                    .col(bytes("phone"))
                    .col(bytes_null("email"))
                    .col(text_null("language", 35))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .foreign_key(&mut belongs_to_user("emergency_contacts"))
                    .take(),
            )
            .await?;
        manager
            .create_index(index("emergency_contacts", "user_id"))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("travel_preferences")
                    .col(id("user_id").primary_key())
                    .col(one_of_null(
                        "seat",
                        &["window", "aisle", "middle", "no_preference"],
                    ))
                    .col(bytes_null("seat_note"))
                    .col(bytes_null("meal"))
                    .col(bytes_null("meal_note"))
                    .col(bytes_null("assistance"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .foreign_key(&mut belongs_to_user("travel_preferences"))
                    .take(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .add_column(bytes_null("address"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("users").drop_column("address").take())
            .await?;
        for table in ["travel_preferences", "emergency_contacts"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

//! What people have agreed to, whose data is restricted, who is erased, and when somebody was last there.

use sea_orm_migration::prelude::*;

use crate::columns::{belongs_to_user, flag, id, id_null, one_of, text, text_null, time, time_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [time_null("restricted_at"), text_null("restriction_reason", 500)] {
            manager
                .alter_table(Table::alter().table("users").add_column(column).take())
                .await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table("credentials")
                    .add_column(time_null("last_seen_at"))
                    .take(),
            )
            .await?;
        // So few that looking through them costs no read anything.
        manager
            .create_index(
                Index::create()
                    .name("idx-users-restricted")
                    .table("users")
                    .col("id")
                    .and_where(Expr::cust("restricted_at IS NOT NULL"))
                    .take(),
            )
            .await?;
        create_consents(manager).await?;
        create_erasures(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["erasures", "consents"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        manager
            .drop_index(
                Index::drop()
                    .name("idx-users-restricted")
                    .table("users")
                    .to_owned(),
            )
            .await?;
        for (table, column) in [
            ("credentials", "last_seen_at"),
            ("users", "restriction_reason"),
            ("users", "restricted_at"),
        ] {
            manager
                .alter_table(Table::alter().table(table).drop_column(column).take())
                .await?;
        }
        Ok(())
    }
}

async fn create_consents(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("consents")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(text("purpose", 60))
                .col(text("text_version", 40))
                .col(flag("granted"))
                .col(one_of("source", &["customer", "staff", "client"]))
                .col(time("recorded_at"))
                .foreign_key(&mut belongs_to_user("consents"))
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-consents-user_id-purpose-id")
                .table("consents")
                .col("user_id")
                .col("purpose")
                .col("id")
                .take(),
        )
        .await
}

/// Without a foreign key: the row stays when the person has gone.
async fn create_erasures(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("erasures")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(one_of("status", &["requested", "rejected", "done"]))
                .col(text("reason", 500))
                .col(one_of(
                    "requested_by_kind",
                    &["customer", "staff", "client", "system"],
                ))
                .col(id_null("requested_by"))
                .col(time("requested_at"))
                .col(id_null("decided_by"))
                .col(time_null("decided_at"))
                .col(text_null("note", 500))
                .check(Expr::cust("(status = 'requested') = (decided_at IS NULL)"))
                .take(),
        )
        .await?;
    // One open request of a person, and one end.
    for status in ["requested", "done"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-erasures-one_{status}"))
                    .table("erasures")
                    .col("user_id")
                    .unique()
                    .and_where(Expr::cust(format!("status = '{status}'")))
                    .take(),
            )
            .await?;
    }
    for column in ["user_id", "decided_at"] {
        manager
            .create_index(crate::columns::index("erasures", column))
            .await?;
    }
    Ok(())
}

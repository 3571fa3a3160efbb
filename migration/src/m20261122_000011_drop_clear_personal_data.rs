//! Removes what [the migration before](crate::m20261122_000010_seal_personal_data) has set aside, when all of it is
//! sealed.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to_user, date, date_null, flag, id, one_of, text, text_null, time, time_null, version,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "passports_in_clear",
            "loyalties_in_clear",
            "second_factors_in_clear",
        ] {
            let left = Query::select().column("user_id").from(table).limit(1).take();
            if manager.get_connection().query_one(&left).await?.is_some() {
                return Err(DbErr::Custom(format!(
                    "{table} still holds data that is not sealed; start the program, which seals it"
                )));
            }
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        for column in ["phone_in_clear", "date_of_birth_in_clear"] {
            let left = Query::select()
                .column("id")
                .from("users")
                .and_where(Expr::col(column).is_not_null())
                .limit(1)
                .take();
            if manager.get_connection().query_one(&left).await?.is_some() {
                return Err(DbErr::Custom(format!(
                    "users.{column} still holds data that is not sealed; start the program, which seals it"
                )));
            }
            manager
                .alter_table(Table::alter().table("users").drop_column(column).take())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            text_null("phone_in_clear", 16),
            date_null("date_of_birth_in_clear"),
        ] {
            manager
                .alter_table(Table::alter().table("users").add_column(column).take())
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("passports_in_clear")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(text("document_code", 2))
                    .col(text("issuing_country", 3))
                    .col(text("nationality", 3))
                    .col(text("passport_number", 20))
                    .col(text("surname", 100))
                    .col(text_null("given_names", 100))
                    .col(date("date_of_birth"))
                    .col(one_of("sex", &["F", "M", "X"]))
                    .col(text_null("birth_country", 3))
                    .col(text_null("place_of_birth", 100))
                    .col(date_null("issue_date"))
                    .col(date("expiry_date"))
                    .col(one_of("status", &["active", "lost", "stolen", "replaced"]))
                    .col(flag("primary"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .check(Expr::cust("issue_date < expiry_date"))
                    .check(Expr::cust("date_of_birth < issue_date"))
                    .check(Expr::cust("date_of_birth < expiry_date"))
                    .check(Expr::cust("NOT \"primary\" OR status = 'active'"))
                    .foreign_key(&mut belongs_to_user("passports"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("loyalties_in_clear")
                    .col(id("id").primary_key())
                    .col(id("user_id"))
                    .col(id("program_id"))
                    .col(text("membership_number", 30))
                    .col(text_null("tier", 50))
                    .col(one_of("status", &["active", "suspended", "closed"]))
                    .col(date_null("expiry_date"))
                    .col(flag("primary"))
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    .foreign_key(&mut belongs_to_user("loyalties"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk-loyalties-program_id")
                            .from("loyalties", "program_id")
                            .to("loyalty_programs", "id"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("second_factors_in_clear")
                    .col(id("user_id").primary_key())
                    .col(text("secret", 500))
                    .col(ColumnDef::new("last_step").big_integer().null())
                    .col(time_null("confirmed_at"))
                    .col(time("created_at"))
                    .foreign_key(&mut belongs_to_user("second_factors"))
                    .take(),
            )
            .await
    }
}

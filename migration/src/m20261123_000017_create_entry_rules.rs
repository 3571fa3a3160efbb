//! Rules of entry: what countries ask of the documents of those who come.

use sea_orm_migration::prelude::*;

use crate::columns::{date, flag, id, one_of, one_of_null, text, text_null, time, version};

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "entry_rules";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let list = |name: &'static str| ColumnDef::new(name).json_binary().not_null().take();
        let number = |name: &'static str, max: u16| {
            ColumnDef::new(name)
                .small_integer()
                .null()
                .check(Expr::cust(format!("\"{name}\" BETWEEN 0 AND {max}")))
                .take()
        };
        manager
            .create_table(
                Table::create()
                    .table(TABLE)
                    .col(id("id").primary_key())
                    .col(text("code", 60).unique_key())
                    .col(one_of(
                        "kind",
                        &["passport_validity", "passport_age", "visa", "identity_card"],
                    ))
                    .col(list("destinations"))
                    .col(list("nationalities"))
                    .col(list("nationalities_except"))
                    .col(one_of_null("anchor", &["arrival", "departure", "stay_end"]))
                    .col(number("min_months", 120))
                    .col(number("min_days", 366))
                    .col(number("max_age_years", 50))
                    .col(one_of("severity", &["warn", "fail"]))
                    .col(one_of("confidence", &["confirmed", "unconfirmed"]))
                    .col(text_null("source_url", 500))
                    .col(text("source_title", 200))
                    .col(date("checked_on"))
                    .col(text_null("note", 500))
                    .col(flag("active"))
                    .col(ColumnDef::new("shipped_hash").string().null())
                    .col(version())
                    .col(time("created_at"))
                    .col(time("updated_at"))
                    // What each kind of rule is made of, and nothing else.
                    .check(Expr::cust("(kind = 'passport_validity') = (anchor IS NOT NULL)"))
                    .check(Expr::cust(
                        "anchor IS NOT NULL OR (min_months IS NULL AND min_days IS NULL)",
                    ))
                    .check(Expr::cust(
                        "(kind = 'passport_age') = (max_age_years IS NOT NULL)",
                    ))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).take()).await
    }
}

//! Visas, identity cards and traveller numbers.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to_user, bytes, date, date_null, id, id_null, index, one_of, text, text_null, time, version,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

const VISAS: &str = "visas";
const IDENTITY_CARDS: &str = "identity_cards";
const TRAVELLER_NUMBERS: &str = "traveller_numbers";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_visas(manager).await?;
        create_identity_cards(manager).await?;
        create_traveller_numbers(manager).await?;
        for (table, column) in [
            (VISAS, "user_id"),
            (VISAS, "passport_id"),
            (VISAS, "expiry_date"),
            (IDENTITY_CARDS, "user_id"),
            (IDENTITY_CARDS, "expiry_date"),
            (TRAVELLER_NUMBERS, "number_index"),
            (TRAVELLER_NUMBERS, "expiry_date"),
        ] {
            manager.create_index(index(table, column)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [TRAVELLER_NUMBERS, IDENTITY_CARDS, VISAS] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

async fn create_visas(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let types = [
        "tourist",
        "business",
        "transit",
        "student",
        "work",
        "residence",
        "electronic_authorization",
        "other",
    ];
    let max_stay_days = ColumnDef::new("max_stay_days")
        .integer()
        .null()
        .check(Expr::cust("max_stay_days BETWEEN 1 AND 3650"))
        .take();
    manager
        .create_table(
            Table::create()
                .table(VISAS)
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(id_null("passport_id"))
                .col(text("country", 3))
                .col(bytes("visa_number"))
                .col(bytes("number_index").unique_key())
                .col(one_of("type", &types))
                .col(one_of("entries", &["single", "double", "multiple"]))
                .col(max_stay_days)
                .col(text_null("place_of_issue", 35))
                .col(date("issue_date"))
                .col(date_null("valid_from"))
                .col(date("expiry_date"))
                .col(one_of("status", &["active", "used", "cancelled", "revoked"]))
                .col(version())
                .col(time("created_at"))
                .col(time("updated_at"))
                .check(Expr::cust("issue_date <= expiry_date"))
                .check(Expr::cust("valid_from BETWEEN issue_date AND expiry_date"))
                .foreign_key(&mut belongs_to_user(VISAS))
                .foreign_key(
                    ForeignKey::create()
                        .name("fk-visas-passport_id")
                        .from(VISAS, "passport_id")
                        .to("passports", "id")
                        .on_delete(ForeignKeyAction::SetNull),
                )
                .take(),
        )
        .await
}

async fn create_identity_cards(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(IDENTITY_CARDS)
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(text("issuing_country", 3))
                .col(text("nationality", 3))
                .col(bytes("document_number"))
                .col(bytes("number_index").unique_key())
                .col(text("surname", 100))
                .col(text_null("given_names", 100))
                .col(bytes("date_of_birth"))
                .col(one_of("sex", &["F", "M", "X"]))
                .col(date_null("issue_date"))
                .col(date_null("expiry_date"))
                .col(one_of("status", &["active", "lost", "stolen", "replaced"]))
                .col(version())
                .col(time("created_at"))
                .col(time("updated_at"))
                .check(Expr::cust("issue_date < expiry_date"))
                .foreign_key(&mut belongs_to_user(IDENTITY_CARDS))
                .take(),
        )
        .await
}

async fn create_traveller_numbers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table(TRAVELLER_NUMBERS)
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(one_of("type", &["known_traveller", "redress", "other"]))
                .col(bytes("number"))
                .col(bytes("number_index"))
                .col(text("country", 3))
                .col(text_null("program", 60))
                .col(date_null("expiry_date"))
                .col(version())
                .col(time("created_at"))
                .col(time("updated_at"))
                .check(Expr::cust("type <> 'other' OR program IS NOT NULL"))
                .foreign_key(&mut belongs_to_user(TRAVELLER_NUMBERS))
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("idx-traveller_numbers-user_id-type-country")
                .table(TRAVELLER_NUMBERS)
                .col("user_id")
                .col("type")
                .col("country")
                .unique()
                .take(),
        )
        .await
}

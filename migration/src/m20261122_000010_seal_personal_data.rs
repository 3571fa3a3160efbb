//! Room for sealed values, and for the keys that seal them.
//!
//! A migration has no keys. This one sets what is in clear aside; the service seals it, row by row, and only then lets
//! [the next one](crate::m20261122_000011_drop_clear_personal_data) remove what is left of it.

use sea_orm_migration::prelude::*;

use crate::columns::{
    belongs_to_user, bytes, bytes_null, date, date_null, flag, id, index, one_of, text, text_null, time,
    time_null, version,
};

/// Tables that are set aside, under their names with [`SET_ASIDE`] behind, and the indexes whose names they free.
const TABLES: &[(&str, &[&str])] = &[
    (
        "passports",
        &[
            "idx-passports-issuing_country-passport_number",
            "idx-passports-one_primary",
            "idx-passports-user_id",
            "idx-passports-expiry_date",
        ],
    ),
    (
        "loyalties",
        &[
            "idx-loyalties-user_id-program_id",
            "idx-loyalties-one_primary",
            "idx-loyalties-program_id",
        ],
    ),
    ("second_factors", &[]),
];
/// Columns of `users` that are set aside in the same way, and those of their blind indexes.
const COLUMNS: &[(&str, &str)] = &[("phone", "phone_index"), ("date_of_birth", "date_of_birth_index")];
/// What stands behind a name that is set aside.
const SET_ASIDE: &str = "_in_clear";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        set_aside(manager).await?;
        create_keys(manager).await?;
        for (column, digest) in COLUMNS {
            for name in [column, digest] {
                manager
                    .alter_table(Table::alter().table("users").add_column(bytes_null(name)).take())
                    .await?;
            }
            manager.create_index(index("users", digest)).await?;
        }
        create_passports(manager).await?;
        create_loyalties(manager).await?;
        manager
            .create_table(
                Table::create()
                    .table("second_factors")
                    .col(id("user_id").primary_key())
                    .col(bytes("secret"))
                    .col(ColumnDef::new("last_step").big_integer().null())
                    .col(time_null("confirmed_at"))
                    .col(time("created_at"))
                    .foreign_key(&mut belongs_to_user("second_factors"))
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sealed = Query::select()
            .column("user_id")
            .from("data_keys")
            .limit(1)
            .take();
        if manager.get_connection().query_one(&sealed).await?.is_some() {
            return Err(DbErr::Custom(
                "personal data is sealed and cannot be turned back into clear text; restore a backup instead"
                    .into(),
            ));
        }
        for (column, digest) in COLUMNS {
            manager
                .drop_index(drop_index("users", format!("idx-users-{digest}")))
                .await?;
            for name in [*column, *digest] {
                manager
                    .alter_table(Table::alter().table("users").drop_column(name).take())
                    .await?;
            }
        }
        for (table, _) in TABLES {
            manager.drop_table(Table::drop().table(*table).take()).await?;
        }
        for table in ["data_keys", "index_keys"] {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        bring_back(manager).await
    }
}

fn drop_index(table: &'static str, name: impl Into<String>) -> IndexDropStatement {
    let mut drop = Index::drop();
    drop.name(name).table(table);
    drop
}

async fn set_aside(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, indexes) in TABLES {
        for name in *indexes {
            manager.drop_index(drop_index(*table, *name)).await?;
        }
        manager
            .rename_table(
                Table::rename()
                    .table(*table, format!("{table}{SET_ASIDE}"))
                    .take(),
            )
            .await?;
    }
    for (column, _) in COLUMNS {
        manager
            .drop_index(drop_index("users", format!("idx-users-{column}")))
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .rename_column(*column, format!("{column}{SET_ASIDE}"))
                    .take(),
            )
            .await?;
    }
    Ok(())
}

async fn bring_back(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (column, _) in COLUMNS {
        manager
            .alter_table(
                Table::alter()
                    .table("users")
                    .rename_column(format!("{column}{SET_ASIDE}"), *column)
                    .take(),
            )
            .await?;
        manager.create_index(index("users", column)).await?;
    }
    for (table, _) in TABLES {
        manager
            .rename_table(
                Table::rename()
                    .table(format!("{table}{SET_ASIDE}"), *table)
                    .take(),
            )
            .await?;
    }
    manager
        .create_index(
            Index::create()
                .name("idx-passports-issuing_country-passport_number")
                .table("passports")
                .col("issuing_country")
                .col("passport_number")
                .unique()
                .take(),
        )
        .await?;
    create_common_indexes(manager).await
}

async fn create_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("data_keys")
                .col(id("user_id").primary_key())
                .col(id("key_id").unique_key())
                .col(text("wrapping_key_id", 60))
                .col(bytes("wrapped_key"))
                .col(time("created_at"))
                .foreign_key(&mut belongs_to_user("data_keys"))
                .take(),
        )
        .await?;
    manager
        .create_index(index("data_keys", "wrapping_key_id"))
        .await?;
    manager
        .create_table(
            Table::create()
                .table("index_keys")
                .col(text("id", 60).primary_key())
                .col(bytes("check"))
                .take(),
        )
        .await
}

async fn create_passports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("passports")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(text("document_code", 2))
                .col(text("issuing_country", 3))
                .col(text("nationality", 3))
                .col(bytes("passport_number"))
                .col(bytes("number_index").unique_key())
                .col(bytes_null("personal_number"))
                .col(text("surname", 100))
                .col(text_null("given_names", 100))
                .col(bytes("date_of_birth"))
                .col(one_of("sex", &["F", "M", "X"]))
                .col(text_null("birth_country", 3))
                .col(bytes_null("place_of_birth"))
                .col(date_null("issue_date"))
                .col(date("expiry_date"))
                .col(one_of("status", &["active", "lost", "stolen", "replaced"]))
                .col(flag("primary"))
                .col(version())
                .col(time("created_at"))
                .col(time("updated_at"))
                .check(Expr::cust("issue_date < expiry_date"))
                .check(Expr::cust("NOT \"primary\" OR status = 'active'"))
                .foreign_key(&mut belongs_to_user("passports"))
                .take(),
        )
        .await
}

async fn create_loyalties(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("loyalties")
                .col(id("id").primary_key())
                .col(id("user_id"))
                .col(id("program_id"))
                .col(bytes("membership_number"))
                .col(bytes("membership_number_index"))
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
        .create_index(index("loyalties", "membership_number_index"))
        .await?;
    create_common_indexes(manager).await
}

/// The indexes that passports and loyalties have with and without sealing.
async fn create_common_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in ["passports", "loyalties"] {
        manager
            .create_index(
                Index::create()
                    .name(format!("idx-{table}-one_primary"))
                    .table(table)
                    .col("user_id")
                    .unique()
                    .and_where(Expr::cust("\"primary\""))
                    .take(),
            )
            .await?;
    }
    manager
        .create_index(
            Index::create()
                .name("idx-loyalties-user_id-program_id")
                .table("loyalties")
                .col("user_id")
                .col("program_id")
                .unique()
                .take(),
        )
        .await?;
    for (table, column) in [
        ("passports", "user_id"),
        ("passports", "expiry_date"),
        ("loyalties", "program_id"),
    ] {
        manager.create_index(index(table, column)).await?;
    }
    Ok(())
}

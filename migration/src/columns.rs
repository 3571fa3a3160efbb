//! The kinds of columns that all tables are made of.

use sea_orm_migration::prelude::*;

/// A UUID.
pub fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// A text of 1 to `max` characters: the bound of the value type, held by the database too.
pub fn text(name: &'static str, max: u32) -> ColumnDef {
    bounded(name, max).not_null().take()
}

/// How many.
pub fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .big_integer()
        .not_null()
        .check(Expr::cust(format!("\"{name}\" >= 0")))
        .take()
}

/// A UUID, or null.
pub fn id_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().null().take()
}

/// Like [`text`], or null.
pub fn text_null(name: &'static str, max: u32) -> ColumnDef {
    bounded(name, max).null().take()
}

fn bounded(name: &'static str, max: u32) -> ColumnDef {
    ColumnDef::new(name)
        .string()
        .check(Expr::cust(format!("length(\"{name}\") BETWEEN 1 AND {max}")))
        .take()
}

/// Bytes: what is sealed, or the digest that it is found by.
pub fn bytes(name: &'static str) -> ColumnDef {
    sealed(name).not_null().take()
}

/// Like [`bytes`], or null.
pub fn bytes_null(name: &'static str) -> ColumnDef {
    sealed(name).null().take()
}

fn sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new_with_type(name, ColumnType::VarBinary(StringLen::None))
}

/// A text out of a fixed set.
pub fn one_of(name: &'static str, values: &[&str]) -> ColumnDef {
    chosen(name, values).not_null().take()
}

/// Like [`one_of`], or null.
pub fn one_of_null(name: &'static str, values: &[&str]) -> ColumnDef {
    chosen(name, values).null().take()
}

fn chosen(name: &'static str, values: &[&str]) -> ColumnDef {
    let list = values
        .iter()
        .map(|value| format!("'{value}'"))
        .collect::<Vec<_>>()
        .join(", ");
    ColumnDef::new(name)
        .string()
        .check(Expr::cust(format!("\"{name}\" IN ({list})")))
        .take()
}

/// A calendar date.
pub fn date(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

/// Like [`date`], or null.
pub fn date_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().null().take()
}

/// A point in time, UTC.
pub fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

/// Like [`time`], or null.
pub fn time_null(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().null().take()
}

/// True or false.
pub fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// The count of changes that a record has seen, from 1.
pub fn version() -> ColumnDef {
    ColumnDef::new("version")
        .big_integer()
        .not_null()
        .check(Expr::cust("version >= 1"))
        .take()
}

/// A foreign key to `users` that goes with the user.
pub fn belongs_to_user(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk-{table}-user_id"))
        .from(table, "user_id")
        .to("users", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

/// An index on one column, named after it.
pub fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("idx-{table}-{column}"))
        .table(table)
        .col(column)
        .take()
}

//! Every entity, with its columns and relations in words.

use std::collections::BTreeSet;

use sea_orm::sea_query::{ColumnType, PostgresQueryBuilder};
use sea_orm::{
    ColumnTrait as _, DbBackend, EntityTrait, IdenStatic as _, Iterable as _, PrimaryKeyToColumn as _,
    RelationTrait as _, Schema,
};

/// A table as its entity describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Name of the table.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The tables that it belongs to, and whether it does so once at the most.
    pub parents: Vec<(String, bool)>,
}

/// A column as its entity describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in PostgreSQL.
    pub kind: &'static str,
    /// `PK`, `FK`, `UK`.
    pub keys: Vec<&'static str>,
    /// The columns that it is unique together with.
    pub unique_with: Vec<String>,
    /// Whether it may be absent.
    pub nullable: bool,
}

/// All tables.
pub fn entities() -> Vec<Entity> {
    macro_rules! all {
        ($($entity:ident),+ $(,)?) => { vec![$(described(entity::$entity::Entity)),+] };
    }
    all![
        users,
        credentials,
        data_keys,
        index_keys,
        second_factors,
        recovery_codes,
        throttles,
        user_search_terms,
        mails,
        mail_tokens,
        mail_counts,
        sessions,
        refresh_tokens,
        signing_keys,
        consents,
        erasures,
        audit_events,
        audit_chain,
        audit_checkpoints,
        events,
        event_head,
        webhook_endpoints,
        webhook_deliveries,
        passports,
        visas,
        identity_cards,
        traveller_numbers,
        loyalty_programs,
        entry_rules,
        loyalties,
        emergency_contacts,
        travel_preferences,
        groups,
        group_members,
        external_ids,
        calendar_feeds,
        idempotency_keys,
        imports,
        clients,
        client_secrets,
        client_tokens,
    ]
}

fn described<E: EntityTrait>(entity: E) -> Entity {
    let primary: Vec<String> = E::PrimaryKey::iter()
        .map(|key| key.into_column().as_str().to_owned())
        .collect();
    let mut parents = Vec::new();
    let mut foreign = BTreeSet::new();
    for relation in E::Relation::iter()
        .map(|relation| relation.def())
        .filter(|relation| !relation.is_owner)
    {
        let columns: Vec<String> = relation.from_col.iter().map(ToString::to_string).collect();
        let parent = relation.to_tbl.sea_orm_table().to_string();
        parents.push((parent, columns == primary));
        foreign.extend(columns);
    }
    let unique = unique_sets(entity);
    let columns = E::Column::iter().map(|column| {
        let (definition, name) = (column.def(), column.as_str().to_owned());
        let set = unique.iter().find(|set| set.contains(&name));
        let is_unique = definition.is_unique() || set.is_some();
        let keys = [
            ("PK", primary.contains(&name)),
            ("FK", foreign.contains(&name)),
            ("UK", is_unique),
        ];
        Column {
            kind: kind(definition.get_column_type()),
            keys: keys.iter().filter(|(_, is)| *is).map(|(key, _)| *key).collect(),
            unique_with: set
                .into_iter()
                .flatten()
                .filter(|other| **other != name)
                .cloned()
                .collect(),
            nullable: definition.is_null(),
            name,
        }
    });
    Entity {
        name: entity.table_name().to_owned(),
        columns: columns.collect(),
        parents,
    }
}

/// The columns of each unique index. An index tells them as SQL alone: in the parentheses at its end, in quotes.
fn unique_sets<E: EntityTrait>(entity: E) -> Vec<Vec<String>> {
    Schema::new(DbBackend::Postgres)
        .create_index_from_entity(entity)
        .iter()
        .map(|index| index.to_string(PostgresQueryBuilder))
        .filter(|sql| sql.contains("UNIQUE"))
        .map(|sql| {
            let columns = sql.rsplit('(').next().unwrap_or_default();
            columns.split('"').skip(1).step_by(2).map(str::to_owned).collect()
        })
        .collect()
}

/// `unknown` stands in no page: a test sees to it.
const fn kind(column: &ColumnType) -> &'static str {
    match column {
        ColumnType::Uuid => "uuid",
        ColumnType::String(_) => "varchar",
        ColumnType::Text => "text",
        ColumnType::Date => "date",
        ColumnType::SmallInteger => "smallint",
        ColumnType::Integer => "integer",
        ColumnType::BigInteger => "bigint",
        ColumnType::Boolean => "boolean",
        ColumnType::Json => "json",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => "bytea",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        _ => "unknown",
    }
}

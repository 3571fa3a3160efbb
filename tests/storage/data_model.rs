//! The diagram in docs/DATA-MODEL.md shows the entities as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sea_orm::sea_query::{ColumnType, PostgresQueryBuilder};
use sea_orm::{
    ColumnTrait as _, DbBackend, EntityTrait, IdenStatic as _, Iterable as _, PrimaryKeyToColumn as _,
    RelationTrait as _, Schema,
};

/// Tables with their columns as `type name keys nullable`, and relations as `parent cardinality child`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Model {
    tables: BTreeMap<String, Vec<String>>,
    relations: BTreeSet<String>,
}

fn line(kind: &str, name: &str, keys: &BTreeSet<&str>, nullable: bool) -> String {
    let keys: Vec<_> = keys.iter().copied().collect();
    format!(
        "{kind} {name} [{}]{}",
        keys.join(", "),
        if nullable { " nullable" } else { "" }
    )
}

/// Reads the first `erDiagram` of a page (Mermaid, entity relationship diagrams).
fn drawn(page: &str) -> Model {
    let diagram = page
        .split("```mermaid")
        .find(|part| part.trim_start().starts_with("erDiagram"));
    let diagram = diagram.expect("a Mermaid erDiagram").split("```").next().unwrap();
    let mut model = Model::default();
    let mut table: Option<String> = None;
    for text in diagram
        .lines()
        .map(str::trim)
        .filter(|text| !text.is_empty() && !text.starts_with("%%"))
        .skip(1)
    {
        let words: Vec<&str> = text.split_whitespace().collect();
        match (&table, words.as_slice()) {
            (None, [name, "{"]) => {
                assert!(
                    model.tables.insert((*name).to_owned(), Vec::new()).is_none(),
                    "{name} is drawn twice"
                );
                table = Some((*name).to_owned());
            }
            (None, [parent, cardinality, child, ":", ..]) => {
                model.relations.insert(format!("{parent} {cardinality} {child}"));
            }
            (Some(_), ["}"]) => table = None,
            (Some(name), [kind, column, ..]) => {
                let rest = text[kind.len()..].trim_start()[column.len()..].trim_start();
                let (keys, comment) = rest.split_once('"').unwrap_or((rest, ""));
                let keys = keys.split([',', ' ']).filter(|key| !key.is_empty()).collect();
                let drawn = line(kind, column, &keys, comment.contains("nullable"));
                model.tables.get_mut(name).unwrap().push(drawn);
            }
            _ => panic!("not understood: {text}"),
        }
    }
    model
}

fn add<E: EntityTrait>(model: &mut Model, entity: E) {
    let table = entity.table_name().to_owned();
    let primary: Vec<String> = E::PrimaryKey::iter()
        .map(|key| key.into_column().as_str().to_owned())
        .collect();
    let mut foreign = BTreeSet::new();
    for relation in E::Relation::iter()
        .map(|relation| relation.def())
        .filter(|relation| !relation.is_owner)
    {
        let columns: Vec<String> = relation.from_col.iter().map(ToString::to_string).collect();
        let parent = relation.to_tbl.sea_orm_table().to_string();
        let one = columns == primary;
        model.relations.insert(format!(
            "{parent} {} {table}",
            if one { "||--o|" } else { "||--o{" }
        ));
        foreign.extend(columns);
    }
    let indexes = Schema::new(DbBackend::Postgres).create_index_from_entity(entity);
    let unique: Vec<String> = indexes
        .iter()
        .map(|index| index.to_string(PostgresQueryBuilder))
        .filter(|sql| sql.contains("UNIQUE"))
        .collect();
    let columns = E::Column::iter().map(|column| {
        let (definition, name) = (column.def(), column.as_str());
        let mut keys = BTreeSet::new();
        if primary.iter().any(|key| key == name) {
            keys.insert("PK");
        }
        if foreign.contains(name) {
            keys.insert("FK");
        }
        // The columns stand in parentheses at the end of the statement.
        let listed = |sql: &String| {
            sql.rsplit('(')
                .next()
                .unwrap_or_default()
                .contains(&format!("\"{name}\""))
        };
        if definition.is_unique() || unique.iter().any(listed) {
            keys.insert("UK");
        }
        line(
            kind(definition.get_column_type()),
            name,
            &keys,
            definition.is_null(),
        )
    });
    model.tables.insert(table, columns.collect());
}

fn kind(column: &ColumnType) -> &'static str {
    match column {
        ColumnType::Uuid => "uuid",
        ColumnType::String(_) => "varchar",
        ColumnType::Date => "date",
        ColumnType::BigInteger => "bigint",
        ColumnType::Boolean => "boolean",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        ColumnType::VarBinary(_) | ColumnType::Blob => "bytea",
        other => panic!("a type that the diagram does not know yet: {other:?}"),
    }
}

fn entities() -> Model {
    let mut model = Model::default();
    add(&mut model, entity::users::Entity);
    add(&mut model, entity::credentials::Entity);
    add(&mut model, entity::data_keys::Entity);
    add(&mut model, entity::index_keys::Entity);
    add(&mut model, entity::user_search_terms::Entity);
    add(&mut model, entity::mails::Entity);
    add(&mut model, entity::mail_tokens::Entity);
    add(&mut model, entity::mail_counts::Entity);
    add(&mut model, entity::sessions::Entity);
    add(&mut model, entity::refresh_tokens::Entity);
    add(&mut model, entity::signing_keys::Entity);
    add(&mut model, entity::throttles::Entity);
    add(&mut model, entity::second_factors::Entity);
    add(&mut model, entity::recovery_codes::Entity);
    add(&mut model, entity::passports::Entity);
    add(&mut model, entity::loyalty_programs::Entity);
    add(&mut model, entity::loyalties::Entity);
    add(&mut model, entity::groups::Entity);
    add(&mut model, entity::group_members::Entity);
    add(&mut model, entity::clients::Entity);
    add(&mut model, entity::client_secrets::Entity);
    add(&mut model, entity::client_tokens::Entity);
    add(&mut model, entity::audit_events::Entity);
    add(&mut model, entity::audit_chain::Entity);
    add(&mut model, entity::audit_checkpoints::Entity);
    model
}

#[test]
fn the_diagram_of_the_data_model_shows_the_entities() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/DATA-MODEL.md");
    let page = std::fs::read_to_string(page).expect("docs/DATA-MODEL.md");
    assert_eq!(drawn(&page), entities());
}

/// A table that is added to the migrations and forgotten above would not be compared.
#[test]
fn no_entity_is_forgotten() {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../entity/src")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(ToOwned::to_owned))
        .filter(|name| !["lib", "ids"].contains(&name.as_str()))
        .collect();
    names.sort();
    assert_eq!(names, entities().tables.into_keys().collect::<Vec<_>>());
}

//! The migrated schema is the one that the entities describe.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Schema};
use service::db::Target;
use service::migrations;

use super::{on_empty_database, open, tables, texts};
use crate::support::{Backend, TestDatabase};

async fn create<E: EntityTrait>(db: &DatabaseConnection, entity: E) {
    let schema = Schema::new(db.get_database_backend());
    db.execute(&schema.create_table_from_entity(entity))
        .await
        .unwrap();
    for index in schema.create_index_from_entity(entity) {
        db.execute(&index).await.unwrap();
    }
}

async fn create_all(db: &DatabaseConnection) {
    create(db, entity::users::Entity).await;
    create(db, entity::credentials::Entity).await;
    create(db, entity::consents::Entity).await;
    create(db, entity::erasures::Entity).await;
    create(db, entity::data_keys::Entity).await;
    create(db, entity::index_keys::Entity).await;
    create(db, entity::user_search_terms::Entity).await;
    create(db, entity::sessions::Entity).await;
    create(db, entity::refresh_tokens::Entity).await;
    create(db, entity::signing_keys::Entity).await;
    create(db, entity::mails::Entity).await;
    create(db, entity::mail_tokens::Entity).await;
    create(db, entity::mail_counts::Entity).await;
    create(db, entity::throttles::Entity).await;
    create(db, entity::second_factors::Entity).await;
    create(db, entity::recovery_codes::Entity).await;
    create(db, entity::passports::Entity).await;
    create(db, entity::visas::Entity).await;
    create(db, entity::identity_cards::Entity).await;
    create(db, entity::traveller_numbers::Entity).await;
    create(db, entity::loyalty_programs::Entity).await;
    create(db, entity::entry_rules::Entity).await;
    create(db, entity::loyalties::Entity).await;
    create(db, entity::emergency_contacts::Entity).await;
    create(db, entity::travel_preferences::Entity).await;
    create(db, entity::groups::Entity).await;
    create(db, entity::group_members::Entity).await;
    create(db, entity::external_ids::Entity).await;
    create(db, entity::calendar_feeds::Entity).await;
    create(db, entity::idempotency_keys::Entity).await;
    create(db, entity::imports::Entity).await;
    create(db, entity::clients::Entity).await;
    create(db, entity::client_secrets::Entity).await;
    create(db, entity::client_tokens::Entity).await;
    create(db, entity::audit_events::Entity).await;
    create(db, entity::audit_chain::Entity).await;
    create(db, entity::audit_checkpoints::Entity).await;
    create(db, entity::events::Entity).await;
    create(db, entity::event_head::Entity).await;
    create(db, entity::webhook_endpoints::Entity).await;
    create(db, entity::webhook_deliveries::Entity).await;
}

/// Columns in order with type, nullability and default; primary keys; unique sets of columns; foreign keys. Partial
/// indexes and checks are beyond what an entity can say, and indexes that are not unique are a matter of speed.
async fn described(db: &impl ConnectionTrait) -> Vec<String> {
    let mut lines = Vec::new();
    if db.get_database_backend() == DbBackend::Postgres {
        for sql in [
            "SELECT concat_ws(' ', 'column', table_name, \
             row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position), column_name, data_type, udt_name, \
             character_maximum_length, 'nullable', is_nullable, 'default', column_default) \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'",
            "SELECT concat_ws(' ', CASE WHEN indisprimary THEN 'primary' ELSE 'unique' END, t.relname, \
             (SELECT string_agg(a.attname, ',' ORDER BY k.position) FROM unnest(i.indkey) WITH ORDINALITY k(number, position) \
              JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)) \
             FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
             WHERE n.nspname = 'public' AND indisunique AND indpred IS NULL AND t.relname <> 'seaql_migrations'",
            "SELECT concat_ws(' ', 'foreign', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint \
             WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
        ] {
            lines.extend(texts(db, sql).await.unwrap());
        }
    } else {
        for table in tables(db).await {
            for sql in [
                "SELECT concat_ws(' ', 'column', 'TABLE', cid, name, upper(type), \"notnull\", 'default', dflt_value, 'key', pk) \
                 FROM pragma_table_info('TABLE')",
                "SELECT concat_ws(' ', 'unique', 'TABLE', (SELECT group_concat(name, ',' ORDER BY seqno) \
                 FROM pragma_index_info(i.name))) FROM pragma_index_list('TABLE') i WHERE \"unique\" AND NOT partial",
                "SELECT concat_ws(' ', 'foreign', 'TABLE', \"from\", \"table\", \"to\", on_update, on_delete) \
                 FROM pragma_foreign_key_list('TABLE')",
            ] {
                lines.extend(texts(db, &sql.replace("TABLE", &table)).await.unwrap());
            }
        }
    }
    lines.sort();
    lines
}

async fn compare(target: Target, backend: Backend) {
    migrations::up(&target).await.unwrap();
    let migrated = open(&target);
    let other = TestDatabase::create(backend).await.unwrap();
    let from_entities = open(&Target::parse(&other.url, None).unwrap());
    create_all(from_entities.writer()).await;

    let (stored, described) = (
        described(migrated.read()).await,
        described(from_entities.read()).await,
    );
    migrated.close().await;
    from_entities.close().await;
    other.remove().await;
    assert!(stored.len() > 80, "{stored:#?}");
    let only = |these: &[String], those: &[String]| {
        these
            .iter()
            .filter(|line| !those.contains(line))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (only(&stored, &described), only(&described, &stored)),
        (vec![], vec![]),
        "only migrated, only in the entities"
    );
}

#[test]
fn the_entities_describe_the_migrated_sqlite_schema() {
    on_empty_database(Backend::Sqlite, |target| compare(target, Backend::Sqlite));
}

#[test]
fn the_entities_describe_the_migrated_postgres_schema() {
    on_empty_database(Backend::Postgres, |target| compare(target, Backend::Postgres));
}

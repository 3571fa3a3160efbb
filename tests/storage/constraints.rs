//! Every constraint bites when SQL goes around the rules.

mod bench;
mod cascades;

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DbBackend};
use service::db::Target;
use service::migrations;
use sqlx::error::ErrorKind;
use uuid::Uuid;

use self::bench::{Bench, quoted, set, violation};
use super::{on_empty_database, open, tables, texts};
use crate::support::Backend;

async fn bite(target: Target) {
    migrations::up(&target).await.unwrap();
    let db = open(&target);
    let mut bench = Bench::new(db.writer().clone()).await;

    for (table, column, max) in [
        ("users", "email", 254),
        ("users", "first_name", 100),
        ("users", "last_name", 100),
        ("users", "middle_names", 100),
        ("users", "preferred_name", 100),
        ("users", "title", 20),
        ("users", "nationality", 3),
        ("users", "language", 35),
        ("users", "restriction_reason", 500),
        ("consents", "purpose", 60),
        ("consents", "text_version", 40),
        ("erasures", "reason", 500),
        ("erasures", "note", 500),
        ("credentials", "password_hash", 500),
        ("user_search_terms", "term", 300),
        ("mails", "payload", 5000),
        ("mail_tokens", "token_hash", 64),
        ("mail_tokens", "email", 500),
        ("mail_tokens", "payload", 5000),
        ("mail_counts", "tag", 64),
        ("sessions", "device_name", 200),
        ("sessions", "address_class", 50),
        ("refresh_tokens", "token_hash", 64),
        ("refresh_tokens", "predecessor", 64),
        ("calendar_feeds", "name", 100),
        ("calendar_feeds", "token_hash", 64),
        ("idempotency_keys", "key", 64),
        ("idempotency_keys", "fingerprint", 64),
        ("imports", "columns", 50_000),
        ("imports", "problems", 2_000_000),
        ("imports", "digest", 64),
        ("clients", "name", 100),
        ("clients", "scopes", 500),
        ("client_secrets", "secret_hash", 64),
        ("client_tokens", "scopes", 500),
        ("signing_keys", "kid", 64),
        ("signing_keys", "public_key", 64),
        ("signing_keys", "private_key", 500),
        ("throttles", "key", 64),
        ("data_keys", "wrapping_key_id", 60),
        ("index_keys", "id", 60),
        ("recovery_codes", "code_hash", 64),
        ("passports", "document_code", 2),
        ("passports", "issuing_country", 3),
        ("passports", "nationality", 3),
        ("passports", "surname", 100),
        ("passports", "given_names", 100),
        ("passports", "birth_country", 3),
        ("visas", "country", 3),
        ("visas", "place_of_issue", 35),
        ("identity_cards", "issuing_country", 3),
        ("identity_cards", "nationality", 3),
        ("identity_cards", "surname", 100),
        ("identity_cards", "given_names", 100),
        ("traveller_numbers", "country", 3),
        ("traveller_numbers", "program", 60),
        ("loyalty_programs", "supplier", 100),
        ("loyalty_programs", "name", 100),
        ("loyalty_programs", "supplier_code", 10),
        ("loyalty_programs", "catalogue_entry", 100),
        ("entry_rules", "code", 60),
        ("entry_rules", "source_url", 500),
        ("entry_rules", "source_title", 200),
        ("entry_rules", "note", 500),
        ("loyalties", "tier", 50),
        ("emergency_contacts", "language", 35),
        ("groups", "name", 100),
        ("groups", "purpose", 500),
        ("audit_events", "action", 100),
        ("audit_events", "subject_type", 50),
        ("audit_events", "request_id", 64),
        ("audit_events", "address_class", 50),
        ("audit_events", "purpose", 500),
        ("audit_events", "detail", 200),
        ("audit_events", "changed_fields", 2000),
        ("audit_events", "changes", 100_000),
        ("audit_events", "sealed_purpose", 2000),
        ("audit_events", "mac", 64),
        ("audit_events", "hash", 64),
        ("audit_checkpoints", "hash", 64),
        ("audit_checkpoints", "signature", 100),
        ("events", "event_type", 100),
        ("events", "subject_type", 50),
        ("events", "changed_fields", 2000),
        ("webhook_endpoints", "url", 2000),
        ("webhook_endpoints", "description", 200),
        ("webhook_endpoints", "events", 4000),
        ("webhook_endpoints", "secret", 500),
        ("webhook_endpoints", "old_secret", 500),
        ("webhook_deliveries", "message_id", 64),
        ("webhook_deliveries", "event_type", 100),
        ("webhook_deliveries", "payload", 20_000),
    ] {
        bench
            .bites(ErrorKind::CheckViolation, table, &[(column, quoted(""))])
            .await;
        bench
            .bites(
                ErrorKind::CheckViolation,
                table,
                &[(column, quoted(&"x".repeat(max + 1)))],
            )
            .await;
    }
    for (table, column) in [
        ("users", "gender"),
        ("users", "role"),
        ("users", "status"),
        ("consents", "source"),
        ("erasures", "status"),
        ("erasures", "requested_by_kind"),
        ("mails", "kind"),
        ("mail_tokens", "purpose"),
        ("passports", "sex"),
        ("passports", "status"),
        ("visas", "type"),
        ("visas", "entries"),
        ("visas", "status"),
        ("identity_cards", "sex"),
        ("identity_cards", "status"),
        ("traveller_numbers", "type"),
        ("loyalty_programs", "type"),
        ("loyalty_programs", "alliance"),
        ("entry_rules", "kind"),
        ("entry_rules", "anchor"),
        ("entry_rules", "purpose"),
        ("entry_rules", "severity"),
        ("entry_rules", "confidence"),
        ("clients", "status"),
        ("events", "actor_kind"),
        ("webhook_endpoints", "status"),
        ("webhook_endpoints", "stopped_because"),
        ("webhook_deliveries", "status"),
        ("webhook_deliveries", "failure"),
        ("imports", "existing"),
        ("imports", "status"),
        ("loyalties", "status"),
        ("travel_preferences", "seat"),
        ("group_members", "role"),
        ("audit_events", "outcome"),
        ("audit_events", "actor_kind"),
    ] {
        bench
            .bites(ErrorKind::CheckViolation, table, &[(column, quoted("none"))])
            .await;
    }
    for table in [
        "users",
        "passports",
        "visas",
        "identity_cards",
        "traveller_numbers",
        "loyalty_programs",
        "entry_rules",
        "loyalties",
        "emergency_contacts",
        "travel_preferences",
        "groups",
        "clients",
        "events",
        "webhook_endpoints",
    ] {
        bench
            .bites(ErrorKind::CheckViolation, table, &[("version", "0".into())])
            .await;
    }
    for (table, column) in [
        ("mails", "attempts"),
        ("mail_counts", "count"),
        ("audit_checkpoints", "previous_seq"),
        ("webhook_endpoints", "place"),
        ("webhook_endpoints", "failures"),
        ("webhook_deliveries", "attempts"),
        ("webhook_deliveries", "response_status"),
    ] {
        bench
            .bites(ErrorKind::CheckViolation, table, &[(column, "-1".into())])
            .await;
    }
    let null = || "NULL".to_owned();
    for (table, changes) in [
        ("users", vec![("email", null())]),
        ("users", vec![("email_key", null())]),
        (
            "users",
            vec![
                ("role", quoted("agent")),
                ("email", null()),
                ("email_key", null()),
            ],
        ),
        ("passports", vec![("issue_date", quoted("2030-01-01"))]),
        (
            "passports",
            vec![("primary", "TRUE".into()), ("status", quoted("lost"))],
        ),
        ("visas", vec![("issue_date", quoted("2030-01-02"))]),
        ("visas", vec![("valid_from", quoted("2019-12-31"))]),
        ("visas", vec![("valid_from", quoted("2030-01-02"))]),
        ("visas", vec![("max_stay_days", "0".into())]),
        ("visas", vec![("max_stay_days", "3651".into())]),
        ("identity_cards", vec![("issue_date", quoted("2030-01-01"))]),
        (
            "traveller_numbers",
            vec![("type", quoted("other")), ("program", null())],
        ),
        ("loyalty_programs", vec![("offered_until", quoted("2019-12-31"))]),
        ("loyalty_programs", vec![("catalogue_entry", null())]),
        ("loyalty_programs", vec![("catalogue_hash", null())]),
        ("entry_rules", vec![("anchor", null())]),
        ("entry_rules", vec![("min_months", "121".into())]),
        ("entry_rules", vec![("min_days", "367".into())]),
        (
            "entry_rules",
            vec![
                ("kind", quoted("passport_age")),
                ("anchor", null()),
                ("min_months", null()),
                ("min_days", null()),
                ("max_age_years", "51".into()),
            ],
        ),
        (
            "entry_rules",
            vec![
                ("kind", quoted("none")),
                ("anchor", null()),
                ("min_months", null()),
                ("min_days", null()),
            ],
        ),
        ("entry_rules", vec![("max_age_years", "10".into())]),
        ("entry_rules", vec![("kind", quoted("visa")), ("anchor", null())]),
        ("signing_keys", vec![("retired_at", null())]),
        ("signing_keys", vec![("state", quoted("next"))]),
        (
            "signing_keys",
            vec![("state", quoted("none")), ("retired_at", null())],
        ),
        ("throttles", vec![("failures", "-1".into())]),
        ("imports", vec![("rows", "1".into())]),
        ("imports", vec![("added", "-1".into()), ("updated", "1".into())]),
        ("imports", vec![("updated", "-1".into()), ("added", "1".into())]),
        ("imports", vec![("skipped", "-1".into()), ("added", "1".into())]),
        ("imports", vec![("failed", "-1".into()), ("added", "1".into())]),
        ("erasures", vec![("decided_at", null())]),
        ("erasures", vec![("status", quoted("requested"))]),
        ("calendar_feeds", vec![("about_user_id", null())]),
        ("external_ids", vec![("group_id", bench.id(bench.group))]),
        ("calendar_feeds", vec![("group_id", bench.id(bench.group))]),
        ("webhook_endpoints", vec![("stopped_because", null())]),
        ("webhook_endpoints", vec![("old_secret", null())]),
        ("audit_events", vec![("seq", null())]),
        ("audit_events", vec![("hash", null())]),
    ] {
        bench.bites(ErrorKind::CheckViolation, table, &changes).await;
    }

    let nobody = bench.id(Uuid::now_v7());
    for (table, column) in [
        ("credentials", "user_id"),
        ("consents", "user_id"),
        ("data_keys", "user_id"),
        ("second_factors", "user_id"),
        ("recovery_codes", "user_id"),
        ("user_search_terms", "user_id"),
        ("mails", "user_id"),
        ("mail_tokens", "user_id"),
        ("sessions", "user_id"),
        ("refresh_tokens", "session_id"),
        ("calendar_feeds", "user_id"),
        ("calendar_feeds", "about_user_id"),
        ("idempotency_keys", "user_id"),
        ("client_secrets", "client_id"),
        ("client_tokens", "client_id"),
        ("webhook_deliveries", "endpoint_id"),
        ("client_tokens", "secret_id"),
        ("passports", "user_id"),
        ("visas", "user_id"),
        ("visas", "passport_id"),
        ("identity_cards", "user_id"),
        ("traveller_numbers", "user_id"),
        ("loyalties", "user_id"),
        ("loyalties", "program_id"),
        ("emergency_contacts", "user_id"),
        ("travel_preferences", "user_id"),
        ("group_members", "group_id"),
        ("group_members", "user_id"),
        ("external_ids", "user_id"),
    ] {
        bench
            .bites(ErrorKind::ForeignKeyViolation, table, &[(column, nobody.clone())])
            .await;
    }

    bench
        .bites(
            ErrorKind::ForeignKeyViolation,
            "calendar_feeds",
            &[("about_user_id", null()), ("group_id", nobody)],
        )
        .await;

    for column in ["passport_id", "loyalty_id", "group_id"] {
        let changes = [("user_id", null()), (column, bench.id(Uuid::now_v7()))];
        bench
            .bites(ErrorKind::ForeignKeyViolation, "external_ids", &changes)
            .await;
    }

    // A second user, programme and group hold the first of each pair.
    for (table, unique) in [
        ("users", &["id"][..]),
        ("users", &["email_key"]),
        ("credentials", &["user_id"]),
        ("consents", &["id"]),
        ("erasures", &["id"]),
        ("data_keys", &["user_id"]),
        ("data_keys", &["key_id"]),
        ("index_keys", &["id"]),
        ("user_search_terms", &["user_id", "term"]),
        ("mails", &["id"]),
        ("mail_tokens", &["token_hash"]),
        ("mail_counts", &["tag"]),
        ("sessions", &["id"]),
        ("refresh_tokens", &["token_hash"]),
        ("signing_keys", &["kid"]),
        ("calendar_feeds", &["id"]),
        ("calendar_feeds", &["token_hash"]),
        ("idempotency_keys", &["key"]),
        ("external_ids", &["digest"]),
        ("imports", &["id"]),
        ("clients", &["id"]),
        ("clients", &["name_key"]),
        ("client_secrets", &["id"]),
        ("client_secrets", &["secret_hash"]),
        ("client_tokens", &["id"]),
        ("throttles", &["key"]),
        ("second_factors", &["user_id"]),
        ("recovery_codes", &["code_hash"]),
        ("passports", &["id"]),
        ("passports", &["number_index"]),
        ("visas", &["id"]),
        ("visas", &["number_index"]),
        ("identity_cards", &["id"]),
        ("identity_cards", &["number_index"]),
        ("traveller_numbers", &["id"]),
        ("traveller_numbers", &["user_id", "type", "country"]),
        ("loyalty_programs", &["id"]),
        ("loyalty_programs", &["catalogue_key"]),
        ("loyalty_programs", &["catalogue_entry"]),
        ("emergency_contacts", &["id"]),
        ("travel_preferences", &["user_id"]),
        ("entry_rules", &["id"]),
        ("entry_rules", &["code"]),
        ("loyalties", &["id"]),
        ("loyalties", &["user_id", "program_id"]),
        ("groups", &["id"]),
        ("groups", &["name_key"]),
        ("group_members", &["group_id", "user_id"]),
        ("audit_events", &["id"]),
        ("audit_events", &["seq"]),
        ("audit_checkpoints", &["seq"]),
        ("events", &["seq"]),
        ("events", &["position"]),
        ("events", &["id"]),
        ("webhook_endpoints", &["id"]),
        ("webhook_deliveries", &["id"]),
        ("webhook_deliveries", &["endpoint_id", "message_id"]),
    ] {
        let first = bench.fresh(table);
        let mut second = bench.fresh(table);
        for column in unique {
            let value = first.iter().find(|(name, _)| name == column).unwrap().1.clone();
            set(&mut second, column, value);
        }
        if table == "loyalties" && unique == ["id"] {
            let mut program = bench.fresh("loyalty_programs");
            let id = bench.id(Uuid::now_v7());
            set(&mut program, "id", id.clone());
            bench.insert("loyalty_programs", &program).await.unwrap();
            set(&mut second, "program_id", id);
        }
        if table == "traveller_numbers" && unique == ["id"] {
            set(&mut second, "country", quoted("CAN"));
        }
        if table == "data_keys" && unique == ["key_id"] {
            let mut user = bench.fresh("users");
            let id = bench.id(Uuid::now_v7());
            set(&mut user, "id", id.clone());
            bench.insert("users", &user).await.unwrap();
            set(&mut second, "user_id", id);
        }
        bench.insert(table, &first).await.unwrap();
        let error = bench
            .insert(table, &second)
            .await
            .expect_err(&format!("{table} {unique:?} twice"));
        let (kind, name) = violation(&error);
        assert!(
            matches!(kind, ErrorKind::UniqueViolation),
            "{table} {unique:?}: {kind:?}"
        );
        bench.bitten.extend(name);
        let key = [
            "id",
            "key_id",
            "token_hash",
            "kid",
            "tag",
            "key",
            "code_hash",
            "seq",
            "digest",
        ]
        .iter()
        .find_map(|key| first.iter().find(|(name, _)| name == key));
        let key = key.map_or_else(
            || format!("user_id = {}", bench.id(bench.user)),
            |(name, value)| format!("{name} = {value}"),
        );
        bench
            .db
            .execute_unprepared(&format!("DELETE FROM {table} WHERE {key}"))
            .await
            .unwrap();
    }
    for table in ["passports", "loyalties"] {
        let mut program = bench.fresh("loyalty_programs");
        let id = bench.id(Uuid::now_v7());
        set(&mut program, "id", id.clone());
        bench.insert("loyalty_programs", &program).await.unwrap();
        let (mut first, mut second) = (bench.fresh(table), bench.fresh(table));
        if table == "loyalties" {
            set(&mut second, "program_id", id);
        }
        for row in [&mut first, &mut second] {
            set(row, "primary", "TRUE".into());
        }
        bench.insert(table, &first).await.unwrap();
        let (kind, name) = violation(&bench.insert(table, &second).await.expect_err("two primary ones"));
        assert!(matches!(kind, ErrorKind::UniqueViolation), "{kind:?}");
        bench.bitten.extend(name);
        set(&mut second, "primary", "FALSE".into());
        bench.insert(table, &second).await.unwrap();
        bench
            .db
            .execute_unprepared(&format!("DELETE FROM {table}"))
            .await
            .unwrap();
    }
    one_signing_key_of_each_state(&mut bench).await;
    one_open_and_one_done_erasure_of_a_person(&mut bench).await;
    one_end_of_the_chain(&mut bench).await;
    one_head_of_the_feed(&mut bench).await;
    all_columns_that_are_not_null(&mut bench).await;
    all_constraints_have_been_seen(&bench).await;
    cascades::what_hangs_on_a_row_goes_with_it_or_holds_it(&bench).await;
    db.close().await;
}

async fn one_end_of_the_chain(bench: &mut Bench) {
    for (column, value) in [("id", "2"), ("id", "1"), ("seq", "-1"), ("hash", "''")] {
        let mut row = bench.fresh("audit_chain");
        set(&mut row, column, value.into());
        let (_, name) = violation(&bench.insert("audit_chain", &row).await.expect_err(column));
        bench.bitten.extend(name);
    }
}

async fn one_head_of_the_feed(bench: &mut Bench) {
    for wrong in [
        &[("id", "2")][..],
        &[("id", "1")],
        &[("position", "-1"), ("pruned", "-1")],
        &[("pruned", "-1")],
        &[("pruned", "1")],
    ] {
        let mut row = bench.fresh("event_head");
        for (column, value) in wrong {
            set(&mut row, column, (*value).into());
        }
        let inserted = bench.insert("event_head", &row).await;
        let (_, name) = violation(&inserted.expect_err(&format!("{wrong:?}")));
        bench.bitten.extend(name);
    }
}

async fn one_signing_key_of_each_state(bench: &mut Bench) {
    for state in ["current", "next"] {
        let (mut first, mut second) = (bench.fresh("signing_keys"), bench.fresh("signing_keys"));
        for row in [&mut first, &mut second] {
            set(row, "state", quoted(state));
            set(row, "retired_at", "NULL".into());
        }
        bench.insert("signing_keys", &first).await.unwrap();
        let (kind, name) = violation(&bench.insert("signing_keys", &second).await.expect_err(state));
        assert!(matches!(kind, ErrorKind::UniqueViolation), "{kind:?}");
        bench.bitten.extend(name);
    }
}

async fn one_open_and_one_done_erasure_of_a_person(bench: &mut Bench) {
    for status in ["requested", "done"] {
        let (mut first, mut second) = (bench.fresh("erasures"), bench.fresh("erasures"));
        let user = bench.id(Uuid::now_v7());
        for row in [&mut first, &mut second] {
            set(row, "user_id", user.clone());
            set(row, "status", quoted(status));
            if status == "requested" {
                set(row, "decided_at", "NULL".into());
            }
        }
        bench.insert("erasures", &first).await.unwrap();
        let (kind, name) = violation(&bench.insert("erasures", &second).await.expect_err(status));
        assert!(matches!(kind, ErrorKind::UniqueViolation), "{kind:?}");
        bench.bitten.extend(name);
        set(&mut second, "status", quoted("rejected"));
        set(&mut second, "decided_at", quoted("2026-01-01 00:00:00+00:00"));
        bench.insert("erasures", &second).await.unwrap();
    }
}

async fn all_columns_that_are_not_null(bench: &mut Bench) {
    let mut seen = 0;
    for table in tables(&bench.db).await {
        let sql = match bench.db.get_database_backend() {
            DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\""),
            _ => format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}' \
                 AND table_schema = 'public' AND is_nullable = 'NO'"
            ),
        };
        for column in texts(&bench.db, &sql).await.unwrap() {
            // SQLite gives a number of its own to a primary key of whole numbers that is null.
            let numbered = [
                "audit_chain.id",
                "audit_checkpoints.seq",
                "event_head.id",
                "events.seq",
            ]
            .contains(&format!("{table}.{column}").as_str());
            if numbered && bench.db.get_database_backend() == DbBackend::Sqlite {
                continue;
            }
            let known = bench.fresh(&table);
            let (column, _) = known
                .iter()
                .find(|(name, _)| *name == column)
                .expect("a column of the row");
            let error = {
                let mut row = bench.fresh(&table);
                set(&mut row, column, "NULL".into());
                bench
                    .insert(&table, &row)
                    .await
                    .expect_err(&format!("{table}.{column} is null"))
            };
            assert!(
                matches!(violation(&error).0, ErrorKind::NotNullViolation),
                "{table}.{column}"
            );
            seen += 1;
        }
    }
    assert!(seen > 45, "{seen}");
}

/// A constraint that is added needs a case above.
async fn all_constraints_have_been_seen(bench: &Bench) {
    if bench.db.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let sql = "SELECT conname::text FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
               AND contype IN ('c', 'u', 'p', 'f') AND conrelid <> 'seaql_migrations'::regclass \
               UNION SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
               WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique \
               AND c.relname <> 'seaql_migrations'";
    let all: BTreeSet<String> = texts(&bench.db, sql)
        .await
        .unwrap()
        .into_iter()
        .map(|name| name.trim_matches('"').to_owned())
        .collect();
    assert!(all.len() > 50, "{all:?}");
    let missed: Vec<_> = all.difference(&bench.bitten).collect();
    assert!(missed.is_empty(), "never seen to bite: {missed:?}");
}

#[test]
fn every_constraint_bites_on_sqlite() {
    on_empty_database(Backend::Sqlite, bite);
}

#[test]
fn every_constraint_bites_on_postgres() {
    on_empty_database(Backend::Postgres, bite);
}

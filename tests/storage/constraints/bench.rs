//! Rows that break no constraint, to be changed so that they break one.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use sqlx::error::ErrorKind;
use uuid::Uuid;

/// A row to insert: names of columns and SQL literals.
pub(super) type Row = Vec<(&'static str, String)>;

/// Tables without id, version and times of their own.
const UNVERSIONED: &[&str] = &[
    "audit_chain",
    "audit_checkpoints",
    "audit_events",
    "event_head",
    "events",
    "webhook_deliveries",
    "data_keys",
    "index_keys",
    "credentials",
    "travel_preferences",
    "user_search_terms",
    "group_members",
    "sessions",
    "refresh_tokens",
    "signing_keys",
    "calendar_feeds",
    "idempotency_keys",
    "imports",
    "client_secrets",
    "client_tokens",
    "mails",
    "mail_tokens",
    "mail_counts",
    "throttles",
    "second_factors",
    "recovery_codes",
    "consents",
    "erasures",
    "external_ids",
];

pub(super) struct Bench {
    pub(super) db: DatabaseConnection,
    pub(super) user: Uuid,
    pub(super) program: Uuid,
    pub(super) group: Uuid,
    pub(super) session: Uuid,
    pub(super) client: Uuid,
    pub(super) secret: Uuid,
    pub(super) endpoint: Uuid,
    /// Names of the constraints that have been seen to bite; PostgreSQL alone names them.
    pub(super) bitten: BTreeSet<String>,
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{text}'")
}

impl Bench {
    pub(super) async fn new(db: DatabaseConnection) -> Self {
        let (user, program, group) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let (session, client, secret) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let endpoint = Uuid::now_v7();
        let bench = Self {
            db,
            user,
            program,
            group,
            session,
            client,
            secret,
            endpoint,
            bitten: BTreeSet::new(),
        };
        for (table, id) in [
            ("users", user),
            ("loyalty_programs", program),
            ("groups", group),
            ("sessions", session),
            ("clients", client),
            ("client_secrets", secret),
            ("webhook_endpoints", endpoint),
        ] {
            let mut row = bench.fresh(table);
            set(&mut row, "id", bench.id(id));
            bench.insert(table, &row).await.unwrap();
        }
        bench
    }

    pub(super) fn id(&self, id: Uuid) -> String {
        match self.db.get_database_backend() {
            DbBackend::Sqlite => format!("X'{}'", id.simple()),
            _ => quoted(&id.to_string()),
        }
    }

    /// A row that breaks no constraint.
    pub(super) fn fresh(&self, table: &str) -> Row {
        let id = Uuid::now_v7();
        let unique = quoted(&id.simple().to_string()[20..]);
        let time = quoted("2026-01-01 00:00:00+00:00");
        let (user, program, group) = (self.id(self.user), self.id(self.program), self.id(self.group));
        let mut row: Row = match table {
            "users" => vec![
                ("email", unique.clone()),
                ("email_key", unique),
                ("first_name", quoted("A")),
                ("last_name", quoted("B")),
                ("middle_names", quoted("C")),
                ("preferred_name", quoted("D")),
                ("title", quoted("Dr")),
                ("date_of_birth", quoted("x")),
                ("date_of_birth_index", quoted("x")),
                ("gender", quoted("F")),
                ("nationality", quoted("D")),
                ("phone", quoted("x")),
                ("phone_index", quoted("x")),
                ("language", quoted("sv")),
                ("role", quoted("customer")),
                ("status", quoted("active")),
                ("email_verified_at", time.clone()),
                ("restricted_at", time.clone()),
                ("restriction_reason", quoted("x")),
            ],
            "credentials" => vec![
                ("user_id", user),
                ("password_hash", quoted("x")),
                ("password_changed_at", time.clone()),
                ("last_seen_at", time.clone()),
            ],
            "external_ids" => vec![
                ("digest", unique),
                ("user_id", user),
                ("passport_id", "NULL".into()),
                ("loyalty_id", "NULL".into()),
                ("group_id", "NULL".into()),
            ],
            "consents" => vec![
                ("id", self.id(id)),
                ("user_id", user),
                ("purpose", quoted("marketing_email")),
                ("text_version", quoted("1")),
                ("granted", "TRUE".into()),
                ("source", quoted("customer")),
                ("recorded_at", time.clone()),
            ],
            "erasures" => vec![
                ("id", self.id(id)),
                ("user_id", self.id(Uuid::now_v7())),
                ("status", quoted("done")),
                ("reason", quoted("x")),
                ("requested_by_kind", quoted("customer")),
                ("requested_by", self.id(id)),
                ("requested_at", time.clone()),
                ("decided_by", self.id(id)),
                ("decided_at", time.clone()),
                ("note", quoted("x")),
            ],
            "user_search_terms" => vec![("user_id", user), ("term", unique)],
            "mails" => vec![
                ("id", self.id(id)),
                ("created_at", time.clone()),
                ("kind", quoted("invitation")),
                ("user_id", user),
                ("payload", quoted("x")),
                ("attempts", "0".into()),
                ("next_attempt_at", time.clone()),
                ("claimed_until", time.clone()),
            ],
            "mail_tokens" => vec![
                ("token_hash", unique),
                ("created_at", time.clone()),
                ("purpose", quoted("invitation")),
                ("user_id", user),
                ("email", quoted("x")),
                ("payload", quoted("x")),
                ("expires_at", time.clone()),
            ],
            "mail_counts" => vec![("tag", unique), ("count", "0".into()), ("since", time.clone())],
            "sessions" => vec![
                ("id", self.id(id)),
                ("user_id", user),
                ("device_name", quoted("curl")),
                ("address_class", quoted("private")),
                ("second_factor", "FALSE".into()),
                ("created_at", time.clone()),
                ("last_used_at", time.clone()),
                ("expires_at", time.clone()),
            ],
            "refresh_tokens" => vec![
                ("token_hash", unique),
                ("session_id", self.id(self.session)),
                ("predecessor", quoted("x")),
                ("created_at", time.clone()),
                ("expires_at", time.clone()),
            ],
            "calendar_feeds" => vec![
                ("id", self.id(id)),
                ("user_id", user.clone()),
                ("name", quoted("A")),
                ("token_hash", unique),
                ("about_user_id", user),
                ("group_id", "NULL".into()),
                ("created_at", time.clone()),
            ],
            "idempotency_keys" => vec![
                ("key", unique),
                ("fingerprint", quoted("x")),
                ("user_id", user),
                ("shared", "FALSE".into()),
                ("answer", "NULL".into()),
                ("expires_at", time.clone()),
            ],
            "imports" => vec![
                ("id", self.id(id)),
                ("actor_id", "NULL".into()),
                ("existing", quoted("skip")),
                ("dry_run", "FALSE".into()),
                ("columns", quoted("{}")),
                ("status", quoted("open")),
                ("rows", "0".into()),
                ("added", "0".into()),
                ("updated", "0".into()),
                ("skipped", "0".into()),
                ("failed", "0".into()),
                ("problems", "NULL".into()),
                ("digest", "NULL".into()),
                ("created_at", time.clone()),
                ("updated_at", time.clone()),
            ],
            "clients" => vec![
                ("name", quoted("A")),
                ("name_key", unique),
                ("scopes", quoted("users:read")),
                ("status", quoted("active")),
                ("expires_at", time.clone()),
            ],
            "client_secrets" => vec![
                ("id", self.id(id)),
                ("client_id", self.id(self.client)),
                ("secret_hash", unique),
                ("created_at", time.clone()),
            ],
            "client_tokens" => vec![
                ("id", self.id(id)),
                ("client_id", self.id(self.client)),
                ("secret_id", self.id(self.secret)),
                ("scopes", quoted("users:read")),
                ("created_at", time.clone()),
                ("expires_at", time.clone()),
            ],
            "signing_keys" => vec![
                ("kid", unique),
                ("state", quoted("previous")),
                ("public_key", quoted("x")),
                ("private_key", quoted("x")),
                ("created_at", time.clone()),
                ("retired_at", time.clone()),
            ],
            "second_factors" => vec![
                ("user_id", user),
                ("secret", quoted("x")),
                ("created_at", time.clone()),
            ],
            "data_keys" => vec![
                ("user_id", user),
                ("key_id", self.id(id)),
                ("wrapping_key_id", quoted("a")),
                ("wrapped_key", quoted("x")),
                ("created_at", time.clone()),
            ],
            "index_keys" => vec![("id", unique), ("check", quoted("x"))],
            "recovery_codes" => vec![("code_hash", unique), ("user_id", user)],
            "throttles" => vec![
                ("key", unique),
                ("failures", "1".into()),
                ("blocked_until", time.clone()),
                ("updated_at", time.clone()),
            ],
            "passports" => vec![
                ("user_id", user),
                ("document_code", quoted("P")),
                ("issuing_country", quoted("D")),
                ("nationality", quoted("D")),
                ("passport_number", quoted("x")),
                ("number_index", unique),
                ("personal_number", quoted("x")),
                ("surname", quoted("A")),
                ("given_names", quoted("B")),
                ("date_of_birth", quoted("x")),
                ("sex", quoted("F")),
                ("birth_country", quoted("D")),
                ("place_of_birth", quoted("x")),
                ("issue_date", quoted("2020-01-01")),
                ("expiry_date", quoted("2030-01-01")),
                ("status", quoted("active")),
                ("primary", "FALSE".into()),
            ],
            "visas" => vec![
                ("user_id", user),
                ("passport_id", "NULL".into()),
                ("country", quoted("USA")),
                ("visa_number", quoted("x")),
                ("number_index", unique),
                ("type", quoted("tourist")),
                ("entries", quoted("single")),
                ("max_stay_days", "90".into()),
                ("place_of_issue", quoted("A")),
                ("issue_date", quoted("2020-01-01")),
                ("valid_from", quoted("2020-01-02")),
                ("expiry_date", quoted("2030-01-01")),
                ("status", quoted("active")),
            ],
            "identity_cards" => vec![
                ("user_id", user),
                ("issuing_country", quoted("D")),
                ("nationality", quoted("D")),
                ("document_number", quoted("x")),
                ("number_index", unique),
                ("surname", quoted("A")),
                ("given_names", quoted("B")),
                ("date_of_birth", quoted("x")),
                ("sex", quoted("F")),
                ("issue_date", quoted("2020-01-01")),
                ("expiry_date", quoted("2030-01-01")),
                ("status", quoted("active")),
            ],
            "traveller_numbers" => vec![
                ("user_id", user),
                ("type", quoted("redress")),
                ("number", quoted("x")),
                ("number_index", quoted("x")),
                ("country", quoted("USA")),
                ("program", quoted("A")),
                ("expiry_date", quoted("2030-01-01")),
            ],
            "loyalty_programs" => vec![
                ("supplier", quoted("A")),
                ("name", quoted("B")),
                ("catalogue_key", unique.clone()),
                ("type", quoted("rail")),
                ("supplier_code", quoted("UR")),
                ("tiers", quoted("[]")),
                ("carriers", quoted("[]")),
                ("partners", quoted("[]")),
                ("alliance", quoted("oneworld")),
                ("catalogue_entry", unique),
                ("catalogue_hash", quoted("A")),
                ("offered_from", quoted("2020-01-01")),
                ("offered_until", quoted("2030-01-01")),
            ],
            "entry_rules" => vec![
                ("code", unique),
                ("kind", quoted("passport_validity")),
                ("destinations", quoted("[]")),
                ("nationalities", quoted("[]")),
                ("nationalities_except", quoted("[]")),
                ("purpose", quoted("transit")),
                ("anchor", quoted("arrival")),
                ("min_months", "1".into()),
                ("min_days", "1".into()),
                ("max_age_years", "NULL".into()),
                ("severity", quoted("warn")),
                ("confidence", quoted("confirmed")),
                ("source_url", quoted("A")),
                ("source_title", quoted("A")),
                ("checked_on", quoted("2026-01-01")),
                ("note", quoted("A")),
                ("active", "TRUE".into()),
                ("shipped_hash", quoted("A")),
            ],
            "loyalties" => vec![
                ("user_id", user),
                ("program_id", program),
                ("membership_number", quoted("x")),
                ("membership_number_index", quoted("x")),
                ("tier", quoted("A")),
                ("status", quoted("active")),
                ("expiry_date", quoted("2030-01-01")),
                ("primary", "FALSE".into()),
            ],
            "emergency_contacts" => vec![
                ("user_id", user),
                ("name", quoted("x")),
                ("relationship", quoted("x")),
                ("phone", quoted("x")),
                ("email", quoted("x")),
                ("language", quoted("sv")),
            ],
            "travel_preferences" => vec![
                ("user_id", user),
                ("seat", quoted("aisle")),
                ("seat_note", quoted("x")),
                ("meal", quoted("x")),
                ("meal_note", quoted("x")),
                ("assistance", quoted("x")),
                ("version", "1".into()),
                ("created_at", time.clone()),
                ("updated_at", time.clone()),
            ],
            "groups" => vec![
                ("name", quoted("A")),
                ("name_key", unique),
                ("purpose", quoted("B")),
            ],
            "group_members" => vec![
                ("group_id", group),
                ("user_id", user),
                ("role", quoted("lead")),
                ("joined_at", time.clone()),
            ],
            "audit_events" => vec![
                ("id", self.id(id)),
                ("occurred_at", time.clone()),
                ("action", quoted("user.created")),
                ("outcome", quoted("done")),
                ("actor_kind", quoted("system")),
                ("subject_type", quoted("user")),
                ("request_id", quoted("x")),
                ("address_class", quoted("x")),
                ("purpose", quoted("x")),
                ("detail", quoted("x")),
                ("changed_fields", quoted("x")),
                ("changes", quoted("x")),
                ("mac", quoted("x")),
                ("seq", (id.as_u128() % 1_000_000_007).to_string()),
                ("hash", quoted("x")),
                ("sealed_purpose", quoted("x")),
            ],
            // There is one row, and no more.
            "audit_chain" => vec![("id", "1".into()), ("seq", "0".into()), ("hash", quoted("x"))],
            "audit_checkpoints" => vec![
                ("seq", (id.as_u128() % 1_000_000_007).to_string()),
                ("hash", quoted("x")),
                ("previous_seq", "0".into()),
                ("signature", quoted("x")),
                ("created_at", time.clone()),
            ],
            "webhook_endpoints" => vec![
                ("url", quoted("https://hooks.agency.example/")),
                ("description", quoted("x")),
                ("events", quoted("user.*")),
                ("status", quoted("disabled")),
                ("stopped_because", quoted("asked")),
                ("secret", quoted("x")),
                ("old_secret", quoted("x")),
                ("old_secret_until", time.clone()),
                ("place", "0".into()),
                ("failures", "0".into()),
            ],
            "webhook_deliveries" => vec![
                ("id", self.id(id)),
                ("endpoint_id", self.id(self.endpoint)),
                ("message_id", unique),
                ("event_type", quoted("user.created")),
                ("payload", quoted("{}")),
                ("status", quoted("failed")),
                ("attempts", "1".into()),
                ("next_attempt_at", time.clone()),
                ("response_status", "500".into()),
                ("failure", quoted("status")),
                ("occurred_at", time.clone()),
            ],
            "event_head" => vec![
                ("id", "1".into()),
                ("position", "0".into()),
                ("pruned", "0".into()),
            ],
            "events" => vec![
                ("seq", (id.as_u128() % 1_000_000_007).to_string()),
                ("position", (id.as_u128() % 1_000_000_007).to_string()),
                ("id", self.id(id)),
                ("event_type", quoted("user.created")),
                ("occurred_at", time.clone()),
                ("subject_type", quoted("user")),
                ("subject_id", user.clone()),
                ("version", "1".into()),
                ("changed_fields", quoted("[]")),
                ("actor_kind", quoted("system")),
            ],
            other => panic!("no such table: {other}"),
        };
        if ["users", "passports", "loyalties", "groups"].contains(&table) {
            row.push(("external_ids", quoted("[]")));
        }
        if !UNVERSIONED.contains(&table) {
            row.push(("id", self.id(id)));
            row.push(("version", "1".into()));
            row.push(("created_at", time.clone()));
            row.push(("updated_at", time));
        }
        row
    }

    pub(super) async fn insert(&self, table: &str, row: &Row) -> Result<(), DbErr> {
        let columns: Vec<_> = row.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let values: Vec<_> = row.iter().map(|(_, value)| value.as_str()).collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            columns.join(", "),
            values.join(", ")
        );
        self.db.execute_unprepared(&sql).await.map(drop)
    }

    /// Inserts a row that is good except for these values.
    pub(super) async fn bites(&mut self, kind: ErrorKind, table: &str, changes: &[(&'static str, String)]) {
        let good = self.fresh(table);
        let mut bad = good.clone();
        for (column, value) in changes {
            set(&mut bad, column, value.clone());
        }
        let error = self
            .insert(table, &bad)
            .await
            .expect_err(&format!("{table} {changes:?} was taken"));
        let (found, name) = violation(&error);
        assert_eq!(
            std::mem::discriminant(&found),
            std::mem::discriminant(&kind),
            "{table} {changes:?}: {found:?}"
        );
        self.bitten.extend(name);
        // The values that were changed are all that was wrong.
        self.insert(table, &good)
            .await
            .unwrap_or_else(|error| panic!("{table}: {error}"));
        let key = &good[0];
        let id = good.iter().find(|(name, _)| *name == "id").unwrap_or(key);
        let and = good
            .iter()
            .find(|(name, _)| *name == "term")
            .map_or(String::new(), |it| format!(" AND term = {}", it.1));
        let sql = format!("DELETE FROM {table} WHERE \"{}\" = {}{and}", id.0, id.1);
        self.db.execute_unprepared(&sql).await.unwrap();
    }
}

pub(super) fn set(row: &mut Row, column: &str, value: String) {
    row.iter_mut()
        .find(|(name, _)| *name == column)
        .expect("a column of the row")
        .1 = value;
}

pub(super) fn violation(error: &DbErr) -> (ErrorKind, Option<String>) {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        panic!("no violation: {error}");
    };
    let error = error.as_database_error().expect("a violation");
    (error.kind(), error.constraint().map(ToOwned::to_owned))
}

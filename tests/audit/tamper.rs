//! Whatever somebody does with SQL is found, and the first bad entry is named.

use std::os::unix::fs::PermissionsExt as _;

use entity::audit_events::Model;
use serde_json::json;
use service::audit::verify::{Verified, Wrong};

use super::{check, entries, quoted, settled, sql};
use crate::support::{App, on_both_databases};

/// A trail of some length, chained and signed twice.
async fn trail(app: &App) -> Vec<Model> {
    let admin = app.admin().await;
    for round in 0..2 {
        for number in 0..5 {
            let program = json!({"supplier": "Utopia Rail", "name": format!("Points {round} {number}"), "type": "rail"});
            admin.post("/v1/loyalty-programs", program).await.expect(201);
        }
        settled(app).await;
    }
    let mut all = entries(app).await;
    all.sort_by_key(|entry| entry.seq);
    let count = i64::try_from(all.len()).unwrap();
    assert_eq!(
        check(app).await,
        Ok(Verified {
            entries: count,
            waiting: 0
        })
    );
    all
}

#[track_caller]
fn names(found: Result<Verified, service::audit::verify::Fault>, seq: Option<i64>, wrong: Wrong) {
    let fault = found.expect_err("it is found");
    assert_eq!((fault.seq, fault.wrong), (seq, wrong), "{fault}");
}

on_both_databases! {
    async fn a_change_of_any_column_is_found(app: &App) {
        let all = trail(app).await;
        let entry = &all[3];
        let seq = entry.seq.unwrap();
        let id = quoted(app, entry.id);
        let other = quoted(app, uuid::Uuid::now_v7());
        for (column, value, wrong) in [
            ("occurred_at", "'2020-01-01 00:00:00+00:00'", Wrong::Changed),
            ("action", "'user.created'", Wrong::Changed),
            ("outcome", "'denied'", Wrong::Changed),
            ("actor_kind", "'client'", Wrong::Changed),
            ("actor_id", &other, Wrong::Changed),
            ("session_id", &other, Wrong::Changed),
            ("subject_type", "'group'", Wrong::Changed),
            ("subject_id", &other, Wrong::Changed),
            ("user_id", &other, Wrong::Changed),
            ("request_id", "'other'", Wrong::Changed),
            ("address_class", "'private'", Wrong::Changed),
            ("purpose", "'none'", Wrong::Changed),
            ("sealed_purpose", "'p.AAAA'", Wrong::Changed),
            ("detail", "'none'", Wrong::Changed),
            ("changed_fields", "'[]'", Wrong::Changed),
            ("changes", "'AAAA'", Wrong::Changed),
            ("actor_id", "NULL", Wrong::Changed),
            ("mac", "'AAAA'", Wrong::Changed),
            ("hash", "'AAAA'", Wrong::Reordered),
            ("id", &other, Wrong::Changed),
        ] {
            let target = if column == "id" { other.as_str() } else { id.as_str() };
            sql(app, &format!("CREATE TABLE kept AS SELECT * FROM audit_events WHERE id = {id}")).await;
            sql(app, &format!("UPDATE audit_events SET {column} = {value} WHERE id = {id}")).await;
            names(check(app).await, Some(seq), wrong);
            sql(app, &format!("UPDATE audit_events SET {column} = (SELECT {column} FROM kept) WHERE id = {target}")).await;
            sql(app, "DROP TABLE kept").await;
            check(app).await.unwrap_or_else(|fault| panic!("{column}: {fault}"));
        }
    }

    async fn a_removed_entry_is_missing(app: &App) {
        let all = trail(app).await;
        let seq = all[4].seq.unwrap();
        sql(app, &format!("DELETE FROM audit_events WHERE seq = {seq}")).await;
        names(check(app).await, Some(seq), Wrong::Missing);
        // Also when the gap is closed.
        for later in &all[5..] {
            let was = later.seq.unwrap();
            sql(app, &format!("UPDATE audit_events SET seq = {} WHERE seq = {was}", was - 1)).await;
        }
        names(check(app).await, Some(seq), Wrong::Reordered);
    }

    async fn an_entry_taken_out_of_the_chain_is_missing(app: &App) {
        let all = trail(app).await;
        let seq = all[2].seq.unwrap();
        sql(app, &format!("UPDATE audit_events SET seq = NULL, hash = NULL WHERE seq = {seq}")).await;
        names(check(app).await, Some(seq), Wrong::Missing);
        settled(app).await;
        names(check(app).await, Some(seq), Wrong::Missing);
    }

    async fn entries_that_change_places_are_found(app: &App) {
        let all = trail(app).await;
        let (one, two) = (all[5].seq.unwrap(), all[6].seq.unwrap());
        sql(app, &format!("UPDATE audit_events SET seq = 0 WHERE seq = {one}")).await;
        sql(app, &format!("UPDATE audit_events SET seq = {one} WHERE seq = {two}")).await;
        sql(app, &format!("UPDATE audit_events SET seq = {two} WHERE seq = 0")).await;
        names(check(app).await, Some(one), Wrong::Reordered);
    }

    async fn an_inserted_copy_is_found_chained_or_not(app: &App) {
        let all = trail(app).await;
        let last = all.last().unwrap();
        let columns = "occurred_at, action, outcome, actor_kind, actor_id, session_id, subject_type, subject_id, user_id, \
            request_id, address_class, purpose, detail, changed_fields, changes, mac";
        let insert = |seq: &str, hash: &str| format!(
            "INSERT INTO audit_events (id, {columns}, seq, hash) SELECT {}, {columns}, {seq}, {hash} FROM audit_events WHERE id = {}",
            quoted(app, uuid::Uuid::now_v7()), quoted(app, last.id),
        );
        let end = last.seq.unwrap();
        // At the end of the chain, with whatever hash.
        sql(app, &insert(&(end + 1).to_string(), "'AAAA'")).await;
        names(check(app).await, Some(end + 1), Wrong::Changed);
        sql(app, &format!("DELETE FROM audit_events WHERE seq = {}", end + 1)).await;
        check(app).await.unwrap();
        // Before it is chained, or by the program after.
        sql(app, &insert("NULL", "NULL")).await;
        let found = check(app).await.expect_err("it is found");
        assert_eq!(found.wrong, Wrong::Inserted, "{found}");
        settled(app).await;
        names(check(app).await, Some(end + 1), Wrong::Inserted);
    }

    async fn a_tail_cut_off_is_found(app: &App) {
        let all = trail(app).await;
        let end = all.last().unwrap().seq.unwrap();
        sql(app, &format!("DELETE FROM audit_events WHERE seq > {}", end - 2)).await;
        names(check(app).await, Some(end - 1), Wrong::CutOff);
        // Also when everything in the database is made to fit: the file knows better.
        let new_end = &all[all.len() - 3];
        let (seq, hash) = (new_end.seq.unwrap(), new_end.hash.as_ref().unwrap());
        sql(app, &format!("DELETE FROM audit_checkpoints WHERE seq > {seq}")).await;
        sql(app, &format!("UPDATE audit_chain SET seq = {seq}, hash = '{hash}'")).await;
        names(check(app).await, Some(end - 1), Wrong::CutOff);
        // The whole trail, too.
        for table in ["audit_events", "audit_checkpoints"] {
            sql(app, &format!("DELETE FROM {table}")).await;
        }
        sql(app, "UPDATE audit_chain SET seq = 0, hash = '-'").await;
        names(check(app).await, Some(1), Wrong::CutOff);
    }

    async fn a_removed_or_changed_checkpoint_is_found(app: &App) {
        let all = trail(app).await;
        let end = all.last().unwrap().seq.unwrap();
        let first = "SELECT min(seq) FROM audit_checkpoints";
        sql(app, "CREATE TABLE kept AS SELECT * FROM audit_checkpoints").await;
        let restore = async || {
            sql(app, "DELETE FROM audit_checkpoints").await;
            sql(app, "INSERT INTO audit_checkpoints SELECT * FROM kept").await;
            check(app).await.unwrap();
        };
        sql(app, &format!("DELETE FROM audit_checkpoints WHERE seq = ({first})")).await;
        assert_eq!(check(app).await.unwrap_err().wrong, Wrong::CheckpointMissing);
        restore().await;
        sql(app, &format!("DELETE FROM audit_checkpoints WHERE seq = {end}")).await;
        names(check(app).await, Some(end), Wrong::CheckpointMissing);
        restore().await;
        for change in ["hash = 'AAAA'", "signature = 'AAAA'", "previous_seq = 0", "created_at = '2020-01-01 00:00:00+00:00'", "seq = seq - 1"] {
            sql(app, &format!("UPDATE audit_checkpoints SET {change} WHERE seq = {end}")).await;
            assert_eq!(check(app).await.unwrap_err().wrong, Wrong::CheckpointChanged, "{change}");
            restore().await;
        }
        // A line of the file.
        let file = app.core.audit.file();
        let text = std::fs::read_to_string(file).unwrap();
        std::fs::write(file, text.replacen("\"previous_seq\":0", "\"previous_seq\":1", 1)).unwrap();
        assert_eq!(check(app).await.unwrap_err().wrong, Wrong::CheckpointChanged);
        std::fs::write(file, text).unwrap();
        check(app).await.unwrap();
    }

    async fn the_file_of_checkpoints_is_for_its_owner_alone(app: &App) {
        trail(app).await;
        let mode = std::fs::metadata(app.core.audit.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

//! What goes with a row that goes, and what holds it.

use super::*;

pub async fn what_hangs_on_a_row_goes_with_it_or_holds_it(bench: &Bench) {
    let hanging = [
        "credentials",
        "consents",
        "data_keys",
        "second_factors",
        "recovery_codes",
        "user_search_terms",
        "mails",
        "mail_tokens",
        "refresh_tokens",
        "passports",
        "loyalties",
        "emergency_contacts",
        "travel_preferences",
        "group_members",
        "calendar_feeds",
        "idempotency_keys",
    ];
    for table in hanging {
        bench.insert(table, &bench.fresh(table)).await.unwrap();
    }
    let remove = async |table: &str, id: Uuid| {
        bench
            .db
            .execute_unprepared(&format!("DELETE FROM {table} WHERE id = {}", bench.id(id)))
            .await
    };
    let (kind, _) = violation(
        &remove("loyalty_programs", bench.program)
            .await
            .expect_err("in use"),
    );
    assert!(matches!(kind, ErrorKind::ForeignKeyViolation), "{kind:?}");
    let count = async |table: &str| {
        let sql = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
        texts(&bench.db, &sql).await.unwrap().remove(0)
    };
    for table in hanging {
        assert_eq!(count(table).await, "1", "{table}");
    }
    let known = bench.fresh("external_ids");
    bench.insert("external_ids", &known).await.unwrap();
    remove("users", bench.user).await.unwrap();
    for table in hanging {
        assert_eq!(count(table).await, "0", "{table}");
    }
    // The number of a user stays, and stands for nobody.
    assert_eq!(count("external_ids WHERE user_id IS NULL").await, "1");
    let mut user = bench.fresh("users");
    set(&mut user, "id", bench.id(bench.user));
    bench.insert("users", &user).await.unwrap();
    bench
        .insert("group_members", &bench.fresh("group_members"))
        .await
        .unwrap();
    let mut known = bench.fresh("external_ids");
    set(&mut known, "user_id", "NULL".into());
    set(&mut known, "group_id", bench.id(bench.group));
    bench.insert("external_ids", &known).await.unwrap();
    remove("groups", bench.group).await.unwrap();
    assert_eq!(count("external_ids WHERE user_id IS NULL").await, "1");
    assert_eq!(count("group_members").await, "0");
    remove("loyalty_programs", bench.program).await.unwrap();
    let token = async || {
        let token = bench.fresh("client_tokens");
        bench.insert("client_tokens", &token).await.unwrap();
    };
    token().await;
    remove("client_secrets", bench.secret).await.unwrap();
    assert_eq!(count("client_tokens").await, "0");
    let mut secret = bench.fresh("client_secrets");
    set(&mut secret, "id", bench.id(bench.secret));
    bench.insert("client_secrets", &secret).await.unwrap();
    token().await;
    remove("clients", bench.client).await.unwrap();
    for table in ["client_secrets", "client_tokens"] {
        assert_eq!(count(table).await, "0", "{table}");
    }
}

//! Entries are chained while others are written, and nobody waits.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use service::audit::chain::settle;
use service::audit::{Event, Who, record};

use super::{check, entries, settled};
use crate::support::{Backend, on_both_databases};

on_both_databases! {
    async fn sixteen_writers_and_two_chainers_leave_no_gap(app: &App) {
        let admin = app.admin().await;
        let write = async |writer: usize| {
            for number in 0..8 {
                let program = json!({"supplier": "Utopia Rail", "name": format!("Points {writer} {number}"), "type": "rail"});
                admin.post("/v1/loyalty-programs", program).await.expect(201);
            }
        };
        let other = app.core.for_worker();
        let chain = async |core: &service::Core| {
            for _ in 0..20 {
                // Busy is as good as done: another process is at it.
                let _ = settle(core).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::join!(join_all((0..16).map(write)), chain(&app.core), chain(&other));
        settled(app).await;
        let mut places: Vec<_> = entries(app).await.iter().map(|entry| entry.seq.expect("chained")).collect();
        places.sort_unstable();
        let all = i64::try_from(places.len()).unwrap();
        assert!(all >= 128, "{all}");
        assert_eq!(places, (1..=all).collect::<Vec<_>>());
        assert_eq!(check(app).await.unwrap().entries, all);
    }

    async fn no_command_waits_while_the_chain_is_locked(app: &App) {
        let admin = app.admin().await;
        // SQLite has one writer anyway.
        if app.backend == Backend::Postgres {
        app.core.db.write(async |txn| {
            txn.execute_unprepared("SELECT * FROM audit_chain FOR UPDATE").await?;
            let begun = Instant::now();
            let program = json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"});
            admin.post("/v1/loyalty-programs", program).await.expect(201);
            // Neither does another process that chains.
            settle(&app.core.for_worker()).await.unwrap();
            // Whoever waits for a lock is sent away after five seconds.
            assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
            Ok(())
        }).await.unwrap();
        }
    }

    async fn what_commits_late_gets_a_later_place(app: &App) {
        let event = |detail: &str| Event::new(entity::values::AuditAction::KeysRotated).detail(detail);
        if app.backend == Backend::Postgres {
        app.core.db.write(async |txn| {
            record(&app.core, txn, Who::SYSTEM, event("early")).await?;
            let other = app.core.for_worker();
            other.db.write(async |txn| record(&other, txn, Who::SYSTEM, event("late")).await).await?;
            settle(&other).await
        }).await.unwrap();
        settled(app).await;
        let all = entries(app).await;
        let place = |detail: &str| all.iter().find(|it| it.detail.as_deref() == Some(detail)).unwrap().seq.unwrap();
        assert!(place("late") < place("early"));
        check(app).await.unwrap();
        }
    }

    async fn what_is_rolled_back_is_not_noted(app: &App) {
        let before = entries(app).await.len();
        let event = Event::new(entity::values::AuditAction::KeysRotated);
        let outcome: service::Result<()> = app.core.db.write(async |txn| {
            record(&app.core, txn, Who::SYSTEM, event).await?;
            Err(service::Error::NotFound)
        }).await;
        assert!(outcome.is_err());
        let admin = app.admin().await;
        let program = json!({"supplier": "Utopia Rail", "name": "Points", "type": "rail"});
        admin.post("/v1/loyalty-programs", program.clone()).await.expect(201);
        let in_between = entries(app).await.len();
        admin.post("/v1/loyalty-programs", program).await.expect(409);
        let all = entries(app).await;
        assert!(all.len() > before && all.len() == in_between, "{all:#?}");
        assert!(all.iter().all(|entry| entry.action != "keys.rotated"));
    }

    async fn the_worker_chains_within_moments(app: &App) {
        app.admin().await;
        app.machine("users:read").await;
        let deadline = Instant::now() + Duration::from_secs(10);
        while entries(app).await.iter().any(|entry| entry.seq.is_none()) {
            assert!(Instant::now() < deadline);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(check(app).await.unwrap().entries > 0);
    }
}

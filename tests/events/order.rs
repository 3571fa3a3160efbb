//! Under many writers who commit when they please: each event once, and those of a record in the order of its changes.

use std::collections::BTreeMap;
use std::time::Duration;

use entity::values::AuditAction;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use serde_json::Value;
use service::audit::{Event, Who, record};
use service::events::sequence::settle;
use service::input::Valid;
use service::policy::{Permit, UpdateUser};
use service::users::{self, UserPatch};
use service::version::Precondition;

use super::{Reader, told, types};
use crate::support::{App, Backend, on_both_databases};

/// What a test needs of chance, and the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Changes one of some users in a transaction that stays open for a while after its events were written. One in eight is
/// rolled back. Tells how many were committed.
async fn write(app: &App, people: &[entity::ids::UserId], dice: &mut Dice, rounds: u32) -> usize {
    let core = app.core.for_worker();
    let mut committed = 0;
    for round in 0..rounds {
        let id = people[usize::try_from(dice.below(people.len() as u64)).unwrap()];
        let (pause, fails) = (dice.below(30), dice.below(8) == 0);
        let outcome: service::Result<()> = core
            .db
            .write(async |txn| {
                let found = entity::users::Entity::find_by_id(id);
                let mut user = sea_orm::QuerySelect::lock_exclusive(found)
                    .one(txn)
                    .await?
                    .unwrap();
                user.version += 1;
                let version = user.version;
                let row = sea_orm::IntoActiveModel::into_active_model(user);
                let row = entity::users::ActiveModel {
                    version: sea_orm::Set(version),
                    id: row.id,
                    ..Default::default()
                };
                entity::users::Entity::update(row).exec(txn).await?;
                let event = Event::new(AuditAction::UserUpdated)
                    .about_user(id)
                    .version(version);
                record(&core, txn, Who::SYSTEM, event).await?;
                tokio::time::sleep(Duration::from_millis(pause)).await;
                if fails {
                    Err(service::Error::NotFound)
                } else {
                    Ok(())
                }
            })
            .await;
        match outcome {
            Ok(()) => committed += 1,
            Err(service::Error::NotFound) => assert!(fails, "round {round}"),
            Err(other) => panic!("round {round}: {other}"),
        }
    }
    committed
}

on_both_databases! {
    async fn eight_writers_and_a_reader_miss_nothing_and_see_nothing_twice(app: &App) {
        let mut people = Vec::new();
        for number in 0..5 {
            people.push(app.profile(&format!("P{number}")).await);
        }
        let mut reader = Reader::from_now(app).await;
        let mut events: Vec<Value> = Vec::new();
        // On SQLite writers stand in line, so that as many take as long as all of them together.
        let rounds = if app.backend == Backend::Postgres { 40 } else { 8 };
        let writers = join_all((1..=8_u64).map(|seed| {
            let people = &people;
            async move { write(app, people, &mut Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed)), rounds).await }
        }));
        let (done, is_done) = tokio::sync::oneshot::channel();
        let write_all = async {
            let committed: usize = writers.await.into_iter().sum();
            done.send(()).unwrap();
            committed
        };
        let read_all = async {
            let mut is_done = is_done;
            while is_done.try_recv().is_err() {
                events.extend(reader.new_events().await);
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            events.extend(reader.new_events().await);
        };
        let (committed, ()) = tokio::join!(write_all, read_all);
        assert!(committed > 30, "{committed}");
        assert_eq!(events.len(), committed);
        let mut versions: BTreeMap<String, i64> = BTreeMap::new();
        for (place, event) in events.iter().enumerate() {
            let (_, user, version, _) = told(event);
            let last = versions.entry(user).or_insert(1);
            *last += 1;
            assert_eq!(version, Some(*last), "event {place}: {event}");
        }
    }

    async fn what_commits_late_is_not_passed_over(app: &App) {
        if app.backend == Backend::Postgres {
        let (early, late) = (app.profile("Early").await, app.profile("Late").await);
        let mut reader = Reader::from_now(app).await;
        let event = |user| Event::new(AuditAction::UserUpdated).about_user(user);
        app.core.db.write(async |txn| {
            record(&app.core, txn, Who::SYSTEM, event(early)).await?;
            let other = app.core.for_worker();
            other.db.write(async |txn| record(&other, txn, Who::SYSTEM, event(late)).await).await?;
            settle(&other).await?;
            // The reader comes by while the earlier one is still open …
            let seen = reader.new_events().await;
            assert_eq!(seen.len(), 1);
            assert_eq!(told(&seen[0]).1, late.to_string());
            Ok(())
        }).await.unwrap();
        // … and hears of it after all.
        let seen = reader.new_events().await;
        assert_eq!(types(&seen), ["user.updated"]);
        assert_eq!(told(&seen[0]).1, early.to_string());
        }
    }

    async fn no_command_waits_while_events_are_placed(app: &App) {
        if app.backend == Backend::Postgres {
        app.core.db.write(async |txn| {
            sea_orm::ConnectionTrait::execute_unprepared(txn, "SELECT * FROM event_head FOR UPDATE").await?;
            let begun = std::time::Instant::now();
            let by = Permit::<UpdateUser>::system();
            let patch = UserPatch { title: "Dr".parse::<entity::values::Title>().unwrap().into(), ..UserPatch::default() };
            let other = app.core.for_worker();
            let rosa = app.profile("Rosa").await;
            users::update(&other, &by, rosa, &Precondition::NONE, Valid::check(patch).unwrap()).await?;
            // Whoever waits for a lock is sent away after five seconds.
            assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
            Ok(())
        }).await.unwrap();
        }
    }
}

//! Signing in must neither tell who is known by the time it takes, nor stop everybody else.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{PASSWORD, login, with_password};
use crate::support::{App, Caller, on_both_databases};

/// How long a refusal takes, in seconds. The clock is shifted first, so that no try comes too early.
async fn time_of(app: &App, caller: &Caller, email: &str) -> f64 {
    app.core.clock.shift(TimeDelta::seconds(901));
    let begin = Instant::now();
    login(caller, email, "lantern-otter-meadow-8").await.expect(401);
    begin.elapsed().as_secs_f64()
}

/// How probable it is that one of these is greater than one of those (Mann and Whitney's U, as an area): a half when
/// nothing tells them apart, however long the tails are.
fn area(these: &[f64], those: &[f64]) -> f64 {
    let greater = |one: &f64| {
        those
            .iter()
            .map(|other| if one > other { 1.0 } else { 0.0 })
            .sum::<f64>()
    };
    let pairs = f64::from(u32::try_from(these.len() * those.len()).unwrap());
    these.iter().map(greater).sum::<f64>() / pairs
}

/// By how much the middle ones differ, as a part of these.
fn apart(these: &mut [f64], those: &mut [f64]) -> f64 {
    let middle = |times: &mut [f64]| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    let (these, those) = (middle(these), middle(those));
    (these - those).abs() / these
}

on_both_databases! {
    /// A twentieth of the time of a hash drowns in what the network adds, while an address that is not hashed for answers in
    /// a tenth of it. On a quiet machine the rows of the account that are read make a hair's breadth, which the area sees.
    async fn the_time_of_a_refusal_does_not_tell_whether_the_address_is_known(app: &App) {
        let caller = app.anonymous();
        // After a hundred failures in a row nothing is evaluated any more: eleven accounts share 600 and more.
        for number in 0..11 {
            with_password(app, &format!("rosa{number}@mail.example")).await;
        }
        let mut differ = Vec::new();
        for _ in 0..3 {
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for sample in 0..200 {
                let number = sample % 11;
                known.push(time_of(app, &caller, &format!("rosa{number}@mail.example")).await);
                unknown.push(time_of(app, &caller, &format!("nobody{number}@mail.example")).await);
            }
            let (area, apart) = (area(&unknown, &known), apart(&mut known, &mut unknown));
            if (0.40..=0.60).contains(&area) || apart < 0.05 {
                differ.clear();
                break;
            }
            differ.push((area, apart));
        }
        assert!(differ.is_empty(), "unknown above known, and how far apart, in three attempts: {differ:?}");
    }

    async fn a_storm_of_sign_ins_is_cut_while_reads_go_on(app: &App) with |config| {
        config.hash_threads = 1;
    } => {
        with_password(app, "rosa@mail.example").await;
        let ada = app.agent().await;
        ada.get("/v1/me").await.expect(200);
        let callers: Vec<_> = (0..200).map(|_| app.anonymous()).collect();
        let storm = join_all(callers.iter().map(|caller| login(caller, "rosa@mail.example", PASSWORD)));
        let reads = async {
            let mut slowest = Duration::ZERO;
            for _ in 0..30 {
                let begin = Instant::now();
                ada.get("/v1/me").await.expect(200);
                slowest = slowest.max(begin.elapsed());
            }
            slowest
        };
        let before = app.core.db.statements();
        let (answers, slowest) = tokio::join!(storm, reads);
        let statements = app.core.db.statements() - before;
        let mut served = 0_u64;
        for answer in &answers {
            if answer.status == 200 {
                served += 1;
            } else {
                assert_eq!(answer.problem(503), "unavailable");
                assert_eq!(answer.header("retry-after"), Some("1"));
            }
        }
        assert!((1..200).contains(&served), "served {served} of 200");
        // Each read takes two statements; each sign-in that is let in looks whether it is too early, is counted, looks
        // the address up, and opens a session, with two transactions in all. Whoever finds the thread and the forty
        // places of its queue taken is turned away before the database is asked.
        let most = 2 * 30 + 13 * (served + 41);
        assert!(statements <= most, "{statements} statements, {served} served");
        assert!(slowest < Duration::from_secs(5), "a read took {slowest:?}");
        // The storm has left nothing behind.
        login(&ada, "rosa@mail.example", PASSWORD).await.expect(200);
    }
}

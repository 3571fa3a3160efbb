//! Signing in must neither tell who is known by the time it takes, nor stop everybody else.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{PASSWORD, login, with_password};
use crate::support::{Caller, on_both_databases};

async fn time_of(caller: &Caller, email: &str) -> Duration {
    let begin = Instant::now();
    login(caller, email, "lantern-otter-meadow-8").await.expect(401);
    begin.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

on_both_databases! {
    async fn the_time_of_a_refusal_does_not_tell_whether_the_address_is_known(app: &App) {
        let caller = app.anonymous();
        with_password(app, "rosa@mail.example").await;
        let mut ratios = Vec::new();
        for _ in 0..3 {
            let (mut known, mut unknown) = (Vec::new(), Vec::new());
            for number in 0..30 {
                known.push(time_of(&caller, "rosa@mail.example").await);
                unknown.push(time_of(&caller, &format!("nobody{number}@mail.example")).await);
            }
            let ratio = median(unknown) / median(known);
            if (0.75..=1.25).contains(&ratio) {
                ratios.clear();
                break;
            }
            ratios.push(ratio);
        }
        assert!(ratios.is_empty(), "unknown to known, in three attempts: {ratios:?}");
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
        // Each read takes two statements, each sign-in that is let in (a thread and the forty places of its queue) takes
        // one, and four more when it succeeds. Whoever finds them taken is turned away before the database is asked.
        let most = 2 * 30 + 5 * served + 41;
        assert!(statements <= most, "{statements} statements, {served} served");
        assert!(slowest < Duration::from_secs(5), "a read took {slowest:?}");
        // The storm has left nothing behind.
        login(&ada, "rosa@mail.example", PASSWORD).await.expect(200);
    }
}

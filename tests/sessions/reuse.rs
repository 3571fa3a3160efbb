//! A refresh token is good once; who shows it again is a thief, or has not got the answer.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

use super::{Tokens, login, refresh, refresh_by, refused, renewed, rosa};
use crate::support::{App, on_both_databases};

/// How many refresh tokens of all sessions are unused.
async fn unused(app: &App) -> u64 {
    let unused = entity::refresh_tokens::COLUMN.used_at.is_null();
    entity::refresh_tokens::Entity::find()
        .filter(unused)
        .count(app.core.db.read())
        .await
        .unwrap()
}

on_both_databases! {
    async fn of_fifty_at_once_one_wins_and_the_session_lives(app: &App) {
        rosa(app).await;
        let callers: Vec<_> = (0..50).map(|_| app.anonymous()).collect();
        // Connections are open before the race, so that all fifty arrive together.
        join_all(callers.iter().map(|caller| caller.get("/health/live"))).await;
        let mut tokens = login(app).await;
        for round in 0..20 {
            let answers = join_all(callers.iter().map(|caller| refresh_by(caller, &tokens.refresh))).await;
            let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
            for answer in answers.iter().filter(|answer| answer.status != 200) {
                refused(answer);
            }
            assert_eq!(winners.len(), 1, "round {round}");
            assert_eq!(unused(app).await, 1, "round {round}");
            let last = Tokens::of(&winners[0].json());
            assert!(last.opens(app).await, "round {round}: a race is no theft");
            tokens = last;
        }
    }

    async fn a_lost_answer_can_be_asked_for_again(app: &App) {
        rosa(app).await;
        let first = login(app).await;
        let lost = renewed(app, &first).await;
        app.core.clock.shift(TimeDelta::seconds(8));
        let second = renewed(app, &first).await;
        assert_ne!(lost.refresh, second.refresh);
        // Lost once more.
        let third = renewed(app, &first).await;
        assert_eq!(unused(app).await, 1);
        let fourth = renewed(app, &third).await;
        assert!(fourth.opens(app).await);
    }

    async fn what_got_lost_is_good_for_nothing_once_it_was_asked_for_again(app: &App) {
        rosa(app).await;
        let first = login(app).await;
        let lost = renewed(app, &first).await;
        let second = renewed(app, &first).await;
        refused(&refresh(app, &lost.refresh).await);
        assert!(!second.opens(app).await, "two hold tokens of one session");
    }

    async fn after_ten_seconds_a_used_token_ends_the_session(app: &App) {
        rosa(app).await;
        let (first, other) = (login(app).await, login(app).await);
        let second = renewed(app, &first).await;
        app.core.clock.shift(TimeDelta::seconds(11));
        assert!(second.opens(app).await);
        refused(&refresh(app, &first.refresh).await);
        assert!(!second.opens(app).await && !first.opens(app).await);
        refused(&refresh(app, &second.refresh).await);
        // It is the family that ends, not the user's other sessions.
        assert!(other.opens(app).await);
        renewed(app, &other).await;
    }

    /// R1 → R2 → R3: R1 is two generations old, although all of it took less than ten seconds.
    async fn only_the_token_before_the_last_can_be_sent_again(app: &App) {
        rosa(app).await;
        let first = login(app).await;
        let second = renewed(app, &first).await;
        let third = renewed(app, &second).await;
        refused(&refresh(app, &first.refresh).await);
        assert!(!third.opens(app).await);
        refused(&refresh(app, &third.refresh).await);
    }

    /// The lost answer arrived after all, and was used: whoever asks again is somebody else.
    async fn once_the_successor_is_used_there_is_no_asking_again(app: &App) {
        rosa(app).await;
        let first = login(app).await;
        let lost = renewed(app, &first).await;
        let again = renewed(app, &first).await;
        let used = renewed(app, &again).await;
        refused(&refresh(app, &first.refresh).await);
        assert!(!used.opens(app).await);
        refused(&refresh(app, &lost.refresh).await);
    }

    async fn a_restart_forgets_no_use(app: &App) {
        rosa(app).await;
        let first = login(app).await;
        let second = renewed(app, &first).await;
        // Another process on the same database, as after a restart.
        let mut config = app.config.clone();
        config.public_url = Some(format!("http://{}", app.addr));
        let application = api::app::Application::build(&config).await.unwrap();
        let (addr, handle, core) = (application.addr(), application.handle(), application.core().clone());
        let server = actix_web::rt::spawn(application.run());
        let elsewhere = crate::support::Caller::new(addr, None, None);
        core.clock.shift(TimeDelta::seconds(11));
        refused(&refresh_by(&elsewhere, &first.refresh).await);
        assert!(!second.opens(app).await, "ended on every process");
        refused(&refresh(app, &second.refresh).await);
        handle.stop(false).await;
        server.await.unwrap().unwrap();
    }
}

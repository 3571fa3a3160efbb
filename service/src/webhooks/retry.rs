//! When a message that did not get through is sent again.

use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use chrono::TimeDelta;

/// Pauses before the second and each further attempt (Standard Webhooks 1.0.0, "Deliverability and reliability").
const SCHEDULE: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// The longest time for which a receiver that cannot be reached is left alone: so soon after it is back it gets all that has
/// waited.
const LONGEST_REST: Duration = Duration::from_secs(45);
const FIRST_REST: Duration = Duration::from_secs(2);

/// The pause after so many attempts, give or take a tenth; nothing when the patience is over. A receiver may ask for a longer
/// one.
pub(super) fn pause(attempts: i64, asked: Option<Duration>) -> Option<TimeDelta> {
    let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let pause = jittered(*SCHEDULE.get(index)?);
    let asked = asked.and_then(|asked| TimeDelta::from_std(asked).ok());
    Some(pause.max(asked.unwrap_or_default()))
}

/// For how long a receiver is left alone that could not be reached so many times in a row.
pub(super) fn rest(failures: i64, asked: Option<Duration>) -> TimeDelta {
    let doubled = u32::try_from(failures.clamp(1, 10) - 1).unwrap_or_default();
    let rest = FIRST_REST.saturating_mul(1 << doubled).min(LONGEST_REST);
    let rest = jittered(TimeDelta::from_std(rest).unwrap_or_default());
    rest.max(
        asked
            .and_then(|asked| TimeDelta::from_std(asked).ok())
            .unwrap_or_default(),
    )
}

/// So that what failed together does not come back together.
fn jittered(pause: TimeDelta) -> TimeDelta {
    let mut random = [0; 1];
    // Without chance the pause is what it is.
    if SystemRandom::new().fill(&mut random).is_err() {
        return pause;
    }
    let [random] = random;
    pause * (900 + i32::from(random) * 200 / 255) / 1000
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pauses_follow_the_schedule_of_the_standard_with_jitter() {
        for (attempts, expected) in (1..).zip(SCHEDULE) {
            let pause = pause(attempts, None).unwrap();
            assert!(
                pause >= expected * 9 / 10 && pause <= expected * 11 / 10,
                "{attempts}: {pause}"
            );
        }
        assert_eq!(pause(10, None), None, "ten attempts are all");
        assert_eq!(pause(0, None), None);
        let all: std::collections::BTreeSet<_> = (0..50).map(|_| pause(9, None).unwrap()).collect();
        assert!(all.len() > 5, "{all:?}");
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_and_not_for_a_shorter_one() {
        assert_eq!(
            pause(1, Some(Duration::from_mins(1))),
            Some(TimeDelta::minutes(1))
        );
        assert!(pause(3, Some(Duration::from_secs(1))).unwrap() > TimeDelta::minutes(20));
        assert_eq!(rest(1, Some(Duration::from_hours(1))), TimeDelta::hours(1));
    }

    #[test]
    fn a_receiver_that_is_away_is_asked_again_within_a_minute() {
        let rests: Vec<_> = [1, 2, 3, 4, 5, 6, 1000].map(|it| rest(it, None)).into();
        assert!(
            rests
                .iter()
                .all(|it| *it >= TimeDelta::seconds(1) && *it <= TimeDelta::seconds(50)),
            "{rests:?}"
        );
        assert!(rests[4] > rests[0]);
    }
}

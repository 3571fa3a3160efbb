//! How long before something runs out somebody is told.

use std::fmt;
use std::str::FromStr;

/// Most thresholds.
const MOST: usize = 10;
/// The longest one, in days: ten years.
const LONGEST: u32 = 3650;

/// Days before the last day of validity, the fewest first; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds(Vec<u32>);

impl Thresholds {
    /// From how many days before its last day on something is worth an alert.
    pub fn longest(&self) -> u32 {
        self.0.last().copied().unwrap_or_default()
    }

    /// The last threshold that has been passed with so many days left; none if there is more time than that.
    pub fn passed(&self, days_left: i64) -> Option<u32> {
        self.0.iter().copied().find(|days| i64::from(*days) >= days_left)
    }

    /// The days, the fewest first.
    pub fn days(&self) -> &[u32] {
        &self.0
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self(vec![30, 90, 180])
    }
}

impl FromStr for Thresholds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days: Option<Vec<u32>> = text
            .split(',')
            .map(|days| {
                let days = days.trim().parse().ok()?;
                (1..=LONGEST).contains(&days).then_some(days)
            })
            .collect();
        let mut days = days.filter(|days| days.len() <= MOST).unwrap_or_default();
        days.sort_unstable();
        let given = days.len();
        days.dedup();
        if days.is_empty() || days.len() < given {
            return Err(format!(
                "ALERT_DAYS names 1 to {MOST} different numbers of days with commas between them, each from 1 to {LONGEST}, such as 180,90,30."
            ));
        }
        Ok(Self(days))
    }
}

impl fmt::Display for Thresholds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<_> = self.0.iter().rev().map(ToString::to_string).collect();
        f.write_str(&days.join(","))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_last_threshold_that_was_passed_counts() {
        let thresholds: Thresholds = " 90, 180,30".parse().unwrap();
        assert_eq!(thresholds, Thresholds::default());
        assert_eq!(
            (thresholds.longest(), thresholds.to_string()),
            (180, "180,90,30".to_owned())
        );
        for (days_left, passed) in [
            (181, None),
            (180, Some(180)),
            (91, Some(180)),
            (90, Some(90)),
            (30, Some(30)),
            (0, Some(30)),
            (-5, Some(30)),
        ] {
            assert_eq!(thresholds.passed(days_left), passed, "{days_left}");
        }
    }

    #[test]
    fn what_is_no_list_of_days_is_refused() {
        let eleven = (1..=11)
            .map(|days| days.to_string())
            .collect::<Vec<_>>()
            .join(",");
        for bad in [
            "", "0", "3651", "-1", "90,90", "90,,30", "a", "90;30", "1.5", &eleven,
        ] {
            assert!(
                bad.parse::<Thresholds>().unwrap_err().contains("ALERT_DAYS"),
                "{bad}"
            );
        }
        assert!("3650".parse::<Thresholds>().is_ok());
    }
}

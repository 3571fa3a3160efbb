//! Several airlines.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CarrierCode, Invalid};

/// IATA designators of airlines, each of them once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult)]
#[serde(try_from = "Vec<CarrierCode>")]
#[schema(max_items = 50)]
pub struct Carriers(Vec<CarrierCode>);

impl Carriers {
    /// Most airlines that a list may have.
    pub const MAX: usize = 50;

    /// The airlines in the order given, if there are at most [`Self::MAX`] and none is there twice (`too_long`,
    /// `duplicate`).
    pub fn new(carriers: Vec<CarrierCode>) -> Result<Self, Invalid> {
        if carriers.len() > Self::MAX {
            return Err(Invalid::too_long(format!(
                "There are too many airlines; give at most {}.",
                Self::MAX
            )));
        }
        let mut sorted: Vec<_> = carriers.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < carriers.len() {
            return Err(Invalid::duplicate(
                "An airline is there twice; give each of them once.",
            ));
        }
        Ok(Self(carriers))
    }

    /// Whether the airline is among them.
    pub fn contains(&self, carrier: &str) -> bool {
        self.0.iter().any(|it| it.as_str() == carrier)
    }

    /// The airlines.
    pub fn as_slice(&self) -> &[CarrierCode] {
        &self.0
    }
}

impl TryFrom<Vec<CarrierCode>> for Carriers {
    type Error = Invalid;

    fn try_from(carriers: Vec<CarrierCode>) -> Result<Self, Self::Error> {
        Self::new(carriers)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::values::testing::schema;

    #[test]
    fn every_airline_is_there_once() {
        let carriers: Carriers = serde_json::from_value(json!(["lh", "4Y"])).unwrap();
        assert!(carriers.contains("LH") && carriers.contains("4Y") && !carriers.contains("LX"));
        assert_eq!(serde_json::to_value(&carriers).unwrap(), json!(["LH", "4Y"]));
        let twice = ["LH", "lh"].map(|code| code.parse().unwrap());
        assert_eq!(Carriers::new(twice.into()).unwrap_err().code, "duplicate");
        assert!(serde_json::from_value::<Carriers>(json!(["LHX"])).is_err());
    }

    #[test]
    fn there_are_at_most_fifty() {
        let some = |count: u8| {
            let code = |n: u8| format!("{}{}", char::from(b'A' + n / 10), n % 10);
            Carriers::new((0..count).map(|n| code(n).parse().unwrap()).collect())
        };
        assert!(some(50).is_ok());
        assert_eq!(some(51).unwrap_err().code, "too_long");
        assert_eq!(schema::<Carriers>()["maxItems"], Carriers::MAX);
    }
}

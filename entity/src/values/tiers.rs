//! The status levels of a loyalty programme.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AllianceStatus, Invalid, TierName};

/// One status level of a loyalty programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Name of the level.
    pub name: TierName,
    /// What it counts for in the programme's alliance; left out where it counts for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alliance_status: Option<AllianceStatus>,
}

/// The status levels of a loyalty programme, from the lowest to the highest; no two names differ only in
/// case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult)]
#[serde(try_from = "Vec<Tier>")]
#[schema(max_items = 20)]
pub struct Tiers(Vec<Tier>);

impl Tiers {
    /// Most levels that a programme may have.
    pub const MAX: usize = 20;

    /// The levels in the order given, if there are at most [`Self::MAX`] and each has a name of its own
    /// (`too_long`, `duplicate`).
    pub fn new(tiers: Vec<Tier>) -> Result<Self, Invalid> {
        if tiers.len() > Self::MAX {
            return Err(Invalid::too_long(format!(
                "There are too many tiers; give at most {}.",
                Self::MAX
            )));
        }
        let mut names: Vec<_> = tiers.iter().map(|tier| folded(&tier.name)).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < tiers.len() {
            return Err(Invalid::duplicate(
                "Two tiers have the same name; give each a name of its own.",
            ));
        }
        Ok(Self(tiers))
    }

    /// The level of that name, in any case.
    pub fn find(&self, name: &TierName) -> Option<&Tier> {
        let name = folded(name);
        self.0.iter().find(|tier| folded(&tier.name) == name)
    }

    /// Whether there is a level of that name, in any case.
    pub fn contains(&self, name: &TierName) -> bool {
        self.find(name).is_some()
    }

    /// The levels, from the lowest to the highest.
    pub fn as_slice(&self) -> &[Tier] {
        &self.0
    }
}

impl TryFrom<Vec<Tier>> for Tiers {
    type Error = Invalid;

    fn try_from(tiers: Vec<Tier>) -> Result<Self, Self::Error> {
        Self::new(tiers)
    }
}

fn folded(name: &TierName) -> String {
    name.as_str().to_lowercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use sea_orm::sea_query::ValueType;
    use serde_json::json;

    use super::*;
    use crate::values::testing::schema;

    fn name(text: &str) -> TierName {
        text.parse().unwrap()
    }

    fn tiers<const N: usize>(names: [&str; N]) -> Result<Tiers, Invalid> {
        Tiers::new(
            names
                .map(|text| Tier {
                    name: name(text),
                    alliance_status: None,
                })
                .into(),
        )
    }

    #[test]
    fn tiers_are_found_in_any_case() {
        let tiers = tiers(["Silber", "Größer", "Gold"]).unwrap();
        assert!(tiers.contains(&name("gold")) && tiers.contains(&name("GRÖßER")));
        assert_eq!(tiers.find(&name("GOLD")).unwrap().name.as_str(), "Gold");
        assert!(!tiers.contains(&name("Platinum")));
        assert_eq!(tiers.as_slice().len(), 3);
    }

    #[test]
    fn names_are_unique_in_any_case() {
        assert_eq!(tiers(["Gold", "Silver", "GOLD "]).unwrap_err().code, "duplicate");
    }

    #[test]
    fn there_are_at_most_twenty() {
        let numbered = |count: u8| {
            Tiers::new(
                (0..count)
                    .map(|n| Tier {
                        name: name(&n.to_string()),
                        alliance_status: None,
                    })
                    .collect(),
            )
        };
        assert!(numbered(0).is_ok());
        assert!(numbered(20).is_ok());
        assert_eq!(numbered(21).unwrap_err().code, "too_long");
    }

    #[test]
    fn json_obeys_the_same_rules() {
        let json = json!([{"name": "Silver"}, {"name": "Gold", "alliance_status": "elite_plus"}]);
        let tiers: Tiers = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&tiers).unwrap(), json);
        let stored = sea_orm::Value::from(tiers.clone());
        assert_eq!(<Tiers as ValueType>::try_from(stored).unwrap(), tiers);
        for refused in [
            json!([{"name": "Gold"}, {"name": "gold"}]),
            json!([{"name": ""}]),
            json!([{"name": "Gold", "rank": 1}]),
            json!([{"name": "Gold", "alliance_status": "platinum"}]),
            json!({"name": "Gold"}),
        ] {
            assert!(
                serde_json::from_value::<Tiers>(refused.clone()).is_err(),
                "{refused}"
            );
            assert!(<Tiers as ValueType>::try_from(refused.into()).is_err());
        }
    }

    #[test]
    fn the_schema_bounds_the_list() {
        let schema = schema::<Tiers>();
        assert_eq!(schema["type"], "array");
        assert_eq!(schema["maxItems"], Tiers::MAX);
        assert_eq!(schema["items"], json!({"$ref": "#/components/schemas/Tier"}));
        assert!(
            schema["description"]
                .as_str()
                .unwrap()
                .starts_with("The status levels")
        );
    }
}

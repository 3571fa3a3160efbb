//! Under which numbers other systems know a record.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Invalid;
use super::text::text_type;

text_type! {
    /// Short name of another system of the agency: small letters, digits and hyphens.
    pub struct SystemName(String);
    debug = shown;
    length = 1..=32;
    pattern = "^[a-z][a-z0-9-]{0,31}$";
    example = "crm";
    parse = system;
}

text_type! {
    /// The number under which another system keeps the record: letters, digits and `. _ : -`, beginning with a letter or a
    /// digit; case matters. It stands in addresses, and these in logs of whoever is on the way: take the other system's own
    /// record number, never an e-mail address, a telephone number or the number of a document.
    pub struct RecordNumber(String);
    debug = hidden;
    length = 1..=64;
    pattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$";
    example = "10003";
    parse = number;
}

fn system(text: &str) -> Result<String, Invalid> {
    let is_letter = |c: char| c.is_ascii_lowercase();
    let fits = |c: char| is_letter(c) || c.is_ascii_digit() || c == '-';
    if text.starts_with(is_letter) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "The name of a system is written in small letters, digits and hyphens, and begins with a letter, such as crm.",
        ))
    }
}

fn number(text: &str) -> Result<String, Invalid> {
    if text.contains('@') {
        return Err(Invalid::character(
            "This looks like an e-mail address, which must not stand in an address; give the other system's record number.",
        ));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::format(
            "A record number has letters, digits and . _ : - only, and begins with a letter or a digit.",
        ))
    }
}

/// The number of a record in another system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalId {
    /// The other system.
    pub system: SystemName,
    /// The record's number there.
    pub id: RecordNumber,
}

/// The numbers of a record in other systems: one for each system at the most, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, FromJsonQueryResult)]
#[serde(try_from = "Vec<ExternalId>")]
#[schema(max_items = 20)]
pub struct ExternalIds(Vec<ExternalId>);

impl ExternalIds {
    /// Most systems that may know a record.
    pub const MAX: usize = 20;

    /// The numbers, if there are at most [`Self::MAX`] and each system is named once (`too_long`, `duplicate`).
    pub fn new(mut ids: Vec<ExternalId>) -> Result<Self, Invalid> {
        ids.sort();
        if ids.len() > Self::MAX {
            return Err(Invalid::too_long(format!(
                "A record has numbers of at most {} systems.",
                Self::MAX
            )));
        }
        let mut systems: Vec<_> = ids.iter().map(|id| &id.system).collect();
        systems.dedup();
        if systems.len() < ids.len() {
            return Err(Invalid::duplicate(
                "A system is named twice; a record has one number in each system.",
            ));
        }
        Ok(Self(ids))
    }

    /// The numbers, in the order of the systems' names.
    pub fn as_slice(&self) -> &[ExternalId] {
        &self.0
    }

    /// The number in a system.
    pub fn of(&self, system: &SystemName) -> Option<&RecordNumber> {
        self.0.iter().find(|it| it.system == *system).map(|it| &it.id)
    }

    /// Whether no system knows the record.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<ExternalId>> for ExternalIds {
    type Error = Invalid;

    fn try_from(ids: Vec<ExternalId>) -> Result<Self, Invalid> {
        Self::new(ids)
    }
}

/// What is to become of the number in one system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalIdChange {
    /// The other system.
    pub system: SystemName,
    /// The record's number there from now on; null where that system knows the record no longer.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    pub id: Option<RecordNumber>,
}

/// Changes of numbers, system by system: a system that is not named keeps its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalIdChanges(Vec<ExternalIdChange>);

impl ExternalIdChanges {
    /// The changes, if there are at most [`ExternalIds::MAX`] and each system is named once (`too_long`, `duplicate`).
    pub fn new(changes: Vec<ExternalIdChange>) -> Result<Self, Invalid> {
        if changes.len() > ExternalIds::MAX {
            return Err(Invalid::too_long(format!(
                "A record has numbers of at most {} systems.",
                ExternalIds::MAX
            )));
        }
        let mut systems: Vec<_> = changes.iter().map(|it| &it.system).collect();
        systems.sort();
        systems.dedup();
        if systems.len() < changes.len() {
            return Err(Invalid::duplicate("A system is named twice; name each once."));
        }
        Ok(Self(changes))
    }

    /// What is said of a system, if it is named.
    pub fn of(&self, system: &SystemName) -> Option<Option<&RecordNumber>> {
        let change = self.0.iter().find(|it| it.system == *system)?;
        Some(change.id.as_ref())
    }

    /// What becomes of the numbers of a record (`too_long`).
    pub fn applied_to(&self, ids: &ExternalIds) -> Result<ExternalIds, Invalid> {
        let kept = ids.as_slice().iter().filter(|it| self.of(&it.system).is_none());
        let mut changed: Vec<_> = kept.cloned().collect();
        changed.extend(self.0.iter().filter_map(|change| {
            let id = change.id.clone()?;
            Some(ExternalId {
                system: change.system.clone(),
                id,
            })
        }));
        ExternalIds::new(changed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(json: serde_json::Value) -> Result<ExternalIds, serde_json::Error> {
        serde_json::from_value(json)
    }

    fn changed(ids: &ExternalIds, json: serde_json::Value) -> serde_json::Value {
        let changes: Vec<ExternalIdChange> = serde_json::from_value(json).unwrap();
        let now = ExternalIdChanges::new(changes).unwrap().applied_to(ids).unwrap();
        serde_json::to_value(now).unwrap()
    }

    #[test]
    fn numbers_are_no_personal_data_and_fit_into_an_address() {
        for good in ["10003", "A-1.b_2:C", "0", "00Q5e000001abcdEAA"] {
            assert!(good.parse::<RecordNumber>().is_ok(), "{good}");
        }
        for bad in [
            "anna@mail.example",
            "a/b",
            "..",
            ".",
            "-1",
            "ä",
            "a b",
            "a%20b",
            "a?b",
            "",
        ] {
            assert!(bad.parse::<RecordNumber>().is_err(), "{bad}");
        }
        assert!("x".repeat(65).parse::<RecordNumber>().is_err());
        assert_eq!(
            "anna@mail.example".parse::<RecordNumber>().unwrap_err().code,
            "invalid_character"
        );
        for bad in ["CRM", "1a", "a_b", "-a", "a b", ""] {
            assert!(bad.parse::<SystemName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_system_has_one_number_of_a_record() {
        assert!(ids(json!([{"system": "crm", "id": "1"}, {"system": "gds", "id": "1"}])).is_ok());
        assert!(ids(json!([{"system": "crm", "id": "1"}, {"system": "crm", "id": "2"}])).is_err());
        let many: Vec<_> = (0..21)
            .map(|n| json!({"system": format!("s{n}"), "id": "1"}))
            .collect();
        assert!(ids(many.into()).is_err());
    }

    #[test]
    fn a_change_touches_only_the_systems_that_it_names() {
        let known = ids(json!([{"system": "crm", "id": "1"}, {"system": "gds", "id": "G"}])).unwrap();
        assert_eq!(
            changed(&known, json!([{"system": "crm", "id": "2"}])),
            json!([{"system": "crm", "id": "2"}, {"system": "gds", "id": "G"}])
        );
        assert_eq!(
            changed(
                &known,
                json!([{"system": "crm", "id": null}, {"system": "abc", "id": "7"}])
            ),
            json!([{"system": "abc", "id": "7"}, {"system": "gds", "id": "G"}])
        );
        assert_eq!(changed(&known, json!([])), serde_json::to_value(&known).unwrap());
        assert!(serde_json::from_value::<ExternalIdChange>(json!({"system": "crm"})).is_err());
        let twice = json!([{"system": "crm", "id": "2"}, {"system": "crm", "id": null}]);
        let twice: Vec<ExternalIdChange> = serde_json::from_value(twice).unwrap();
        assert_eq!(ExternalIdChanges::new(twice).unwrap_err().code, "duplicate");
    }
}

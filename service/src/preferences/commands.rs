//! What callers say about preferences.

use std::borrow::Cow;
use std::collections::BTreeSet;

use entity::values::{SeatPreference, ServiceNote, SpecialServiceCode, SpecialServiceKind};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::{NOTE_MISSING, lacks_note};
use crate::input::{Input, cross_field, optional, required};
use crate::travel::special_services::{self, Unfit};

/// Most kinds of assistance of one person.
const MAX_ASSISTANCE: usize = 10;

/// A change of preferences, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PreferencesPatch {
    /// Where to sit.
    #[schema(value_type = Option<SeatPreference>, example = "aisle")]
    #[validate(custom(function = "optional"))]
    pub seat: Input<SeatPreference>,
    /// What else matters about the seat.
    #[schema(value_type = Option<ServiceNote>, example = "Near the front")]
    #[validate(custom(function = "optional"))]
    pub seat_note: Input<ServiceNote>,
    /// Meal: a code of kind `meal` of `GET /v1/reference/special-services`.
    #[schema(value_type = Option<SpecialServiceCode>, example = "VGML")]
    #[validate(custom(function = "optional"), custom(function = "a_meal"))]
    pub meal: Input<SpecialServiceCode>,
    /// What the kitchen has to know; `SPML` needs it.
    #[schema(value_type = Option<ServiceNote>)]
    #[validate(custom(function = "optional"))]
    pub meal_note: Input<ServiceNote>,
    /// All the assistance that is needed, each kind once: a list takes the place of the one before.
    #[schema(value_type = Option<Vec<NewAssistance>>, max_items = 10)]
    #[validate(custom(function = "optional"), custom(function = "each_once"), nested)]
    pub assistance: Input<Vec<NewAssistance>>,
}

/// Help that somebody needs.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "with_its_note", skip_on_field_errors = false))]
pub struct NewAssistance {
    /// A code of kind `assistance` of `GET /v1/reference/special-services`.
    #[schema(value_type = SpecialServiceCode, required, example = "WCHR")]
    #[validate(custom(function = "required"), custom(function = "an_assistance"))]
    pub code: Input<SpecialServiceCode>,
    /// What the airline has to know; `DPNA`, `LANG` and `MEDA` need it.
    #[schema(value_type = Option<ServiceNote>, example = "Walks with a stick")]
    #[validate(custom(function = "optional"))]
    pub note: Input<ServiceNote>,
}

fn a_meal(code: &Input<SpecialServiceCode>) -> Result<(), ValidationError> {
    of_kind(code, SpecialServiceKind::Meal)
}

fn an_assistance(code: &Input<SpecialServiceCode>) -> Result<(), ValidationError> {
    of_kind(code, SpecialServiceKind::Assistance)
}

fn of_kind(code: &Input<SpecialServiceCode>, kind: SpecialServiceKind) -> Result<(), ValidationError> {
    let Some(Err(unfit)) = code.value().map(|code| special_services::find(code, kind)) else {
        return Ok(());
    };
    let (code, detail): (_, Cow<'static, str>) = match unfit {
        Unfit::Withdrawn(instead) => ("withdrawn_code", instead.into()),
        Unfit::OtherKind | Unfit::Unknown => (
            "unknown_code",
            format!("There is no {kind} of this code; choose one of GET /v1/reference/special-services.")
                .into(),
        ),
    };
    let mut error = ValidationError::new(code);
    error.message = Some(detail);
    Err(error)
}

fn with_its_note(it: &NewAssistance) -> Result<(), ValidationError> {
    let lacks = |code| lacks_note(code, SpecialServiceKind::Assistance, it.note.value());
    // A note that was refused is one mistake, not two.
    if !matches!(it.note, Input::Refused(_)) && it.code.value().is_some_and(lacks) {
        return Err(cross_field("note", "required", NOTE_MISSING));
    }
    Ok(())
}

fn each_once(list: &Input<Vec<NewAssistance>>) -> Result<(), ValidationError> {
    let list = list.value().map(Vec::as_slice).unwrap_or_default();
    if list.len() > MAX_ASSISTANCE {
        let detail = format!("This list can have at most {MAX_ASSISTANCE} items.");
        return Err(ValidationError::new("too_long").with_message(detail.into()));
    }
    let mut seen = BTreeSet::new();
    let twice = list
        .iter()
        .position(|it| it.code.value().is_some_and(|code| !seen.insert(code)));
    match twice {
        Some(at) => Err(cross_field(
            &format!("{at}/code"),
            "duplicate",
            "This code is in the list already; leave it out.",
        )),
        None => Ok(()),
    }
}

//! What callers say about an import.

use std::collections::BTreeMap;

use entity::values::ExistingRecords;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::rows::{Mapping, is_field};
use crate::error::{Error, FieldError, Result};
use crate::input::{Input, not_null, optional, required};

/// Longest name of a column.
const MAX_NAME: usize = 200;

/// An import to open.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewImport {
    /// What happens to a row about somebody who is known by the e-mail address; `skip` if not said.
    #[schema(value_type = ExistingRecords)]
    #[validate(custom(function = "not_null"))]
    pub existing: Input<ExistingRecords>,
    /// Only look what would become of the rows; `false` if not said.
    #[schema(value_type = bool, example = true)]
    #[validate(custom(function = "not_null"))]
    pub dry_run: Input<bool>,
    /// Which field stands in which column, for columns of a table that are not called like the field.
    #[schema(value_type = Vec<ImportColumn>, max_items = 200)]
    #[validate(custom(function = "not_null"), nested)]
    pub columns: Input<Vec<ImportColumn>>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImportColumn {
    /// What the header row calls it.
    #[schema(value_type = String, required, min_length = 1, max_length = 200, example = "Vorname")]
    #[validate(custom(function = "required"), custom(function = "short"))]
    pub name: Input<String>,
    /// The field of a user that it holds, such as `first_name` or `address_city`; null for a column that is passed over.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "first_name")]
    #[validate(custom(function = "optional"), custom(function = "a_field"))]
    pub field: Input<String>,
}

fn short(name: &Input<String>) -> Result<(), ValidationError> {
    let fits = name
        .value()
        .is_none_or(|name| (1..=MAX_NAME).contains(&name.chars().count()));
    let error = || {
        ValidationError::new("out_of_range")
            .with_message("The name of a column has 1 to 200 characters.".into())
    };
    if fits { Ok(()) } else { Err(error()) }
}

fn a_field(field: &Input<String>) -> Result<(), ValidationError> {
    if field.value().is_none_or(|field| is_field(field)) {
        return Ok(());
    }
    Err(ValidationError::new("unknown_field").with_message(
        "This is no field that an import takes; name one of a user, such as first_name or address_city."
            .into(),
    ))
}

/// The columns by their names.
pub(super) fn mapping(columns: Input<Vec<ImportColumn>>) -> Result<Mapping> {
    let mut mapping = BTreeMap::new();
    let mut errors = Vec::new();
    for (at, ImportColumn { name, field }) in columns.optional().unwrap_or_default().into_iter().enumerate() {
        if mapping
            .insert(name.required("columns")?, field.optional())
            .is_some()
        {
            let place = format!("columns/{at}/name");
            errors.push(FieldError::field(
                &place,
                "duplicate",
                "This column is named already; name each once.",
            ));
        }
    }
    if errors.is_empty() {
        Ok(mapping)
    } else {
        Err(Error::Invalid(errors))
    }
}

//! What administrators say of a machine client.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use entity::values::{ClientName, ClientStatus, Scope, Scopes};
use serde::Deserialize;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use validator::Validate;

use crate::input::{Input, not_null, optional, required};

/// A machine client to add.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewClient {
    /// What it is called; no other has this name, whatever the case.
    #[schema(value_type = ClientName, required, example = "Ferry desk")]
    #[validate(custom(function = "required"))]
    pub name: Input<ClientName>,
    /// What it may do; no more than it needs.
    #[schema(value_type = Vec<ScopeName>, required, min_items = 1, max_items = 200)]
    #[validate(custom(function = "required"))]
    pub scopes: Input<Scopes>,
    /// From when on it gets in no more; leave it out if no end is known.
    #[schema(value_type = Option<DateTime<Utc>>, example = "2099-12-31T22:00:00Z")]
    #[validate(custom(function = "optional"))]
    pub expires_at: Input<DateTime<Utc>>,
}

/// A change of a machine client, as a JSON Merge Patch (RFC 7396): absent leaves, null clears, a list replaces.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClientPatch {
    /// What it is called.
    #[schema(value_type = ClientName)]
    #[validate(custom(function = "not_null"))]
    pub name: Input<ClientName>,
    /// What it may do; what is taken away counts at once, for tokens that are out, too.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 200)]
    #[validate(custom(function = "not_null"))]
    pub scopes: Input<Scopes>,
    /// Whether it gets in.
    #[schema(value_type = ClientStatus, example = "active")]
    #[validate(custom(function = "not_null"))]
    pub status: Input<ClientStatus>,
    /// From when on it gets in no more.
    #[schema(value_type = Option<DateTime<Utc>>, example = "2099-12-31T22:00:00Z")]
    #[validate(custom(function = "optional"))]
    pub expires_at: Input<DateTime<Utc>>,
}

/// Name of a scope in the document: a text rather than an enum, so that a scope that is added later breaks nobody's
/// generated code.
#[derive(Debug)]
pub struct ScopeName;

impl PartialSchema for ScopeName {
    fn schema() -> RefOr<Schema> {
        let names: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(format!("One of {}; more may be added.", names.join(", "))))
            .min_length(Some(1))
            .max_length(Some(50))
            .pattern(Some("^[a-z-]+:[a-z]+$"))
            .examples([Scope::UsersRead.as_str()])
            .extensions(Some(
                ExtensionsBuilder::new().add("x-extensible-enum", names).build(),
            ))
            .into()
    }
}

impl ToSchema for ScopeName {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ScopeName")
    }
}

//! `openapi`.

use api::openapi;
use clap::ValueEnum;

use super::Failure;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OpenapiVersion {
    #[value(name = "3.0")]
    V30,
    #[value(name = "3.1")]
    V31,
}

/// Prints the OpenAPI document.
pub fn run(version: OpenapiVersion) -> Result<(), Failure> {
    let document = match version {
        OpenapiVersion::V30 => openapi::openapi_30(),
        OpenapiVersion::V31 => openapi::openapi_31(),
    };
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

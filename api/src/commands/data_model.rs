//! `data-model`.

use std::path::Path;

use service::data_model;

use super::Failure;

/// Prints what is stored, or writes it into a page.
pub fn run(json: bool, into: Option<&Path>) -> Result<(), Failure> {
    if json {
        println!(
            "{}",
            serde_json::to_string_pretty(&data_model::record_of_processing())?
        );
    } else if let Some(page) = into {
        renew(page)?;
    } else {
        print!("{}", data_model::columns());
    }
    Ok(())
}

/// Writes the generated parts of docs/DATA-MODEL.md anew.
fn renew(page: &Path) -> Result<(), Failure> {
    let renewed = data_model::renewed(&std::fs::read_to_string(page)?)?;
    Ok(std::fs::write(page, renewed)?)
}

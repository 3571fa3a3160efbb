//! The demonstration: a small agency in Utopia, with known passwords, in a database that is thrown away.

use service::Core;
use service::core::StartError;
use service::error::Error;
use service::input::{self, Valid};
use service::policy::Permit;
use service::users::{self, NewUser};

/// Password of everybody in the demonstration.
pub const PASSWORD: &str = "utopia-sunrise-42";
/// An administrator.
pub const ADMIN: &str = "admin@utopia-travel.example";
/// A travel agent.
pub const AGENT: &str = "agent@utopia-travel.example";
/// A customer.
pub const CUSTOMER: &str = "anna.eriksson@mail.example";

/// Fills an empty database.
///
/// # Errors
/// When the database fails, or the data breaks a rule that has become stricter.
pub async fn fill(core: &Core) -> Result<(), StartError> {
    let failed = |error: Error| StartError(format!("The demonstration cannot be filled: {error:?}"));
    people(core).await.map_err(failed)
}

async fn people(core: &Core) -> Result<(), Error> {
    for (email, first_name, role) in [(AGENT, "Ada", "agent"), (CUSTOMER, "Anna", "customer")] {
        let command = serde_json::json!({
            "email": email, "password": PASSWORD, "first_name": first_name, "role": role,
        });
        let command: Valid<NewUser> = input::parse(command.to_string().as_bytes())?;
        users::create(core, &Permit::system(), command).await?;
    }
    Ok(())
}

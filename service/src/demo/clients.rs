//! Which other systems call.

use entity::values::{ClientName, ClientStatus};
use entity::{client_secrets, clients};

use super::CLIENT_SECRET;
use super::table::{Calendar, id, rows, value};
use crate::error::Result;
use crate::{opaque, text};

/// The secret is the one that everybody may know.
///
/// number | secret | name | scopes
const CLIENTS: &str = "
0501 | 0701 | Booking tool | users:read users:write passports:read passports:reveal passports:write travel-documents:read travel-documents:reveal travel-documents:write loyalty-programs:read loyalties:read emergency-contacts:read preferences:read groups:read alerts:read
";

pub(super) fn all(calendar: &Calendar) -> Result<Vec<(clients::Model, client_secrets::Model)>> {
    let client = |[number, secret, name, scopes]: [&str; 4]| {
        let recorded = calendar.recorded(number)?;
        let name: ClientName = value(name)?;
        let client = clients::Model {
            id: id(number)?,
            name_key: text::name_key(name.as_str()),
            name,
            scopes: value(scopes)?,
            status: ClientStatus::Active,
            expires_at: None,
            version: 1,
            created_at: recorded,
            updated_at: recorded,
        };
        let secret = client_secrets::Model {
            id: id(secret)?,
            client_id: client.id,
            secret_hash: opaque::hash(CLIENT_SECRET),
            created_at: recorded,
        };
        Ok((client, secret))
    };
    rows(CLIENTS)?.into_iter().map(client).collect()
}

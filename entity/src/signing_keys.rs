//! Table `signing_keys`: what signs access tokens, for all processes alike.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::values::{Hidden, KeyState};

/// An Ed25519 key pair (RFC 8037).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// Key id in the header of tokens and in the key set: the JWK thumbprint (RFC 7638).
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// What it is used for at present. There is one `next` and one `current`.
    pub state: KeyState,
    /// The 32 bytes of the public key, base64url: `x` of the JWK.
    pub public_key: String,
    /// The private key, sealed under a key that is not in the database.
    pub private_key: Hidden,
    /// When it was made, and published.
    pub created_at: DateTime<Utc>,
    /// When it stopped signing.
    pub retired_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

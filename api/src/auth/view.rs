//! What signing in answers.

use entity::ids::UserId;
use serde::Serialize;
use service::auth::SignIn;
use utoipa::ToSchema;

/// Proof of who is signed in (RFC 6749 §5.1).
#[derive(Debug, Serialize, ToSchema)]
#[allow(clippy::struct_field_names)] // The names are those of OAuth.
pub struct AccessToken {
    /// The token, to be sent as `Authorization: Bearer <access_token>`.
    #[schema(
        max_length = 4000,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the token is good.
    #[schema(minimum = 1, maximum = 31_536_000, example = 3600)]
    pub expires_in: u64,
    /// Who is signed in.
    pub user_id: UserId,
}

impl From<SignIn> for AccessToken {
    fn from(sign_in: SignIn) -> Self {
        Self {
            access_token: sign_in.access_token,
            token_type: "Bearer",
            expires_in: sign_in.expires_in,
            user_id: sign_in.user_id,
        }
    }
}

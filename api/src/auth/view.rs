//! What signing in answers.

use chrono::{DateTime, Utc};
use entity::ids::{SessionId, UserId};
use entity::sessions;
use serde::Serialize;
use service::auth::{self, SignIn, second_factor};
use service::input::Secret;
use utoipa::ToSchema;

/// Proof of who is signed in (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// The token, to be sent as `Authorization: Bearer <access_token>`.
    #[schema(
        max_length = 4000,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the access token is good.
    #[schema(minimum = 1, maximum = 31_536_000, example = 600)]
    pub expires_in: u64,
    /// What gets the next tokens at `POST /v1/auth/refresh`, once.
    #[schema(max_length = 200, example = "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub refresh_token: String,
    /// Seconds for which the refresh token is good.
    #[schema(minimum = 0, maximum = 31_536_000, example = 1_209_600)]
    pub refresh_expires_in: u64,
    /// Who is signed in.
    pub user_id: UserId,
}

impl From<SignIn> for Tokens {
    fn from(sign_in: SignIn) -> Self {
        Self {
            access_token: sign_in.access_token.expose().to_owned(),
            token_type: "Bearer",
            expires_in: sign_in.expires_in,
            refresh_token: sign_in.refresh_token.expose().to_owned(),
            refresh_expires_in: sign_in.refresh_expires_in,
            user_id: sign_in.user_id,
        }
    }
}

/// Proof of who is signed in (RFC 6749 §5.1), and what tells the device the next time.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The token, to be sent as `Authorization: Bearer <access_token>`.
    #[schema(
        max_length = 4000,
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 10, example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the access token is good.
    #[schema(minimum = 1, maximum = 31_536_000, example = 600)]
    pub expires_in: u64,
    /// What gets the next tokens at `POST /v1/auth/refresh`, once.
    #[schema(max_length = 200, example = "cpr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub refresh_token: String,
    /// Seconds for which the refresh token is good.
    #[schema(minimum = 0, maximum = 31_536_000, example = 1_209_600)]
    pub refresh_expires_in: u64,
    /// Who is signed in.
    pub user_id: UserId,
    /// What to send as `device_token` with the next sign-in from this device, for 180 days: strangers who guess cannot
    /// stop a device that is known. Browsers get it as the cookie `device` too.
    #[schema(
        max_length = 200,
        example = "cpd_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )]
    pub device_token: String,
}

impl From<auth::SignedIn> for SignedIn {
    fn from(signed_in: auth::SignedIn) -> Self {
        let Tokens {
            access_token,
            token_type,
            expires_in,
            refresh_token,
            refresh_expires_in,
            user_id,
        } = signed_in.tokens.into();
        Self {
            access_token,
            token_type,
            expires_in,
            refresh_token,
            refresh_expires_in,
            user_id,
            device_token: signed_in.device_token.expose().to_owned(),
        }
    }
}

/// How my second factor stands.
#[derive(Serialize, ToSchema)]
pub struct SecondFactor {
    /// Whether signing in asks for a code.
    #[schema(example = true)]
    pub enabled: bool,
    /// Since when.
    #[schema(required, example = "2026-11-22T16:00:00Z")]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes have not been used.
    #[schema(minimum = 0, maximum = 10, example = 10)]
    pub recovery_codes_left: u64,
}

impl From<second_factor::Status> for SecondFactor {
    fn from(status: second_factor::Status) -> Self {
        Self {
            enabled: status.confirmed_at.is_some(),
            confirmed_at: status.confirmed_at,
            recovery_codes_left: status.recovery_codes_left,
        }
    }
}

/// What an authenticator app needs; it is not shown again.
#[derive(Serialize, ToSchema)]
pub struct SecondFactorSecret {
    /// The secret in base32 (RFC 4648), to be typed into the app.
    #[schema(max_length = 64, example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as an address that apps open.
    #[schema(
        max_length = 2000,
        example = "otpauth://totp/Customer%20Profile:anna%40mail.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Customer%20Profile"
    )]
    pub otpauth_uri: String,
    /// The address as a QR code, to be shown as a picture (`image/svg+xml`).
    #[schema(
        max_length = 200_000,
        example = "<svg viewBox=\"0 0 53 53\" xmlns=\"http://www.w3.org/2000/svg\"></svg>"
    )]
    pub qr_svg: String,
}

impl From<second_factor::Enrolment> for SecondFactorSecret {
    fn from(enrolment: second_factor::Enrolment) -> Self {
        Self {
            secret: enrolment.secret.expose().to_owned(),
            otpauth_uri: enrolment.otpauth_uri.expose().to_owned(),
            qr_svg: enrolment.qr_svg.expose().to_owned(),
        }
    }
}

/// Codes for when the app is lost, each good once; they are not shown again.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodeList {
    /// Ten codes. Hyphens and case do not matter when one is typed.
    #[schema(max_items = 10, example = json!(["JBSW-Y3DP-EBLW-64TM-MQQQ-AAAA"]))]
    pub recovery_codes: Vec<String>,
}

impl From<Vec<Secret>> for RecoveryCodeList {
    fn from(codes: Vec<Secret>) -> Self {
        Self {
            recovery_codes: codes.iter().map(|code| code.expose().to_owned()).collect(),
        }
    }
}

/// What one sign-in has opened.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Id of the session.
    pub id: SessionId,
    /// Whether it is the session of this very request.
    #[schema(example = false)]
    pub current: bool,
    /// What the device calls itself (`User-Agent`).
    #[schema(
        required,
        max_length = 200,
        example = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
    )]
    pub device_name: Option<String>,
    /// Where the sign-in came from: `loopback`, `private`, or the network that the address is in; never the address.
    #[schema(required, max_length = 50, example = "203.0.113.0/24")]
    pub address_class: Option<String>,
    /// Whether a second factor was shown.
    #[schema(example = false)]
    pub second_factor: bool,
    /// When the person signed in.
    #[schema(example = "2026-11-22T16:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When tokens were last asked for.
    #[schema(example = "2026-11-22T17:30:00Z")]
    pub last_used_at: DateTime<Utc>,
    /// When the person has to sign in again, however busy the session is.
    #[schema(example = "2027-02-20T16:00:00Z")]
    pub expires_at: DateTime<Utc>,
}

impl Session {
    /// The session as somebody sees it whose own session is `here`.
    pub fn new(session: sessions::Model, here: Option<SessionId>) -> Self {
        let text = |text: Option<entity::values::Hidden>| text.map(|text| text.expose().to_owned());
        Self {
            current: Some(session.id) == here,
            id: session.id,
            device_name: text(session.device_name),
            address_class: text(session.address_class),
            second_factor: session.second_factor,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
        }
    }
}

/// A page of sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    /// The sessions, the oldest first.
    #[schema(max_items = 200)]
    pub data: Vec<Session>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(
        required,
        max_length = 200,
        example = "AZIAAAAAcACAAAAAAAAAAwOfH3bCqF2gb6qFmvTFl7Y"
    )]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
}

impl SessionPage {
    /// The page as somebody sees it whose own session is `here`.
    pub fn new(page: service::page::Page<sessions::Model>, here: Option<SessionId>) -> Self {
        Self {
            has_more: page.next_cursor.is_some(),
            data: page.data.into_iter().map(|it| Session::new(it, here)).collect(),
            next_cursor: page.next_cursor,
        }
    }
}

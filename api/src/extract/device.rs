//! The cookie by which a browser's device is known.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use service::auth::device::LIFETIME;
use service::input::Secret;

const NAME: &str = "device";

/// What the cookie holds, if the browser has one: the first of the name (RFC 6265 §4.2.1).
pub fn device_token(headers: &HeaderMap) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, value)| Secret::new(value.to_owned()))
}

/// `Set-Cookie` with a device token: for signing in alone, out of reach of scripts and other sites.
pub fn device_cookie(token: &Secret, public_url: &str) -> Option<HeaderValue> {
    let age = LIFETIME.as_secs();
    let secure = if public_url.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let text = format!(
        "{NAME}={}; Path=/v1/auth; Max-Age={age}; HttpOnly; SameSite=Strict{secure}",
        token.expose()
    );
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |fields: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(header::COOKIE, HeaderValue::from_static(field));
            }
            device_token(&headers).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(found(&["a=b; device=cpd_x; c=d"]).as_deref(), Some("cpd_x"));
        assert_eq!(found(&["a=b", "device=cpd_x"]).as_deref(), Some("cpd_x"));
        assert_eq!(found(&["mydevice=cpd_x; device"]), None);
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn the_cookie_goes_over_tls_where_there_is_tls() {
        let cookie = |url: &str| {
            let cookie = device_cookie(&Secret::new("cpd_x".to_owned()), url);
            cookie.and_then(|cookie| cookie.to_str().map(str::to_owned).ok())
        };
        assert_eq!(
            cookie("https://profiles.agency.example").as_deref(),
            Some("device=cpd_x; Path=/v1/auth; Max-Age=15552000; HttpOnly; SameSite=Strict; Secure")
        );
        assert_eq!(
            cookie("http://127.0.0.1:8080").as_deref(),
            Some("device=cpd_x; Path=/v1/auth; Max-Age=15552000; HttpOnly; SameSite=Strict")
        );
    }
}

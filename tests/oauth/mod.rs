//! How other systems get in: tokens for a secret, revoking them, and asking about them.

mod credentials;
mod demonstration;
mod ending;
mod introspect;
mod revoke;
mod token;
mod well_known;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Answer, App, Caller, Machine, escaped};

/// The header of a client that shows its secret by `client_secret_basic`.
pub fn basic(machine: &Machine) -> String {
    let pair = format!("{}:{}", escaped(&machine.id), escaped(&machine.secret));
    format!("Basic {}", STANDARD.encode(pair))
}

/// Asks for a token, with more parameters.
pub async fn ask(app: &App, machine: &Machine, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend_from_slice(more);
    post(app, "/oauth/token", machine, &form).await
}

/// Any request of OAuth by a client that shows its secret in the header.
async fn post(app: &App, path: &str, machine: &Machine, form: &[(&str, &str)]) -> Answer {
    let shown = basic(machine);
    app.anonymous()
        .form(path, &[("authorization", &shown)], form)
        .await
}

/// A caller with a token that the client has asked for.
pub async fn bearer(app: &App, machine: &Machine) -> Caller {
    let answer = ask(app, machine, &[]).await.expect(200);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    Caller::new(app.addr, None, Some(token))
}

/// The name of the error, when it is a refusal of OAuth with this status.
#[track_caller]
fn refused(answer: &Answer, status: u16) -> String {
    let body = answer.expect(status);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["error", "error_description"]);
    let challenge = answer.header("www-authenticate");
    assert_eq!(
        challenge.is_some_and(|it| it.starts_with("Basic realm=")),
        status == 401
    );
    body["error"].as_str().unwrap().to_owned()
}

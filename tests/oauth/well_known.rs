use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{bearer, post};
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_client_library_finds_everything(app: &App) {
        let machine = app.machine("users:read").await;
        let answer = app.anonymous().get("/.well-known/oauth-authorization-server").await;
        let about = answer.expect(200);
        let issuer = format!("http://{}", app.addr);
        assert_eq!(about["issuer"], issuer);
        let scopes: Vec<_> = entity::values::Scope::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(about["scopes_supported"], json!(scopes));
        assert_eq!(about["grant_types_supported"], json!(["client_credentials"]));
        for name in ["token", "revocation", "introspection"] {
            let methods = &about[format!("{name}_endpoint_auth_methods_supported")];
            assert_eq!(methods, &json!(["client_secret_basic", "client_secret_post"]));
            let path = about[format!("{name}_endpoint")].as_str().unwrap().strip_prefix(&issuer).unwrap();
            let form = [("grant_type", "client_credentials"), ("token", "x")];
            post(app, path, &machine, &form).await.expect(200);
        }
        let keys = about["jwks_uri"].as_str().unwrap().strip_prefix(&issuer).unwrap();
        app.anonymous().get(keys).await.expect(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    }

    async fn where_callers_reach_the_service_is_where_its_endpoints_are(app: &App) with |config| {
        config.public_url = Some("https://agency.example/profiles".to_owned());
    } => {
        let about = app.anonymous().get("/.well-known/oauth-authorization-server").await.expect(200);
        assert_eq!(about["issuer"], "https://agency.example/profiles");
        assert_eq!(about["token_endpoint"], "https://agency.example/profiles/oauth/token");
        assert_eq!(about["jwks_uri"], "https://agency.example/profiles/.well-known/jwks.json");
    }

    /// Anybody can check a token with the published keys alone.
    async fn the_published_keys_check_tokens(app: &App) {
        let answer = app.anonymous().get("/.well-known/jwks.json").await;
        let set = answer.expect(200);
        let keys = set["keys"].as_array().unwrap();
        assert!(keys.len() >= 2, "the one that signs, and the next one");
        for key in keys {
            let members: Vec<_> = key.as_object().unwrap().keys().collect();
            assert_eq!(members, ["kty", "crv", "x", "kid", "use", "alg"], "public members only");
            assert_eq!((&key["kty"], &key["crv"], &key["use"], &key["alg"]),
                (&json!("OKP"), &json!("Ed25519"), &json!("sig"), &json!("EdDSA")));
            assert_eq!(URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().len(), 32);
        }
        let machine = app.machine("users:read").await;
        let token = bearer(app, &machine).await.token.unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        assert!(keys.iter().any(|key| key["kid"] == header["kid"]), "{header}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        let tag = answer.etag();
        let again = app.anonymous().get_with("/.well-known/jwks.json", &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len(), again.etag()), (304, 0, tag.clone()));
        assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
        service::auth::signing_keys::rotate(&app.core).await.unwrap();
        let rotated = app.anonymous().get_with("/.well-known/jwks.json", &[("if-none-match", &tag)]).await;
        let after = rotated.expect(200);
        assert_eq!(after["keys"].as_array().unwrap().len(), keys.len() + 1);
        // What was published stays as long as tokens of it are out.
        for key in keys {
            assert!(after["keys"].as_array().unwrap().contains(key));
        }
    }
}

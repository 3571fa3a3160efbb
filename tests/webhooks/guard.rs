//! Nothing is sent inside (SSRF): not when an address is written down, and not when it has become another.

use entity::webhook_endpoints;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::Expr;
use serde_json::{Value, json};

use super::{Receiver, endpoint};
use crate::support::on_both_databases;

on_both_databases! {
    async fn an_address_that_leads_inside_is_refused(app: &App) {
        let admin = app.admin().await;
        for (url, code) in [
            ("http://hooks.agency.example/", "not_https"),
            ("https://localhost/", "not_public"),
            ("https://127.1:8443/", "not_public"),
            ("https://0x7f000001/", "not_public"),
            ("https://2130706433/", "not_public"),
            ("https://[::ffff:127.0.0.1]/", "not_public"),
            ("https://169.254.169.254/latest/meta-data/", "not_public"),
            ("https://10.0.0.1/", "not_public"),
            ("https://[fd00:ec2::254]/", "not_public"),
            ("https://hooks.agency.example:25/", "not_public"),
            ("https://agency.example@127.0.0.1/", "invalid_format"),
            ("ftp://hooks.agency.example/", "invalid_format"),
            ("https://", "too_short"),
        ] {
            admin.post("/v1/webhook-endpoints", json!({"url": url})).await.refuses("/url", code);
        }
        let path = format!("/v1/webhook-endpoints/{}", admin.post("/v1/webhook-endpoints", json!({"url": "https://hooks.agency.example/"})).await.id());
        admin.patch(&path, json!({"url": "https://192.168.0.1/"})).await.refuses("/url", "not_public");
    }

    /// A name that was public when it was written down, or an address that SQL has changed.
    async fn what_leads_inside_later_is_not_connected_to(app: &App) {
        let (admin, receiver) = (app.admin().await, Receiver::start());
        let it = endpoint(&admin, "https://hooks.agency.example/", &[]).await;
        let port = receiver.url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
        for url in [receiver.url.clone(), format!("https://127.0.0.1:{port}/"), format!("https://localhost:{port}/"), format!("https://[::1]:{port}/")] {
            webhook_endpoints::Entity::update_many().col_expr(webhook_endpoints::Column::Url, Expr::value(url.clone()))
                .exec(app.core.db.writer()).await.unwrap();
            let done = admin.post(format!("{}/ping", it.path), Value::Null).await.expect(200);
            assert_eq!((&done["status"], &done["failure"]), (&json!("failed"), &json!("address")), "{url}");
        }
        assert_eq!(receiver.received().len(), 0);
        receiver.stop().await;
    }
}

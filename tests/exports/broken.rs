//! An export that breaks off is known for one, and goes on.

use std::time::Duration;

use entity::users;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde_json::Value;

use super::{lines, noted};
use crate::support::on_both_databases;
use crate::support::raw::raw;

/// More than are read at once.
const MANY: usize = 270;

on_both_databases! {
    async fn what_is_cut_off_has_no_end(app: &App) {
        let agent = app.agent().await;
        for number in 0..MANY {
            app.profile(&format!("Name {number}")).await;
        }
        let mut ids: Vec<(entity::ids::UserId, Option<String>)> = users::Entity::find()
            .select_only()
            .column(users::Column::Id)
            .column(users::Column::MiddleNames)
            .order_by_asc(users::COLUMN.id)
            .into_tuple()
            .all(app.core.db.read())
            .await
            .unwrap();
        let (broken, _) = ids.remove(260);
        // A telephone number that nobody has sealed.
        let phone = |value: Option<Vec<u8>>| {
            users::Entity::update_many()
                .col_expr(users::Column::Phone, Expr::value(value))
                .filter(users::COLUMN.id.eq(broken))
                .exec(app.core.db.writer())
        };
        phone(Some(vec![1; 60])).await.unwrap();
        let token = agent.token.as_deref().unwrap();
        let request = format!(
            "GET /v1/exports/users HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        let answer = raw(app.addr, request.as_bytes(), Duration::from_secs(20)).await;
        assert_eq!(answer.status, Some(200));
        assert_eq!(answer.header("export-count"), Some((ids.len() + 1).to_string().as_str()));
        let body = String::from_utf8(answer.body).unwrap();
        assert!(!body.contains("\"end\""), "{body}");
        assert!(!body.ends_with("0\r\n\r\n"), "the end of the body is not told as one");
        assert_eq!(noted(app, "integrity.violated").await.len(), 1);
        // Mended, it goes on where it was.
        phone(None).await.unwrap();
        let whole: Vec<Value> = body.lines().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect();
        assert_eq!(whole.len(), 250);
        let last = whole.last().unwrap()["id"].as_str().unwrap();
        let (rest, _) = lines(&agent.get(format!("/v1/exports/users?after={last}")).await);
        assert_eq!(whole.len() + rest.len(), ids.len() + 1);
    }

    async fn what_takes_too_long_is_refused(app: &App) with |config| config.export_timeout = Duration::ZERO => {
        let agent = app.agent().await;
        assert_eq!(agent.get("/v1/exports/users").await.problem(503), "unavailable");
    }
}

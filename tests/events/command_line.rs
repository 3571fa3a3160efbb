//! `customer-profile events tail`, in a process of its own.

use std::io::{BufRead as _, BufReader};

use serde_json::{Value, json};

use crate::support::on_both_databases;
use crate::support::program::program;

on_both_databases! {
    async fn another_process_prints_what_happens_as_it_happens(app: &App) {
        let rosa = app.profile("Rosa").await;
        let mut command = program(&app.config.data_dir, &["events", "tail", "--after", "0", "--types", "user.*"]);
        command.env("DATABASE_URL", &app.database_url).env("DATA_DIR", &app.config.data_dir);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
        let about = |event: &Value| event["subject"]["id"].as_str().unwrap().to_owned();
        // The first administrator, and what has happened before.
        assert_eq!(next()["type"], "user.created");
        assert_eq!(about(&next()), rosa.to_string());
        let agent = app.agent().await;
        let made = [next(), next()];
        assert_eq!((made[0]["type"].as_str(), made[1]["type"].as_str()), (Some("user.created"), Some("user.updated")));
        assert_eq!(about(&made[1]), agent.id().to_string());
        agent.post("/v1/groups", json!({"name": "x"})).await.expect(422);
        agent.patch(format!("/v1/users/{rosa}"), json!({"title": "Dr"})).await.expect(200);
        let event = next();
        assert_eq!((about(&event), &event["changed_fields"]), (rosa.to_string(), &json!(["title"])));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

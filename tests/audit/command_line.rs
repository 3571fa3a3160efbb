//! `customer-profile audit verify`, in a process of its own.

use serde_json::json;

use super::{settled, sql};
use crate::support::on_both_databases;
use crate::support::program::{finish, program};

on_both_databases! {
    async fn another_process_verifies_and_names_what_is_wrong(app: &App) {
        let admin = app.admin().await;
        for number in 0..3 {
            let program = json!({"supplier": "Utopia Rail", "name": format!("Points {number}"), "type": "rail"});
            admin.post("/v1/loyalty-programs", program).await.expect(201);
        }
        settled(app).await;
        let verify = || {
            let mut command = program(&app.config.data_dir, &["audit", "verify"]);
            command.env("DATABASE_URL", &app.database_url).env("DATA_DIR", &app.config.data_dir);
            let output = finish(&mut command);
            (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
        };
        let (code, out, err) = verify();
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains(" entries verified"), "{out}");
        assert!(out.contains(&app.core.audit.public_key()), "{out}");
        sql(app, "UPDATE audit_events SET detail = 'nothing happened' WHERE seq = 2").await;
        let (code, out, err) = verify();
        assert_eq!((code, out.as_str()), (Some(1), ""));
        assert!(err.contains("Entry 2 (") && err.contains("was changed"), "{err}");
    }
}

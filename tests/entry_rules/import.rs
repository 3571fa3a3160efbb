//! The rules that come with the program.

use serde_json::{Value, json};
use service::entry_rules::import::{import, import_if_none, import_rules};
use service::imports::{Import, Kept};
use service::policy::Permit;
use service::travel::entry::shipped::{SHIPPED, ShippedRule};

use super::rule;
use crate::support::world::everything;
use crate::support::{App, Caller, on_both_databases};

async fn run(app: &App) -> Import {
    import(&app.core, &Permit::system(), false).await.unwrap()
}

/// The rules as they may have come earlier, or may come later.
fn rules(changes: &[(&str, &str, Value)]) -> Vec<ShippedRule> {
    let text = include_str!("../../service/src/travel/entry/rules.json");
    let mut file: Value = serde_json::from_str(text).unwrap();
    for it in file["rules"].as_array_mut().unwrap() {
        for (code, field, value) in changes {
            if it["code"] == *code {
                it[field] = value.clone();
            }
        }
    }
    serde_json::from_value(file["rules"].clone()).unwrap()
}

/// The rule of that code.
async fn find(by: &Caller, code: &str) -> Value {
    let page = by.get("/v1/entry-rules?limit=200").await.expect(200);
    let rules = page["data"].as_array().unwrap();
    rules
        .iter()
        .find(|it| it["code"] == code)
        .cloned()
        .unwrap_or_default()
}

fn path(rule: &Value) -> String {
    format!("/v1/entry-rules/{}", rule["id"].as_str().unwrap())
}

fn kept(code: &str, why: Kept) -> (String, Kept) {
    (code.to_owned(), why)
}

on_both_databases! {
    async fn an_import_adds_all_and_a_second_one_nothing(app: &App) {
        let before = everything(app).await;
        let rehearsed = import(&app.core, &Permit::system(), true).await.unwrap();
        assert_eq!(everything(app).await, before, "a dry run writes nothing");
        let first = run(app).await;
        assert_eq!(rehearsed, first);
        assert_eq!((first.added.len(), first.updated.len(), first.unchanged), (SHIPPED.rules.len(), 0, 0));
        let after = everything(app).await;
        let second = run(app).await;
        assert_eq!((second.unchanged, second.added.len()), (first.added.len(), 0));
        import_if_none(&app.core, &Permit::system()).await.unwrap();
        assert_eq!(everything(app).await, after);
        let shown = find(&app.agent().await, "schengen-three-months").await;
        assert_eq!((&shown["min_months"], &shown["anchor"], &shown["shipped"]), (&json!(3), &json!("stay_end"), &json!(true)));
    }

    async fn a_database_without_rules_gets_them(app: &App) {
        import_if_none(&app.core, &Permit::system()).await.unwrap();
        assert_eq!(run(app).await.unchanged, SHIPPED.rules.len());
    }

    async fn what_the_agency_wrote_is_never_overwritten(app: &App) {
        let admin = app.admin().await;
        admin.post("/v1/entry-rules", rule("bermuda-45-days", &json!({"destinations": ["BMU"]}))).await.expect(201);
        let first = run(app).await;
        assert_eq!(first.kept, [kept("bermuda-45-days", Kept::Own)]);
        let (edited, off, gone) = (
            find(&admin, "turkiye-150-days").await, find(&admin, "china-six-months").await, find(&admin, "israel-six-months").await,
        );
        admin.patch(path(&edited), json!({"severity": "fail"})).await.expect(200);
        admin.patch(path(&off), json!({"active": false})).await.expect(200);
        admin.delete(path(&gone)).await.expect(204);
        let newer = rules(&[("turkiye-150-days", "min_days", json!(160)), ("china-six-months", "min_months", json!(7))]);
        let rehearsed = import_rules(&app.core, &Permit::system(), &newer, true).await.unwrap();
        let second = import_rules(&app.core, &Permit::system(), &newer, false).await.unwrap();
        assert_eq!(rehearsed, second);
        assert_eq!(second.kept, [kept("turkiye-150-days", Kept::Edited), kept("bermuda-45-days", Kept::Own)]);
        assert_eq!(second.updated, ["china-six-months"]);
        assert_eq!(second.added, ["israel-six-months"]);
        let own = find(&admin, "bermuda-45-days").await;
        assert_eq!((&own["min_days"], &own["shipped"]), (&json!(30), &json!(false)));
        let kept = find(&admin, "turkiye-150-days").await;
        assert_eq!((&kept["min_days"], &kept["severity"]), (&json!(150), &json!("fail")));
        // Whether a rule is applied is the agency's decision.
        let renewed = find(&admin, "china-six-months").await;
        assert_eq!((&renewed["min_months"], &renewed["active"], &renewed["version"]), (&json!(7), &json!(false), &json!(3)));
        // Put back as it came, it follows the program again.
        admin.patch(path(&edited), json!({"severity": "warn"})).await.expect(200);
        let third = import_rules(&app.core, &Permit::system(), &newer, false).await.unwrap();
        assert_eq!(third.updated, ["turkiye-150-days"]);
    }
}

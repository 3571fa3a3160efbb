//! Who may do what: every operation of the document, as every kind of caller, against one table.

mod mass_assignment;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use entity::values::{Role, Scope, UserStatus};
use serde_json::{Value, json};

use crate::support::document::{Operation, operations};
use crate::support::world::{Belongings, Canaries, everything};
use crate::support::{Answer, App, Caller, on_both_databases};

/// The table, for people and for this test.
const TABLE: &str = include_str!("authorization/table.md");
const COLUMNS: [&str; 9] = [
    "anonymous",
    "own",
    "other's",
    "missing",
    "agent",
    "admin",
    "disabled",
    "client",
    "other scopes",
];

type Row = BTreeMap<&'static str, String>;

fn table() -> BTreeMap<String, Row> {
    let mut rows = TABLE.lines().filter(|line| line.starts_with('|')).map(|line| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect::<Vec<_>>()
    });
    let header = rows.next().expect("a header");
    assert_eq!(header[1..], COLUMNS, "the columns of the table");
    let mut table = BTreeMap::new();
    for cells in rows.skip(1) {
        assert_eq!(cells.len(), COLUMNS.len() + 1, "{cells:?}");
        let row = COLUMNS.into_iter().zip(cells[1..].iter().cloned()).collect();
        assert!(
            table.insert(cells[0].clone(), row).is_none(),
            "{} twice",
            cells[0]
        );
    }
    table
}

#[test]
fn the_table_has_a_row_for_every_operation_and_no_other() {
    let table = table();
    let names: Vec<_> = operations().iter().map(Operation::name).collect();
    let missing: Vec<_> = names.iter().filter(|name| !table.contains_key(*name)).collect();
    let gone: Vec<_> = table.keys().filter(|name| !names.contains(name)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "tests/authorization/table.md lacks {missing:?} and has {gone:?}"
    );
}

/// Whether the answer depends on whose records the request names.
fn names_records(operation: &Operation) -> bool {
    let is_filtered = operation
        .parameters("query")
        .iter()
        .any(|it| it["name"] == "user_id");
    let body = operation
        .body()
        .map(|_| operation.example().to_string())
        .unwrap_or_default();
    operation.path.contains('{') || is_filtered || body.contains("\"user_id")
}

/// Sends the operation about these records; a list is narrowed to their user.
async fn send(caller: &Caller, operation: &Operation, about: &Belongings) -> Answer {
    let is_filtered = operation
        .parameters("query")
        .iter()
        .any(|it| it["name"] == "user_id");
    if is_filtered {
        return caller
            .get(format!("{}?user_id={}", operation.path, about.user))
            .await;
    }
    about.send(caller, operation).await
}

/// What must be the same, whoever's the record is.
fn comparable(answer: &Answer) -> (u16, Value) {
    let is_text = answer
        .header("content-type")
        .is_some_and(|it| it.starts_with("text/"));
    let mut body = if answer.body.is_empty() || is_text {
        Value::from(answer.body.to_vec())
    } else {
        answer.json()
    };
    if let Value::Object(members) = &mut body {
        members.shift_remove("request_id");
    }
    (answer.status, body)
}

struct People {
    admin: Caller,
    agent: Caller,
    disabled: Caller,
    invited: Caller,
}

impl People {
    async fn gather(app: &App) -> Self {
        let disabled = app.customer("Dora").await;
        app.set_status(disabled.id(), UserStatus::Disabled).await;
        // With a session that should not be there: the status alone must keep both out.
        let disabled = app.caller(disabled.id()).await;
        let invited = app.customer("Ida").await;
        app.set_status(invited.id(), UserStatus::Invited).await;
        let invited = app.caller(invited.id()).await;
        // Whom the example of signing in names.
        app.create_user(&json!({
            "email": "agent@utopia-travel.example", "password": "utopia-sunrise-42", "first_name": "Ada",
            "role": Role::Agent.as_str(),
        }))
        .await;
        Self {
            admin: app.admin().await,
            agent: app.agent().await,
            disabled,
            invited,
        }
    }
}

async fn row(app: &App, people: &People, operation: &Operation) -> Row {
    let name = operation.name();
    let canaries = Canaries::new();
    let (others, _) = Belongings::of_a_new_customer(app, &people.admin, &canaries).await;
    let (own, customer) = Belongings::of_a_new_customer(app, &people.admin, &Canaries::new()).await;
    let mut row = Row::new();
    let mut note = |column, answer: &Answer| {
        assert!(answer.status < 500, "{name} as {column}: {}", answer.status);
        row.insert(column, answer.status.to_string());
    };
    // The secret in the address of a calendar is all the right that it takes: who sends it is let in as whoever they are.
    let is_let_in_by_address = operation.path.contains("{token}");
    let harmless = |column: &str, answer: &Answer| {
        if is_let_in_by_address {
            return;
        }
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let headers = format!("{:?}", answer.headers);
        let found = canaries.found_in(&(body + &headers));
        assert!(found.is_empty(), "{name} as {column} shows {found:?}");
    };
    // Who is refused sees nothing and changes nothing.
    let before = everything(app).await;
    let anonymous = send(&app.anonymous(), operation, &others).await;
    note("anonymous", &anonymous);
    harmless("anonymous", &anonymous);
    let disabled = send(&people.disabled, operation, &others).await;
    note("disabled", &disabled);
    harmless("disabled", &disabled);
    let invited = send(&people.invited, operation, &others).await;
    harmless("invited", &invited);
    assert_eq!(invited.status, disabled.status, "{name} as invited");
    if operation.is_guarded() {
        assert_eq!(everything(app).await, before, "{name} has written for nobody");
    }
    if names_records(operation) {
        let before = everything(app).await;
        let foreign = send(&customer, operation, &others).await;
        note("other's", &foreign);
        harmless("other's", &foreign);
        let missing = send(&customer, operation, &others.missing()).await;
        note("missing", &missing);
        // Rules of entry are nobody's, and everybody who is signed in may read them.
        let is_public = !operation.is_guarded() || operation.id == "get_entry_rule";
        assert!(
            is_public || comparable(&foreign) == comparable(&missing),
            "{name}: another's record and none can be told apart: {foreign:?} {missing:?}"
        );
        assert_eq!(
            everything(app).await,
            before,
            "{name} has changed another's records"
        );
    } else {
        row_empty(&mut row, "other's");
        row_empty(&mut row, "missing");
    }
    let mut note = |column, answer: &Answer| {
        assert!(answer.status < 500, "{name} as {column}: {}", answer.status);
        row.insert(column, answer.status.to_string());
    };
    let mine = send(&customer, operation, &own).await;
    note("own", &mine);
    harmless("own", &mine);
    for (column, caller) in [("agent", &people.agent), ("admin", &people.admin)] {
        let (about, _) = Belongings::of_a_new_customer(app, &people.admin, &Canaries::new()).await;
        note(column, &send(caller, operation, &about).await);
    }
    let (needed, others_than_needed) = machines(app, operation).await;
    let before = everything(app).await;
    let refused = send(&others_than_needed, operation, &others).await;
    note("other scopes", &refused);
    if operation.is_guarded() {
        harmless("other scopes", &refused);
        refuses_for_scopes(operation, &refused);
        assert_eq!(
            everything(app).await,
            before,
            "{name} has written without the scope"
        );
    }
    let (about, _) = Belongings::of_a_new_customer(app, &people.admin, &Canaries::new()).await;
    note("client", &send(&needed, operation, &about).await);
    row
}

/// A machine client with exactly the scopes that the document names, and one with all the others. Where no scope helps,
/// both have all.
async fn machines(app: &App, operation: &Operation) -> (Caller, Caller) {
    let all = Scope::ALL.iter().map(|scope| scope.as_str());
    let needed = operation.scopes().unwrap_or_else(|| all.clone().collect());
    let others: Vec<_> = match operation.scopes() {
        Some(_) => all.filter(|scope| !needed.contains(scope)).collect(),
        None => needed.clone(),
    };
    (
        app.client(&needed.join(" ")).await,
        app.client(&others.join(" ")).await,
    )
}

/// The scopes that the server asks for are those of the document.
fn refuses_for_scopes(operation: &Operation, answer: &Answer) {
    let name = operation.name();
    let Some(scopes) = operation.scopes() else {
        assert_eq!(answer.problem(403), "forbidden", "{name}");
        return;
    };
    assert_eq!(answer.problem(403), "insufficient_scope", "{name}");
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let named = challenge
        .split("scope=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let named: BTreeSet<_> = named.unwrap_or_default().split(' ').collect();
    assert_eq!(
        named,
        scopes.into_iter().collect::<BTreeSet<_>>(),
        "{name}: {challenge}"
    );
    assert!(challenge.starts_with("Bearer realm=\"customer-profile\", error=\"insufficient_scope\""));
}

fn row_empty(row: &mut Row, column: &'static str) {
    row.insert(column, "–".to_owned());
}

/// In how many parts the table is compared.
const PARTS: usize = 6;

/// Asks for every operation of one part as everybody, and compares the answers with the table.
async fn compare_rows(app: &App, part: usize) {
    let people = People::gather(app).await;
    let table = table();
    let mut wrong = Vec::new();
    let mut found = String::new();
    for operation in operations().iter().skip(part - 1).step_by(PARTS) {
        let name = operation.name();
        let row = row(app, &people, operation).await;
        let cells: Vec<_> = COLUMNS.iter().map(|column| row[column].as_str()).collect();
        writeln!(found, "| `{name}` | {} |", cells.join(" | ")).unwrap();
        let expected = table.get(&name).cloned().unwrap_or_default();
        for column in COLUMNS {
            let expected = expected.get(column).map_or("no row", String::as_str);
            if row[column] != expected {
                wrong.push(format!(
                    "{name} as {column}: {} instead of {expected}",
                    row[column]
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n\nThe rows as they are:\n{found}",
        wrong.join("\n")
    );
}

on_both_databases! {
    // In parts, each with a database of its own: what is compared before and after each operation grows with all before it.
    async fn everybody_may_do_what_the_table_says_1(app: &App) { compare_rows(app, 1).await; }
    async fn everybody_may_do_what_the_table_says_2(app: &App) { compare_rows(app, 2).await; }
    async fn everybody_may_do_what_the_table_says_3(app: &App) { compare_rows(app, 3).await; }
    async fn everybody_may_do_what_the_table_says_4(app: &App) { compare_rows(app, 4).await; }
    async fn everybody_may_do_what_the_table_says_5(app: &App) { compare_rows(app, 5).await; }
    async fn everybody_may_do_what_the_table_says_6(app: &App) { compare_rows(app, 6).await; }

    /// An agent looks after customers, not after colleagues.
    async fn an_agent_changes_no_staff(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        for colleague in [app.agent().await, app.admin().await] {
            let before = everything(app).await;
            let url = format!("/v1/users/{}", colleague.id());
            for patch in [json!({"first_name": "Eve"}), json!({"status": "disabled"}), json!({"role": "customer"})] {
                assert_eq!(agent.patch(&url, patch).await.status, 403);
            }
            assert_eq!(agent.delete(&url).await.problem(403), "forbidden");
            assert_eq!(everything(app).await, before);
            admin.patch(&url, json!({"first_name": "Eva"})).await.expect(200);
        }
        for role in ["agent", "admin"] {
            let new = json!({"email": "eve@mail.example", "first_name": "Eve", "role": role});
            assert_eq!(agent.post("/v1/users", new).await.problem(403), "field_not_permitted");
            let customer = app.profile("Mallory").await;
            let up = json!({"role": role});
            assert_eq!(agent.patch(format!("/v1/users/{customer}"), up).await.problem(403), "field_not_permitted");
        }
    }

    /// Nobody makes more of themselves than they are.
    async fn a_customer_does_not_rise(app: &App) {
        let customer = app.customer("Carl").await;
        let before = everything(app).await;
        for url in ["/v1/me".to_owned(), format!("/v1/users/{}", customer.id())] {
            for (field, value) in [("role", "admin"), ("status", "invited"), ("email", "carl@elsewhere.example")] {
                let mut patch = json!({"first_name": "Karl"});
                patch[field] = value.into();
                let answer = customer.patch(&url, patch).await;
                assert_eq!(answer.errors(403), [(format!("/{field}"), "not_permitted".to_owned())]);
            }
        }
        assert_eq!(everything(app).await, before);
    }

    /// A companion is somebody else, although the group is shared.
    async fn a_customer_takes_nobody_else_out_of_a_group(app: &App) {
        let admin = app.admin().await;
        let (own, customer) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
        let before = everything(app).await;
        for member in [&own.companion, &own.stranger, &own.missing().user] {
            let answer = customer.delete(format!("/v1/groups/{}/members/{member}", own.group)).await;
            assert!(matches!(answer.status, 403 | 404), "{}", answer.status);
        }
        assert_eq!(everything(app).await, before);
    }

    /// A role or a status that changes counts for the token that is already out.
    async fn rights_follow_the_user_at_once(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        agent.get("/v1/users").await.expect(200);
        admin.patch(format!("/v1/users/{}", agent.id()), json!({"role": "customer"})).await.expect(200);
        assert_eq!(agent.get("/v1/users").await.problem(401), "invalid_token");
        let customer = app.caller(agent.id()).await;
        assert_eq!(customer.get("/v1/users").await.problem(403), "forbidden");
        admin.patch(format!("/v1/users/{}", agent.id()), json!({"status": "disabled"})).await.expect(200);
        assert_eq!(customer.get("/v1/me").await.problem(401), "invalid_token");
        let removed = app.customer("Gone").await;
        admin.delete(format!("/v1/users/{}", removed.id())).await.expect(204);
        assert_eq!(removed.get("/v1/me").await.problem(401), "invalid_token");
    }
}

//! The diagram of tables and relations, in the language of Mermaid.

use std::fmt::Write as _;

use super::entities::{Column, entities};

/// What a relation means, as a verb between parent and child. One that is not listed reads "has".
const VERBS: &[(&str, &str, &str)] = &[
    ("users", "credentials", "signs in with"),
    ("users", "data_keys", "is sealed under"),
    ("users", "user_search_terms", "is found by"),
    ("users", "mails", "is to be sent"),
    ("users", "mail_tokens", "has been mailed"),
    ("users", "sessions", "is signed in through"),
    ("sessions", "refresh_tokens", "is carried on by"),
    ("users", "second_factors", "also shows"),
    ("users", "recovery_codes", "keeps for the worst case"),
    ("users", "passports", "holds"),
    ("users", "visas", "enters with"),
    ("passports", "visas", "is shown with"),
    ("users", "identity_cards", "holds"),
    ("users", "traveller_numbers", "is known by"),
    ("users", "loyalties", "is a member through"),
    ("users", "emergency_contacts", "is looked after by"),
    ("users", "travel_preferences", "likes to travel by"),
    ("users", "group_members", "travels as"),
    ("users", "external_ids", "is known elsewhere by"),
    ("passports", "external_ids", "is known elsewhere by"),
    ("loyalties", "external_ids", "is known elsewhere by"),
    ("groups", "external_ids", "is known elsewhere by"),
    ("users", "calendar_feeds", "subscribes to"),
    ("groups", "calendar_feeds", "is shown in"),
    ("users", "idempotency_keys", "is told of again in"),
    ("webhook_endpoints", "webhook_deliveries", "is sent"),
    ("clients", "client_secrets", "proves itself with"),
    ("clients", "client_tokens", "has been given"),
    ("client_secrets", "client_tokens", "was traded for"),
];

/// The diagram as Markdown.
pub fn diagram() -> String {
    let entities = entities();
    let mut text = String::from("```mermaid\nerDiagram\n");
    for child in &entities {
        for (parent, once) in &child.parents {
            let verb = VERBS
                .iter()
                .find(|(from, to, _)| from == parent && *to == child.name)
                .map_or("has", |(_, _, verb)| verb);
            let cardinality = if *once { "||--o|" } else { "||--o{" };
            let _ = writeln!(text, "    {parent} {cardinality} {} : \"{verb}\"", child.name);
        }
    }
    for entity in &entities {
        let _ = writeln!(text, "\n    {} {{", entity.name);
        for column in &entity.columns {
            text += &line(column);
        }
        text += "    }\n";
    }
    text + "```\n"
}

fn line(column: &Column) -> String {
    let mut line = format!("        {} {}", column.kind, column.name);
    if !column.keys.is_empty() {
        line = format!("{line} {}", column.keys.join(", "));
    }
    let mut notes = Vec::new();
    if column.nullable {
        notes.push("nullable".to_owned());
    }
    if !column.unique_with.is_empty() {
        notes.push(format!("unique with {}", column.unique_with.join(", ")));
    }
    if !notes.is_empty() {
        line = format!("{line} \"{}\"", notes.join("; "));
    }
    line + "\n"
}

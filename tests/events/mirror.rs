//! Another system that keeps a copy: whatever is done here, by whichever operation, its copy is right.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::{Reader, told};
use crate::support::document::operations;
use crate::support::world::{Belongings, Canaries};
use crate::support::{App, on_both_databases};

/// `(kind, id)` to version.
type Copy = BTreeMap<(&'static str, Uuid), i64>;

/// All records as they are stored.
async fn stored(app: &App) -> Copy {
    let mut all = Copy::new();
    macro_rules! read {
        ($($table:ident.$id:ident as $kind:literal),+ $(,)?) => {$(
            for row in entity::$table::Entity::find().all(app.core.db.read()).await.unwrap() {
                all.insert(($kind, row.$id.into()), row.version);
            }
        )+};
    }
    read!(
        users.id as "user",
        passports.id as "passport",
        visas.id as "visa",
        identity_cards.id as "identity_card",
        traveller_numbers.id as "traveller_number",
        loyalties.id as "loyalty",
        emergency_contacts.id as "emergency_contact",
        travel_preferences.user_id as "preferences",
        loyalty_programs.id as "loyalty_program",
        entry_rules.id as "entry_rule",
        groups.id as "group",
    );
    all
}

/// Who is in which group.
async fn members(app: &App) -> BTreeSet<(Uuid, Uuid)> {
    let rows = entity::group_members::Entity::find()
        .all(app.core.db.read())
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| (row.group_id.uuid(), row.user_id.uuid()))
        .collect()
}

const KINDS: [&str; 11] = [
    "user",
    "passport",
    "visa",
    "identity_card",
    "traveller_number",
    "loyalty",
    "emergency_contact",
    "preferences",
    "loyalty_program",
    "entry_rule",
    "group",
];

/// What somebody believes who has heard all events, and nothing else.
#[derive(Default)]
struct Believed {
    records: Copy,
    members: BTreeSet<(Uuid, Uuid)>,
}

impl Believed {
    fn hear(&mut self, event: &serde_json::Value) {
        let (kind, id, version, _) = told(event);
        let id: Uuid = id.parse().unwrap();
        let (subject, what) = kind.split_once('.').unwrap();
        let Some(subject) = KINDS.into_iter().find(|known| *known == subject) else {
            assert_eq!(subject, "consent");
            return;
        };
        let user = event["user_id"].as_str().map(|id| id.parse::<Uuid>().unwrap());
        if matches!(what, "deleted" | "erased") {
            assert!(
                self.records.remove(&(subject, id)).is_some(),
                "gone before it came: {event}"
            );
            if subject == "group" {
                self.members.retain(|(group, _)| *group != id);
            }
            if subject == "user" {
                // Preferences are a user's own, and go without a word.
                self.records.remove(&("preferences", id));
            }
            return;
        }
        let version = version.unwrap_or_else(|| panic!("no version: {event}"));
        let before = self.records.insert((subject, id), version);
        match what {
            "created" => assert_eq!(before, None, "made twice: {event}"),
            "member_added" => assert!(self.members.insert((id, user.unwrap())), "{event}"),
            "member_removed" => assert!(self.members.remove(&(id, user.unwrap())), "{event}"),
            _ => assert!(
                before.unwrap_or_default() < version,
                "{before:?} and then {event}"
            ),
        }
    }
}

on_both_databases! {
    async fn whatever_is_done_the_feed_tells_it(app: &App) {
        let admin = app.admin().await;
        let page = admin.get("/v1/events?after=0&limit=200").await.expect(200);
        let mut reader = Reader { caller: admin.clone(), position: page["position"].as_str().unwrap().to_owned() };
        let mut believed = Believed::default();
        for event in page["data"].as_array().unwrap() {
            believed.hear(event);
        }
        let mut done = 0;
        for operation in operations() {
            if operation.method == actix_web::http::Method::GET || operation.id.starts_with("logout") {
                continue;
            }
            let (about, _) = Belongings::of_a_new_customer(app, &admin, &Canaries::new()).await;
            done += usize::from(about.send(&admin, &operation).await.status < 300);
            for event in reader.new_events().await {
                believed.hear(&event);
            }
            let stored = stored(app).await;
            let missed: Vec<_> = stored.iter().filter(|(record, version)| believed.records.get(record) != Some(version)).collect();
            let kept: Vec<_> = believed.records.keys().filter(|record| !stored.contains_key(record)).collect();
            assert!(missed.is_empty() && kept.is_empty(), "{}: not told {missed:?}, gone {kept:?}", operation.name());
            assert_eq!(believed.members, members(app).await, "{}", operation.name());
        }
        assert!(done > 40, "{done}");
    }
}

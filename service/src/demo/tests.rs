use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use entity::ids::{GroupId, LoyaltyProgramId, UserId};
use entity::passports;
use entity::values::{Gender, PassportStatus, Role};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use super::*;
use crate::auth::{self, FirstAdmin, Login, Origin};
use crate::core::{Options, Registration, SecondFactor};
use crate::input::Valid;
use crate::sealing::{self, Vaulted};

/// A filled demonstration in a folder that goes with it.
struct Filled {
    core: Core,
    folder: PathBuf,
}

impl Filled {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("customer-profile-test-{}", Uuid::now_v7()));
        let core = Core::open(Options {
            database_url: format!("sqlite://{}/demo.db", folder.display()),
            database_read_url: None,
            data_dir: folder.clone(),
            master_key: None,
            keyring: None,
            public_url: "http://localhost".into(),
            smtp_url: None,
            mail_from: None,
            registration: Registration::Open,
            refresh_token_ttl: Duration::from_hours(1),
            session_ttl: Duration::from_hours(1),
            failed_sign_ins_per_address: 0,
            second_factor: SecondFactor::Optional,
            access_token_ttl: Duration::from_mins(1),
            reveals_per_hour: 100,
            alert_days: crate::alerts::Thresholds::default(),
            idempotency_ttl: Duration::from_hours(24),
            export_timeout: Duration::from_mins(15),
            exports_at_once: 2,
            max_group_members: 9,
            allow_specimen: true,
            events_max_wait: std::time::Duration::from_secs(30),
            webhooks_to_loopback: true,
            retention: crate::privacy::retention::Retention::default(),
            hash_threads: 1,
            read_connections: 1,
            write_connections: 1,
        });
        let core = core.await.unwrap();
        fill(&core).await.unwrap();
        Self { core, folder }
    }

    async fn all<E: sea_orm::EntityTrait>(&self) -> Vec<E::Model> {
        E::find().all(self.core.db.read()).await.unwrap()
    }

    async fn opened<E: Vaulted>(&self) -> Vec<E::Opened> {
        sealing::all(&self.core, self.core.db.read(), E::find())
            .await
            .unwrap()
    }

    async fn end(self) {
        self.core.close().await;
        std::fs::remove_dir_all(self.folder).unwrap();
    }
}

fn id<T: From<Uuid>>(number: &str) -> T {
    table::id(number).unwrap()
}

#[tokio::test]
async fn the_known_people_sign_in_and_are_the_first_three() {
    let demo = Filled::new().await;
    for (number, email, role) in [
        ("0001", ADMIN, Role::Admin),
        ("0002", AGENT, Role::Agent),
        ("0003", CUSTOMER, Role::Customer),
    ] {
        let login = Login {
            email: email.to_owned().into(),
            password: Secret::new(PASSWORD.to_owned()).into(),
            ..Login::default()
        };
        let sign_in = auth::login(&demo.core, &Origin::default(), Valid::check(login).unwrap())
            .await
            .unwrap();
        assert_eq!(sign_in.tokens.user_id, id(number));
        let user = users::Entity::find_by_id(sign_in.tokens.user_id)
            .one(demo.core.db.read())
            .await;
        assert_eq!(user.unwrap().unwrap().role, role);
    }
    demo.end().await;
}

#[tokio::test]
async fn only_an_empty_database_is_filled() {
    let demo = Filled::new().await;
    let before = demo.all::<users::Entity>().await;
    let refused = fill(&demo.core).await.unwrap_err();
    assert!(refused.to_string().contains("empty database"), "{refused}");
    assert_eq!(demo.all::<users::Entity>().await, before);
    let first = auth::first_admin(&demo.core, "other@agency.example", None, &demo.folder).await;
    assert!(matches!(first.unwrap(), FirstAdmin::NotNeeded));
    demo.end().await;
}

#[tokio::test]
async fn users_keep_the_rules() {
    let demo = Filled::new().await;
    let with_password: BTreeSet<UserId> = demo
        .all::<entity::credentials::Entity>()
        .await
        .iter()
        .map(|it| it.user_id)
        .collect();
    let users = demo.opened::<users::Entity>().await;
    assert!(users.is_sorted_by_key(|user| (user.id, user.created_at)));
    for user in users {
        let mut errors = Vec::new();
        crate::users::check_profile(
            &demo.core,
            user.date_of_birth,
            user.nationality.as_ref(),
            &mut errors,
        );
        assert_eq!(errors, [], "{}", user.id);
        assert_eq!(
            user.email_key,
            user.email.as_ref().map(|email| email.normalized().into())
        );
        let email = user.email.as_ref().map(ToString::to_string);
        assert!(
            email.as_ref().is_none_or(|email| email.ends_with(".example")),
            "{}",
            user.id
        );
        assert!(user.role == Role::Customer || email.is_some());
        let invited = user.status == UserStatus::Invited;
        assert_eq!(
            with_password.contains(&user.id),
            email.is_some() && !invited,
            "{}",
            user.id
        );
        assert!(!invited || email.is_some());
        assert!(user.created_at < demo.core.clock.now());
    }
    demo.end().await;
}

#[tokio::test]
async fn other_documents_keep_the_rules() {
    let demo = Filled::new().await;
    let passports = demo.opened::<passports::Entity>().await;
    for visa in demo.opened::<entity::visas::Entity>().await {
        crate::visas::check(&demo.core, &visa).unwrap();
        let passport = passports.iter().find(|it| Some(it.id) == visa.passport_id);
        assert_eq!(passport.unwrap().user_id, visa.user_id, "{visa:?}");
    }
    for card in demo.opened::<entity::identity_cards::Entity>().await {
        crate::identity_cards::check(&demo.core, &card).unwrap();
    }
    for number in demo.opened::<entity::traveller_numbers::Entity>().await {
        crate::traveller_numbers::check(&demo.core, &number).unwrap();
    }
    demo.end().await;
}

#[tokio::test]
async fn passports_keep_the_rules() {
    let demo = Filled::new().await;
    let mut by_holder = BTreeMap::<UserId, Vec<Passport>>::new();
    for passport in demo.opened::<passports::Entity>().await {
        crate::passports::check(&demo.core, &passport).unwrap();
        assert!(!passport.primary || passport.status == PassportStatus::Active);
        by_holder.entry(passport.user_id).or_default().push(passport);
    }
    for (holder, passports) in by_holder {
        let any_active = passports.iter().any(|it| it.status == PassportStatus::Active);
        let primary = passports.iter().filter(|it| it.primary).count();
        assert_eq!(primary, usize::from(any_active), "{holder}");
    }
    demo.end().await;
}

#[tokio::test]
async fn memberships_keep_the_rules() {
    let demo = Filled::new().await;
    let programs: BTreeMap<LoyaltyProgramId, _> = demo
        .all::<loyalty_programs::Entity>()
        .await
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    let mut favourites = BTreeSet::new();
    for loyalty in demo.opened::<loyalties::Entity>().await {
        let mut settled = loyalty.clone();
        crate::loyalties::settle_tier(programs.get(&loyalty.program_id).unwrap(), &mut settled).unwrap();
        assert_eq!(settled, loyalty);
        assert!(
            !loyalty.primary || favourites.insert(loyalty.user_id),
            "{}",
            loyalty.user_id
        );
    }
    demo.end().await;
}

#[tokio::test]
async fn contacts_and_preferences_keep_the_rules() {
    use entity::values::SpecialServiceKind::{Assistance, Meal};

    let demo = Filled::new().await;
    let mut contacts = BTreeMap::<UserId, u64>::new();
    for contact in demo.opened::<entity::emergency_contacts::Entity>().await {
        *contacts.entry(contact.user_id).or_default() += 1;
    }
    assert!(
        contacts
            .values()
            .all(|count| *count < crate::emergency_contacts::MAX)
    );
    for wishes in demo.opened::<entity::travel_preferences::Entity>().await {
        if let Some(meal) = &wishes.meal {
            let service = crate::travel::special_services::find(meal, Meal).unwrap();
            assert!(!service.note_required || wishes.meal_note.is_some());
        }
        for help in &wishes.assistance {
            let service = crate::travel::special_services::find(&help.code, Assistance).unwrap();
            assert!(!service.note_required || help.note.is_some());
        }
    }
    demo.end().await;
}

#[tokio::test]
async fn groups_keep_the_rules() {
    let demo = Filled::new().await;
    let mut members = BTreeMap::<GroupId, Vec<_>>::new();
    for member in demo.all::<group_members::Entity>().await {
        members.entry(member.group_id).or_default().push(member);
    }
    assert_eq!(members.len(), demo.all::<entity::groups::Entity>().await.len());
    for members in members.values() {
        crate::groups::check_members(&demo.core, members).unwrap();
    }
    demo.end().await;
}

#[tokio::test]
async fn the_documented_examples_change_something() {
    let demo = Filled::new().await;
    let today = demo.core.clock.today();
    let programs = demo.all::<loyalty_programs::Entity>().await;
    let offered = |number: &str| {
        programs
            .iter()
            .any(|it| it.id == id(number) && crate::loyalty_programs::is_on_offer(it, today))
    };
    assert!(offered("0201") && offered("0203") && !offered("0204") && !offered("0205"));
    let loyalties = demo.all::<loyalties::Entity>().await;
    let (anna, friend, car) = (id::<UserId>("0003"), id::<UserId>("0006"), id("0203"));
    assert!(
        !loyalties
            .iter()
            .any(|it| it.user_id == anna && it.program_id == car)
    );
    assert!(!loyalties.iter().any(|it| it.program_id == id("0205")));
    let family: GroupId = id("0401");
    let members = demo.all::<group_members::Entity>().await;
    assert!(
        !members
            .iter()
            .any(|it| it.group_id == family && it.user_id == friend)
    );
    assert!(
        members
            .iter()
            .any(|it| it.group_id == family && it.user_id == id("0007"))
    );
    demo.end().await;
}

#[tokio::test]
async fn the_tables_hold_what_the_stories_need() {
    let demo = Filled::new().await;
    let today = demo.core.clock.today();
    let passports = demo.all::<passports::Entity>().await;
    let active = |it: &&passports::Model| it.status == PassportStatus::Active;
    assert!(passports.iter().filter(active).any(|it| it.expiry_date < today));
    let soon = today..today + chrono::TimeDelta::days(90);
    assert!(
        passports
            .iter()
            .filter(active)
            .any(|it| soon.contains(&it.expiry_date))
    );
    for status in PassportStatus::ALL {
        assert!(passports.iter().any(|it| it.status == *status), "{status}");
    }
    let users = demo.all::<users::Entity>().await;
    for status in UserStatus::ALL {
        assert!(users.iter().any(|it| it.status == *status), "{status}");
    }
    assert!(users.iter().any(|it| it.gender == Some(Gender::X)));
    assert!(users.iter().any(|it| it.last_name.is_none()));
    demo.end().await;
}

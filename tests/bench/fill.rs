//! Fills a database with customers: through the entities, a thousand at a time, past the rules.
//!
//! Each customer has a passport, every second one a loyalty membership, every tenth one a travel group. All but the
//! ids and the times is the same in every run.

use std::error::Error as StdError;
use std::path::Path;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::ids::{GroupId, LoyaltyId, LoyaltyProgramId, PassportId, UserId};
use entity::values::{
    DocumentCode, ExternalIds, Gender, Invalid, LoyaltyStatus, MemberRole, PassportStatus, PersonName,
    ProgramType, Role, Sex, Tiers, UserStatus,
};
use entity::{
    data_keys, group_members, groups, loyalties, loyalty_programs, passports, user_search_terms, users,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use service::db::{Db, PoolSizes, Target};
use service::loyalties::Loyalty;
use service::migrations;
use service::passports::Passport;
use service::sealing::{Keyring, Vault, Vaulted as _};
use service::users::User;

use crate::random::Random;
use crate::server;

/// Customers written in one transaction; with 22 columns each below the 32,766 parameters of an SQLite statement.
const CHUNK: usize = 1000;
/// Members of a group.
const GROUP: usize = 4;
/// Programmes in the catalogue.
const PROGRAMS: usize = 20;

/// First names; their first three letters are what the search scenario types.
pub const FIRST_NAMES: &[&str] = &[
    "Anna", "Bjørn", "Chiara", "Dmitri", "Ebba", "Farid", "Giulia", "Hannah", "Ingrid", "Jürgen", "Kaito",
    "Leïla", "Mateo", "Noor", "Olga", "Paula", "Quentin", "Rosa", "Sven", "Thandi", "Umar", "Violet",
    "Wanda", "Xavier", "Yusuf", "Zoë", "Aisha", "Bruno", "Camille", "Daniel", "Elif", "Felix",
];
/// Family names.
pub const LAST_NAMES: &[&str] = &[
    "Andersson",
    "Bianchi",
    "Castillo",
    "Dubois",
    "Eriksson",
    "Fernández",
    "García",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Nilsen",
    "O'Connor",
    "Petrov",
    "Quispe",
    "Rossi",
    "Schneider",
    "Tanaka",
    "Ueda",
    "Virtanen",
    "Wagner",
    "Xu",
    "Yılmaz",
    "Zhang",
    "Abebe",
    "Bakker",
    "Chen",
    "Dlamini",
    "Esposito",
    "Fischer",
    "Gruber",
    "Horvat",
    "Ito",
    "Johansson",
    "Kim",
    "Larsen",
    "Moreau",
    "Novák",
    "Okafor",
    "Park",
    "Ramírez",
    "Silva",
    "Takahashi",
    "Usman",
    "Vargas",
    "Weber",
    "Yamamoto",
    "Zimmermann",
];
/// Nationalities.
const COUNTRIES: &[&str] = &[
    "SWE", "NOR", "ITA", "D", "FRA", "ESP", "GBR", "JPN", "BRA", "ZAF", "TUR", "NGA",
];

type Result<T> = std::result::Result<T, Box<dyn StdError + Send + Sync>>;

/// A connection to the database that is filled, beside those of the server.
pub fn open(url: &str) -> Result<Db> {
    Ok(Db::open(
        Target::parse(url, None)?,
        PoolSizes { read: 1, write: 1 },
    ))
}

/// Migrates the database and adds customers until there are `wanted`. Answers how many were added.
pub async fn fill(db: &Db, wanted: usize) -> Result<usize> {
    migrations::up(db.target()).await?;
    let found = users::Entity::find()
        .filter(users::COLUMN.role.eq(Role::Customer))
        .count(db.read())
        .await?;
    let found = usize::try_from(found)?;
    if found >= wanted {
        return Ok(0);
    }
    let keyring = Keyring::load(Path::new(""), Some(server::KEYRING))?;
    let vault = Vault::with(keyring.ok_or("There is no keyring.")?);
    let programs = catalogue(db).await?;
    for start in (found..wanted).step_by(CHUNK) {
        let mut chunk = Chunk::default();
        for number in start..wanted.min(start + CHUNK) {
            chunk.add(&vault, number, &programs).await?;
        }
        db.write(async |txn| Ok(chunk.insert(txn).await?)).await?;
    }
    // What the databases would do by themselves in their own time, and then in the middle of a measurement.
    let settle = match db.target() {
        Target::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
        Target::Postgres { .. } => "VACUUM (ANALYZE)",
    };
    db.writer().execute_unprepared(settle).await?;
    Ok(wanted - found)
}

/// The user that was added last.
pub async fn last_user(db: &Db) -> Result<Option<UserId>> {
    let id = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .order_by_desc(users::COLUMN.id)
        .into_tuple()
        .one(db.read());
    Ok(id.await?)
}

/// Removes the users that were added after that one, so that the next run finds the database as this one did.
pub async fn forget_after(db: &Db, id: UserId) -> Result<u64> {
    let removed = users::Entity::delete_many()
        .filter(users::COLUMN.id.gt(id))
        .exec(db.writer());
    Ok(removed.await?.rows_affected)
}

/// The programmes of the catalogue, added if there are none.
async fn catalogue(db: &Db) -> Result<Vec<LoyaltyProgramId>> {
    let found: Vec<LoyaltyProgramId> = loyalty_programs::Entity::find()
        .select_only()
        .column(loyalty_programs::Column::Id)
        .into_tuple()
        .all(db.read())
        .await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let now = Utc::now();
    let mut programs = Vec::new();
    for number in 0..PROGRAMS {
        programs.push(loyalty_programs::Model {
            id: LoyaltyProgramId::new(),
            supplier: format!("Supplier {number}").parse()?,
            name: format!("Programme {number}").parse()?,
            catalogue_key: format!("supplier {number}\nprogramme {number}"),
            program_type: ProgramType::Airline,
            supplier_code: None,
            tiers: serde_json::from_str::<Tiers>(r#"[{"name":"Silver"},{"name":"Gold"}]"#)?,
            offered_from: None,
            offered_until: None,
            version: 1,
            created_at: now,
            updated_at: now,
            carriers: entity::values::Carriers::default(),
            partners: entity::values::Carriers::default(),
            alliance: None,
            catalogue_entry: None,
            catalogue_hash: None,
        });
    }
    let ids = programs.iter().map(|program| program.id).collect();
    db.write(async |txn| Ok(insert(txn, programs).await?)).await?;
    Ok(ids)
}

/// The rows of one transaction.
#[derive(Default)]
struct Chunk {
    users: Vec<users::Model>,
    keys: Vec<data_keys::Model>,
    terms: Vec<user_search_terms::Model>,
    passports: Vec<passports::Model>,
    loyalties: Vec<loyalties::Model>,
    groups: Vec<groups::Model>,
    members: Vec<group_members::Model>,
}

impl Chunk {
    async fn add(&mut self, vault: &Vault, number: usize, programs: &[LoyaltyProgramId]) -> Result<()> {
        let mut random = Random::new(number as u64);
        let now = Utc::now();
        let user = customer(number, &mut random, now)?;
        let (key, wrapped) = vault.new_data_key(user.id, now).await?;
        self.keys.push(wrapped);
        let passport = passport(number, &mut random, &user)?;
        self.passports
            .push(passports::Entity::seal(&passport, &key, vault)?);
        if number.is_multiple_of(2)
            && let Some(program) = programs.get(random.below(programs.len()))
        {
            let loyalty = Loyalty {
                id: LoyaltyId::new(),
                user_id: user.id,
                program_id: *program,
                membership_number: format!("{number:010}").parse()?,
                tier: Some("Gold".parse()?),
                status: LoyaltyStatus::Active,
                expiry_date: None,
                primary: true,
                version: 1,
                created_at: now,
                updated_at: now,
                external_ids: ExternalIds::default(),
            };
            self.loyalties
                .push(loyalties::Entity::seal(&loyalty, &key, vault)?);
        }
        if number.is_multiple_of(10) {
            self.join_group(number, user.id, now)?;
        }
        let terms = service::users::search_terms(&user).into_iter();
        self.terms.extend(terms.map(|term| user_search_terms::Model {
            user_id: user.id,
            term: term.into(),
        }));
        self.users.push(users::Entity::seal(&user, &key, vault)?);
        Ok(())
    }

    /// Adds the user to the group that is being filled, or to a new one.
    fn join_group(&mut self, number: usize, user: UserId, now: DateTime<Utc>) -> Result<()> {
        let (group_id, role) = match self.groups.last() {
            Some(group) if !self.members.len().is_multiple_of(GROUP) => (group.id, MemberRole::Companion),
            _ => {
                let id = GroupId::new();
                self.groups.push(groups::Model {
                    id,
                    name: format!("Group {number}").parse()?,
                    name_key: format!("group {number}").into(),
                    purpose: None,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                    external_ids: ExternalIds::default(),
                });
                (id, MemberRole::Lead)
            }
        };
        self.members.push(group_members::Model {
            group_id,
            user_id: user,
            role,
            joined_at: now,
        });
        Ok(())
    }

    async fn insert(self, txn: &DatabaseTransaction) -> std::result::Result<(), sea_orm::DbErr> {
        insert(txn, self.users).await?;
        insert(txn, self.keys).await?;
        insert(txn, self.terms).await?;
        insert(txn, self.passports).await?;
        insert(txn, self.loyalties).await?;
        insert(txn, self.groups).await?;
        insert(txn, self.members).await
    }
}

fn customer(number: usize, random: &mut Random, now: DateTime<Utc>) -> std::result::Result<User, Invalid> {
    let email: entity::values::Email = format!("customer.{number}@mail.example").parse()?;
    Ok(User {
        id: UserId::new(),
        email_key: Some(email.normalized().into()),
        email: Some(email),
        first_name: name(random, FIRST_NAMES)?,
        last_name: Some(name(random, LAST_NAMES)?),
        middle_names: None,
        preferred_name: None,
        title: None,
        date_of_birth: Some(birthday(random)),
        gender: Some(Gender::F),
        nationality: Some(random.pick(COUNTRIES).unwrap_or_default().parse()?),
        phone: Some(format!("+4670{number:08}").parse()?),
        language: Some("sv".parse()?),
        role: Role::Customer,
        status: UserStatus::Invited,
        version: 1,
        created_at: now,
        updated_at: now,
        email_verified_at: None,
        restricted_at: None,
        restriction_reason: None,
        address: None,
        external_ids: ExternalIds::default(),
    })
}

fn passport(number: usize, random: &mut Random, holder: &User) -> std::result::Result<Passport, Invalid> {
    let country = random.pick(COUNTRIES).unwrap_or_default();
    let issued = holder.created_at.date_naive() - Days::new(random.below(3000) as u64 + 1);
    Ok(Passport {
        id: PassportId::new(),
        user_id: holder.id,
        document_code: DocumentCode::ordinary(),
        issuing_country: country.parse()?,
        nationality: country.parse()?,
        passport_number: format!("X{number:08}").parse()?,
        personal_number: None,
        surname: holder
            .last_name
            .clone()
            .unwrap_or_else(|| holder.first_name.clone()),
        given_names: Some(holder.first_name.clone()),
        date_of_birth: holder.date_of_birth.unwrap_or_default(),
        sex: Sex::F,
        birth_country: None,
        place_of_birth: None,
        issue_date: Some(issued),
        expiry_date: issued + Days::new(3652),
        status: PassportStatus::Active,
        primary: true,
        version: 1,
        created_at: holder.created_at,
        updated_at: holder.created_at,
        external_ids: ExternalIds::default(),
    })
}

fn name(random: &mut Random, names: &[&str]) -> std::result::Result<PersonName, Invalid> {
    random.pick(names).unwrap_or_default().parse()
}

/// A day between 1940 and 2004.
fn birthday(random: &mut Random) -> NaiveDate {
    NaiveDate::from_ymd_opt(1940, 1, 1).unwrap_or_default() + Days::new(random.below(23_700) as u64)
}

async fn insert<M, A>(txn: &DatabaseTransaction, rows: Vec<M>) -> std::result::Result<(), sea_orm::DbErr>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    A::Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(())
}

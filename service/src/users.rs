//! Users: whom the agency serves and who works there.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{GroupId, LoyaltyProgramId, UserId};
use entity::values::{
    CountryCode, Email, Gender, Hidden, LanguageTag, PassportStatus, PersonName, PhoneNumber, Role, Title,
    UserStatus,
};
use entity::{credentials, group_members, loyalties, passports, user_search_terms, users};
use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbBackend, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::auth::{password, store_password};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::groups;
use crate::input::{Input, Secret, Valid, not_null, optional, required};
use crate::page::{Keyset, Limit, Page, PageRequest};
use crate::policy::{
    Actor, CreateUser, DeleteUser, ListUsers, Permission, Permit, Reach, ReadUser, UpdateUser,
};
use crate::text;
use crate::version::Precondition;

/// A user as staff add one.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[validate(schema(function = "choosable_password", skip_on_field_errors = false))]
pub struct NewUser {
    /// Address to sign in with, unique. Leave it out for a profile without sign-in, such as a child's.
    #[schema(value_type = Option<Email>, example = "ebba.lindqvist@mail.example")]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// A first password; without one the profile cannot sign in yet (status `invited` where there is an e-mail).
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1024, example = "fjord-and-ferry-7")]
    #[validate(custom(function = "optional"))]
    pub password: Input<Secret>,
    /// First name, or the only name of a person who has just one.
    #[schema(value_type = PersonName, required, example = "Ebba")]
    #[validate(custom(function = "required"))]
    pub first_name: Input<PersonName>,
    /// Family name; leave it out for a single name.
    #[schema(value_type = Option<PersonName>, example = "Lindqvist")]
    #[validate(custom(function = "optional"))]
    pub last_name: Input<PersonName>,
    /// All middle names.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub middle_names: Input<PersonName>,
    /// How the person wants to be addressed.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub preferred_name: Input<PersonName>,
    /// Title, such as Dr or Prof.
    #[schema(value_type = Option<Title>)]
    #[validate(custom(function = "optional"))]
    pub title: Input<Title>,
    /// Date of birth, not in the future.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Gender, as airlines ask for it.
    #[schema(value_type = Option<Gender>)]
    #[validate(custom(function = "optional"))]
    pub gender: Input<Gender>,
    /// Nationality: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub nationality: Input<CountryCode>,
    /// Telephone number in international form.
    #[schema(value_type = Option<PhoneNumber>)]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(value_type = Option<LanguageTag>)]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
    /// What the person is to the agency; `customer` if not said. Agents add customers only.
    #[schema(value_type = Role)]
    #[validate(custom(function = "not_null"))]
    pub role: Input<Role>,
}

fn choosable_password(new: &NewUser) -> Result<(), ValidationError> {
    password::choosable(&new.password, &new.email)
}

/// A change of a user, as a JSON Merge Patch (RFC 7396): absent leaves, null clears.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserPatch {
    /// Address to sign in with. Staff change it; null only where the person does not sign in.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// First name, or the only name.
    #[schema(value_type = PersonName)]
    #[validate(custom(function = "not_null"))]
    pub first_name: Input<PersonName>,
    /// Family name.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub last_name: Input<PersonName>,
    /// All middle names.
    #[schema(value_type = Option<PersonName>)]
    #[validate(custom(function = "optional"))]
    pub middle_names: Input<PersonName>,
    /// How the person wants to be addressed.
    #[schema(value_type = Option<PersonName>, example = "Annie")]
    #[validate(custom(function = "optional"))]
    pub preferred_name: Input<PersonName>,
    /// Title, such as Dr or Prof.
    #[schema(value_type = Option<Title>)]
    #[validate(custom(function = "optional"))]
    pub title: Input<Title>,
    /// Date of birth, not in the future.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// Gender, as airlines ask for it.
    #[schema(value_type = Option<Gender>)]
    #[validate(custom(function = "optional"))]
    pub gender: Input<Gender>,
    /// Nationality: ISO 3166-1 alpha-2 or alpha-3, or an ICAO code.
    #[schema(value_type = Option<CountryCode>)]
    #[validate(custom(function = "optional"))]
    pub nationality: Input<CountryCode>,
    /// Telephone number in international form.
    #[schema(value_type = Option<PhoneNumber>, example = "+46 70 123 45 67")]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// Preferred language (BCP 47).
    #[schema(value_type = Option<LanguageTag>, example = "sv")]
    #[validate(custom(function = "optional"))]
    pub language: Input<LanguageTag>,
    /// What the person is to the agency. Administrators change it.
    #[schema(value_type = Role)]
    #[validate(custom(function = "not_null"))]
    pub role: Input<Role>,
    /// Whether the person may sign in. Staff change it; `disabled` ends all tokens at once.
    #[schema(value_type = UserStatus)]
    #[validate(custom(function = "not_null"))]
    pub status: Input<UserStatus>,
}

/// What narrows a list of users. None of it is personal, so that it may stand in a URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UserFilter {
    /// With this role.
    pub role: Option<Role>,
    /// With this status.
    pub status: Option<UserStatus>,
    /// Members of this group.
    pub group_id: Option<GroupId>,
    /// Members of this loyalty programme.
    pub loyalty_program_id: Option<LoyaltyProgramId>,
    /// With an active passport that expires before this day.
    pub passport_expires_before: Option<NaiveDate>,
    /// Changed at this time or later.
    pub updated_since: Option<DateTime<Utc>>,
}

/// A search for users: the filters of the list, and what is personal and therefore travels in a body.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UserSearch {
    /// Beginnings of words of the name or the e-mail address, in any order; accents and case do not matter.
    #[schema(value_type = Option<String>, max_length = 200, example = "anna erik")]
    #[validate(custom(function = "optional"), custom(function = "short_query"))]
    pub q: Input<String>,
    /// The exact e-mail address, in any case.
    #[schema(value_type = Option<Email>)]
    #[validate(custom(function = "optional"))]
    pub email: Input<Email>,
    /// The exact telephone number.
    #[schema(value_type = Option<PhoneNumber>)]
    #[validate(custom(function = "optional"))]
    pub phone: Input<PhoneNumber>,
    /// The exact date of birth in the profile.
    #[schema(value_type = Option<NaiveDate>, example = "1991-05-17")]
    #[validate(custom(function = "optional"))]
    pub date_of_birth: Input<NaiveDate>,
    /// With this role.
    #[schema(value_type = Option<Role>)]
    #[validate(custom(function = "optional"))]
    pub role: Input<Role>,
    /// With this status.
    #[schema(value_type = Option<UserStatus>)]
    #[validate(custom(function = "optional"))]
    pub status: Input<UserStatus>,
    /// Members of this group.
    #[schema(value_type = Option<GroupId>)]
    #[validate(custom(function = "optional"))]
    pub group_id: Input<GroupId>,
    /// Members of this loyalty programme.
    #[schema(value_type = Option<LoyaltyProgramId>)]
    #[validate(custom(function = "optional"))]
    pub loyalty_program_id: Input<LoyaltyProgramId>,
    /// With an active passport that expires before this day.
    #[schema(value_type = Option<NaiveDate>)]
    #[validate(custom(function = "optional"))]
    pub passport_expires_before: Input<NaiveDate>,
    /// Changed at this time or later (RFC 3339).
    #[schema(value_type = Option<DateTime<Utc>>)]
    #[validate(custom(function = "optional"))]
    pub updated_since: Input<DateTime<Utc>>,
    /// How many users, 1 to 200; 50 if not said.
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 200, example = 50)]
    #[validate(custom(function = "optional"))]
    pub limit: Input<Limit>,
    /// `next_cursor` of the page before.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[validate(custom(function = "optional"))]
    pub cursor: Input<String>,
}

/// Longest query that is looked at.
const MAX_QUERY: usize = 200;

fn short_query(query: &Input<String>) -> Result<(), ValidationError> {
    let fits = query
        .value()
        .is_none_or(|query| query.chars().count() <= MAX_QUERY);
    let error =
        || ValidationError::new("too_long").with_message("A query has at most 200 characters.".into());
    if fits { Ok(()) } else { Err(error()) }
}

/// Adds a user.
///
/// # Errors
/// `Invalid`; `Denied` when the role is more than the caller may give; `email_taken`.
pub async fn create(core: &Core, by: &Permit<CreateUser>, command: Valid<NewUser>) -> Result<users::Model> {
    create_as(core, by, command, None).await
}

/// Adds a user whose status, once there is a password, is the given one (`active` if not said).
pub(crate) async fn create_as(
    core: &Core,
    by: &Permit<CreateUser>,
    command: Valid<NewUser>,
    status: Option<UserStatus>,
) -> Result<users::Model> {
    let NewUser {
        email,
        password,
        first_name,
        last_name,
        middle_names,
        preferred_name,
        title,
        date_of_birth,
        gender,
        nationality,
        phone,
        language,
        role,
    } = command.into_inner();
    let role = role.optional().unwrap_or(Role::Customer);
    if by.reach() < Reach::All && role != Role::Customer {
        return Err(not_permitted(["role"]));
    }
    let (email, password) = (email.optional(), password.optional());
    let (date_of_birth, nationality) = (date_of_birth.optional(), nationality.optional());
    let mut errors = Vec::new();
    check_profile(core, date_of_birth, nationality.as_ref(), &mut errors);
    if email.is_none() && (password.is_some() || role != Role::Customer) {
        errors.push(FieldError::field(
            "email",
            "required",
            Conflict::EmailRequired.detail(),
        ));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let hash = match password {
        Some(password) => Some(core.hasher.hash(password).await?),
        None => None,
    };
    let now = core.clock.now();
    let user = users::Model {
        id: UserId::new(),
        email_key: email.as_ref().map(|email| email.normalized().into()),
        status: match (&email, &hash) {
            (Some(_), None) => UserStatus::Invited,
            (Some(_), Some(_)) => status.unwrap_or(UserStatus::Active),
            (None, _) => UserStatus::Active,
        },
        email,
        first_name: first_name.required("first_name")?,
        last_name: last_name.optional(),
        middle_names: middle_names.optional(),
        preferred_name: preferred_name.optional(),
        title: title.optional(),
        date_of_birth,
        gender: gender.optional(),
        nationality,
        phone: phone.optional(),
        language: language.optional(),
        role,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    core.db.write(async |txn| insert(txn, &user, hash).await).await?;
    Ok(user)
}

/// Writes a new user with the password, if there is one, and the words that the user is found by.
///
/// # Errors
/// `email_taken`.
pub(crate) async fn insert(
    txn: &impl ConnectionTrait,
    user: &users::Model,
    password_hash: Option<String>,
) -> Result<()> {
    let row = row_of(user);
    users::Entity::insert(row)
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::EmailTaken)?;
    if let Some(hash) = password_hash {
        store_password(txn, user.id, hash, user.created_at).await?;
    }
    insert_terms(txn, user).await
}

/// Reads one user.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get<P: ReadsUsers>(core: &Core, by: &Permit<P>, id: UserId) -> Result<users::Model> {
    visible_to(by)
        .filter(users::COLUMN.id.eq(id))
        .one(core.db.read())
        .await?
        .ok_or(Error::NotFound)
}

/// One page of users.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(
    core: &Core,
    by: &Permit<ListUsers>,
    filter: &UserFilter,
    page: &PageRequest,
) -> Result<Page<users::Model>> {
    let keyset = page.check(core, by.actor(), "users", filter)?;
    let query = narrow(visible_to(by), filter);
    find_page(core, query, &keyset).await
}

/// One page of the users that a search finds.
///
/// # Errors
/// `Invalid` for the cursor.
pub async fn search(
    core: &Core,
    by: &Permit<ListUsers>,
    command: Valid<UserSearch>,
) -> Result<Page<users::Model>> {
    let UserSearch {
        q,
        email,
        phone,
        date_of_birth,
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
        limit,
        cursor,
    } = command.into_inner();
    let filter = UserFilter {
        role: role.optional(),
        status: status.optional(),
        group_id: group_id.optional(),
        loyalty_program_id: loyalty_program_id.optional(),
        passport_expires_before: passport_expires_before.optional(),
        updated_since: updated_since.optional(),
    };
    let (q, email, phone, born) = (
        q.optional(),
        email.optional(),
        phone.optional(),
        date_of_birth.optional(),
    );
    let terms = q.as_deref().map(text::query_terms);
    let page = PageRequest {
        limit: limit.optional(),
        cursor: cursor.optional(),
    };
    let email = email.as_ref().map(Email::normalized);
    let keyset = page.check_fields(
        core,
        by.actor(),
        "users/search",
        &(&filter, &terms, &email, &phone, &born),
    )?;
    let mut query = narrow(visible_to(by), &filter);
    for having in having_terms(
        core.db.read_stale().get_database_backend(),
        terms.iter().flatten(),
    ) {
        query = query.filter(users::COLUMN.id.in_subquery(having));
    }
    if terms.is_some_and(|terms| terms.is_empty()) && q.is_some_and(|q| !q.trim().is_empty()) {
        // Nothing in the query can begin a word: nobody is found, rather than everybody.
        query = query.filter(Expr::val(1).eq(0));
    }
    if let Some(email) = email {
        query = query.filter(users::COLUMN.email_key.eq(Hidden::from(email)));
    }
    if let Some(phone) = phone {
        query = query.filter(users::COLUMN.phone.eq(phone));
    }
    if let Some(born) = born {
        query = query.filter(users::COLUMN.date_of_birth.eq(born));
    }
    find_page(core, query, &keyset).await
}

async fn find_page(core: &Core, query: Select<users::Entity>, keyset: &Keyset) -> Result<Page<users::Model>> {
    let query = match keyset.after() {
        Some(after) => query.filter(users::COLUMN.id.gt(UserId::from(after))),
        None => query,
    };
    let rows = query
        .order_by_asc(users::COLUMN.id)
        .limit(keyset.fetch())
        .all(core.db.read_stale())
        .await?;
    Ok(keyset.page(core, rows, |user| user.id.uuid()))
}

/// Sets of users, of which a user must be in all: those who have a word for a prefix.
///
/// For PostgreSQL it is one set, so that it starts from the words; with one set for each word it walks through all users
/// in the order of the page. SQLite is the faster with one set for each.
fn having_terms<'a>(backend: DbBackend, prefixes: impl Iterator<Item = &'a String>) -> Vec<SelectStatement> {
    let mut each = prefixes.map(String::as_str).map(having_term);
    match (backend, each.next()) {
        (DbBackend::Postgres, Some(mut all)) => {
            for next in each {
                all.union(UnionType::Intersect, next);
            }
            vec![all]
        }
        (_, first) => first.into_iter().chain(each).collect(),
    }
}

fn having_term(prefix: &str) -> SelectStatement {
    Query::select()
        .column(user_search_terms::Column::UserId)
        .from(user_search_terms::Entity)
        .and_where(Expr::col(user_search_terms::Column::Term).gte(prefix))
        .and_where(Expr::col(user_search_terms::Column::Term).lt(text::after_prefix(prefix)))
        .take()
}

fn narrow(mut query: Select<users::Entity>, filter: &UserFilter) -> Select<users::Entity> {
    let UserFilter {
        role,
        status,
        group_id,
        loyalty_program_id,
        passport_expires_before,
        updated_since,
    } = filter;
    if let Some(role) = role {
        query = query.filter(users::COLUMN.role.eq(*role));
    }
    if let Some(status) = status {
        query = query.filter(users::COLUMN.status.eq(*status));
    }
    if let Some(since) = updated_since {
        query = query.filter(users::COLUMN.updated_at.gte(*since));
    }
    if let Some(group) = group_id {
        let members = Query::select()
            .column(group_members::Column::UserId)
            .from(group_members::Entity)
            .and_where(group_members::COLUMN.group_id.eq(*group))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(members));
    }
    if let Some(program) = loyalty_program_id {
        let members = Query::select()
            .column(loyalties::Column::UserId)
            .from(loyalties::Entity)
            .and_where(loyalties::COLUMN.program_id.eq(*program))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(members));
    }
    if let Some(day) = passport_expires_before {
        let holders = Query::select()
            .column(passports::Column::UserId)
            .from(passports::Entity)
            .and_where(passports::COLUMN.expiry_date.lt(*day))
            .and_where(passports::COLUMN.status.eq(PassportStatus::Active))
            .take();
        query = query.filter(users::COLUMN.id.in_subquery(holders));
    }
    query
}

/// The users that a permit reaches: whoever is not among them is not found.
pub fn visible_to<P: Permission>(by: &Permit<P>) -> Select<users::Entity> {
    let find = users::Entity::find();
    match (by.reach(), by.actor().user_id()) {
        (Reach::All, _) => find,
        (Reach::Customers, Some(me)) => {
            find.filter(users::COLUMN.role.eq(Role::Customer).or(users::COLUMN.id.eq(me)))
        }
        (Reach::Own, Some(me)) => find.filter(users::COLUMN.id.eq(me)),
        (Reach::Nothing | Reach::Own | Reach::Customers, _) => find.filter(Expr::val(1).eq(0)),
    }
}

/// Locks a user until the end of the transaction, so that rules over all that hangs on the user hold under
/// concurrency.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub(crate) async fn lock<P: Permission>(
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: UserId,
) -> Result<users::Model> {
    visible_to(by)
        .filter(users::COLUMN.id.eq(id))
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}

/// Changes a user. Nothing is written when nothing changes.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`; `Denied` for a user or a field that the caller may not change; `email_taken`,
/// `email_required`, `last_admin`.
pub async fn update<P: ChangesUsers>(
    core: &Core,
    by: &Permit<P>,
    id: UserId,
    precondition: &Precondition,
    command: Valid<UserPatch>,
) -> Result<users::Model> {
    let patch = command.into_inner();
    let own_only = by.reach() < Reach::All && (by.reach() == Reach::Own || by.actor().is(id));
    core.db
        .write(async |txn| {
            if patch.role.is_present() || patch.status.is_present() {
                lock_admins(txn).await?;
            }
            // Who may be read is found, so that the caller learns why it cannot be changed.
            let found = match by.reach() {
                Reach::Customers => lock(txn, &Permit::<ReadUser>::obtain(*by.actor())?, id).await?,
                _ => lock(txn, by, id).await?,
            };
            if by.reach() == Reach::Customers && found.role != Role::Customer && !own_only {
                return Err(Error::Denied(Denial::Role));
            }
            check_fields(by.reach(), own_only, &patch)?;
            precondition.check(found.version)?;
            let user = apply(core, &found, patch)?;
            if user == found {
                return Ok(found);
            }
            check_sign_in(txn, &found, &user).await?;
            save(core, txn, &found, user).await
        })
        .await
}

/// The permissions under which [`get`] runs.
pub trait ReadsUsers: Permission {}
impl ReadsUsers for ReadUser {}
impl ReadsUsers for crate::policy::ReadMe {}

/// The permissions under which [`update`] runs.
pub trait ChangesUsers: Permission {}
impl ChangesUsers for UpdateUser {}
impl ChangesUsers for crate::policy::UpdateMe {}

fn not_permitted<const N: usize>(fields: [&str; N]) -> Error {
    Error::Denied(Denial::Fields(
        fields.iter().map(|field| denied_field(field)).collect(),
    ))
}

fn denied_field(field: &str) -> FieldError {
    FieldError::field(
        field,
        "not_permitted",
        "You may not set this field; leave it out, or ask somebody who may.",
    )
}

fn check_fields(reach: Reach, own_only: bool, patch: &UserPatch) -> Result<()> {
    let mut errors = Vec::new();
    if own_only {
        let sent = [
            ("email", patch.email.is_present()),
            ("role", patch.role.is_present()),
            ("status", patch.status.is_present()),
        ];
        errors.extend(
            sent.iter()
                .filter(|(_, sent)| *sent)
                .map(|(field, _)| denied_field(field)),
        );
    } else if reach < Reach::All && patch.role.value().is_some_and(|role| *role != Role::Customer) {
        errors.push(denied_field("role"));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Denied(Denial::Fields(errors)))
    }
}

fn apply(core: &Core, found: &users::Model, patch: UserPatch) -> Result<users::Model> {
    let UserPatch {
        email,
        first_name,
        last_name,
        middle_names,
        preferred_name,
        title,
        date_of_birth,
        gender,
        nationality,
        phone,
        language,
        role,
        status,
    } = patch;
    let mut user = found.clone();
    email.patch_nullable(&mut user.email);
    user.email_key = user.email.as_ref().map(|email| email.normalized().into());
    first_name.patch(&mut user.first_name);
    last_name.patch_nullable(&mut user.last_name);
    middle_names.patch_nullable(&mut user.middle_names);
    preferred_name.patch_nullable(&mut user.preferred_name);
    title.patch_nullable(&mut user.title);
    date_of_birth.patch_nullable(&mut user.date_of_birth);
    gender.patch_nullable(&mut user.gender);
    nationality.patch_nullable(&mut user.nationality);
    phone.patch_nullable(&mut user.phone);
    language.patch_nullable(&mut user.language);
    role.patch(&mut user.role);
    status.patch(&mut user.status);
    // What is stored passed the rules of its time; only what changes is held against those of today.
    let born = user
        .date_of_birth
        .filter(|_| user.date_of_birth != found.date_of_birth);
    let nationality = user.nationality.filter(|_| user.nationality != found.nationality);
    let mut errors = Vec::new();
    check_profile(core, born, nationality.as_ref(), &mut errors);
    if errors.is_empty() {
        Ok(user)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// The rules of a profile that need the date or the settings.
pub(crate) fn check_profile(
    core: &Core,
    born: Option<NaiveDate>,
    nationality: Option<&CountryCode>,
    errors: &mut Vec<FieldError>,
) {
    if born.is_some_and(|born| born > core.clock.today()) {
        errors.push(FieldError::field(
            "date_of_birth",
            "in_the_future",
            "A date of birth cannot lie in the future.",
        ));
    }
    errors.extend(nationality.and_then(|code| refuse_specimen(core, "nationality", code)));
}

/// Utopia (UTO) is on specimen documents only (ICAO Doc 9303-3 §5): taken for demonstrations, refused in earnest.
pub(crate) fn refuse_specimen(core: &Core, field: &str, country: &CountryCode) -> Option<FieldError> {
    (country.is_specimen() && !core.settings.allow_specimen).then(|| {
        FieldError::field(
            field,
            "specimen",
            "UTO (Utopia) is the code of specimen documents; give the real country.",
        )
    })
}

/// The rules that keep everybody able to sign in who has to.
async fn check_sign_in(txn: &impl ConnectionTrait, found: &users::Model, user: &users::Model) -> Result<()> {
    if user.email.is_none() {
        let signs_in = credentials::Entity::find_by_id(user.id).count(txn).await? > 0;
        if signs_in || user.role != Role::Customer {
            return Err(Conflict::EmailRequired.into());
        }
    }
    if is_active_admin(found) && !is_active_admin(user) {
        another_admin(txn, user.id).await?;
    }
    Ok(())
}

fn is_active_admin(user: &users::Model) -> bool {
    user.role == Role::Admin && user.status == UserStatus::Active
}

async fn save(
    core: &Core,
    txn: &impl ConnectionTrait,
    found: &users::Model,
    mut user: users::Model,
) -> Result<users::Model> {
    user.version += 1;
    user.updated_at = core.clock.now();
    let changed = users::Entity::update_many()
        .set(row_of(&user))
        .filter(users::COLUMN.id.eq(user.id))
        .filter(users::COLUMN.version.eq(found.version))
        .exec(txn)
        .await
        .or_conflict(Conflict::EmailTaken)?;
    if changed.rows_affected == 0 {
        return Err(Error::Stale);
    }
    if search_terms(found) != search_terms(&user) {
        user_search_terms::Entity::delete_many()
            .filter(user_search_terms::COLUMN.user_id.eq(user.id))
            .exec(txn)
            .await?;
        insert_terms(txn, &user).await?;
    }
    Ok(user)
}

/// The words that a user is found by, as `user_search_terms` holds them.
pub fn search_terms(user: &users::Model) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let names = [
        Some(&user.first_name),
        user.last_name.as_ref(),
        user.middle_names.as_ref(),
        user.preferred_name.as_ref(),
    ];
    for name in names.into_iter().flatten() {
        text::name_terms(name.as_str(), &mut terms);
    }
    if let Some(email) = &user.email {
        text::email_terms(email.as_str(), &mut terms);
    }
    terms
}

async fn insert_terms(txn: &impl ConnectionTrait, user: &users::Model) -> Result<()> {
    let rows = search_terms(user)
        .into_iter()
        .map(|term| user_search_terms::ActiveModel {
            user_id: Set(user.id),
            term: Set(term.into()),
        });
    user_search_terms::Entity::insert_many(rows)
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// Locks all active administrators, in one order, so that two of them cannot remove each other.
async fn lock_admins(txn: &impl ConnectionTrait) -> Result<Vec<UserId>> {
    let admins = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::COLUMN.role.eq(Role::Admin))
        .filter(users::COLUMN.status.eq(UserStatus::Active))
        .order_by_asc(users::COLUMN.id)
        .lock_exclusive();
    Ok(admins.into_tuple().all(txn).await?)
}

async fn another_admin(txn: &impl ConnectionTrait, than: UserId) -> Result<()> {
    if lock_admins(txn).await?.iter().any(|admin| *admin != than) {
        Ok(())
    } else {
        Err(Conflict::LastAdmin.into())
    }
}

/// Removes a user with passports, loyalties and memberships, and the groups that are left with fewer than two.
///
/// # Errors
/// `NotFound`, `Stale`, `last_admin`.
pub async fn delete(
    core: &Core,
    by: &Permit<DeleteUser>,
    id: UserId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            lock_admins(txn).await?;
            let user = lock(txn, by, id).await?;
            precondition.check(user.version)?;
            if is_active_admin(&user) {
                another_admin(txn, id).await?;
            }
            groups::forget_member(core, txn, id).await?;
            users::Entity::delete_by_id(id).exec(txn).await?;
            Ok(())
        })
        .await
}

/// The actor's own id.
///
/// # Errors
/// `NotFound` for the program itself, which has no profile.
pub fn own_id(actor: &Actor) -> Result<UserId> {
    actor.user_id().ok_or(Error::NotFound)
}

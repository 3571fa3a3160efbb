//! Users: whom the agency serves and who works there.

mod address;
mod by_external_id;
mod change;
mod commands;
mod email;
mod search;
mod terms;
mod user;

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{AuditAction, CountryCode, Role, UserStatus};
use entity::{user_search_terms, users};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};

pub use self::address::{Address, AddressPatch, NewAddress};
pub use self::by_external_id::{get_by_external_id, put_by_external_id};
pub(crate) use self::change::update_within;
pub use self::change::{ChangesUsers, update};
pub use self::commands::{NewUser, UserFilter, UserPatch, UserSearch};
pub(crate) use self::email::{account_of, change as change_email, mark_verified};
pub use self::search::{list, search};
pub use self::terms::search_terms;
use self::terms::{insert_terms, term_rows};
pub use self::user::User;
use crate::audit::{self, Event, Who};
use crate::auth::store_password;
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::external_ids;
use crate::input::{Secret, Valid};
use crate::mail::queue::{self, Task};
use crate::policy::{Actor, CreateUser, Permission, Permit, Reach, ReadUser};
use crate::privacy::restriction;
use crate::sealing::{self, DataKey, Held, Vaulted as _};

/// Adds a user; one who is to sign in and has no password is invited by mail.
///
/// # Errors
/// `Invalid`; `Denied` when the role is more than the caller may give; `email_taken`, `external_id_taken`,
/// `external_id_erased`.
pub async fn create(core: &Core, by: &Permit<CreateUser>, command: Valid<NewUser>) -> Result<User> {
    let noted = (Who::from(by.actor()), AuditAction::UserCreated);
    create_and(core, by, noted, command, |user| {
        (user.status == UserStatus::Invited).then_some(Task::Invite(user.id))
    })
    .await
}

/// Adds a user, and what is to be mailed about it.
pub(crate) async fn create_and(
    core: &Core,
    by: &Permit<CreateUser>,
    (who, action): (Who, AuditAction),
    command: Valid<NewUser>,
    mail: impl FnOnce(&User) -> Option<Task>,
) -> Result<User> {
    let (user, password) = compose(core, by, command)?;
    let hash = match password {
        Some(password) => Some(core.hasher.hash(password).await?),
        None => None,
    };
    let mail = mail(&user);
    core.db
        .write(async |txn| {
            let key = insert(core, txn, &user, hash).await?;
            let event = Event::new(action).created(&user).under(&key);
            audit::record(core, txn, who, event).await?;
            match &mail {
                Some(task) => queue::add(core, txn, task).await,
                None => Ok(()),
            }
        })
        .await?;
    if mail.is_some() {
        core.mail.wake();
    }
    Ok(user)
}

/// A user as it will be stored, and the first password.
///
/// # Errors
/// `Invalid`; `Denied` when the role is more than the caller may give.
pub(crate) fn compose(
    core: &Core,
    by: &Permit<CreateUser>,
    command: Valid<NewUser>,
) -> Result<(User, Option<Secret>)> {
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
        address,
        role,
        external_ids,
    } = command.into_inner();
    let role = role.optional().unwrap_or(Role::Customer);
    if by.reach() < Reach::All && role != Role::Customer {
        return Err(not_permitted(["role"]));
    }
    let (email, password) = (email.optional(), password.optional());
    let (date_of_birth, nationality) = (date_of_birth.optional(), nationality.optional());
    let address = address.optional().map(Address::try_from).transpose()?;
    let mut errors = Vec::new();
    check_profile(core, date_of_birth, nationality.as_ref(), &mut errors);
    errors.extend(
        address
            .as_ref()
            .and_then(|it| refuse_specimen(core, "address/country", &it.country)),
    );
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
    let now = core.clock.now();
    let user = User {
        id: UserId::new(),
        email_key: email.as_ref().map(|email| email.normalized().into()),
        status: if email.is_some() && password.is_none() {
            UserStatus::Invited
        } else {
            UserStatus::Active
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
        email_verified_at: None,
        restricted_at: None,
        restriction_reason: None,
        address,
        external_ids: external_ids.optional().unwrap_or_default(),
    };
    Ok((user, password))
}

/// Writes a new user with the password, if there is one, and the words that the user is found by.
///
/// # Errors
/// `email_taken`, `external_id_taken`, `external_id_erased`.
pub(crate) async fn insert(
    core: &Core,
    txn: &impl ConnectionTrait,
    user: &User,
    password_hash: Option<String>,
) -> Result<DataKey> {
    let (key, wrapped) = core.vault.new_data_key(user.id, user.created_at).await?;
    let row = users::Entity::seal(user, &key, &core.vault)?;
    users::Entity::insert(row_of(&row))
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::EmailTaken)?;
    core.vault.insert(txn, &wrapped).await?;
    external_ids::add(core, txn, user.id.into(), &user.external_ids).await?;
    if let Some(hash) = password_hash {
        store_password(txn, user.id, hash, user.created_at).await?;
    }
    insert_terms(txn, user).await?;
    Ok(key)
}

/// Writes many new users who have no password, in a statement for each table.
///
/// # Errors
/// `email_taken`.
pub(crate) async fn insert_all(
    core: &Core,
    txn: &impl ConnectionTrait,
    users: &[User],
) -> Result<Vec<DataKey>> {
    let made = core
        .vault
        .new_data_keys(users.iter().map(|user| (user.id, user.created_at)))?;
    let (keys, wrapped): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    let mut rows = Vec::with_capacity(users.len());
    for (user, key) in users.iter().zip(&keys) {
        rows.push(row_of::<_, users::ActiveModel>(&users::Entity::seal(
            user,
            key,
            &core.vault,
        )?));
    }
    users::Entity::insert_many(rows)
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::EmailTaken)?;
    core.vault.insert_all(txn, &wrapped).await?;
    let numbers = users.iter().map(|user| (user.id, &user.external_ids));
    external_ids::add_all(core, txn, numbers).await?;
    let mut terms = users.iter().flat_map(term_rows).peekable();
    while terms.peek().is_some() {
        user_search_terms::Entity::insert_many(terms.by_ref().take(TERMS_AT_ONCE))
            .exec_without_returning(txn)
            .await?;
    }
    Ok(keys)
}

/// Words that are written in one statement: two parameters each, of which SQLite takes 32,766.
const TERMS_AT_ONCE: usize = 10_000;

/// Reads one user.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub async fn get<P: ReadsUsers>(core: &Core, by: &Permit<P>, id: UserId) -> Result<User> {
    let query = || visible_to(by).filter(users::COLUMN.id.eq(id));
    sealing::one_of(core, core.db.read(), id, query)
        .await?
        .ok_or(Error::NotFound)
}

/// The users that a permit reaches: whoever is not among them is not found.
pub fn visible_to<P: Permission>(by: &Permit<P>) -> Select<users::Entity> {
    users::Entity::find().filter(is_visible_to(by))
}

/// That a user is one whom a permit reaches.
pub(crate) fn is_visible_to<P: Permission>(by: &Permit<P>) -> Condition {
    let seen = Condition::all().add(restriction::not_hidden(by.actor()));
    match (by.reach(), by.actor().user_id()) {
        (Reach::All, _) => seen,
        (Reach::Customers, Some(me)) => {
            seen.add(users::COLUMN.role.eq(Role::Customer).or(users::COLUMN.id.eq(me)))
        }
        (Reach::Customers, None) => seen.add(users::COLUMN.role.eq(Role::Customer)),
        (Reach::Own, Some(me)) => seen.add(users::COLUMN.id.eq(me)),
        (Reach::Nothing | Reach::Own, _) => seen.add(Expr::val(1).eq(0)),
    }
}

/// The ids of the users that a permit reaches.
pub(crate) fn ids_visible_to<P: Permission>(by: &Permit<P>) -> SelectStatement {
    let ids = visible_to(by).select_only().column(users::Column::Id);
    sea_orm::QueryTrait::into_query(ids)
}

/// Locks a user until the end of the transaction, so that rules over all that hangs on the user hold under
/// concurrency.
///
/// # Errors
/// `NotFound` when there is none within reach; `restricted`.
pub(crate) async fn lock<P: Permission>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: UserId,
) -> Result<Held<User>> {
    let user = lock_restricted_too(core, txn, by, id).await?;
    restriction::refuse(user.restricted_at)?;
    Ok(user)
}

/// The same for what puts somebody out of use and back.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub(crate) async fn lock_restricted_too<P: Permission>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: UserId,
) -> Result<Held<User>> {
    let query = visible_to(by).filter(users::COLUMN.id.eq(id));
    sealing::locked(core, txn, query).await?.ok_or(Error::NotFound)
}

/// The same, sealed, for what may happen to everybody: also to whom nobody uses, and to whom nobody can open.
///
/// # Errors
/// `NotFound` when there is none within reach.
pub(crate) async fn lock_row<P: Permission>(
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

/// The permissions under which [`get`] runs.
pub trait ReadsUsers: Permission {}
impl ReadsUsers for ReadUser {}
impl ReadsUsers for crate::policy::ReadProfile {}
impl ReadsUsers for crate::policy::ReadBookingData {}
impl ReadsUsers for crate::policy::ManageSessions {}
impl ReadsUsers for crate::policy::ReadMe {}

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

const fn is_active_admin(user: &User) -> bool {
    is_admin_at_work(user.role, user.status)
}

/// Whether somebody of this role and status is one of the administrators of whom one has to stay.
pub(crate) const fn is_admin_at_work(role: Role, status: UserStatus) -> bool {
    matches!((role, status), (Role::Admin, UserStatus::Active))
}

/// Writes a changed user, as the next version.
///
/// # Errors
/// `email_taken`; `external_id_taken`; `external_id_erased`; `restricted`; `Stale` when somebody else was faster.
pub(crate) async fn save(
    core: &Core,
    txn: &impl ConnectionTrait,
    found: &Held<User>,
    mut user: User,
) -> Result<User> {
    if user.restricted_at.is_some() {
        restriction::refuse(found.restricted_at)?;
    }
    user.version += 1;
    user.updated_at = core.clock.now();
    let changed = users::Entity::update_many()
        .set(row_of(&users::Entity::seal(&user, &found.key, &core.vault)?))
        .filter(users::COLUMN.id.eq(user.id))
        .filter(users::COLUMN.version.eq(found.version))
        .exec(txn)
        .await
        .or_conflict(Conflict::EmailTaken)?;
    if changed.rows_affected == 0 {
        return Err(Error::Stale);
    }
    external_ids::follow(core, txn, user.id.into(), &found.external_ids, &user.external_ids).await?;
    if search_terms(found) != search_terms(&user) {
        user_search_terms::Entity::delete_many()
            .filter(user_search_terms::COLUMN.user_id.eq(user.id))
            .exec(txn)
            .await?;
        insert_terms(txn, &user).await?;
    }
    Ok(user)
}

/// Locks all active administrators, in one order, so that two of them cannot remove each other.
pub(crate) async fn lock_admins(txn: &impl ConnectionTrait) -> Result<Vec<UserId>> {
    let admins = users::Entity::find()
        .select_only()
        .column(users::Column::Id)
        .filter(users::COLUMN.role.eq(Role::Admin))
        .filter(users::COLUMN.status.eq(UserStatus::Active))
        .order_by_asc(users::COLUMN.id)
        .lock_exclusive();
    Ok(admins.into_tuple().all(txn).await?)
}

pub(crate) async fn another_admin(txn: &impl ConnectionTrait, than: UserId) -> Result<()> {
    if lock_admins(txn).await?.iter().any(|admin| *admin != than) {
        Ok(())
    } else {
        Err(Conflict::LastAdmin.into())
    }
}

/// The actor's own id.
///
/// # Errors
/// `NotFound` for the program itself, which has no profile.
pub fn own_id(actor: &Actor) -> Result<UserId> {
    actor.user_id().ok_or(Error::NotFound)
}

//! Users: whom the agency serves and who works there.

mod address;
mod by_external_id;
mod commands;
mod email;
mod search;
mod user;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::UserId;
use entity::values::{AuditAction, CountryCode, Role, UserStatus};
use entity::{credentials, user_search_terms, users};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

pub use self::address::{Address, AddressPatch, NewAddress};
pub use self::by_external_id::{get_by_external_id, put_by_external_id};
pub use self::commands::{NewUser, UserFilter, UserPatch, UserSearch};
pub(crate) use self::email::{account_of, change as change_email, mark_verified};
pub use self::search::{list, search};
pub use self::user::User;
use crate::audit::{self, Event, Who};
use crate::auth::{sessions, store_password};
use crate::calendar_feeds;
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Denial, Error, FieldError, Result};
use crate::external_ids;
use crate::input::{Secret, Valid};
use crate::mail::queue::{self, Task};
use crate::policy::{Actor, CreateUser, Permission, Permit, Reach, ReadUser, UpdateUser};
use crate::privacy::restriction;
use crate::sealing::{self, DataKey, Held, Vaulted as _};
use crate::text;
use crate::version::Precondition;

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
) -> Result<User> {
    let patch = command.into_inner();
    let concerns_email = patch.email.is_present();
    core.db
        .write(async |txn| {
            // On the heap, so that not every caller carries its state about.
            let (user, _) = Box::pin(update_within(core, txn, by, id, precondition, patch)).await?;
            Ok(user)
        })
        .await
        .inspect(|_| {
            if concerns_email {
                core.mail.wake();
            }
        })
}

/// The same within a transaction that changes more; tells whether anything has changed.
///
/// # Errors
/// As [`update`].
pub(crate) async fn update_within<P: ChangesUsers>(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Permit<P>,
    id: UserId,
    precondition: &Precondition,
    patch: UserPatch,
) -> Result<(User, bool)> {
    let own_only = by.reach() < Reach::All && (by.reach() == Reach::Own || by.actor().is(id));
    if patch.role.is_present() || patch.status.is_present() {
        lock_admins(txn).await?;
    }
    // Who may be read is found, so that an agent learns why it cannot be changed.
    let found = match (by.reach(), by.actor()) {
        (Reach::Customers, Actor::User { .. }) => {
            lock(core, txn, &Permit::<ReadUser>::obtain(*by.actor())?, id).await?
        }
        _ => lock(core, txn, by, id).await?,
    };
    if by.reach() == Reach::Customers && found.role != Role::Customer && !own_only {
        return Err(Error::Denied(Denial::Role));
    }
    check_fields(by.reach(), own_only, &patch)?;
    precondition.check(found.version)?;
    let user = apply(core, &found, patch)?;
    if user == *found {
        return Ok((user, false));
    }
    check_sign_in(txn, &found, &user).await?;
    end_sessions(core, txn, by.actor(), &found, &user).await?;
    email::follow_change(core, txn, &found, &user).await?;
    let user = save(core, txn, &found, user).await?;
    let event = Event::new(AuditAction::UserUpdated).changed(&found.record, &user);
    audit::record(core, txn, by.actor(), event.under(&found.key)).await?;
    Ok((user, true))
}

/// The permissions under which [`get`] runs.
pub trait ReadsUsers: Permission {}
impl ReadsUsers for ReadUser {}
impl ReadsUsers for crate::policy::ReadProfile {}
impl ReadsUsers for crate::policy::ReadBookingData {}
impl ReadsUsers for crate::policy::ManageSessions {}
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
            ("external_ids", patch.external_ids.is_present()),
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

fn apply(core: &Core, found: &User, patch: UserPatch) -> Result<User> {
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
        address,
        role,
        status,
        external_ids,
    } = patch;
    let mut user = found.clone();
    email.patch_nullable(&mut user.email);
    email::set(&mut user, found.email.as_ref());
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
    user.address = address::patched(found.address.as_ref(), address)?;
    role.patch(&mut user.role);
    status.patch(&mut user.status);
    external_ids::patch(&mut user.external_ids, external_ids)?;
    // What is stored passed the rules of its time; only what changes is held against those of today.
    let born = user
        .date_of_birth
        .filter(|_| user.date_of_birth != found.date_of_birth);
    let nationality = user.nationality.filter(|_| user.nationality != found.nationality);
    let mut errors = Vec::new();
    check_profile(core, born, nationality.as_ref(), &mut errors);
    let lives_in = user.address.as_ref().map(|it| it.country);
    if lives_in != found.address.as_ref().map(|it| it.country) {
        errors.extend(lives_in.and_then(|code| refuse_specimen(core, "address/country", &code)));
    }
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
async fn check_sign_in(txn: &impl ConnectionTrait, found: &User, user: &User) -> Result<()> {
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

/// Whoever may do something else from here on, or signs in otherwise, signs in again. The one who makes the change
/// stays where they are, unless they disable themselves.
async fn end_sessions(
    core: &Core,
    txn: &impl ConnectionTrait,
    by: &Actor,
    found: &User,
    user: &User,
) -> Result<()> {
    let is_out = user.status != found.status && user.status != UserStatus::Active;
    if is_out || user.role != found.role || user.email_key != found.email_key {
        let here = by.session_id().filter(|_| by.is(user.id) && !is_out);
        sessions::end_all(core, txn, user.id, here).await?;
    }
    if is_out {
        calendar_feeds::end_all(core, txn, by, user.id).await?;
    }
    Ok(())
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

/// The words that a user is found by, as `user_search_terms` holds them.
pub fn search_terms(user: &User) -> BTreeSet<String> {
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

async fn insert_terms(txn: &impl ConnectionTrait, user: &User) -> Result<()> {
    user_search_terms::Entity::insert_many(term_rows(user))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

fn term_rows(user: &User) -> impl Iterator<Item = user_search_terms::ActiveModel> + use<> {
    let user_id = user.id;
    search_terms(user)
        .into_iter()
        .map(move |term| user_search_terms::ActiveModel {
            user_id: Set(user_id),
            term: Set(term.into()),
        })
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

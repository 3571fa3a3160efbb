//! Machine clients: the other systems of the agency that call this one, and the secrets they prove themselves with.
//!
//! How many secrets a client has is a rule over rows that no constraint can hold. Every change of the secrets
//! therefore locks the client first; on SQLite the single writer does the same.

mod commands;

use chrono::{DateTime, SubsecRound as _, Utc};
use entity::ids::{ClientId, ClientSecretId, UserId};
use entity::values::{AuditAction, AuditSubject, ClientStatus, Hidden};
use entity::{client_secrets, clients};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};

pub use self::commands::{ClientPatch, NewClient, ScopeName};
use crate::audit::{self, Audited, Event, field};
use crate::core::Core;
use crate::db::{Violations as _, row_of};
use crate::error::{Conflict, Error, FieldError, Result};
use crate::input::{Secret, Valid};
use crate::opaque::{self, OpaqueKind};
use crate::page::{Page, PageRequest};
use crate::policy::{ManageClients, Permit};
use crate::text;
use crate::version::Precondition;

/// Most secrets of a client: the one in use, and the one that is to take its place.
pub const MAX_SECRETS: u64 = 2;

/// A client with its secrets, of which nobody can see more than since when they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client.
    pub client: clients::Model,
    /// Its secrets, the oldest first.
    pub secrets: Vec<client_secrets::Model>,
}

/// A secret that has just been made; it cannot be seen again.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// The secret.
    pub secret: Secret,
    /// Its record.
    pub record: client_secrets::Model,
    /// The client as it is now.
    pub client: clients::Model,
}

impl Audited for clients::Model {
    const SUBJECT: AuditSubject = AuditSubject::Client;

    fn id(&self) -> uuid::Uuid {
        self.id.uuid()
    }

    fn concerns(&self) -> Option<UserId> {
        None
    }

    fn counted(&self) -> Option<i64> {
        Some(self.version)
    }

    fn fields(&self) -> Vec<(&'static str, serde_json::Value)> {
        vec![
            field("name", &self.name),
            field("scopes", &self.scopes.iter().collect::<Vec<_>>()),
            field("status", &self.status),
            field("expires_at", &self.expires_at),
        ]
    }
}

/// Adds a client with its first secret.
///
/// # Errors
/// `Invalid`; `client_name_taken`.
pub async fn create(core: &Core, by: &Permit<ManageClients>, command: Valid<NewClient>) -> Result<NewSecret> {
    let NewClient {
        name,
        scopes,
        expires_at,
    } = command.into_inner();
    let now = core.clock.now();
    let name = name.required("name")?;
    let client = clients::Model {
        id: ClientId::new(),
        name_key: text::name_key(name.as_str()),
        name,
        scopes: scopes.required("scopes")?,
        status: ClientStatus::Active,
        expires_at: in_the_future(core, expires_at.optional())?,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let (secret, record) = new_secret(&client, now)?;
    core.db
        .write(async |txn| {
            insert(txn, &client, &record).await?;
            let event = Event::new(AuditAction::ClientCreated).created(&client);
            audit::record(core, txn, by.actor(), event).await
        })
        .await?;
    Ok(NewSecret {
        secret,
        record,
        client,
    })
}

/// Writes a new client with a secret.
///
/// # Errors
/// `client_name_taken`.
pub(crate) async fn insert(
    txn: &impl ConnectionTrait,
    client: &clients::Model,
    secret: &client_secrets::Model,
) -> Result<()> {
    clients::Entity::insert(row_of::<_, clients::ActiveModel>(client))
        .exec_without_returning(txn)
        .await
        .or_conflict(Conflict::ClientNameTaken)?;
    insert_secret(txn, secret).await
}

async fn insert_secret(txn: &impl ConnectionTrait, secret: &client_secrets::Model) -> Result<()> {
    client_secrets::Entity::insert(row_of::<_, client_secrets::ActiveModel>(secret))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

fn new_secret(client: &clients::Model, now: DateTime<Utc>) -> Result<(Secret, client_secrets::Model)> {
    let (secret, secret_hash) = opaque::generate(OpaqueKind::ClientSecret)?;
    let record = client_secrets::Model {
        id: ClientSecretId::new(),
        client_id: client.id,
        secret_hash,
        created_at: now,
    };
    Ok((secret, record))
}

/// An end that has passed is more likely a slip than a wish: to shut a client out, disable it.
fn in_the_future(core: &Core, end: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
    // What PostgreSQL keeps of a time.
    let end = end.map(|end| end.trunc_subsecs(6));
    if end.is_some_and(|end| end <= core.clock.now()) {
        return Err(FieldError::field(
            "expires_at",
            "in_the_past",
            "The end must lie in the future; to shut the client out now, set its status to disabled.",
        )
        .into());
    }
    Ok(end)
}

/// Reads one client.
///
/// # Errors
/// `NotFound`.
pub async fn get(core: &Core, _by: &Permit<ManageClients>, id: ClientId) -> Result<Client> {
    let db = core.db.read();
    let client = clients::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    with_secrets(db, client).await
}

async fn with_secrets(db: &impl ConnectionTrait, client: clients::Model) -> Result<Client> {
    let secrets = secrets_of(db, [client.id]).await?;
    Ok(Client { client, secrets })
}

async fn secrets_of(
    db: &impl ConnectionTrait,
    clients: impl IntoIterator<Item = ClientId>,
) -> Result<Vec<client_secrets::Model>> {
    Ok(client_secrets::Entity::find()
        .filter(client_secrets::COLUMN.client_id.is_in(clients))
        .order_by_asc(client_secrets::COLUMN.id)
        .all(db)
        .await?)
}

/// One page of clients.
///
/// # Errors
/// `InvalidParameter` for the cursor.
pub async fn list(core: &Core, by: &Permit<ManageClients>, page: &PageRequest) -> Result<Page<Client>> {
    let keyset = page.check(core, by.actor(), "clients", &())?;
    let mut query = clients::Entity::find();
    if let Some(after) = keyset.after() {
        query = query.filter(clients::COLUMN.id.gt(ClientId::from(after)));
    }
    let db = core.db.read();
    let rows = query
        .order_by_asc(clients::COLUMN.id)
        .limit(keyset.fetch())
        .all(db)
        .await?;
    let secrets = secrets_of(db, rows.iter().map(|client| client.id)).await?;
    let page = keyset.page(core, rows, |client| client.id.uuid());
    Ok(page.map(|client| Client {
        secrets: secrets
            .iter()
            .filter(|secret| secret.client_id == client.id)
            .cloned()
            .collect(),
        client,
    }))
}

/// Changes a client. Nothing is written when nothing changes; what is taken away counts at once.
///
/// # Errors
/// `NotFound`, `Stale`, `Invalid`, `client_name_taken`.
pub async fn update(
    core: &Core,
    by: &Permit<ManageClients>,
    id: ClientId,
    precondition: &Precondition,
    command: Valid<ClientPatch>,
) -> Result<Client> {
    let patch = command.into_inner();
    core.db
        .write(async |txn| {
            let found = lock(txn, id).await?;
            precondition.check(found.version)?;
            let mut client = apply(&found, patch);
            // What is stored was good once; only what changes is held against the time.
            if client.expires_at != found.expires_at {
                client.expires_at = in_the_future(core, client.expires_at)?;
            }
            if client != found {
                client = save(core, txn, client).await?;
                let event = Event::new(AuditAction::ClientUpdated).changed(&found, &client);
                audit::record(core, txn, by.actor(), event).await?;
            }
            with_secrets(txn, client).await
        })
        .await
}

fn apply(found: &clients::Model, patch: ClientPatch) -> clients::Model {
    let ClientPatch {
        name,
        scopes,
        status,
        expires_at,
    } = patch;
    let mut client = found.clone();
    name.patch(&mut client.name);
    client.name_key = text::name_key(client.name.as_str());
    scopes.patch(&mut client.scopes);
    status.patch(&mut client.status);
    expires_at.patch_nullable(&mut client.expires_at);
    client
}

/// Writes a locked client with the next version.
async fn save(core: &Core, txn: &impl ConnectionTrait, mut client: clients::Model) -> Result<clients::Model> {
    client.version += 1;
    client.updated_at = core.clock.now();
    clients::Entity::update_many()
        .set(row_of::<_, clients::ActiveModel>(&client))
        .filter(clients::COLUMN.id.eq(client.id))
        .exec(txn)
        .await
        .or_conflict(Conflict::ClientNameTaken)?;
    Ok(client)
}

/// Removes a client with its secrets and tokens, which are good for nothing from here on.
///
/// # Errors
/// `NotFound`, `Stale`.
pub async fn delete(
    core: &Core,
    by: &Permit<ManageClients>,
    id: ClientId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let client = lock(txn, id).await?;
            precondition.check(client.version)?;
            clients::Entity::delete_by_id(id).exec(txn).await?;
            let event = Event::new(AuditAction::ClientDeleted).removed(&client);
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

/// Makes a second secret, so that the other system can change over before the first one goes.
///
/// # Errors
/// `NotFound`, `too_many_secrets`.
pub async fn add_secret(core: &Core, by: &Permit<ManageClients>, id: ClientId) -> Result<NewSecret> {
    core.db
        .write(async |txn| {
            let client = lock(txn, id).await?;
            let secrets = client_secrets::Entity::find().filter(client_secrets::COLUMN.client_id.eq(id));
            if secrets.count(txn).await? >= MAX_SECRETS {
                return Err(Conflict::TooManySecrets.into());
            }
            let (secret, record) = new_secret(&client, core.clock.now())?;
            insert_secret(txn, &record).await?;
            let event = Event::new(AuditAction::ClientSecretAdded)
                .about(AuditSubject::ClientSecret, record.id)
                .detail(id.to_string());
            audit::record(core, txn, by.actor(), event).await?;
            Ok(NewSecret {
                secret,
                record,
                client: save(core, txn, client).await?,
            })
        })
        .await
}

/// Removes a secret with the tokens that were got with it.
///
/// # Errors
/// `NotFound` for the client or the secret, `Stale`.
pub async fn remove_secret(
    core: &Core,
    by: &Permit<ManageClients>,
    id: ClientId,
    secret: ClientSecretId,
    precondition: &Precondition,
) -> Result<()> {
    core.db
        .write(async |txn| {
            let client = lock(txn, id).await?;
            let removed = client_secrets::Entity::delete_many()
                .filter(client_secrets::COLUMN.id.eq(secret))
                .filter(client_secrets::COLUMN.client_id.eq(id))
                .exec(txn)
                .await?;
            if removed.rows_affected == 0 {
                return Err(Error::NotFound);
            }
            precondition.check(client.version)?;
            save(core, txn, client).await?;
            let event = Event::new(AuditAction::ClientSecretRemoved)
                .about(AuditSubject::ClientSecret, secret)
                .detail(id.to_string());
            audit::record(core, txn, by.actor(), event).await
        })
        .await
}

/// Locks a client until the end of the transaction.
async fn lock(txn: &impl ConnectionTrait, id: ClientId) -> Result<clients::Model> {
    clients::Entity::find_by_id(id)
        .lock_exclusive()
        .one(txn)
        .await?
        .ok_or(Error::NotFound)
}

/// The client that has this secret and gets in now, with the secret's id, in one look-up: what is wrong, the id, the
/// secret or the client's state, is told apart by nothing.
///
/// # Errors
/// When the database is away.
pub(crate) async fn find_by_secret(
    core: &Core,
    id: ClientId,
    secret_hash: Hidden,
) -> Result<Option<(clients::Model, ClientSecretId)>> {
    let found = client_secrets::Entity::find()
        .filter(client_secrets::COLUMN.secret_hash.eq(secret_hash))
        .filter(client_secrets::COLUMN.client_id.eq(id))
        .find_also_related(clients::Entity)
        .one(core.db.read())
        .await?;
    Ok(found.and_then(|(secret, client)| {
        let client = client.filter(|client| gets_in(client, core.clock.now()))?;
        Some((client, secret.id))
    }))
}

/// Whether a client gets in at a time.
pub(crate) fn gets_in(client: &clients::Model, now: DateTime<Utc>) -> bool {
    client.status == ClientStatus::Active && client.expires_at.is_none_or(|end| now < end)
}

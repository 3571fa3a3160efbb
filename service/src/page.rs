//! Pages of lists: keyset on the id, with a cursor that nobody can forge or take elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::core::Core;
use crate::error::{Error, FieldError, Result};
use crate::policy::Actor;

/// Items of a page when the caller does not say.
pub const DEFAULT_LIMIT: u64 = 50;
/// Items of a page at the most.
pub const MAX_LIMIT: u64 = 200;

/// How many items a page holds at the most: 1 to [`MAX_LIMIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64")]
pub struct Limit(u64);

impl TryFrom<u64> for Limit {
    type Error = String;

    fn try_from(limit: u64) -> Result<Self, String> {
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok(Self(limit))
        } else {
            Err(format!("The limit must lie between 1 and {MAX_LIMIT}."))
        }
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

/// Which page of a list is wanted.
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// How many items; [`DEFAULT_LIMIT`] if not said.
    pub limit: Option<Limit>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items, in the order of their ids.
    pub data: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
}

/// A page request whose cursor has been checked.
#[derive(Debug, Clone)]
pub struct Keyset {
    limit: u64,
    after: Option<Uuid>,
    scope: Vec<u8>,
}

impl PageRequest {
    /// Checks the cursor against the list it is for.
    ///
    /// `list` names the list and `filter` is what narrows it: a cursor works only for the list, the filter and
    /// the caller it was given to.
    ///
    /// # Errors
    /// `InvalidParameter` naming `cursor`.
    pub fn check<F: Serialize>(&self, core: &Core, actor: &Actor, list: &str, filter: &F) -> Result<Keyset> {
        let who = actor.id().map(|id| id.to_string()).unwrap_or_default();
        let scope =
            serde_json::to_vec(&(list, who, filter)).map_err(|error| Error::Internal(error.to_string()))?;
        let after = match &self.cursor {
            None => None,
            Some(cursor) => Some(open(core, &scope, cursor).ok_or_else(|| {
                Error::InvalidParameter(vec![FieldError::parameter(
                    "cursor",
                    "invalid_cursor",
                    "This cursor is not one that this list gave you with these filters; start again without it.",
                )])
            })?),
        };
        let Limit(limit) = self.limit.unwrap_or_default();
        Ok(Keyset { limit, after, scope })
    }

    /// The same where the cursor is a field of a body.
    ///
    /// # Errors
    /// `Invalid` pointing at `/cursor`.
    pub fn check_fields<F: Serialize>(
        &self,
        core: &Core,
        actor: &Actor,
        list: &str,
        filter: &F,
    ) -> Result<Keyset> {
        self.check(core, actor, list, filter)
            .map_err(|error| match error {
                Error::InvalidParameter(errors) => Error::Invalid(
                    errors
                        .into_iter()
                        .map(|error| FieldError::field(&error.pointer, error.code, error.detail))
                        .collect(),
                ),
                other => other,
            })
    }
}

impl Keyset {
    /// The id after which the page starts.
    pub const fn after(&self) -> Option<Uuid> {
        self.after
    }

    /// How many rows to fetch: one more than the page holds, to know whether another follows.
    pub const fn fetch(&self) -> u64 {
        self.limit + 1
    }

    /// Cuts the rows to the page and makes the cursor of the next one.
    pub fn page<T>(&self, core: &Core, mut rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more {
            rows.last().map(|row| seal(core, &self.scope, id(row)))
        } else {
            None
        };
        Page {
            data: rows,
            next_cursor,
        }
    }
}

impl<T> Page<T> {
    /// The same page of other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(f).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// Bytes of the authentication tag in a cursor.
const TAG: usize = 16;

fn seal(core: &Core, scope: &[u8], id: Uuid) -> String {
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend(core.keys.cursor_tag(scope, id.as_bytes()));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(core: &Core, scope: &[u8], cursor: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (id, tag) = bytes.split_at_checked(16)?;
    (tag.len() == TAG && core.keys.verify_cursor_tag(scope, id, tag)).then(|| Uuid::from_slice(id).ok())?
}

//! Pages of lists: keyset on the id, or on what a list is ordered by, with a cursor that nobody can forge or take elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike as _, NaiveDate};
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
pub struct Limit(pub(crate) u64);

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
    /// The items, in the order of the list.
    pub data: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next_cursor: Option<String>,
}

/// Where in its list a record stands: what the list is ordered by, and nothing that two records have in common.
pub trait Position: Sized {
    /// The position as a cursor keeps it.
    fn to_bytes(&self) -> Vec<u8>;

    /// Reads it again.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// Lists in the order in which records were made.
impl Position for Uuid {
    fn to_bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_slice(bytes).ok()
    }
}

/// Lists in the order of a day, and within the day of the id.
impl Position for (NaiveDate, Uuid) {
    fn to_bytes(&self) -> Vec<u8> {
        let (day, id) = self;
        [day.num_days_from_ce().to_be_bytes().as_slice(), id.as_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (day, id) = bytes.split_first_chunk()?;
        let day = NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(*day))?;
        Some((day, Uuid::from_slice(id).ok()?))
    }
}

/// A page request whose cursor has been checked.
#[derive(Debug, Clone)]
pub struct Keyset<P = Uuid> {
    limit: u64,
    after: Option<P>,
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
        self.check_at(core, actor, list, filter)
    }

    /// The same for a list in another order than that of ids.
    ///
    /// # Errors
    /// `InvalidParameter` naming `cursor`.
    pub fn check_at<P: Position, F: Serialize>(
        &self,
        core: &Core,
        actor: &Actor,
        list: &str,
        filter: &F,
    ) -> Result<Keyset<P>> {
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

impl<P: Position + Copy> Keyset<P> {
    /// After what the page starts.
    pub const fn after(&self) -> Option<P> {
        self.after
    }

    /// How many rows to fetch: one more than the page holds, to know whether another follows.
    pub const fn fetch(&self) -> u64 {
        self.limit + 1
    }

    /// Cuts the rows to the page and makes the cursor of the next one.
    pub fn page<T>(&self, core: &Core, mut rows: Vec<T>, position: impl Fn(&T) -> P) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = if more {
            rows.last().map(|row| seal(core, &self.scope, &position(row)))
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

fn seal<P: Position>(core: &Core, scope: &[u8], position: &P) -> String {
    let mut bytes = position.to_bytes();
    let tag = core.keys.cursor_tag(scope, &bytes);
    bytes.extend(tag);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open<P: Position>(core: &Core, scope: &[u8], cursor: &str) -> Option<P> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (position, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
    core.keys
        .verify_cursor_tag(scope, position, tag)
        .then(|| P::from_bytes(position))?
}

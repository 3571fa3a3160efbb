//! The words that users are found by.

use std::collections::BTreeSet;

use entity::user_search_terms;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait as _};

use super::user::User;
use crate::error::Result;
use crate::text;

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

pub(super) async fn insert_terms(txn: &impl ConnectionTrait, user: &User) -> Result<()> {
    user_search_terms::Entity::insert_many(term_rows(user))
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

pub(super) fn term_rows(user: &User) -> impl Iterator<Item = user_search_terms::ActiveModel> + use<> {
    let user_id = user.id;
    search_terms(user)
        .into_iter()
        .map(move |term| user_search_terms::ActiveModel {
            user_id: Set(user_id),
            term: Set(term.into()),
        })
}

//! Table `user_search_terms`: the words that a user is found by, folded, so that one B-tree range on either
//! database answers "any word begins with".

use sea_orm::entity::prelude::*;

use crate::ids::UserId;
use crate::values::Hidden;

/// One word of one user's names or e-mail address.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_search_terms")]
pub struct Model {
    /// Whom the word finds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The word: lower case, without accents.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: Hidden,
    /// The user.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::users::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Recovery codes: each stands in once for an app that is lost.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use entity::ids::UserId;
use entity::recovery_codes;
use entity::values::Hidden;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};

use crate::error::{Error, Result};
use crate::input::Secret;
use crate::opaque;

/// How many a user has.
pub const COUNT: usize = 10;
/// 120 random bits (OWASP ASVS 5.0, 6.5.2 asks for 112), a whole number of base32 letters.
const BYTES: usize = 15;
/// Letters between two hyphens.
const GROUP: usize = 4;

/// Makes new codes in the place of all that the user has had.
///
/// # Errors
/// `Internal` when the system gives no random numbers.
pub async fn renew(txn: &impl ConnectionTrait, user: UserId) -> Result<Vec<Secret>> {
    remove(txn, user).await?;
    let mut shown = Vec::new();
    let mut rows = Vec::new();
    for _ in 0..COUNT {
        let letters = random()?;
        rows.push(recovery_codes::ActiveModel {
            code_hash: Set(hash(&letters)),
            user_id: Set(user),
        });
        shown.push(Secret::new(grouped(&letters)));
    }
    recovery_codes::Entity::insert_many(rows)
        .exec_without_returning(txn)
        .await?;
    Ok(shown)
}

/// Removes all codes of a user.
///
/// # Errors
/// When the database is away.
pub async fn remove(txn: &impl ConnectionTrait, user: UserId) -> Result<()> {
    recovery_codes::Entity::delete_many()
        .filter(recovery_codes::COLUMN.user_id.eq(user))
        .exec(txn)
        .await?;
    Ok(())
}

/// Uses a code up, in one statement: of any number of tries with one code, one is taken.
///
/// # Errors
/// When the database is away.
pub async fn take(txn: &impl ConnectionTrait, user: UserId, code: &str) -> Result<bool> {
    let taken = recovery_codes::Entity::delete_many()
        .filter(recovery_codes::COLUMN.code_hash.eq(hash(&letters(code))))
        .filter(recovery_codes::COLUMN.user_id.eq(user))
        .exec(txn)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Codes are typed from paper: hyphens, spaces and small letters are no mistake.
fn letters(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn hash(letters: &str) -> Hidden {
    opaque::hash(letters)
}

fn random() -> Result<String> {
    let mut bytes = [0; BYTES];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
    Ok(totp_rs::Secret::from(bytes.as_slice()).to_base32())
}

fn grouped(letters: &str) -> String {
    let mut text = String::new();
    for (place, letter) in letters.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_has_120_bits_in_groups_that_people_can_type() {
        let random = random().unwrap();
        let code = grouped(&random);
        assert_eq!((random.len(), code.len()), (24, 29));
        assert!(code.split('-').all(|group| group.len() == 4), "{}", code.len());
        assert_eq!(
            letters(&format!(" {} ", code.to_lowercase().replace('-', " "))),
            random
        );
    }
}

//! People who may sign in.

use super::password::PasswordHash;
use crate::database::{Row, StoreError, Tx};
use provost_domain::Timestamp;
use std::fmt;
use std::str::FromStr;

/// A person's name: 1 to 64 of `a-z`, `0-9`, `.`, `-`, `_`, beginning with a letter; upper case is taken as lower case, so
/// that no two people differ by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonName(String);

/// A text that is no [`PersonName`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonNameError;

impl fmt::Display for PersonNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name has 1 to 64 letters a-z, digits, dots, hyphens and underscores, and begins with a letter")
    }
}

impl std::error::Error for PersonNameError {}

impl FromStr for PersonName {
    type Err = PersonNameError;

    fn from_str(text: &str) -> Result<Self, PersonNameError> {
        let name = text.to_ascii_lowercase();
        let begins = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let rest = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b));
        if begins && rest && name.len() <= 64 { Ok(Self(name)) } else { Err(PersonNameError) }
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PersonName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Name.
    pub name: PersonName,
    /// When the person was entered.
    pub created_at: Timestamp,
    /// Who entered the person.
    pub created_by: String,
    /// Kept from signing in.
    pub disabled: bool,
    /// Whether a password was set; without one only a sign-in link lets the person in.
    pub has_password: bool,
}

const COLUMNS: &str = "name, created_at, created_by, disabled, CASE WHEN password_hash IS NULL THEN 0 ELSE 1 END";

impl Person {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.parsed(0)?,
            created_at: row.timestamp(1)?,
            created_by: row.text(2)?.to_owned(),
            disabled: row.boolean(3)?,
            has_password: row.boolean(4)?,
        })
    }
}

/// Enters a person without a password; false when there is one of that name.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn create_person(tx: &mut Tx<'_>, name: &PersonName, created_by: &str, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "INSERT INTO person (name, password_hash, created_at, created_by, disabled) VALUES ($1, NULL, $2, $3, 0) ON CONFLICT (name) DO NOTHING";
    Ok(tx.execute(sql, &[name.as_str().into(), now.into(), created_by.into()])? == 1)
}

/// The person of that name.
///
/// # Errors
/// As [`create_person`].
pub fn find_person(tx: &mut Tx<'_>, name: &PersonName) -> Result<Option<Person>, StoreError> {
    tx.query_optional(&format!("SELECT {COLUMNS} FROM person WHERE name = $1"), &[name.as_str().into()])?.as_ref().map(Person::from_row).transpose()
}

/// At most `limit` people after `after`, by name; from the beginning after the empty text.
///
/// # Errors
/// As [`create_person`].
pub fn list_people(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Person>, StoreError> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM person WHERE name > $1 ORDER BY name LIMIT $2"), &[after.into(), limit.into()])?;
    rows.iter().map(Person::from_row).collect()
}

/// What a password is compared with; `None` for an unknown or disabled person and for one without a password. Hand it to
/// [`PasswordHash::verify`] in any case, so that the answer takes the same time.
///
/// # Errors
/// As [`create_person`].
pub fn find_password_hash(tx: &mut Tx<'_>, name: &PersonName) -> Result<Option<PasswordHash>, StoreError> {
    let row = tx.query_optional("SELECT password_hash FROM person WHERE name = $1 AND disabled = 0", &[name.as_str().into()])?;
    match row {
        Some(row) => Ok(row.optional_text(0)?.map(PasswordHash::from_stored)),
        None => Ok(None),
    }
}

/// Sets a password and ends the person's sessions; false when there is no such person.
///
/// # Errors
/// As [`create_person`].
pub fn set_password(tx: &mut Tx<'_>, name: &PersonName, hash: &PasswordHash) -> Result<bool, StoreError> {
    let set = tx.execute("UPDATE person SET password_hash = $2 WHERE name = $1", &[name.as_str().into(), hash.as_stored().into()])? == 1;
    if set {
        super::delete_sessions_of(tx, name)?;
    }
    Ok(set)
}

/// Keeps a person from signing in, or lifts that; false when there is no such person. Keeping out ends the person's
/// sessions.
///
/// # Errors
/// As [`create_person`].
pub fn set_disabled(tx: &mut Tx<'_>, name: &PersonName, disabled: bool) -> Result<bool, StoreError> {
    let set = tx.execute("UPDATE person SET disabled = $2 WHERE name = $1", &[name.as_str().into(), disabled.into()])? == 1;
    if set && disabled {
        super::delete_sessions_of(tx, name)?;
    }
    Ok(set)
}

/// Removes a person with sessions and sign-in links; false when there is no such person. What the person did stays in the
/// ledger.
///
/// # Errors
/// As [`create_person`].
pub fn delete_person(tx: &mut Tx<'_>, name: &PersonName) -> Result<bool, StoreError> {
    super::delete_sessions_of(tx, name)?;
    tx.execute("DELETE FROM sign_in_link WHERE person = $1", &[name.as_str().into()])?;
    Ok(tx.execute("DELETE FROM person WHERE name = $1", &[name.as_str().into()])? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        assert_eq!("Anna.Maria-2".parse::<PersonName>().map(|n| n.to_string()), Ok("anna.maria-2".to_owned()));
        for wrong in ["", "2anna", "änna", "anna maria", "-a", &"a".repeat(65), "a\0"] {
            assert_eq!(wrong.parse::<PersonName>(), Err(PersonNameError), "{wrong:?}");
        }
    }
}

//! Bindings: which principal is bound as which account, for what.

use crate::database::{Lock, Row, StoreError, Tx};
use crate::vault::SecretId;
use provost_catalog::accounts::{AccountKind, PrincipalKind, account};
use provost_domain::Timestamp;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::binding::{Admitted, Bound};
use provost_domain::accounts::verification::Standing;

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Its number.
    pub binding_id: i64,
    /// As which account.
    pub kind: AccountKind,
    /// For what, as `provost_domain::accounts::scope` writes it.
    pub object: String,
    /// Its place, from 1.
    pub position: u32,
    /// What kind of principal it is.
    pub principal_kind: PrincipalKind,
    /// Who.
    pub name: AccountName,
    /// The principal's SID, once a directory has told it.
    pub sid: Option<String>,
    /// Its password, when one is kept.
    pub secret: Option<SecretId>,
    /// What its checks came to.
    pub standing: Standing,
    /// When it was bound.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

/// A binding that is to be made, after `provost_domain::accounts::binding::admit` admitted it.
#[derive(Clone, Copy, Debug)]
pub struct NewBinding<'a> {
    /// As which account.
    pub kind: AccountKind,
    /// For what.
    pub object: &'a str,
    /// What was admitted.
    pub admitted: Admitted,
    /// Who.
    pub name: &'a AccountName,
    /// Its password.
    pub secret: Option<SecretId>,
    /// By whom.
    pub by: &'a str,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "binding_id, kind, object, position, principal_kind, name, sid, secret_id, standing, created_at, created_by, changed_at, changed_by";

impl Binding {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            binding_id: row.integer(0)?,
            kind: account(row.text(1)?).ok_or_else(|| corrupt("an account", row.text(1)))?.kind,
            object: row.text(2)?.to_owned(),
            position: u32::try_from(row.integer(3)?).map_err(|_| corrupt("a place", row.text(2)))?,
            principal_kind: PrincipalKind::ALL
                .iter()
                .copied()
                .find(|kind| Ok(kind.id()) == row.text(4).map_err(drop))
                .ok_or_else(|| corrupt("a kind of principal", row.text(4)))?,
            name: AccountName::parse(row.text(5)?).map_err(|_| corrupt("a name", row.text(5)))?,
            sid: row.optional_text(6)?.map(str::to_owned),
            secret: row.optional_integer(7)?.map(SecretId),
            standing: Standing::from_id(row.text(8)?).ok_or_else(|| corrupt("a standing", row.text(8)))?,
            created_at: row.timestamp(9)?,
            created_by: row.text(10)?.to_owned(),
            changed_at: row.timestamp(11)?,
            changed_by: row.text(12)?.to_owned(),
        })
    }

    /// As the rules of binding see it.
    #[must_use]
    pub fn bound(&self) -> Bound {
        Bound { binding_id: self.binding_id, kind: self.kind, object: self.object.clone(), position: self.position, name: self.name.clone() }
    }
}

fn corrupt(what: &str, found: Result<&str, StoreError>) -> StoreError {
    StoreError::corrupt("reading bindings", format!("{:?} is not {what}", found.unwrap_or_default()))
}

/// Every binding: by account, object and place.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Binding>, StoreError> {
    let rows = tx.query(&format!("SELECT {COLUMNS} FROM account_binding ORDER BY kind, object, position, binding_id"), &[])?;
    rows.iter().map(Binding::from_row).collect()
}

/// The bindings of one account for one object, in their order.
///
/// # Errors
/// As [`list`].
pub fn of(tx: &mut Tx<'_>, kind: AccountKind, object: &str) -> Result<Vec<Binding>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM account_binding WHERE kind = $1 AND object = $2 ORDER BY position, binding_id");
    tx.query(&sql, &[kind.definition().id.into(), object.into()])?.iter().map(Binding::from_row).collect()
}

/// The binding with this number.
///
/// # Errors
/// As [`list`].
pub fn by_id(tx: &mut Tx<'_>, binding_id: i64) -> Result<Option<Binding>, StoreError> {
    let row = tx.query_optional(&format!("SELECT {COLUMNS} FROM account_binding WHERE binding_id = $1"), &[binding_id.into()])?;
    row.as_ref().map(Binding::from_row).transpose()
}

/// Every binding of one principal, whatever the case of its name; `key` is [`AccountName::key`].
///
/// # Errors
/// As [`list`].
pub fn of_name(tx: &mut Tx<'_>, key: &str) -> Result<Vec<Binding>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM account_binding WHERE name_key = $1 ORDER BY kind, object, position");
    tx.query(&sql, &[key.into()])?.iter().map(Binding::from_row).collect()
}

/// Waits until nobody else binds: the rules are about all bindings at once. Call it before they are read to decide.
///
/// # Errors
/// As [`list`].
pub fn lock(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.lock(Lock::Bindings)
}

/// Binds. Those at the place and after it move by one. Gives the number.
///
/// # Errors
/// As [`list`].
pub fn insert(tx: &mut Tx<'_>, new: &NewBinding<'_>) -> Result<i64, StoreError> {
    let (kind, position) = (new.kind.definition().id, i64::from(new.admitted.position));
    tx.execute(
        "UPDATE account_binding SET position = position + 1 WHERE kind = $1 AND object = $2 AND position >= $3",
        &[kind.into(), new.object.into(), position.into()],
    )?;
    let (name, key) = (new.name.to_string(), new.name.key());
    let rows = tx.query(
        "INSERT INTO account_binding (kind, object, position, principal_kind, name, name_key, sid, secret_id, standing, created_at, created_by, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9, $10, $9, $10) RETURNING binding_id",
        &[
            kind.into(),
            new.object.into(),
            position.into(),
            new.admitted.principal_kind.id().into(),
            (&name).into(),
            (&key).into(),
            new.secret.map(|secret| secret.0).into(),
            Standing::NotProved.id().into(),
            new.at.into(),
            new.by.into(),
        ],
    )?;
    rows.first().map_or_else(|| Err(StoreError::corrupt("binding an account", "no number came back")), |row| row.integer(0))
}

/// Removes a binding and closes the gap in its list. Its secret is the caller's to retire.
///
/// # Errors
/// As [`list`].
pub fn remove(tx: &mut Tx<'_>, binding: &Binding) -> Result<bool, StoreError> {
    let removed = tx.execute("DELETE FROM account_binding WHERE binding_id = $1", &[binding.binding_id.into()])?;
    tx.execute(
        "UPDATE account_binding SET position = position - 1 WHERE kind = $1 AND object = $2 AND position > $3",
        &[binding.kind.definition().id.into(), (&binding.object).into(), i64::from(binding.position).into()],
    )?;
    Ok(removed > 0)
}

/// Moves a binding to another place of its list.
///
/// # Errors
/// As [`list`].
pub fn set_position(tx: &mut Tx<'_>, binding: &Binding, position: u32, by: &str, at: Timestamp) -> Result<(), StoreError> {
    let (from, to) = (i64::from(binding.position), i64::from(position));
    let (step, first, last) = if to < from { (1, to, from - 1) } else { (-1, from + 1, to) };
    tx.execute(
        "UPDATE account_binding SET position = position + $5 WHERE kind = $1 AND object = $2 AND position BETWEEN $3 AND $4",
        &[binding.kind.definition().id.into(), (&binding.object).into(), first.into(), last.into(), i64::from(step).into()],
    )?;
    tx.execute(
        "UPDATE account_binding SET position = $2, changed_at = $3, changed_by = $4 WHERE binding_id = $1",
        &[binding.binding_id.into(), to.into(), at.into(), by.into()],
    )?;
    Ok(())
}

/// Gives a binding its secret, after one was sealed. What was proved of it was proved with the old one.
///
/// # Errors
/// As [`list`].
pub fn set_secret(tx: &mut Tx<'_>, binding_id: i64, secret: SecretId, by: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE account_binding SET secret_id = $2, standing = $3, changed_at = $4, changed_by = $5 WHERE binding_id = $1",
        &[binding_id.into(), secret.0.into(), Standing::NotProved.id().into(), at.into(), by.into()],
    )?;
    Ok(())
}

/// Records what a binding's checks came to.
///
/// # Errors
/// As [`list`].
pub fn set_standing(tx: &mut Tx<'_>, binding_id: i64, standing: Standing) -> Result<(), StoreError> {
    tx.execute("UPDATE account_binding SET standing = $2 WHERE binding_id = $1", &[binding_id.into(), standing.id().into()])?;
    Ok(())
}

/// The newest version of each secret: when it was sealed, by whom, and whether it is retired. Never the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFacts {
    /// Its newest version.
    pub version: i64,
    /// Id of the site key it is sealed under.
    pub key_id: String,
    /// When it was sealed.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it was given up.
    pub retired_at: Option<Timestamp>,
}

/// What is known of the secrets in use, by number.
///
/// # Errors
/// As [`list`].
pub fn secret_facts(tx: &mut Tx<'_>) -> Result<std::collections::HashMap<SecretId, SecretFacts>, StoreError> {
    let rows = tx.query("SELECT secret_id, version, key_id, created_at, created_by, retired_at FROM secret ORDER BY secret_id, version", &[])?;
    let facts = rows.iter().map(|row| {
        let facts = SecretFacts {
            version: row.integer(1)?,
            key_id: row.text(2)?.to_owned(),
            created_at: row.timestamp(3)?,
            created_by: row.text(4)?.to_owned(),
            retired_at: row.optional_timestamp(5)?,
        };
        // The newest version comes last and stays.
        Ok((SecretId(row.integer(0)?), facts))
    });
    facts.collect()
}

//! Administrative users that are users or groups of a directory. They are known by their security identifier; the name is
//! for showing, as `dns.domain\name`.

use super::session::{Session, SessionLimits};
use super::token::Token;
use crate::database::{Param, Row, StoreError, Tx};
use provost_domain::Timestamp;
use provost_domain::accounts::name::{AccountName, Form};
use provost_domain::discovery::ObjectKind;

/// A user or a group of a directory who may administer the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryAdmin {
    /// Security identifier.
    pub sid: String,
    /// Name, for showing.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

impl DirectoryAdmin {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self { sid: row.text(0)?.to_owned(), name: row.text(1)?.to_owned(), created_at: row.timestamp(2)?, created_by: row.text(3)?.to_owned() })
    }
}

/// Adds one; false when its identifier or its name is there already.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn add_directory_admin(tx: &mut Tx<'_>, admin: &DirectoryAdmin) -> Result<bool, StoreError> {
    let sql = "INSERT INTO directory_admin (sid, name, created_at, created_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let values = [admin.sid.as_str().into(), admin.name.as_str().into(), admin.created_at.into(), admin.created_by.as_str().into()];
    Ok(tx.execute(sql, &values)? == 1)
}

/// The one of this name.
///
/// # Errors
/// As [`add_directory_admin`].
pub fn find_directory_admin(tx: &mut Tx<'_>, name: &str) -> Result<Option<DirectoryAdmin>, StoreError> {
    let sql = "SELECT sid, name, created_at, created_by FROM directory_admin WHERE name = $1";
    tx.query_optional(sql, &[name.into()])?.as_ref().map(DirectoryAdmin::from_row).transpose()
}

/// The first, by name, that is among these identifiers.
///
/// # Errors
/// As [`add_directory_admin`].
pub fn admitted_by(tx: &mut Tx<'_>, holds: impl Fn(&str) -> bool) -> Result<Option<DirectoryAdmin>, StoreError> {
    for row in tx.query("SELECT sid, name, created_at, created_by FROM directory_admin ORDER BY name", &[])? {
        let admin = DirectoryAdmin::from_row(&row)?;
        if holds(&admin.sid) {
            return Ok(Some(admin));
        }
    }
    Ok(None)
}

/// Removes the one of this name and ends the sessions of whoever it let in; false when there was none.
///
/// # Errors
/// As [`add_directory_admin`].
pub fn remove_directory_admin(tx: &mut Tx<'_>, name: &str) -> Result<bool, StoreError> {
    let Some(admin) = find_directory_admin(tx, name)? else { return Ok(false) };
    let sid = [admin.sid.as_str().into()];
    tx.execute("DELETE FROM session WHERE token_digest IN (SELECT token_digest FROM directory_session WHERE sid = $1)", &sid)?;
    tx.execute("DELETE FROM directory_session WHERE sid = $1", &sid)?;
    Ok(tx.execute("DELETE FROM directory_admin WHERE sid = $1", &sid)? == 1)
}

/// Begins a session for `person` of a directory, whom `admin` lets in. The caller has made sure that the person is who they
/// say, and that they are `admin` or in it.
///
/// # Errors
/// As [`add_directory_admin`].
pub fn create_directory_session(
    tx: &mut Tx<'_>,
    person: &str,
    admin: &DirectoryAdmin,
    origin: &str,
    now: Timestamp,
    limits: SessionLimits,
) -> Result<(Token, Session), StoreError> {
    let (token, session) = super::session::insert(tx, person, origin, now, limits)?;
    let session = Session { let_in_as: Some(admin.sid.clone()), ..session };
    let digest = token.digest().to_string();
    tx.execute("INSERT INTO directory_session (token_digest, sid) VALUES ($1, $2)", &[(&digest).into(), admin.sid.as_str().into()])?;
    Ok((token, session))
}

/// The identifier of a user or group that discovery found, and its name as it is shown; `None` for one that was not found, or
/// a name that does not tell its domain.
///
/// # Errors
/// As [`add_directory_admin`].
pub fn find_in_directory(tx: &mut Tx<'_>, name: &AccountName) -> Result<Option<(String, String)>, StoreError> {
    let column = match name.form() {
        Form::DnsDomain | Form::UserPrincipalName => "lower(b.domain) = $2",
        // The short name is by custom, and by default, the first label.
        Form::ShortDomain => "lower(b.domain) LIKE $2 || '.%'",
        Form::Sid | Form::DistinguishedName | Form::Alone => return Ok(None),
    };
    let sql = format!(
        "SELECT b.beginning || (o.sid_key & 4294967295), b.domain, o.account_name
         FROM directory_object o JOIN sid_beginning b ON b.number = (o.sid_key >> 32)
         WHERE o.kind IN ($3, $4) AND lower(o.account_name) = $1 AND {column}"
    );
    let [user, group] = [ObjectKind::User, ObjectKind::Group].map(|kind| Param::Integer(kind.number()));
    let rows = tx.query(&sql, &[name.user().to_lowercase().as_str().into(), name.domain().to_lowercase().as_str().into(), user, group])?;
    match rows.as_slice() {
        [row] => Ok(Some((row.text(0)?.to_owned(), format!("{}\\{}", row.text(1)?, row.text(2)?)))),
        // Two forests may have domains that begin alike.
        _ => Ok(None),
    }
}

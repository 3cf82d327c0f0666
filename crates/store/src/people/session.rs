//! Sessions of people who signed in.

use super::person::PersonName;
use super::token::Token;
use crate::database::{StoreError, Tx};
use provost_domain::{Digest, Timestamp};

/// How long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// At most, however much it is used.
    pub absolute_seconds: i64,
    /// At most without being used.
    pub idle_seconds: i64,
}

impl SessionLimits {
    /// For people of a directory: groups and locks change there.
    pub const OF_DIRECTORY: SessionLimits = SessionLimits { absolute_seconds: provost_domain::accounts::presence::SESSION_SECONDS, ..Self::DEFAULT };

    /// Twelve hours, and one hour without use.
    pub const DEFAULT: SessionLimits = SessionLimits { absolute_seconds: 12 * 3600, idle_seconds: 3600 };
}

/// A session that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who signed in: a [`PersonName`], or `dns.domain\name` for somebody of a directory.
    pub person: String,
    /// Where from.
    pub origin: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ends, however much it is used.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute: see [`Session::wants_touch`].
    pub last_used_at: Timestamp,
    /// Security identifier of the administrative user of a directory that lets them in; none for people of the site.
    pub let_in_as: Option<String>,
}

impl Session {
    /// Whether [`touch_session`] is due: once a minute is enough, and saves a commit for each request.
    #[must_use]
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.seconds_since(self.last_used_at) >= 60
    }
}

/// Begins a session. The caller has made sure that the person is who they say.
///
/// # Errors
/// As [`StoreError`] tells; so do all of these.
pub fn create_session(tx: &mut Tx<'_>, person: &PersonName, origin: &str, now: Timestamp, limits: SessionLimits) -> Result<(Token, Session), StoreError> {
    insert(tx, person.as_str(), origin, now, limits)
}

pub(super) fn insert(tx: &mut Tx<'_>, person: &str, origin: &str, now: Timestamp, limits: SessionLimits) -> Result<(Token, Session), StoreError> {
    let token = Token::random();
    let expires_at = now.plus_seconds(limits.absolute_seconds);
    let session = Session { person: person.to_owned(), origin: origin.to_owned(), created_at: now, expires_at, last_used_at: now, let_in_as: None };
    tx.execute(
        "INSERT INTO session (token_digest, person, origin, created_at, expires_at, last_used_at) VALUES ($1, $2, $3, $4, $5, $4)",
        &[(&token.digest().to_string()).into(), person.into(), origin.into(), now.into(), expires_at.into()],
    )?;
    Ok((token, session))
}

/// The session that a token belongs to, when it lasts at `now` and its person may still sign in.
///
/// # Errors
/// As [`create_session`].
pub fn find_session(tx: &mut Tx<'_>, token: &Digest, now: Timestamp, limits: SessionLimits) -> Result<Option<Session>, StoreError> {
    let row = tx.query_optional(
        "SELECT s.person, s.origin, s.created_at, s.expires_at, s.last_used_at, d.sid FROM session s
         LEFT JOIN directory_session d ON d.token_digest = s.token_digest
         WHERE s.token_digest = $1 AND s.expires_at > $2 AND s.last_used_at > $3 AND (d.sid IN (SELECT sid FROM directory_admin)
           OR d.sid IS NULL AND s.person IN (SELECT name FROM person WHERE disabled = 0))",
        &[(&token.to_string()).into(), now.into(), now.plus_seconds(-limits.idle_seconds).into()],
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Session {
        person: row.text(0)?.to_owned(),
        origin: row.text(1)?.to_owned(),
        created_at: row.timestamp(2)?,
        expires_at: row.timestamp(3)?,
        last_used_at: row.timestamp(4)?,
        let_in_as: row.optional_text(5)?.map(str::to_owned),
    }))
}

/// Records that a session is used, so that it does not end for lack of use.
///
/// # Errors
/// As [`create_session`].
pub fn touch_session(tx: &mut Tx<'_>, token: &Digest, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE session SET last_used_at = $2 WHERE token_digest = $1 AND last_used_at < $2", &[(&token.to_string()).into(), now.into()])?;
    Ok(())
}

/// Ends a session; false when there was none.
///
/// # Errors
/// As [`create_session`].
pub fn delete_session(tx: &mut Tx<'_>, token: &Digest) -> Result<bool, StoreError> {
    let token = token.to_string();
    tx.execute("DELETE FROM directory_session WHERE token_digest = $1", &[(&token).into()])?;
    Ok(tx.execute("DELETE FROM session WHERE token_digest = $1", &[(&token).into()])? == 1)
}

/// Ends all sessions of a person; gives their number.
///
/// # Errors
/// As [`create_session`].
pub fn delete_sessions_of(tx: &mut Tx<'_>, person: &PersonName) -> Result<u64, StoreError> {
    tx.execute("DELETE FROM session WHERE person = $1", &[person.as_str().into()])
}

/// Removes what no longer lets anybody in: ended sessions, and sign-in links and approval tokens a week after their end.
///
/// # Errors
/// As [`create_session`].
pub fn delete_expired_sessions(tx: &mut Tx<'_>, now: Timestamp, limits: SessionLimits) -> Result<u64, StoreError> {
    let sessions =
        tx.execute("DELETE FROM session WHERE expires_at <= $1 OR last_used_at <= $2", &[now.into(), now.plus_seconds(-limits.idle_seconds).into()])?;
    tx.execute("DELETE FROM directory_session WHERE token_digest NOT IN (SELECT token_digest FROM session)", &[])?;
    let week_ago = now.plus_seconds(-7 * 86_400);
    let links = tx.execute("DELETE FROM sign_in_link WHERE expires_at <= $1", &[week_ago.into()])?;
    let tokens = tx.execute("DELETE FROM approval_token WHERE expires_at <= $1", &[week_ago.into()])?;
    Ok(sessions + links + tokens)
}

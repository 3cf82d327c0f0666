//! What a site leaves behind in its database when it is uninstalled: logins, and with them, when that is asked for, its rows.

use super::engine::parsed;
use super::error::StoreError;
use super::location::Location;
use super::postgresql::departure::{End, run};
use provost_domain::SiteCode;

/// How much goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The logins; the rows stay.
    Logins,
    /// The logins, and every table of the site's schema.
    Everything,
}

/// What goes, or went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Departure {
    /// The login that is used to do it, and that stays; empty for the embedded database.
    pub as_login: String,
    /// Logins of components and of accounts that were made here: dropped.
    pub dropped: Vec<String>,
    /// Logins that were there before they were bound: they lose every right and their password, and stay.
    pub adopted: Vec<String>,
    /// Tables of the site that go.
    pub tables: usize,
    /// What of the schema is not the site's, so that the schema stays with it.
    pub foreign: Vec<String>,
}

/// Does everything as the set-up login and then takes it back: what this does not refuse, [`depart`] can do. The embedded
/// database has no logins, and its rows are a file.
///
/// # Errors
/// Why it could not be done.
pub fn rehearse(location: &Location, site: SiteCode, extent: Extent) -> Result<Departure, StoreError> {
    begin(location, site, extent, End::TakenBack)
}

/// Takes it away, whole or not at all. What is gone already is no error.
///
/// # Errors
/// Why not; then nothing was taken away.
pub fn depart(location: &Location, site: SiteCode, extent: Extent) -> Result<Departure, StoreError> {
    begin(location, site, extent, End::Kept)
}

fn begin(location: &Location, site: SiteCode, extent: Extent, end: End) -> Result<Departure, StoreError> {
    match location {
        Location::Sqlite(_) => Ok(Departure::default()),
        Location::Postgres { url, pass_file } => run(&parsed(url)?, pass_file.as_deref(), site, extent, end),
    }
}

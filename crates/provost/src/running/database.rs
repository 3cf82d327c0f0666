//! Opening the site database, and what its refusals mean to people.

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::settings::Settings;
use provost_catalog::rules::code;
use provost_domain::{SiteCode, Timestamp};
use provost_store::StoreError;
use provost_store::database::{Database, Location, LocationError};
use provost_store::keys::KeyFolder;

/// Opens it: the schema, the principals and their grants are as they should be when this returns.
///
/// # Errors
/// When it cannot be reached or is not this site's.
pub fn open(folder: &DataFolder, settings: &Settings, keys: &KeyFolder, site: SiteCode, name: &str, now: Timestamp) -> Result<Database, Failure> {
    let location = location(folder, settings)?;
    Database::open(&location, keys, site, name, now).map_err(|e| refused(&e))
}

/// Where the settings say that it is.
///
/// # Errors
/// When its address is none.
pub fn location(folder: &DataFolder, settings: &Settings) -> Result<Location, Failure> {
    match settings.database() {
        None => Ok(Location::Sqlite(folder.database())),
        Some(url) => Location::postgres(url, settings.database_password_file().as_deref()).map_err(|e| malformed(&e)),
    }
}

fn malformed(error: &LocationError) -> Failure {
    let number = match error {
        LocationError::UrlHasPassword => code::DATABASE_URL_HAS_PASSWORD,
        LocationError::Malformed(_) => code::CONFIG_WRONG_VALUE,
    };
    Failure::new(number, "cannot use the address of the database", error)
        .state("nothing was started")
        .fix("write postgres://USER@HOST/NAME; the password goes into a file: --database-password-file FILE")
}

/// A refusal of the site database while the site starts.
#[must_use]
pub fn refused(error: &StoreError) -> Failure {
    let (number, fix) = match error {
        StoreError::Unavailable(_) => (code::DATABASE_UNAVAILABLE, "look whether its server runs and whether another program holds it; then start again"),
        StoreError::Denied(_) => (code::DATABASE_DENIED, "look at the login, its password file and its rights: provost explain PV1013"),
        StoreError::Full(_) => (code::DISK_FULL, "make room where the data folder is: df -h; then start again"),
        StoreError::SchemaTooNew { .. } => (code::SCHEMA_TOO_NEW, "run the newer Provost that was used here before"),
        StoreError::NotThisSite { .. } => {
            (code::SITE_CODE_DIFFERS, "name the database of this site, or begin another site with its own data: provost up --data DIR --database URL")
        }
        StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Statement(_) => (code::BUG, "provost explain PV1015"),
    };
    Failure::new(number, "cannot open the site database", error).state("nothing was started; what the database holds was not changed").fix(fix)
}

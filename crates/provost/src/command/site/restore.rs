//! `provost site restore`.

use super::backup::{refused, told};
use super::database_flags::DatabaseFlags;
use super::passphrase::Passphrase;
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Counted;
use crate::running::{database, owner};
use crate::settings::{Settings, with_database};
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_runtime::Clock;
use provost_store::accounts::tasks::{self, Task};
use provost_store::backup::{self, Place};
use provost_store::keys::KeyFolder;
use provost_store::ledger::Ledger;
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::PathBuf;

/// Restores a site from a backup to this machine: into a data folder that is not there yet, and an empty database.
///
/// Clients go on where they were, since certificates, keys and policy come along. Stop the old site for good before the new
/// one is started: there must not be two.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    passphrase: Passphrase,

    #[command(flatten)]
    database: DatabaseFlags,

    /// Puts the rows into the embedded database, whatever the restored provost.toml says.
    #[arg(long, conflicts_with_all = ["database", "database_password_file"])]
    embedded: bool,
}

/// What every failure begins with.
const WHAT: &str = "nothing was restored";

impl Restore {
    /// Does it.
    ///
    /// # Errors
    /// When the folder or the database holds a site, or when the backup does not open whole: then there is nothing of it.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let folder = context.data_folder()?;
        let unreadable =
            |e: std::io::Error| Failure::new(code::NOT_FOUND, WHAT, format!("{}: {e}", self.file.display())).fix("name a backup that you may read");
        let mut file = File::open(&self.file).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let passphrase = self.passphrase.known(context)?;
        let input = |file, doing| Counted::new(&context.output, doing, BufReader::with_capacity(1 << 17, file), Some(length));

        let checked = backup::check(input(file.try_clone().map_err(unreadable)?, "checking"), &passphrase).map_err(|e| refused(WHAT, &e))?;
        file.rewind().map_err(unreadable)?;
        let settings = self.settings(checked.settings)?;
        let location = database::location(&folder, &Settings::of_text(&folder.settings(), settings.as_deref().unwrap_or_default())?)?;
        let now = Clock::system().now();
        let place = Place { data: folder.path(), location: &location, settings: settings.as_deref().map(str::as_bytes) };
        let (database, contents) = backup::restore(input(file, "restoring"), &passphrase, place, now).map_err(|e| refused(WHAT, &e))?;
        self.entered(&folder, &database, now)?;
        told(context, "Restored", &checked.manifest, contents, &folder.path().display().to_string());
        context.output.note("the old site must not run any more; start this one: provost up");
        Ok(Exit::Done)
    }

    /// The settings file as it is restored: it names the database that the rows go to.
    fn settings(&self, held: Option<Vec<u8>>) -> Result<Option<String>, Failure> {
        let malformed = |e: std::string::FromUtf8Error| Failure::new(code::BACKUP_DOES_NOT_OPEN, WHAT, format!("its provost.toml is no text: {e}"));
        let held = held.map(String::from_utf8).transpose().map_err(malformed)?;
        if !self.embedded && self.database.database.is_none() {
            return Ok(held);
        }
        let [database, password_file] = self.database.flags()?.map(|(_, value)| value);
        Ok(Some(with_database(&held.unwrap_or_default(), database.as_deref(), password_file.as_deref())))
    }

    fn entered(&self, folder: &DataFolder, database: &provost_store::Database, now: provost_domain::Timestamp) -> Result<(), Failure> {
        let incomplete = |e: &dyn std::fmt::Display| Failure::new(code::LEDGER_TRUNCATED, "the site is restored, but that is not in its ledger", e);
        let ledger = KeyFolder::open(&folder.keys()).and_then(|keys| Ledger::open(&keys)).map_err(|e| incomplete(&e))?;
        let detail = json!({ "file": self.file.display().to_string() });
        owner::enter(database, &ledger, now, "site.restore", &detail).map_err(|e| incomplete(&e))?;
        // What was seen of accounts was seen from another place, perhaps at another server: it is looked for again.
        let asked =
            database.connect(Principal::Provider).and_then(|mut provider| provider.write(|tx| tasks::request(tx, Task::Verify, None, "site.restore", now)));
        asked.map(drop).map_err(|e| database::refused(&e))
    }
}

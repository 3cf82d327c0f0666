//! `provost site backup`.

use super::database_flags::DatabaseFlags;
use super::passphrase::Passphrase;
use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Counted, Page};
use crate::running::identity::Identity;
use crate::running::{database, owner};
use crate::settings::Settings;
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_runtime::Clock;
use provost_store::backup::{self, BackupError, Contents, Manifest, SealedError};
use provost_store::keys::KeyFolder;
use provost_store::ledger::Ledger;
use provost_store::{Database, Location, schema};
use serde_json::json;
use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Writes everything that the site of this machine is into one sealed file: rows, keys, settings, waiting messages.
///
/// The site may run meanwhile. The file is sealed with a passphrase; who has both has the site.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The file, which must not be there yet.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    passphrase: Passphrase,

    #[command(flatten)]
    database: DatabaseFlags,
}

impl Backup {
    /// Does it.
    ///
    /// # Errors
    /// When there is no site, when the file is there, or when something cannot be read or written: then there is no file.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let folder = context.data_folder()?;
        let settings = Settings::read(&folder, &self.database.flags()?)?;
        let identity = Identity::kept(&folder)?;
        let identity = identity.ok_or_else(|| unusable(&format!("{} holds no site", folder.path().display())).fix("name its data folder: --data DIR"))?;
        let location = database::location(&folder, &settings)?;
        self.check(&folder, &location)?;
        let passphrase = self.passphrase.choose(context)?;

        let now = Clock::system().now();
        let keys = KeyFolder::open(&folder.keys()).map_err(|e| unusable(&e))?;
        let database = Database::open(&location, &keys, identity.code, &identity.name, now).map_err(|e| database::refused(&e))?;
        let ledger = Ledger::open(&keys).map_err(|e| unusable(&e))?;
        let same = database.connect(Principal::Provider).and_then(|mut provider| provider.read(|tx| ledger.reaches_its_record(tx)));
        if !same.map_err(|e| database::refused(&e))? {
            let cause = "the ledger in this database ends before the site's last entry: it is an older copy, or not the database that the site uses";
            return Err(unusable(&cause).fix("name the site's database: --database URL\nor look: provost ledger verify"));
        }
        let place = self.file.display().to_string();
        owner::enter(&database, &ledger, now, "site.backup", &json!({ "file": place })).map_err(|e| database::refused(&e))?;

        let manifest =
            Manifest { site: identity.code, name: identity.name, schema: schema::VERSION, made_at: now, program: env!("CARGO_PKG_VERSION").to_owned() };
        let partial = Partial::beside(&self.file);
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial.0).map_err(|e| unusable(&format!("{}: {e}", partial.0.display())))?;
        let out = Counted::new(&context.output, "writing", BufWriter::new(file.try_clone().map_err(|e| unusable(&e))?), None);
        let contents = backup::write(&database, folder.path(), &manifest, &passphrase, out).map_err(|e| refused("no backup was written", &e))?;
        // The file has its name only when it is whole and on disk. A link, unlike a rename, writes over nothing.
        let kept = file.sync_all().and_then(|()| std::fs::hard_link(&partial.0, &self.file)).and_then(|()| File::open(parent(&self.file))?.sync_all());
        kept.map_err(|e| unusable(&format!("{place}: {e}")))?;
        told(context, "Backup", &manifest, contents, &place);
        if !folder.keys().join("site.key").exists() {
            context.output.note("the site key is a credential of the service manager and not in the backup: carry it along");
        }
        context.output.note("keep the passphrase elsewhere: who has both has the site");
        Ok(Exit::Done)
    }

    /// Refuses what would be found out late otherwise.
    fn check(&self, folder: &DataFolder, location: &Location) -> Result<(), Failure> {
        if self.file.exists() {
            return Err(unusable(&format!("{} is there already", self.file.display())).fix("name another file"));
        }
        let (into, data) = (parent(&self.file).canonicalize(), folder.path().canonicalize());
        if into.map_err(|e| unusable(&format!("{}: {e}", parent(&self.file).display())))?.starts_with(data.map_err(|e| unusable(&e))?) {
            return Err(unusable(&"the file would be in the data folder, and so in itself").fix("name a file elsewhere"));
        }
        match location {
            Location::Sqlite(path) if !path.exists() => {
                Err(unusable(&format!("{} is not there: the site keeps its rows elsewhere", path.display())).fix("name its database: --database URL"))
            }
            _ => Ok(()),
        }
    }
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unusable(cause: &dyn Display) -> Failure {
    Failure::new(code::DATA_FOLDER_UNUSABLE, "no backup was written", cause)
}

/// What is written until it is whole; removed in any case.
struct Partial(PathBuf);

impl Partial {
    fn beside(file: &Path) -> Self {
        let mut name = file.to_path_buf().into_os_string();
        name.push(".part");
        Self(PathBuf::from(name))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Says what was done.
pub(super) fn told(context: &Context, what: &str, manifest: &Manifest, contents: Contents, place: &str) {
    let document = json!({
        "site": manifest.site, "name": manifest.name, "made_at": manifest.made_at, "schema": manifest.schema,
        "rows": contents.rows, "files": contents.files, "place": place,
    });
    let words = format!("site {}, {} rows, {} files: {place}", manifest.site, contents.rows, contents.files);
    context.output.object(&document, |_| Page::new(place).told(what, place, &words));
}

/// A refusal, with what helps.
pub(super) fn refused(what: &str, error: &BackupError) -> Failure {
    let (number, fix) = match error {
        BackupError::Store(error) => return database::refused(error),
        BackupError::File(..) => (code::DATA_FOLDER_UNUSABLE, "look at the folder's owner and mode, and at df -h"),
        BackupError::Sealed(SealedError::Passphrase) => (code::BACKUP_DOES_NOT_OPEN, "type the passphrase that it was written with"),
        BackupError::Sealed(SealedError::Stream(_)) => (code::DISK_FULL, "look at df -h, or name a file elsewhere"),
        BackupError::Sealed(_) | BackupError::Malformed(_) => (code::BACKUP_DOES_NOT_OPEN, "take another copy of the backup"),
        BackupError::NotEmpty(_) => (code::RESTORE_NOT_EMPTY, "name a folder that is not there yet: --data DIR"),
        BackupError::DatabaseUsed => (code::RESTORE_NOT_EMPTY, "name an empty database: --database URL"),
        BackupError::KeyChanged => (code::DATA_FOLDER_UNUSABLE, "write it again"),
        BackupError::TooNew { .. } => (code::SCHEMA_TOO_NEW, "restore it with the newer Provost that wrote it"),
    };
    Failure::new(number, what, error).fix(fix)
}

//! What is left when the site has ended: its logins, and its data when that goes too. Done by whoever uninstalls, since nobody of
//! the site is there any more; the same whether this is the first time or a later one.

use crate::data_folder::DataFolder;
use crate::data_folder::lock::Lock;
use crate::data_folder::uninstalled::Uninstalled;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Progress, Show};
use crate::running::owner;
use provost_catalog::rules::code;
use provost_runtime::Clock;
use provost_store::database::{Departure, Extent, depart, rehearse};
use provost_store::keys::KeyFolder;
use provost_store::ledger::Ledger;
use provost_store::{Database, Location, StoreError};
use serde_json::{Value, json};
use std::fmt::Display;
use std::time::{Duration, Instant};

/// Longest wait for the site to stop: its components end the pass that they are in.
const STOP: Duration = Duration::from_secs(60);

/// The last steps.
pub struct Finish<'a> {
    /// Where it is told.
    pub context: &'a Context,
    /// The site's folder.
    pub folder: DataFolder,
    /// Where its rows are.
    pub location: Location,
    /// That it ended.
    pub kept: Uninstalled,
    /// Whether the data goes too.
    pub delete_data: bool,
    /// What was taken away from directories just now.
    pub withdrawn: Vec<Value>,
}

impl Finish<'_> {
    /// Does it.
    ///
    /// # Errors
    /// Which step could not be done; the same command does it again.
    pub fn run(mut self) -> Result<Exit, Failure> {
        let _lock = self.stopped()?;
        let gone = self.empty_the_server()?;
        let rows = if self.delete_data { None } else { self.server() };
        if !self.kept.ended || self.kept.database != rows {
            self.kept.ended = true;
            self.kept.database = rows;
            self.kept.keep(&self.folder).map_err(|e| self.stuck("it could not be kept that the site was uninstalled", &e))?;
        }
        if self.delete_data {
            self.folder.remove().map_err(|e| self.stuck("the data folder is not gone", &e))?;
        }
        self.tell(&gone);
        Ok(Exit::Done)
    }

    fn server(&self) -> Option<String> {
        match &self.location {
            Location::Postgres { url, .. } => Some(url.clone()),
            Location::Sqlite(_) => None,
        }
    }

    /// Waits until the site has stopped, and keeps another from starting.
    fn stopped(&self) -> Result<Option<Lock>, Failure> {
        let (began, mut told) = (Instant::now(), Progress::new(&self.context.output));
        // A removal that was cut short may have taken the lock's place already.
        if !self.folder.run().is_dir() {
            return Ok(None);
        }
        loop {
            match Lock::take(&self.folder) {
                Ok(lock) => return Ok(Some(lock)),
                Err(failure) if failure.code != code::DATA_FOLDER_IN_USE => return Err(failure),
                Err(failure) if began.elapsed() > STOP => return Err(self.stuck("the site has not stopped", &failure.cause)),
                Err(_) => {
                    told.tell(|| format!("waiting for the site to stop: {} s", began.elapsed().as_secs()), || json!({ "doing": "stopping" }));
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }

    /// Takes logins, and rows when they go too, from the database server; entered before it is done.
    fn empty_the_server(&self) -> Result<Departure, Failure> {
        let site = self.kept.ending.site;
        let extent = if self.delete_data { Extent::Everything } else { Extent::Logins };
        let failed = |e: StoreError| self.stuck("what the site made on its database server is not gone", &e);
        let planned = rehearse(&self.location, site, extent).map_err(failed)?;
        if !planned.dropped.is_empty() {
            let detail = json!({ "logins": planned.dropped, "adopted": planned.adopted, "tables": planned.tables, "as": planned.as_login });
            let keys = KeyFolder::open(&self.folder.keys()).map_err(|e| self.stuck("the ledger cannot be written", &e))?;
            let ledger = Ledger::open(&keys).map_err(|e| self.stuck("the ledger cannot be written", &e))?;
            let entered = Database::standing(&self.location, &keys, site)
                .and_then(|database| owner::enter(&database, &ledger, Clock::system().now(), "site.uninstall-logins", &detail));
            entered.map_err(|e| self.stuck("the ledger cannot be written", &e))?;
        }
        depart(&self.location, site, extent).map_err(failed)
    }

    fn stuck(&self, what: &str, cause: &dyn Display) -> Failure {
        let data = self.folder.path().display();
        let delete = if self.delete_data { " --delete-data" } else { "" };
        Failure::new(code::UNINSTALL_STOPPED, format!("the uninstallation stopped: {what}"), cause)
            .state(format!("what the site published is gone, but for what was left; the site has ended and does not start by itself; its data is in {data}"))
            .fix(format!("mend that, then: provost site uninstall{delete} --data {data}"))
    }

    fn tell(&self, gone: &Departure) {
        let ending = &self.kept.ending;
        let data = self.folder.path().display().to_string();
        let left_over = self.folder.strangers().unwrap_or_default();
        let document = json!({
            "site": ending.site, "uninstalled_at": ending.at.to_string(), "by": ending.by, "withdrawn": self.withdrawn, "left": ending.left,
            "logins_dropped": gone.dropped, "logins_disarmed": gone.adopted, "tables_dropped": gone.tables, "schema_keeps": gone.foreign,
            "data": data, "data_deleted": self.delete_data, "data_keeps": left_over,
            "database": self.kept.database,
        });
        self.context.output.object(&document, |document| {
            let removed: usize = self.withdrawn.iter().map(|one| one["objects"].as_array().map_or(0, Vec::len)).sum();
            let mut page = Page::new(ending.site.as_str())
                .told("Site", ending.site.as_str(), &format!("{}: uninstalled", ending.site))
                .fact("Uninstalled", document, "uninstalled_at", Show::Ago)
                .fact("By", document, "by", Show::Plain);
            if removed > 0 {
                page = page.text_fact("Removed", &format!("{removed} published objects"));
            }
            page = page.fact("Logins dropped", document, "logins_dropped", Show::Plain).fact("Logins disarmed", document, "logins_disarmed", Show::Plain);
            page = match (self.delete_data, left_over.is_empty()) {
                (false, _) => page.text_fact("Data", &format!("kept in {data}")).fact("Rows", document, "database", Show::Plain),
                (true, true) => page.text_fact("Data", &format!("{data} is gone")),
                (true, false) => page.text_fact("Data", &format!("gone; {data} keeps {}", left_over.join(", "))),
            };
            let rows: Vec<Vec<String>> = (ending.left.iter()).flat_map(|left| left.objects.iter().map(|dn| vec![left.forest.clone(), dn.clone()])).collect();
            if rows.is_empty() {
                page
            } else {
                page.section("Left in directories, for somebody who may delete it", vec!["FOREST".into(), "OBJECT".into()], rows)
            }
        });
        if !self.delete_data {
            self.context.output.note(&format!("delete its data: provost site uninstall --delete-data --data {data}"));
        }
    }
}

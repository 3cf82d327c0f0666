//! `provost site uninstall`.

mod finish;
mod plan;
mod withdraw;

use super::database_flags::DatabaseFlags;
use crate::command::confirmation::confirm;
use crate::connection::Connection;
use crate::data_folder::DataFolder;
use crate::data_folder::uninstalled::Uninstalled;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Progress;
use crate::running::database;
use crate::settings::Settings;
use finish::Finish;
use plan::{Plan, Terms};
use provost_catalog::rules::code;
use provost_domain::SiteCode;
use provost_store::Location;
use provost_store::database::{Departure, Extent, rehearse};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest wait for each forest when nobody says how long.
const WAIT_SECONDS: u64 = 300;

/// Uninstalls the site of this machine: what it published goes from every directory, its logins go from the database server, and it stops.
///
/// Everything is looked at first, at the real servers and as the accounts that will act: what is in the way refuses it before anything is removed. Each step is in the ledger before it answers; after a failure the same command goes on. The data stays unless --delete-data is given; a schema extension stays for ever, since no directory lets one be undone.
#[derive(Debug, clap::Args)]
pub struct Uninstall {
    /// Looks at everything and prints what would go, what would stay and what is in the way; changes nothing.
    #[arg(long)]
    dry_run: bool,

    /// Accepts that what is published in this forest stays there; its objects are named, so that somebody else can delete them. May be given more than once.
    #[arg(long, value_name = "DNS.NAME")]
    leave: Vec<String>,

    /// Removes the site's data too: the data folder, and on PostgreSQL the site's tables.
    #[arg(long)]
    delete_data: bool,

    /// Goes on without asking; needed where there is no terminal.
    #[arg(long)]
    yes: bool,

    /// Longest wait for each forest, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT_SECONDS)]
    timeout: u64,

    #[command(flatten)]
    database: DatabaseFlags,
}

/// What every failure begins with that left things as they were.
const WHAT: &str = "the site was not uninstalled";

impl Uninstall {
    /// Does it.
    ///
    /// # Errors
    /// When something is in the way, when it was not confirmed, or when a step could not be done: then with what is done and what
    /// is not.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        if let Some(server) = &context.options.server {
            return Err(Failure::new(
                code::UNINSTALL_BLOCKED,
                WHAT,
                format!("{server} is a site elsewhere; its logins and data are within reach of its own machine only"),
            )
            .fix("on the site's machine: provost site uninstall")
            .exit(Exit::Usage));
        }
        let folder = context.data_folder()?;
        match Uninstalled::kept(&folder)? {
            Some(kept) => self.go_on(context, folder, kept),
            None => self.begin(context, folder),
        }
    }

    /// Of a site that runs.
    fn begin(&self, context: &Context, folder: DataFolder) -> Result<Exit, Failure> {
        let connection = Connection::local(folder.clone())?;
        let site = connection.get("/api/v1/site").map_err(|failure| self.not_running(&folder, failure))?;
        let code: SiteCode = site["code"].as_str().unwrap_or_default().parse().map_err(|e| Failure::new(code::BUG, WHAT, e))?;
        let location = self.location(&folder)?;
        let on_server = site["database"].as_str().is_some_and(|engine| engine.starts_with("PostgreSQL"));
        if on_server != matches!(location, Location::Postgres { .. }) {
            return Err(Failure::new(
                code::UNINSTALL_BLOCKED,
                WHAT,
                format!("the site keeps its rows in {}, and the settings name another place", site["database"]),
            )
            .fix("name its database: --database URL --database-password-file FILE"));
        }
        let found = self.look(context, &connection)?;
        let plan = Plan::of(&folder, code, &self.terms(), &found, &location, &self.rehearsed(&location, code))?;
        if let Some(exit) = self.only_planned(context, &plan)? {
            return Ok(exit);
        }
        self.confirmed(context, &plan, code)?;
        let withdrawn = withdraw::all(context, &connection, &found, &self.terms(), self.timeout)?;
        let body = json!({ "leave": self.left(&found), "delete_data": self.delete_data });
        let ended = connection.post("/api/v1/uninstallation", &body).map_err(|failure| withdraw::after(failure, &withdrawn, ""))?;
        // The socket's other end is going; nothing more is asked of it.
        drop(connection);
        let kept = Uninstalled::kept(&folder)?
            .ok_or_else(|| Failure::new(code::BUG, WHAT, format!("the site says that it ended, and kept nothing of it: {ended}")))?;
        Finish { context, folder, location, kept, delete_data: self.delete_data, withdrawn }.run()
    }

    /// Of a site that ended: what is left to do needs it no more.
    fn go_on(&self, context: &Context, folder: DataFolder, kept: Uninstalled) -> Result<Exit, Failure> {
        let delete_data = self.delete_data || (kept.ending.delete_data && !kept.ended);
        let terms = Terms { delete_data, ..self.terms() };
        let code = kept.ending.site;
        // A server whose logins and rows are gone need not be there any more.
        let location = if kept.ended && kept.database.is_none() { Location::Sqlite(folder.database()) } else { self.location(&folder)? };
        let rehearsed = rehearse(&location, code, terms.extent());
        let plan = Plan::of(&folder, code, &terms, &json!({ "forests": [], "ended": kept.ending }), &location, &rehearsed.map_err(|e| e.to_string()))?;
        if let Some(exit) = self.only_planned(context, &plan)? {
            return Ok(exit);
        }
        if !kept.ended || delete_data {
            self.confirmed(context, &plan, code)?;
        }
        Finish { context, folder, location, kept, delete_data, withdrawn: Vec::new() }.run()
    }

    fn terms(&self) -> Terms {
        Terms { leave: self.leave.iter().map(|forest| forest.to_lowercase()).collect(), delete_data: self.delete_data }
    }

    /// Prints the plan when that is all that was asked for, and refuses where something is in the way.
    fn only_planned(&self, context: &Context, plan: &Plan) -> Result<Option<Exit>, Failure> {
        if self.dry_run {
            context.output.object(&plan.document(), |_| plan.page());
        } else if !plan.obstacles.is_empty() {
            context.output.note(&plan.page().text(None));
        }
        match plan.refusal(WHAT) {
            Some(refusal) => Err(refusal),
            None => Ok(self.dry_run.then_some(Exit::Done)),
        }
    }

    fn confirmed(&self, context: &Context, plan: &Plan, code: SiteCode) -> Result<(), Failure> {
        context.output.note(&plan.page().text(None));
        let data = if plan.deletes_data { " and removal of its data" } else { "" };
        confirm(context, self.yes, &format!("Uninstallation of site {code}{data}"), code.as_str())
    }

    fn location(&self, folder: &DataFolder) -> Result<Location, Failure> {
        database::location(folder, &Settings::read(folder, &self.database.flags()?)?)
    }

    /// What the set-up login could do, or why not.
    fn rehearsed(&self, location: &Location, code: SiteCode) -> Result<Departure, String> {
        rehearse(location, code, self.terms().extent()).map_err(|e| e.to_string())
    }

    /// The forests in which something stays: those that were named and where anything may be.
    fn left(&self, found: &Value) -> Vec<String> {
        let terms = self.terms();
        let forests = found["forests"].as_array().into_iter().flatten().filter_map(|forest| forest["forest"].as_str());
        forests.filter(|forest| terms.leave.iter().any(|left| left == forest)).map(str::to_owned).collect()
    }

    /// Has the site look at every forest, and waits for it.
    fn look(&self, context: &Context, connection: &Connection) -> Result<Value, Failure> {
        let (began, mut told) = (Instant::now(), Progress::new(&context.output));
        let mut found = connection.post("/api/v1/uninstallation/looks", &json!({}))?;
        loop {
            let forests = || found["forests"].as_array().into_iter().flatten();
            let Some(waits) = forests().find(|forest| forest["looked_at"].is_null()).and_then(|forest| forest["forest"].as_str()) else { return Ok(found) };
            let limit = self.timeout.saturating_mul(forests().count().max(1) as u64);
            if began.elapsed() > Duration::from_secs(limit) {
                return Err(Failure::new(code::UNINSTALL_BLOCKED, WHAT, format!("what is published in {waits} was not looked at within {limit} s"))
                    .fix(format!("provost forest show {waits}\nor accept that it stays there: provost site uninstall --leave {waits}")));
            }
            told.tell(|| format!("looking at {waits}: {} s", began.elapsed().as_secs()), || json!({ "doing": "looking", "forest": waits }));
            std::thread::sleep(Duration::from_millis(50).max(began.elapsed().min(Duration::from_secs(2)) / 4));
            found = connection.get("/api/v1/uninstallation")?;
        }
    }

    /// A site that does not run cannot take away what it published.
    fn not_running(&self, folder: &DataFolder, failure: Failure) -> Failure {
        if failure.code != code::SITE_NOT_RUNNING {
            return failure;
        }
        let data = folder.path().display();
        let cause = "no site runs on this data folder, and only a running site takes away what it published";
        Failure::new(code::SITE_NOT_RUNNING, WHAT, cause)
            .fix(format!("start it: provost site run --data {data}\nthen, in another window: provost site uninstall --data {data}"))
    }
}

impl Terms {
    /// What goes from the database.
    const fn extent(&self) -> Extent {
        if self.delete_data { Extent::Everything } else { Extent::Logins }
    }
}

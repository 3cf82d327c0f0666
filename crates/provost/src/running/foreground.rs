//! `provost up` and `provost site run`: a site in the foreground, from its settings to its end.

use super::checks;
use super::client_process::{ClientProcess, Event, Start};
use super::identity::Identity;
use super::kerberos;
use super::listeners::local;
use super::logs;
use super::owner;
use super::report::Report;
use super::signals::Signals;
use super::site::{Running, machine_name};
use super::welcome;
use crate::connection::Connection;
use crate::data_folder::uninstalled::Uninstalled;
use crate::data_folder::{DataFolder, lock::Lock, write_whole};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::settings::Settings;
use hyper::Method;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_provider::RoleState;
use provost_runtime::Clock;
use provost_store::keys::KeyFolder;
use provost_store::ledger::Ledger;
use serde_json::{Value, json};
use std::path::Path;
use tokio::sync::mpsc;

/// Threads of the event loop. Components have threads of their own; this is for sockets.
const WORKERS: usize = 2;
/// Threads for what blocks inside the roles: database reads, password hashes.
const BLOCKING_THREADS_MAX: usize = 16;
/// How long the token for this machine's own client may be used, in minutes.
const TOKEN_MINUTES: u32 = 10;

/// What is asked for.
pub struct Wanted<'a> {
    /// Flags, by key.
    pub flags: &'a [(&'static str, Option<String>)],
    /// Where to tell that everything is ready.
    pub ready_file: Option<&'a Path>,
    /// Whether a person is at the terminal: then this machine is managed too, unless the settings say no, and the console's
    /// address is a link that signs the owner in.
    pub for_person: bool,
    /// Whether a site that was uninstalled is to start again.
    pub reinstall: bool,
}

/// Runs a site until it is told to stop.
///
/// # Errors
/// Why it did not start.
pub fn run(context: &Context, wanted: &Wanted<'_>) -> Result<Exit, Failure> {
    let folder = context.data_folder()?;
    if let Some(kept) = Uninstalled::kept(&folder)?.filter(|_| !wanted.reinstall) {
        return Err(kept.refusal(&folder));
    }
    let settings = Settings::read(&folder, wanted.flags)?;
    let site_code = settings.site_code(Identity::kept(&folder)?.map(|kept| kept.code))?;
    folder.prepare()?;
    let _lock = Lock::take(&folder)?;
    let clock = Clock::system();
    // Before the log and the event loop, which start threads.
    kerberos::configure_process(&folder, settings.directories())?;
    logs::begin(&folder, &clock, settings.log())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_name("provost")
        .enable_all()
        .build()
        .map_err(|e| Failure::new(code::BUG, "cannot start an event loop", e))?;
    let mut report = Report::new(&context.output);
    report.begin(&format!(
        "Provost {}  site {site_code} on this machine; data in {}, kept between runs; Ctrl-C stops it",
        env!("CARGO_PKG_VERSION"),
        folder.shown()
    ));
    // Until it runs, a signal ends the process at once, as it does any program: what is acknowledged is on disk.
    let running = Running::start(&folder, &settings, site_code, &clock, runtime.handle())?;
    // Looked at again: it may have been uninstalled while this process waited for the lock.
    if let Some(kept) = Uninstalled::kept(&folder)? {
        reinstalled(&folder, &running, &kept, &clock)?;
    }
    runtime.block_on(async {
        let mut signals = Signals::listen()?;
        let mut uninstalled = running.uninstalled.clone();
        let mut foreground = Foreground { context, folder: &folder, running, client: None, clock: clock.clone() };
        let exit = tokio::select! {
            served = foreground.serve(&mut report, wanted.for_person, wanted.for_person && settings.client(), wanted.ready_file) => served.map(|()| Exit::Done),
            () = signals.next() => Ok(if report.is_ready() { Exit::Done } else { Exit::Interrupted }),
            // Nobody can say so any more when the sender is gone: then it never becomes true.
            Ok(_) = uninstalled.wait_for(|uninstalled| *uninstalled) => {
                context.output.note("the site was uninstalled, and stops");
                Ok(Exit::Done)
            }
        };
        // A second signal does not wait for anything: what was acknowledged is on disk.
        tokio::select! {
            () = foreground.stop() => exit,
            () = signals.next() => Ok(Exit::Interrupted),
        }
    })
}

/// Enters that a site that was uninstalled is started again, and forgets that it was.
fn reinstalled(folder: &DataFolder, running: &Running, kept: &Uninstalled, clock: &Clock) -> Result<(), Failure> {
    let detail = json!({ "uninstalled_at": kept.ending.at.to_string(), "uninstalled_by": kept.ending.by });
    let entered = KeyFolder::open(&folder.keys()).map_err(|e| e.to_string()).and_then(|keys| {
        let ledger = Ledger::open(&keys).map_err(|e| e.to_string())?;
        owner::enter(&running.database, &ledger, clock.now(), "site.reinstall", &detail).map_err(|e| e.to_string())
    });
    let failed = |e: &dyn std::fmt::Display| Failure::new(code::DATA_FOLDER_UNUSABLE, "the site was not started again", e).state("it is uninstalled as before");
    entered.map_err(|e| failed(&e))?;
    Uninstalled::forget(folder).map_err(|e| failed(&e))
}

struct Foreground<'a> {
    context: &'a Context,
    folder: &'a DataFolder,
    running: Running,
    client: Option<ClientProcess>,
    clock: Clock,
}

impl Foreground<'_> {
    /// Tells what is true, then serves until the caller stops waiting.
    async fn serve(&mut self, report: &mut Report<'_>, with_link: bool, with_client: bool, ready_file: Option<&Path>) -> Result<(), Failure> {
        report.good("database", &self.running.database.engine());
        let (sender, mut events) = mpsc::unbounded_channel();
        if with_client {
            self.start_client(sender).await?;
        }
        self.report_roles(report).await;
        if with_client {
            self.report_client(report, &mut events).await;
        }
        let link = self.report_console(report, with_link).await;
        let mut document = self.ready();
        if let Some(link) = link {
            document["welcome_url"] = json!(link);
        }
        report.ready(document);
        let facts = self.running.status.facts();
        tracing::info!(
            component = "site-component-manager",
            site = %facts.code, version = facts.version, database = facts.database, console = %self.running.ports.console,
            management_point = %self.running.ports.management_point, "the site is ready"
        );
        report.next(&self.next_commands(with_client));
        // Last: whoever waits for the file finds everything told.
        if let Some(path) = ready_file {
            let bytes = serde_json::to_vec_pretty(&self.ready()).unwrap_or_default();
            write_whole(path, &bytes).map_err(|e| Failure::new(code::DATA_FOLDER_UNUSABLE, format!("cannot write {}", path.display()), e))?;
        }
        while let Some(Event::Died { how, again_in }) = events.recv().await {
            report.bad("client", &format!("this machine's client ended ({how}); started again in {} s", again_in.as_secs()));
        }
        std::future::pending().await
    }

    /// What programs are told once everything is ready. Holds no secret.
    fn ready(&self) -> Value {
        let facts = self.running.status.facts();
        json!({
            "apiVersion": crate::output::API_VERSION,
            "pid": std::process::id(),
            "site": facts.code,
            "version": facts.version,
            "data": self.folder.path(),
            "console": self.running.ports.console,
            "console_url": facts.console_url,
            "console_fingerprint": facts.console_fingerprint,
            "management_point": self.running.ports.management_point,
        })
    }

    /// Starts this machine's own client. A client that has no certificate yet is given a token, in a file of its own folder.
    async fn start_client(&mut self, events: mpsc::UnboundedSender<Event>) -> Result<(), Failure> {
        if !self.folder.client().join("client.pem").exists() {
            let token = Connection::ask_in_place(self.folder, &Method::POST, "/api/v1/client-tokens", Some(&json!({ "minutes": TOKEN_MINUTES }))).await?;
            let text = token["token"].as_str().unwrap_or_default();
            let path = self.folder.client_token();
            write_whole(&path, text.as_bytes()).map_err(|e| Failure::new(code::DATA_FOLDER_UNUSABLE, format!("cannot write {}", path.display()), e))?;
        }
        let failed = |e| Failure::new(code::BUG, "cannot start this machine's client", e);
        let start = Start::of(self.folder, self.running.identity.code, local(self.running.ports.management_point)).map_err(failed)?;
        self.client = Some(ClientProcess::start(start, events).map_err(failed)?);
        Ok(())
    }

    async fn report_roles(&self, report: &mut Report<'_>) {
        let (ports, trust) = (&self.running.ports, &self.running.trust);
        let told = |name: &str| self.running.status.facts().roles.iter().find(|role| role.name == name).cloned();
        // Its own component tells sooner, and more, than its silence.
        let management_point = async {
            let failing = || told("management-point").filter(|role| role.state == RoleState::Failing).map(|role| role.reason);
            tokio::select! {
                answers = checks::management_point_answers(ports.management_point, trust) => answers,
                reason = checks::told_to_fail(failing) => Err(reason),
            }
        };
        let (site_server, provider, management_point) =
            tokio::join!(checks::components_run(self.folder, self.running.started_at), checks::provider_answers(ports.console, trust), management_point,);
        let checked = [("site-server", site_server), ("provider", provider), ("management-point", management_point)];
        let now = self.clock.now();
        let mut good = Vec::new();
        for (name, outcome) in checked {
            let Some(mut role) = told(name) else { continue };
            // What the role has told of itself meanwhile is newer than what was found here.
            let outcome = match role.state {
                RoleState::Failing => Err(role.reason.clone()),
                RoleState::Running => Ok(()),
                RoleState::Starting | RoleState::Stopped => outcome,
            };
            role.since = now;
            match outcome {
                Ok(()) => {
                    role.state = RoleState::Running;
                    good.push(role.title.to_lowercase());
                }
                Err(reason) => {
                    report.bad("roles", &format!("{}: {reason}", role.title.to_lowercase()));
                    role.state = RoleState::Failing;
                    role.reason = reason;
                }
            }
            self.running.status.set_role(&role);
        }
        if !good.is_empty() {
            report.good("roles", &good.join(", "));
        }
    }

    async fn report_client(&self, report: &mut Report<'_>, events: &mut mpsc::UnboundedReceiver<Event>) {
        let mut last_death = None;
        let outcome = {
            let managed = checks::client_is_managed(self.folder);
            tokio::pin!(managed);
            loop {
                tokio::select! {
                    outcome = &mut managed => break outcome,
                    Some(Event::Died { how, .. }) = events.recv() => last_death = Some(how),
                }
            }
        };
        match outcome {
            Ok(facts) => {
                let which = if facts.inventory_at >= self.running.started_at { "first inventory" } else { "inventory" };
                report.good("client", &format!("this machine registered, approved, {which} {}", ago(facts.inventory_at, self.clock.now())));
            }
            Err(missing) => {
                let died = last_death.map(|how| format!("; its process ended: {how}")).unwrap_or_default();
                report.bad("client", &format!("this machine is not managed yet: {missing}{died}"));
            }
        }
    }

    /// Tells the address to open; when a person is there to use it, as a link that signs the owner in once.
    async fn report_console(&self, report: &mut Report<'_>, with_link: bool) -> Option<String> {
        let facts = self.running.status.facts();
        let answers = facts.roles.iter().any(|role| role.name == "provider" && role.state == RoleState::Running);
        if !answers {
            report.bad("console", &format!("{} does not answer", facts.console_url));
            return None;
        }
        if !with_link {
            report.good("console", &facts.console_url);
            return None;
        }
        match welcome::link(self.folder).await {
            Ok(link) => {
                let minutes = link.expires_at.parse::<Timestamp>().map_or(0, |at| (at.seconds_since(self.clock.now()) + 59) / 60);
                report.good("console", &format!("{}   (one sign-in, {minutes} minutes)", link.url));
                Some(link.url)
            }
            Err(failure) => {
                report.bad("console", &format!("{} answers, but no link could be made: {}", facts.console_url, failure.what));
                None
            }
        }
    }

    /// Commands worth typing next; each names the data folder when the command would not find it by itself.
    fn next_commands(&self, with_client: bool) -> Vec<(String, &'static str)> {
        let found = std::env::var_os("PROVOST_DATA").is_some() || DataFolder::resolve(None).as_ref() == Ok(self.folder);
        let data = if found || self.context.options.data.is_none() { String::new() } else { format!(" --data {}", self.folder.path().display()) };
        let first = if with_client {
            (format!("provost device show {}{data}", machine_name()), "this machine, inside and out")
        } else {
            (format!("provost role list{data}"), "what runs here")
        };
        vec![first, ("provost account kinds".to_owned(), "the accounts such a system needs, and what each is for")]
    }

    /// Stops everything: the client first, then what answers, then the components after the pass that each is in.
    async fn stop(self) {
        tracing::info!(component = "site-component-manager", "the site stops");
        if let Some(client) = self.client {
            client.stop().await;
        }
        self.running.stop().await;
        tracing::info!(component = "site-component-manager", "the site has stopped");
    }
}

/// How long ago, to a tenth of a second for what has just happened.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let micros = now.as_micros().saturating_sub(at.as_micros());
    if (0..60_000_000).contains(&micros) { format!("{}.{} s ago", micros / 1_000_000, micros / 100_000 % 10) } else { at.relative_to(now) }
}

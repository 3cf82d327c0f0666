//! `provost forest publish`.

use crate::connection::{Connection, escaped};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Progress, Show as As};
use provost_catalog::rules::code;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest wait when nobody says how long.
const WAIT_SECONDS: u64 = 300;

/// Switches publishing to a forest on or off: site, management points and boundaries in its directory.
///
/// It is off until somebody asks for it, for the site (provost account allow publish-to-forest) and for each forest. Switched off, what is published is removed first, under the same account; while that is not done, the forest is withdrawing and it is tried again.
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// On or off; on again tries at once what failed.
    #[arg(value_name = "ON|OFF", value_parser = ["on", "off"])]
    switch: String,

    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,

    /// With off: forgets what is published without removing it, for a directory that is gone.
    #[arg(long)]
    forget: bool,

    /// Waits until it is published, or removed, and tells what became of it.
    #[arg(long)]
    wait: bool,

    /// Longest wait, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT_SECONDS, requires = "wait")]
    timeout: u64,
}

impl Publish {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such forest, when publishing is not allowed at the site, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("/api/v1/forests/{}", escaped(&self.forest));
        let mut forest = connection.put(&format!("{path}/publishing"), &json!({ "on": self.switch == "on", "forget": self.forget }))?;
        if self.wait {
            forest = wait(context, &connection, &path, self.timeout, |forest| {
                forest["publishing"]["state"] == "off" || forest["publishing"]["tried_at"].is_string()
            })?;
        }
        context.output.object(&forest, page);
        let publishing = &forest["publishing"];
        let as_wanted = publishing["state"] == if self.switch == "on" { "published" } else { "off" };
        if !self.wait && !as_wanted {
            context.output.note(&format!("what becomes of it: provost forest show {}", self.forest));
        }
        Ok(if self.wait && !as_wanted { Exit::Findings } else { Exit::Done })
    }
}

/// Asks for a forest until it is as it should be.
pub(in crate::command) fn wait(
    context: &Context,
    connection: &Connection,
    path: &str,
    seconds: u64,
    is_done: impl Fn(&Value) -> bool,
) -> Result<Value, Failure> {
    let (began, mut told) = (Instant::now(), Progress::new(&context.output));
    loop {
        let forest = connection.get(path)?;
        if is_done(&forest) {
            return Ok(forest);
        }
        if began.elapsed() > Duration::from_secs(seconds) {
            let name = forest["forest"].as_str().unwrap_or_default();
            let failure = Failure::new(code::DISCOVERY_NOT_DONE, "the forest was not done with in time", format!("waited {seconds} s"));
            return Err(failure.state("it goes on").fix(format!("look later: provost forest show {name}")));
        }
        let doing = forest["publishing"]["state"].as_str().unwrap_or_default();
        told.tell(|| format!("{doing}: waiting for {} s", began.elapsed().as_secs()), || json!({ "doing": doing, "forest": forest }));
        std::thread::sleep(Duration::from_millis(50).max(began.elapsed().min(Duration::from_secs(2)) / 4));
    }
}

/// What is published, for people.
pub(super) fn facts(page: Page, forest: &Value) -> Page {
    page.fact("Publishing", forest, "publishing.state", As::Plain)
        .fact("Published as", forest, "publishing.account", As::Plain)
        .fact("Published in", forest, "publishing.container", As::Plain)
        .fact("Objects", forest, "publishing.objects", As::Plain)
        .fact("Published", forest, "publishing.succeeded_at", As::Ago)
        .fact("Result", forest, "publishing.outcome", As::Plain)
        .fact("Because", forest, "publishing.detail", As::Plain)
        .fact("Tried again", forest, "publishing.retry_at", As::Ago)
        .fact("Switched by", forest, "publishing.changed_by", As::Plain)
        .fact("Schema", forest, "publishing.schema.outcome", As::Plain)
        .fact("Schema told", forest, "publishing.schema.detail", As::Plain)
}

fn page(forest: &Value) -> Page {
    facts(Page::new(forest["forest"].as_str().unwrap_or_default()).fact("Forest", forest, "forest", As::Plain), forest)
}

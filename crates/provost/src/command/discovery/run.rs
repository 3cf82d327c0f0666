//! `provost discovery run`.

use super::history::{LISTING, counted};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Narrow, Progress};
use provost_catalog::rules::code;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Longest wait when nobody says how long.
const WAIT_SECONDS: u64 = 3600;
/// Paths that a summary names.
const PATHS_SHOWN: usize = 10;

/// Runs a discovery method now: everything, or only what changed.
///
/// With --wait it tells how far it is, and ends with code 5 when something could not be read.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The method.
    #[arg(value_name = "METHOD", value_parser = ["ad-system", "ad-user", "ad-group", "ad-forest"])]
    method: String,

    /// Only at the location of this number; see provost discovery list.
    #[arg(long, value_name = "ID", conflicts_with = "forest")]
    location: Option<i64>,

    /// Only this forest.
    #[arg(long, value_name = "DNS.NAME")]
    forest: Option<String>,

    /// Only what changed since each domain controller was last read.
    #[arg(long)]
    delta: bool,

    /// Waits until everything that was found is loaded.
    #[arg(long)]
    wait: bool,

    /// Longest wait, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT_SECONDS, requires = "wait")]
    timeout: u64,

    #[command(flatten)]
    narrow: Narrow,
}

impl Run {
    /// Does it.
    ///
    /// # Errors
    /// When the method looks nowhere, when it does not end in time, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        self.narrow.check(&LISTING)?;
        let connection = context.connect()?;
        let kind = if self.delta { "delta" } else { "full" };
        let body = json!({ "method": self.method, "kind": kind, "location_id": self.location, "forest": self.forest });
        let mut list = connection.post("/api/v1/discovery-runs", &body)?;
        if self.wait {
            let (began, mut told) = (Instant::now(), Progress::new(&context.output));
            while !is_done(&list) {
                if began.elapsed() > Duration::from_secs(self.timeout) {
                    let failure = Failure::new(code::DISCOVERY_NOT_DONE, "discovery did not end in time", format!("waited {} s", self.timeout));
                    return Err(failure.state("it goes on").fix(format!("look later: provost discovery history {}", self.method)));
                }
                std::thread::sleep(Duration::from_millis(50).max(began.elapsed().min(Duration::from_secs(2)) / 4));
                look(&connection, &mut list)?;
                told.tell(|| progress(&list), || json!({ "doing": "discovering", "runs": list["items"] }));
            }
        }
        counted(&mut list);
        context.output.list(&LISTING, &self.narrow.here(&LISTING, list.clone())?)?;
        if self.wait {
            context.output.note(summary(&list).trim_end());
        }
        let fine = runs(&list).all(|run| matches!(run["outcome"].as_str(), Some("" | "succeeded")));
        Ok(if fine { Exit::Done } else { Exit::Findings })
    }
}

fn runs(list: &Value) -> impl Iterator<Item = &Value> {
    list["items"].as_array().into_iter().flatten()
}

fn is_done(list: &Value) -> bool {
    runs(list).all(|run| run["done"] == true)
}

/// Looks at runs that go on again.
fn look(connection: &Connection, list: &mut Value) -> Result<(), Failure> {
    for run in list["items"].as_array_mut().into_iter().flatten() {
        if run["done"] != true {
            *run = connection.get(&format!("/api/v1/discovery-runs/{}", run["run_id"]))?;
        }
    }
    Ok(())
}

/// How far runs are, in one line.
fn progress(list: &Value) -> String {
    let sum = |field: &str| runs(list).filter_map(|run| run[field].as_i64()).sum::<i64>();
    let ended = runs(list).filter(|run| run["done"] == true).count();
    let at = runs(list).find(|run| run["done"] != true).and_then(|run| run["target"].as_str()).unwrap_or_default();
    format!("{ended} of {} done  {} read  {} loaded  {at}", runs(list).count(), sum("read"), sum("loaded"))
}

/// What came of runs, in the words of people.
fn summary(list: &Value) -> String {
    let mut text = String::new();
    for run in runs(list) {
        let word = |field: &str| run[field].as_str().unwrap_or_default();
        let _ = writeln!(text, "{}  {}  as {}", word("method"), word("target"), if word("account").is_empty() { "nobody" } else { word("account") });
        let _ = writeln!(text, "found     {} ({} new, {} changed), {} left out by filters", run["found"], run["new"], run["changed"], run["left_out"]);
        let blocked = run["blocked"].as_array().map(Vec::as_slice).unwrap_or_default();
        for one in blocked.iter().take(PATHS_SHOWN) {
            let _ = writeln!(text, "blocked   {} needs {}", one["path"].as_str().unwrap_or_default(), one["missing"].as_str().unwrap_or_default());
        }
        if blocked.len() > PATHS_SHOWN {
            let _ = writeln!(text, "blocked   and {} more: provost discovery history -o json", blocked.len() - PATHS_SHOWN);
        }
        if !word("detail").is_empty() {
            let _ = writeln!(text, "{}  {}", word("outcome"), word("detail"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_what_was_blocked_and_which_right_is_missing() {
        let list = json!({ "items": [
            { "method": "ad-user", "target": "DC=corp,DC=example,DC=test", "account": "corp.example.test\\svc-ad-users", "found": 40, "new": 7, "changed": 2,
              "left_out": 3, "read": 43, "loaded": 40, "done": true, "outcome": "blocked", "detail": "",
              "blocked": [{ "path": "OU=Sealed,DC=corp,DC=example,DC=test", "missing": "Read" }] },
            { "method": "ad-user", "target": "DC=fabrikam,DC=example,DC=test", "account": "", "found": 0, "new": 0, "changed": 0, "left_out": 0, "read": 0,
              "loaded": 0, "done": false, "outcome": "refused-by-rule", "detail": "an account must be bound", "blocked": [] },
        ] });
        insta::assert_snapshot!(format!("{}\n{}", progress(&list), summary(&list)));
    }
}

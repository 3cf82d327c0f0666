//! `provost verify`.

mod unwaive;
mod waive;

use super::account::binding::{Which, text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Listing, Narrow, Page, Show, cell, column, columns};
use provost_catalog::rules::code;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest wait for the checks of one run.
const WAIT: Duration = Duration::from_secs(600);

/// Checks that accounts hold what they need and nothing more, by signing in as them within their lock-out budget.
///
/// In the standard profile it holds them to the written rules; what they must not have beyond those is checked in the hardened one:
/// provost site profile hardened.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Verify {
    #[command(subcommand)]
    command: Option<Command>,

    /// Only this account; all when not given.
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// Only as this account, where it is bound as several.
    #[arg(long = "for", value_name = "KIND")]
    kind: Option<String>,

    /// From which result on the command ends with code 5.
    #[arg(long, value_name = "RESULT", value_parser = ["fail", "not-proved", "never"], default_value = "fail")]
    fail_on: String,

    /// Shows the results of the last time and checks nothing.
    #[arg(long)]
    last: bool,

    #[command(flatten)]
    narrow: Narrow,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Waive(waive::Waive),
    Unwaive(unwaive::Unwaive),
}

const LISTING: Listing = Listing {
    name: "account",
    columns: columns(&[
        column("account", "account"),
        column("for", "for"),
        column("on", "on"),
        column("result", "result"),
        column("check", "check"),
        column("detail", "evidence").shown(Show::Brief),
        column("seen", "at").shown(Show::Ago).wide(),
    ]),
    nothing: "no accounts are bound, so nothing was checked",
};

impl Verify {
    /// Does it.
    ///
    /// # Errors
    /// When the account is not bound, when the checks do not end, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            Some(Command::Waive(command)) => return command.run(context),
            Some(Command::Unwaive(command)) => return command.run(context),
            None => {}
        }
        self.narrow.check(&LISTING)?;
        let connection = context.connect()?;
        let bindings = match &self.name {
            Some(name) => (Which { name: name.clone(), kind: self.kind.clone(), on: None }).all(&connection)?,
            None => connection.get("/api/v1/bindings")?["items"].as_array().cloned().unwrap_or_default(),
        };
        if !self.last && !bindings.is_empty() {
            let asked: Vec<Value> =
                if self.name.is_some() { bindings.iter().map(|one| json!({ "binding_id": one["binding_id"] })).collect() } else { vec![json!({})] };
            for body in asked {
                let task = connection.post("/api/v1/verifications", &body)?;
                let began = Instant::now();
                loop {
                    let task = connection.get(&format!("/api/v1/verifications/{}", task["task_id"]))?;
                    if !task["done_at"].is_null() {
                        if let Some(why) = task["failure"].as_str() {
                            return Err(
                                Failure::new(code::CHECK_NOT_PROVED, "the accounts were not all checked", why).fix("see the component's log: acctmgr.log")
                            );
                        }
                        break;
                    }
                    if began.elapsed() > WAIT {
                        let failure = Failure::new(code::CHECK_NOT_PROVED, "the checks did not end in time", format!("waited {} s", WAIT.as_secs()));
                        return Err(failure.state("they go on").fix("look later: provost verify --last"));
                    }
                    std::thread::sleep(Duration::from_millis(50).max(began.elapsed().min(Duration::from_millis(500)) / 4));
                }
            }
        }
        let mut items: Vec<Value> = Vec::new();
        let mut standings = Vec::new();
        for binding in &bindings {
            let whole = connection.get(&super::account::binding::path(binding))?;
            standings.push(text(&whole, "standing").to_owned());
            for finding in whole["findings"].as_array().into_iter().flatten() {
                let verdict = finding["verdict"].as_str().unwrap_or("unknown");
                let result = match verdict {
                    "fail" if !finding["waiver"].is_null() => "waived",
                    "fail" => "FAIL",
                    other => other,
                };
                items.push(json!({
                    "account": whole["name"], "for": whole["kind"], "on": whole["on"], "standing": whole["standing"], "result": result, "verdict": verdict,
                    "check": finding["check"], "asks": finding["asks"], "evidence": finding["evidence"], "mending": finding["mending"], "at": finding["at"], "seed": finding["seed"],
                }));
            }
        }
        // What needs a look comes first.
        let weight = |item: &Value| ["FAIL", "waived", "unknown", "unsupported", "pass"].iter().position(|word| item["result"] == *word).unwrap_or(5);
        items.sort_by_key(weight);
        let count = |word: &str| items.iter().filter(|item| item["result"] == word).count();
        let told = format!(
            "{} pass, {} fail, {} waived, {} unknown, {} unsupported, {} not applicable. Accounts: {} proved, {} not proved, {} blocked.",
            count("pass"),
            count("FAIL"),
            count("waived"),
            count("unknown"),
            count("unsupported"),
            count("not-applicable"),
            standings.iter().filter(|s| *s == "proved").count(),
            standings.iter().filter(|s| *s == "not-proved").count(),
            standings.iter().filter(|s| *s == "blocked").count(),
        );
        let list = json!({ "apiVersion": "provost/v1", "items": items, "next": null });
        let list = self.narrow.here(&LISTING, list)?;
        context.output.list(&LISTING, &list)?;
        if context.output.columns.is_none() {
            let below = |page, item: &Value| super::account::mending::below(page, item, &format!(" of {}", cell::plain(&item["account"])));
            context.output.below(&list.document()["items"].as_array().into_iter().flatten().fold(Page::new(""), below));
        }
        if !bindings.is_empty() {
            context.output.note(&told);
            if connection.get("/api/v1/profile")?["profile"] == "standard" {
                context.output.note("next: provost site profile hardened   to check what they must not have beyond the written rules");
            }
        }
        let found = match self.fail_on.as_str() {
            "never" => false,
            "not-proved" => standings.iter().any(|standing| standing != "proved"),
            _ => standings.iter().any(|standing| standing == "blocked"),
        };
        Ok(if found { Exit::Findings } else { Exit::Done })
    }
}

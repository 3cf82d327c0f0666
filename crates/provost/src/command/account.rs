//! `provost account`.

mod add;
mod allow;
pub mod binding;
mod explain;
mod kinds;
mod list;
pub mod mending;
mod page;
mod remove;
mod resolve;
mod set;
mod show;
mod uses;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use binding::text;
use serde_json::Value;

/// The accounts that this site works with: which there are, who is bound as which, and what each was used for.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Kinds(kinds::Kinds),
    Explain(explain::Explain),
    List(list::List),
    Show(show::Show),
    Add(add::Add),
    Set(set::Set),
    Remove(remove::Remove),
    Uses(uses::Uses),
    Resolve(resolve::Resolve),
    Allow(allow::Allow),
    Disallow(allow::Disallow),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Kinds(command) => command.run(context),
            Self::Explain(command) => command.run(context),
            Self::List(command) => command.run(context),
            Self::Show(command) => command.run(context),
            Self::Add(command) => command.run(context),
            Self::Set(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::Uses(command) => command.run(context),
            Self::Resolve(command) => command.run(context),
            Self::Allow(command) => command.run(context),
            Self::Disallow(command) => command.run(context),
        }
    }
}

/// A binding for people.
fn shown(binding: &Value) -> Page {
    let mut page = Page::new(text(binding, "name"))
        .fact("Account", binding, "name", As::Plain)
        .fact("Bound as", binding, "title", As::Plain)
        .fact("For", binding, "on", As::Plain)
        .fact("Order", binding, "position", As::Plain)
        .fact("Principal", binding, "principal_kind", As::Plain)
        .fact("SID", binding, "sid", As::Plain)
        .fact("Standing", binding, "standing", As::Plain)
        .fact("Checked", binding, "checked_at", As::Ago)
        .fact("Last used", binding, "last_used_at", As::Ago)
        .fact("Bound by", binding, "created_by", As::Plain)
        .fact("Bound", binding, "created_at", As::Ago);
    let secret = &binding["secret"];
    page = if secret.is_null() {
        page.text_fact("Password", "none is kept")
    } else {
        page.text_fact("Password", &format!("sealed under key {}, version {}; Provost will not show it again", text(secret, "key"), secret["version"]))
    };
    let findings = binding["findings"].as_array().cloned().unwrap_or_default();
    if !findings.is_empty() {
        let row = |finding: &Value| {
            let waived = if finding["waiver"].is_null() { String::new() } else { format!("; waived: {}", text(&finding["waiver"], "reason")) };
            let seen = format!("{}{waived}", provost_domain::short_lists(text(finding, "evidence")));
            vec![finding["verdict"].as_str().unwrap_or("not checked").to_owned(), text(finding, "check").to_owned(), seen]
        };
        page = page.section("Checks", ["RESULT", "CHECK", "SEEN"].map(str::to_owned).to_vec(), findings.iter().map(row).collect());
        page = findings.iter().fold(page, |page, finding| mending::below(page, finding, ""));
    }
    let uses = binding["uses"].as_array().cloned().unwrap_or_default();
    if !uses.is_empty() {
        let row = |used: &Value| ["at", "operation", "target", "outcome"].map(|field| text(used, field).to_owned()).to_vec();
        page = page.section("Newest uses", ["WHEN", "USE", "TARGET", "OUTCOME"].map(str::to_owned).to_vec(), uses.iter().map(row).collect());
    }
    page
}

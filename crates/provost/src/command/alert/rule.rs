//! `provost alert rule`.

mod add;
mod disable;
mod enable;
mod list;
mod remove;

use crate::command::named::Named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Where alert rules are asked for by name.
const RULES: Named = Named { path: "/api/v1/alert-rules", field: "name", list_command: "provost alert rule list" };

/// Alert rules: what to look for, and who is told.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::List),
    Add(add::Add),
    Remove(remove::Remove),
    Enable(enable::Enable),
    Disable(disable::Disable),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// When it could not be done.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::List(command) => command.run(context),
            Self::Add(command) => command.run(context),
            Self::Remove(command) => command.run(context),
            Self::Enable(command) => command.run(context),
            Self::Disable(command) => command.run(context),
        }
    }
}

/// Turns a rule on or off.
fn turn(context: &Context, name: &str, enabled: bool) -> Result<Exit, Failure> {
    let connection = context.connect()?;
    let answer = connection.put(&RULES.item(name), &json!({ "enabled": enabled })).map_err(|failure| RULES.with_nearest(&connection, name, failure))?;
    context.output.object(&answer, |answer| Page::new(name).told("Alert rule", name, &format!("{name}: {}", answer["done"].as_str().unwrap_or_default())));
    Ok(Exit::Done)
}

//! `provost alert rule remove`.

use super::RULES;
use crate::command::confirmation::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes an alert rule. Its alerts are closed and nobody is told; mail that was written is still sent.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// Name of the rule.
    #[arg(value_name = "NAME")]
    name: String,

    /// Goes on without asking; needed where there is no terminal.
    #[arg(long)]
    yes: bool,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When it was not confirmed, when there is no such rule, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        confirm(context, self.yes, &format!("Removal of alert rule {}", self.name), &self.name)?;
        let answer = connection.delete(&RULES.item(&self.name)).map_err(|failure| RULES.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Alert rule", &self.name, &format!("{}: removed", self.name)));
        Ok(Exit::Done)
    }
}

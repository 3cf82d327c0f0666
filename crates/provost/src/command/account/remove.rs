//! `provost account remove`.

use super::binding::{Which, path, text};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes a binding. Its password is destroyed; the account itself is left as it is where it lives.
#[derive(Debug, clap::Args)]
pub struct Remove {
    #[command(flatten)]
    which: Which,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When it is not bound, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let binding = self.which.one(&connection)?;
        let answer = connection.delete(&path(&binding))?;
        let name = text(&binding, "name").to_owned();
        let told = format!("{name}: no longer {} for {}", text(&binding, "title"), text(&binding, "on"));
        context.output.object(&answer, |_| Page::new(&name).told("Account", &name, &told));
        context.output.note("the account still exists where it lives: take it off groups and shares there, then disable it");
        Ok(Exit::Done)
    }
}

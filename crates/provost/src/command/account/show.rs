//! `provost account show`.

use super::binding::{Which, path};
use super::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Shows a bound account: what it is for, its checks with what they saw, and its newest uses.
#[derive(Debug, clap::Args)]
pub struct Show {
    #[command(flatten)]
    which: Which,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When it is not bound, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let binding = self.which.one(&connection)?;
        let whole = connection.get(&path(&binding))?;
        context.output.object(&whole, shown);
        Ok(Exit::Done)
    }
}

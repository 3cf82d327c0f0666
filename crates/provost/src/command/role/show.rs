//! `provost role show`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Later.
#[derive(Debug, clap::Args)]
pub struct Show {
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// Later.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let _ = (context, &self.name);
        Ok(Exit::Done)
    }
}

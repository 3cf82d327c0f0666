//! `provost explain`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Later.
#[derive(Debug, clap::Args)]
pub struct Explain {
    #[arg(value_name = "NAME")]
    name: String,
}

impl Explain {
    /// Does it.
    ///
    /// # Errors
    /// Later.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let _ = (context, &self.name);
        Ok(Exit::Done)
    }
}

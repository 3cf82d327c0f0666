//! `provost alert rule disable`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Turns an alert rule off. Its alerts are closed and nobody is told.
#[derive(Debug, clap::Args)]
pub struct Disable {
    /// Name of the rule.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Disable {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such rule, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        super::turn(context, &self.name, false)
    }
}

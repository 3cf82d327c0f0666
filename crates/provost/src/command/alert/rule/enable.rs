//! `provost alert rule enable`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;

/// Turns an alert rule on. It looks at what happens from now on.
#[derive(Debug, clap::Args)]
pub struct Enable {
    /// Name of the rule.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Enable {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such rule, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        super::turn(context, &self.name, true)
    }
}

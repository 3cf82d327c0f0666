//! `provost forest remove`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Forgets a forest with its domains, sites and subnets. Boundaries stay.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such forest, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let answer = context.connect()?.delete(&format!("/api/v1/forests/{}", escaped(&self.forest)))?;
        context.output.object(&answer, |_| Page::new(&self.forest).told("Forest", &self.forest, &format!("{}: removed", self.forest)));
        Ok(Exit::Done)
    }
}

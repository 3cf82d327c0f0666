//! `provost trust remove`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Forgets how a domain stands to the site's forest: it is treated as untrusted.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// DNS name of the domain.
    #[arg(value_name = "DOMAIN")]
    domain: String,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When nothing is known of it, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let answer = context.connect()?.delete(&format!("/api/v1/trusts/{}", escaped(&self.domain)))?;
        context.output.object(&answer, |_| Page::new(&self.domain).told("Domain", &self.domain, &format!("{}: removed", self.domain)));
        Ok(Exit::Done)
    }
}

//! `provost proxy remove`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;

/// Removes the proxy server of a site system.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The account that passes it.
    #[arg(value_name = "KIND")]
    kind: String,

    /// The site system.
    #[arg(long, value_name = "SITE-SYSTEM")]
    on: String,
}

impl Remove {
    /// Does it.
    ///
    /// # Errors
    /// When none is set, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let answer = context.connect()?.delete(&format!("/api/v1/proxies/{}/{}", escaped(&self.kind), escaped(&self.on)))?;
        context.output.object(&answer, |_| Page::new(&self.on).told("Proxy", &self.on, &format!("{}: removed", self.on)));
        Ok(Exit::Done)
    }
}

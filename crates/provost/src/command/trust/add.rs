//! `provost trust add`.

use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Says how a domain stands to the site's forest. An account is mandatory wherever it is not trusted.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// DNS name of the domain.
    #[arg(value_name = "DOMAIN")]
    domain: String,

    /// DNS name of its forest.
    #[arg(long, value_name = "NAME")]
    forest: String,

    /// How it stands.
    #[arg(long, value_name = "TRUST", value_parser = ["same-forest", "trusted-forest", "untrusted-domain", "untrusted-forest"])]
    trust: String,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When a name is none, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let body = json!({ "forest": self.forest, "trust": self.trust });
        let answer = context.connect()?.put(&format!("/api/v1/trusts/{}", escaped(&self.domain)), &body)?;
        context.output.object(&answer, |_| Page::new(&self.domain).told("Domain", &self.domain, &format!("{}: {}", self.domain, self.trust)));
        Ok(Exit::Done)
    }
}

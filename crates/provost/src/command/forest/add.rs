//! `provost forest add`.

use crate::command::certificates;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use provost_catalog::rules::code;
use serde_json::json;
use std::path::PathBuf;

/// Adds a forest, so that its domains, sites and subnets are discovered.
///
/// Where it is not trusted, an account must be bound first: provost account add NAME --for ad-forest --on DNS.NAME
#[derive(Debug, clap::Args)]
pub struct Add {
    /// DNS name of its root domain.
    #[arg(value_name = "DNS.NAME")]
    forest: String,

    /// A domain controller to ask, by DNS name, instead of those that DNS names; may be given several times.
    #[arg(long, value_name = "HOST")]
    controller: Vec<String>,

    /// Certificates of the only authorities to trust, in PEM: then passwords go by LDAPS instead of Kerberos.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// Knows the forest without reading it.
    #[arg(long)]
    no_discovery: bool,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When a name is none, when a file cannot be read, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let body = json!({
            "forest": self.forest, "controllers": self.controller, "discovers": !self.no_discovery, "ca_pem": certificates::read(self.ca_file.as_deref(), code::FOREST_INVALID)?,
        });
        let answer = context.connect()?.post("/api/v1/forests", &body)?;
        let name = answer["forest"].as_str().unwrap_or_default().to_owned();
        context.output.object(&answer, |_| Page::new(&name).told("Forest", &name, &format!("{name}: added")));
        if answer["account"].is_null() {
            context.output.note(&format!("no account is bound for it: provost account add NAME --for ad-forest --on {name}"));
        }
        context.output.note("next: provost discovery run ad-forest --wait");
        Ok(Exit::Done)
    }
}

//! `provost discovery add`.

use crate::command::certificates;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use provost_catalog::rules::code;
use provost_domain::shell_word;
use serde_json::json;
use std::path::PathBuf;

/// Adds a location where a discovery method looks.
///
/// The account that reads it is bound on its path: provost account add NAME --for ad-system-discovery --on PATH.
/// Without one the site server's computer account does, which means nothing where it is not trusted.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// The method.
    #[arg(value_name = "METHOD", value_parser = ["ad-system", "ad-user", "ad-group"])]
    method: String,

    /// A container, such as OU=Computers,DC=corp,DC=example,DC=test, or a domain by its DNS name.
    #[arg(value_name = "PATH")]
    path: String,

    /// Looks at the container itself only, not beneath it.
    #[arg(long)]
    no_recurse: bool,

    /// Members of groups that are there count as being there.
    #[arg(long)]
    inside_groups: bool,

    /// Group discovery: this group only; may be given several times.
    #[arg(long, value_name = "NAME")]
    group: Vec<String>,

    /// A domain controller to ask, by DNS name, instead of those that DNS names; may be given several times.
    #[arg(long, value_name = "HOST")]
    controller: Vec<String>,

    /// Certificates of the only authorities to trust, in PEM: then passwords go by LDAPS instead of Kerberos.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When a file cannot be read, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let body = json!({
            "method": self.method, "path": self.path, "recurse": !self.no_recurse, "look_inside_groups": self.inside_groups, "groups": self.group,
            "controllers": self.controller, "ca_pem": certificates::read(self.ca_file.as_deref(), code::DISCOVERY_LOCATION_INVALID)?,
        });
        let answer = context.connect()?.post("/api/v1/discovery-locations", &body)?;
        let path = answer["path"].as_str().unwrap_or_default().to_owned();
        context
            .output
            .object(&answer, |_| Page::new(answer["location_id"].to_string()).told("Location", &path, &format!("{}: added to {}", path, self.method)));
        if answer["account"].is_null() {
            context.output.note(&format!("no account is bound for it: provost account add NAME --for {}-discovery --on {}", self.method, shell_word(&path)));
        }
        context.output.note(&format!("next: provost discovery run {} --wait", self.method));
        Ok(Exit::Done)
    }
}

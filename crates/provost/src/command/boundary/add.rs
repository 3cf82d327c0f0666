//! `provost boundary add`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Adds a boundary. Its name is generated; its description is yours.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// What it is.
    #[arg(value_name = "KIND", value_parser = ["ip-subnet", "ad-site", "ipv6-prefix", "ip-range"])]
    kind: String,

    /// 10.1.2.0/24, the name of a site, 2001:db8:1::/48, or 10.1.0.0-10.1.3.255.
    #[arg(value_name = "VALUE")]
    value: String,

    /// What people call it.
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
}

impl Add {
    /// Does it.
    ///
    /// # Errors
    /// When the value is none of its kind, when there is such a boundary, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let body = json!({ "kind": self.kind, "value": self.value, "description": self.description });
        let answer = context.connect()?.post("/api/v1/boundaries", &body)?;
        let name = answer["name"].as_str().unwrap_or_default().to_owned();
        context.output.object(&answer, |_| Page::new(answer["boundary_id"].to_string()).told("Boundary", &name, &format!("{name}: added")));
        Ok(Exit::Done)
    }
}

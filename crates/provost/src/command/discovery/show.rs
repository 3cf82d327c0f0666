//! `provost discovery show`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::Value;

/// Shows how a discovery method is set.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// The method.
    #[arg(value_name = "METHOD", value_parser = ["ad-system", "ad-user", "ad-group", "ad-forest"])]
    method: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let method = context.connect()?.get(&format!("/api/v1/discovery-methods/{}", self.method))?;
        context.output.object(&method, page);
        Ok(Exit::Done)
    }
}

/// Seconds as people say them.
fn every(value: &Value) -> String {
    match value.as_i64() {
        None => "never".to_owned(),
        Some(seconds) if seconds % 86_400 == 0 => format!("every {} d", seconds / 86_400),
        Some(seconds) if seconds % 3600 == 0 => format!("every {} h", seconds / 3600),
        Some(seconds) => format!("every {} min", seconds / 60),
    }
}

/// Days of a filter as people say them.
fn within(value: &Value) -> String {
    value.as_i64().map_or_else(|| "does not count".to_owned(), |days| format!("within {days} d"))
}

/// A method's page.
pub fn page(method: &Value) -> Page {
    Page::new(method["method"].as_str().unwrap_or_default())
        .fact("Method", method, "title", As::Plain)
        .fact("Runs by itself", method, "enabled", As::YesNo)
        .text_fact("Everything", &every(&method["full_every"]))
        .text_fact("Changes", &every(&method["delta_every"]))
        .text_fact("Last logon", &within(&method["logged_on_within_days"]))
        .text_fact("Password set", &within(&method["password_within_days"]))
        .fact("Disabled accounts", method, "disabled", As::YesNo)
        .fact("Distribution groups", method, "distribution_groups", As::YesNo)
        .fact("Boundaries of subnets", method, "subnet_boundaries", As::YesNo)
        .fact("Boundaries of sites", method, "site_boundaries", As::YesNo)
        .fact("Extra attributes", method, "attributes", As::Plain)
}

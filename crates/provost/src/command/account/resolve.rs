//! `provost account resolve`.

use super::binding::text;
use crate::connection::escaped;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show};
use serde_json::Value;

/// Shows who would act for a use at a target, in which order, and why. Nothing is connected to.
#[derive(Debug, clap::Args)]
pub struct Resolve {
    /// The use, such as send-alert-mail; provost account explain KIND names them.
    #[arg(value_name = "USE")]
    operation: String,

    /// At what: what a binding of that account belongs to. Left out where there is one thing only.
    #[arg(long = "for", value_name = "TARGET")]
    target: Option<String>,
}

impl Resolve {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such use, or when the site cannot be asked.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let target = self.target.as_ref().map_or_else(String::new, |target| format!("&for={}", escaped(target)));
        let resolution = context.connect()?.get(&format!("/api/v1/resolution?use={}{target}", escaped(&self.operation)))?;
        context.output.object(&resolution, page);
        Ok(if resolution["refused"].is_null() { Exit::Done } else { Exit::Findings })
    }
}

fn page(resolution: &Value) -> Page {
    let page = Page::new(text(resolution, "use"))
        .fact("Use", resolution, "use", Show::Plain)
        .fact("Account", resolution, "kind", Show::Plain)
        .fact("For", resolution, "for", Show::Plain)
        .fact("Trust", resolution, "trust", Show::Plain);
    let refused = &resolution["refused"];
    if !refused.is_null() {
        let told = format!("{}: {}\nfix: {}", text(refused, "code"), text(refused, "cause"), text(refused, "fix"));
        return page.paragraph("Nobody acts, and nothing would be connected to", told);
    }
    let attempts = resolution["attempts"].as_array().cloned().unwrap_or_default();
    let rows = attempts.iter().map(|attempt| vec![attempt["place"].to_string(), text(attempt, "account").to_owned(), text(attempt, "because").to_owned()]);
    page.section("Tried in this order", ["", "AS", "BECAUSE"].map(str::to_owned).to_vec(), rows.collect())
}

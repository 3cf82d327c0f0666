//! `provost site profile`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show};
use serde_json::json;

/// Shows or chooses how strict the site is about accounts: what the written rules say, or least privilege beyond them.
#[derive(Debug, clap::Args)]
pub struct Profile {
    /// The profile to choose; the one in force is shown when it is not given.
    #[arg(value_name = "PROFILE", value_parser = ["standard", "hardened"])]
    profile: Option<String>,
}

impl Profile {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let profile = match &self.profile {
            None => connection.get("/api/v1/profile")?,
            Some(profile) => connection.put("/api/v1/profile", &json!({ "profile": profile }))?,
        };
        context.output.object(&profile, |profile| Page::new(profile["profile"].as_str().unwrap_or_default()).fact("Profile", profile, "words", Show::Plain));
        Ok(Exit::Done)
    }
}

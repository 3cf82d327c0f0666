//! `provost admin welcome`.

use super::PEOPLE;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::json;

/// Makes a link that signs a person in to the console once. It is shown now and never again.
#[derive(Debug, clap::Args)]
pub struct Welcome {
    /// Name of the person.
    #[arg(value_name = "NAME")]
    name: String,
}

impl Welcome {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such person, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("{}/welcome", PEOPLE.item(&self.name));
        let link = connection.post(&path, &json!({})).map_err(|failure| PEOPLE.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&link, |link| {
            Page::new(link["url"].as_str().unwrap_or_default()).fact("Link", link, "url", As::Plain).fact("Expires", link, "expires_at", As::Ago)
        });
        Ok(Exit::Done)
    }
}

//! `provost client inventory`.

use super::CLIENTS;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Asks a client for its full hardware inventory, at its next policy poll.
#[derive(Debug, clap::Args)]
pub struct Inventory {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,
}

impl Inventory {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("{}/request-full-inventory", CLIENTS.item(&self.name));
        let answer = connection.post(&path, &json!({})).map_err(|failure| CLIENTS.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| {
            Page::new(&self.name).told("Client", &self.name, &format!("{}: asked for its full hardware inventory at its next policy poll", self.name))
        });
        Ok(Exit::Done)
    }
}

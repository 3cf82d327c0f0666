//! `provost client block`.

use super::CLIENTS;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Blocks a client: nothing is given to it and nothing is taken from it until it is unblocked.
#[derive(Debug, clap::Args)]
pub struct Block {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,
}

impl Block {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("{}/block", CLIENTS.item(&self.name));
        let answer = connection.post(&path, &json!({})).map_err(|failure| CLIENTS.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Client", &self.name, &format!("{}: blocked", self.name)));
        Ok(Exit::Done)
    }
}

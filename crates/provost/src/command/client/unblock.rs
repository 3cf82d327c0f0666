//! `provost client unblock`.

use super::CLIENTS;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Lifts the block of a client; it is approved again only if it was before.
#[derive(Debug, clap::Args)]
pub struct Unblock {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,
}

impl Unblock {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("{}/unblock", CLIENTS.item(&self.name));
        let answer = connection.post(&path, &json!({})).map_err(|failure| CLIENTS.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Client", &self.name, &format!("{}: no longer blocked", self.name)));
        Ok(Exit::Done)
    }
}

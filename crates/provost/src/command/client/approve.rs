//! `provost client approve`.

use super::CLIENTS;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::Page;
use serde_json::json;

/// Approves a registered client: it is given policy, and its messages are taken.
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,
}

impl Approve {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let path = format!("{}/approve", CLIENTS.item(&self.name));
        let answer = connection.post(&path, &json!({})).map_err(|failure| CLIENTS.with_nearest(&connection, &self.name, failure))?;
        context.output.object(&answer, |_| Page::new(&self.name).told("Client", &self.name, &format!("{}: approved", self.name)));
        Ok(Exit::Done)
    }
}

//! `provost client show`.

use super::CLIENTS;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};

/// Shows a client: its key, its certificate, what the site thinks of it, and when it was last seen.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Name of the client's device, or its identifier (GUID:..).
    #[arg(value_name = "NAME")]
    name: String,
}

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When there is no such client, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let client = CLIENTS.get(&context.connect()?, &self.name)?;
        context.output.object(&client, |client| {
            Page::new(client["smsid"].as_str().unwrap_or_default())
                .fact("Name", client, "name", As::Plain)
                .fact("Identifier", client, "smsid", As::Plain)
                .fact("Approval", client, "approval", As::Plain)
                .fact("Approved by", client, "approved_by", As::Plain)
                .fact("Approved", client, "approved_at", As::Ago)
                .fact("Registered", client, "registered_at", As::Ago)
                .fact("Registered from", client, "registered_from", As::Plain)
                .fact("Last seen", client, "last_seen_at", As::Ago)
                .fact("Version", client, "client_version", As::Plain)
                .fact("Device", client, "resource_id", As::Plain)
                .fact("Key SHA-256", client, "key_sha256", As::Plain)
                .fact("Certificate until", client, "certificate_not_after", As::Plain)
                .fact("Certificate SHA-256", client, "certificate_digest", As::Plain)
                .fact("Inventory", client, "inventory_digest", As::Plain)
        });
        Ok(Exit::Done)
    }
}

//! `provost mail show`.

use super::SERVER;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::Value;

/// Shows the SMTP server for alerts, and what waits for it.
#[derive(Debug, clap::Args)]
pub struct Show;

impl Show {
    /// Does it.
    ///
    /// # Errors
    /// When none is set, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let server = context.connect()?.get(SERVER)?;
        context.output.object(&server, page);
        Ok(Exit::Done)
    }
}

/// The server as people read it.
pub(super) fn page(server: &Value) -> Page {
    let address = address(server);
    let trust = if server["ca_pem"].is_null() { "the well-known authorities" } else { "its own authority" };
    let page = Page::new(&address).told("SMTP server", &address, &address).fact("Sender", server, "sender", As::Plain);
    page.fact("Signs in", server, "authenticates", As::YesNo)
        .text_fact("Certificate by", trust)
        .fact("Mails waiting", server, "mails_waiting", As::Plain)
        .fact("Oldest", server, "oldest_at", As::Ago)
        .fact("Next attempt", server, "next_at", As::Ago)
        .fact("Trouble", server, "trouble", As::Plain)
}

/// Host and port.
pub(super) fn address(server: &Value) -> String {
    let host = server["host"].as_str().unwrap_or_default();
    if host.contains(':') { format!("[{host}]:{}", server["port"]) } else { format!("{host}:{}", server["port"]) }
}

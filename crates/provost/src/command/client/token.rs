//! `provost client token`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::json;

/// Makes a one-time approval token: the one client that registers with it is approved at once. It is shown now and never again.
#[derive(Debug, clap::Args)]
pub struct Token {
    /// How long it may be used.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_080))]
    minutes: u32,
}

impl Token {
    /// Does it.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let token = context.connect()?.post("/api/v1/client-tokens", &json!({ "minutes": self.minutes }))?;
        context.output.object(&token, |token| {
            Page::new(token["token"].as_str().unwrap_or_default()).fact("Token", token, "token", As::Plain).fact("Expires", token, "expires_at", As::Ago)
        });
        context.output.note("write it into a file of mode 0600 on the machine and name the file to its client; it works once");
        Ok(Exit::Done)
    }
}

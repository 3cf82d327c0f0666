//! `provost admin sign-out`.

use super::sign_in::no_server;
use crate::connection::sign_in;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use serde_json::json;

/// Ends the sign-in at a site elsewhere (--server), there and here.
#[derive(Debug, clap::Args)]
pub struct SignOut;

impl SignOut {
    /// Does it.
    ///
    /// # Errors
    /// When no site is named, or when the sign-in kept here cannot be removed.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(address) = &context.options.server else { return Err(no_server("sign out")) };
        let there = context.connect().and_then(|connection| connection.delete("/api/v1/session"));
        sign_in::SignIn::forget(address)?;
        if let Err(failure) = there {
            context.output.note(&format!("the sign-in was forgotten here; the site was not told: {}", failure.what));
        }
        context
            .output
            .object(&json!({ "server": address.to_string() }), |shown| Page::new(address.to_string()).fact("Signed out of", shown, "server", As::Plain));
        Ok(Exit::Done)
    }
}

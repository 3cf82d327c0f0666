//! `provost admin sign-in`.

use crate::command::password::PasswordSource;
use crate::connection::Connection;
use crate::connection::sign_in;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use provost_catalog::rules::code;
use serde_json::json;

/// Signs in to a site elsewhere (--server), for later commands with the same --server.
#[derive(Debug, clap::Args)]
pub struct SignIn {
    /// Name to sign in with; USER@DNS.DOMAIN for somebody of a directory.
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    source: PasswordSource,
}

impl SignIn {
    /// Does it.
    ///
    /// # Errors
    /// When no site is named, when its certificate is not the expected one, or when it refuses the person.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(address) = &context.options.server else { return Err(no_server("sign in")) };
        let kept = sign_in::SignIn::kept(address)?.and_then(|kept| kept.trust);
        let trust = context.trust()?.or(kept);
        let connection = Connection::remote(address.clone(), trust.clone())?;
        let password = self.source.read(&format!("password of {} at {address}: ", self.name), false)?;
        let session = connection.post("/api/v1/session", &json!({ "name": self.name, "password": password }))?;
        let text = |field: &str| session[field].as_str().unwrap_or_default().to_owned();
        sign_in::SignIn { name: self.name.clone(), token: text("token"), expires_at: text("expires_at"), trust }.keep(address)?;
        // The token stays in its file: what is printed may be kept in a log.
        let shown = json!({ "name": self.name, "server": address.to_string(), "expires_at": text("expires_at") });
        context.output.object(&shown, |shown| {
            Page::new(&self.name).fact("Signed in as", shown, "name", As::Plain).fact("At", shown, "server", As::Plain).fact(
                "Until",
                shown,
                "expires_at",
                As::Ago,
            )
        });
        Ok(Exit::Done)
    }
}

/// The refusal to do without a server what only makes sense with one.
pub fn no_server(what: &str) -> Failure {
    Failure::new(code::NOT_SIGNED_IN, format!("cannot {what} without a server"), "on this machine the owner of the data folder is signed in already")
        .fix("name the site: --server https://HOST:PORT")
        .exit(Exit::Usage)
}

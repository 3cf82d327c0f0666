//! `provost admin sign-in`.

use crate::command::password::PasswordSource;
use crate::connection::{Connection, ServerAddress, sign_in};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use provost_catalog::rules::code;
use provost_kerberos::{Initiator, Mechanism};
use serde_json::{Value, json};

/// Signs in to a site elsewhere (--server), for later commands with the same --server.
#[derive(Debug, clap::Args)]
pub struct SignIn {
    /// Name to sign in with; USER@DNS.DOMAIN for somebody of a directory.
    #[arg(value_name = "NAME", required_unless_present = "ticket", conflicts_with = "ticket")]
    name: Option<String>,

    /// Sign in as whom the Kerberos ticket on this machine is for, without a password.
    #[arg(long, conflicts_with = "password_file")]
    ticket: bool,

    /// Host that the ticket is for, when it is not the one in the site's address: the one in its `kerberos-service`.
    #[arg(long, value_name = "HOST", requires = "ticket")]
    ticket_for: Option<String>,

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
        let session = match &self.name {
            Some(name) => {
                let password = self.source.read(context, &format!("password of {name} at {address}: "), false)?;
                connection.post("/api/v1/session", &json!({ "name": name, "password": password }))?
            }
            None => self.by_ticket(&connection, address)?,
        };
        let text = |field: &str| session[field].as_str().unwrap_or_default().to_owned();
        let name = self.name.clone().unwrap_or_else(|| text("name"));
        sign_in::SignIn { name: name.clone(), token: text("token"), expires_at: text("expires_at"), trust }.keep(address)?;
        // The token stays in its file: what is printed may be kept in a log.
        let shown = json!({ "name": name, "server": address.to_string(), "expires_at": text("expires_at") });
        context.output.object(&shown, |shown| {
            Page::new(&name).fact("Signed in as", shown, "name", As::Plain).fact("At", shown, "server", As::Plain).fact("Until", shown, "expires_at", As::Ago)
        });
        Ok(Exit::Done)
    }

    /// Begins a session by the person's ticket, and has the site prove that it is the one that the ticket is for.
    fn by_ticket(&self, connection: &Connection, address: &ServerAddress) -> Result<Value, Failure> {
        self.source.check()?;
        let service = format!("HTTP@{}", self.ticket_for.as_deref().unwrap_or(&address.host));
        let refused = |failure: provost_domain::Failure| {
            Failure::new(code::TICKET_REFUSED, format!("cannot sign in at {address} with a ticket for {service}"), failure)
                .state("nobody was signed in")
                .fix("get a ticket: kinit USER@DNS.DOMAIN\nor name the host of the site's kerberos-service: --ticket-for HOST\nor sign in with a password: provost admin sign-in USER@DNS.DOMAIN")
                .exit(Exit::NotAllowed)
        };
        let mut initiator = Initiator::of_person(&service, Mechanism::Spnego).map_err(refused)?;
        let ticket = initiator.step(None).map_err(refused)?.token.unwrap_or_default();
        let (session, proof) = connection.post_with_ticket("/api/v1/session/negotiate", &ticket)?;
        // Without a proof the token may be anybody's, who would then be told whatever is typed.
        initiator.step(Some(&proof.unwrap_or_default())).map_err(refused)?;
        Ok(session)
    }
}

/// The refusal to do without a server what only makes sense with one.
pub fn no_server(what: &str) -> Failure {
    Failure::new(code::NOT_SIGNED_IN, format!("cannot {what} without a server"), "on this machine the owner of the data folder is signed in already")
        .fix("name the site: --server https://HOST:PORT")
        .exit(Exit::Usage)
}

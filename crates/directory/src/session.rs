//! A connection to a domain controller, open as somebody.

use crate::bind;
use crate::channel::Line;
use crate::clock;
use crate::connection::Connection;
use crate::controllers::{self, Controller};
use crate::entry::Entry;
use crate::gssapi;
use crate::names;
use crate::place::{Place, SignIn};
use crate::resolver::Resolver;
use crate::root::{self, RootDse};
use crate::tickets;
use crate::tls;
use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::Credential as Tickets;
use provost_store::Credential;
use std::time::Duration;

/// Longest way to one domain controller, all its steps together.
const OPEN: Duration = Duration::from_secs(45);
const LDAP_PORT: u16 = 389;
const LDAPS_PORT: u16 = 636;

/// A connection to one domain controller. Dropped, it closes.
pub struct Session {
    pub(crate) connection: Connection,
    root: RootDse,
    /// What it was signed in with; none by TLS.
    tickets: Option<Tickets>,
    controller: String,
    not_usable: Vec<(String, Failure)>,
}

impl Session {
    /// Connects to the first domain controller that answers, and signs in. Another is tried only when the one before could not
    /// be used; what is said about the account is never asked for twice, for it may count towards a lock-out, and neither is a
    /// password sent to another after one that took it and was silent.
    ///
    /// # Errors
    /// As [`Failure`] tells; after several domain controllers, with what became of each.
    pub async fn open(place: &Place, sign_in: SignIn<'_>) -> Result<Self, Failure> {
        let resolver = Resolver::new(&place.dns_servers)?;
        let mut tried: Vec<(String, Failure)> = Vec::new();
        for controller in controllers::of(place, &resolver).await? {
            let mut unanswered = false;
            let opened = within(OPEN, Outcome::Broken, "open", Self::open_at(place, &controller, &resolver, sign_in, &mut unanswered)).await;
            match opened {
                Ok(session) => return Ok(Self { not_usable: tried, ..session }),
                Err(failure) if unanswered => return Err(failure),
                Err(failure) if failure.outcome == Outcome::ClockSkew => return Err(clock::told(failure, &controller, &resolver, LDAP_PORT).await),
                Err(failure) if failure.outcome.is_about_the_account() => return Err(failure),
                Err(failure) => tried.push((controller.to_string(), failure)),
            }
        }
        let each: Vec<String> = tried.iter().map(|(name, failure)| format!("{name}: {failure}")).collect();
        match tried.pop() {
            Some((_, only)) if tried.is_empty() => Err(only),
            Some((_, last)) => Err(Failure::new(last.outcome, last.step, each.join("; "))),
            None => Err(Failure::new(Outcome::Unreachable, "resolve", "there is no domain controller to ask")),
        }
    }

    async fn open_at(place: &Place, controller: &Controller, resolver: &Resolver, sign_in: SignIn<'_>, unanswered: &mut bool) -> Result<Self, Failure> {
        let (line, tickets) = match (sign_in, &place.ca_pem) {
            (SignIn::Password(credential), Some(ca_pem)) => (over_tls(place, controller, resolver, &credential, ca_pem, unanswered).await?, None),
            // The clear-text connection is opened first: where nobody answers, nobody need be signed in.
            (sign_in, _) => {
                let stream = controller.connect(resolver, LDAP_PORT).await?;
                let tickets = tickets::get(place, sign_in).await?;
                (gssapi::sign_in(stream, tickets.clone(), &controller.name).await?, Some(tickets))
            }
        };
        let mut connection = Connection::over(line).await?;
        let root = ask_root(&mut connection).await?;
        Ok(Self { connection, root, tickets, controller: controller.to_string(), not_usable: Vec::new() })
    }

    /// The domain controller as the place or DNS names it, `name` or `name:port`: what [`Place::passed_over`] takes.
    #[must_use]
    pub fn controller(&self) -> &str {
        &self.controller
    }

    /// The domain controllers before it, which could not be used, and why.
    #[must_use]
    pub fn not_usable(&self) -> &[(String, Failure)] {
        &self.not_usable
    }

    /// The tickets that it was signed in with, for what else of the domain is asked as the same; none by TLS ([`crate::tickets`]).
    #[must_use]
    pub const fn tickets(&self) -> Option<&Tickets> {
        self.tickets.as_ref()
    }

    /// What the domain controller said of itself when the session was opened.
    #[must_use]
    pub const fn root(&self) -> &RootDse {
        &self.root
    }

    /// Asks the domain controller again, such as for the number of its latest change.
    ///
    /// # Errors
    /// As [`Failure`] tells.
    pub async fn refresh_root(&mut self) -> Result<&RootDse, Failure> {
        self.root = ask_root(&mut self.connection).await?;
        Ok(&self.root)
    }

    /// One object; none when it is not there, or may not be seen: a directory does not tell which.
    ///
    /// # Errors
    /// As [`Failure`] tells.
    pub async fn read(&mut self, dn: &str, attributes: &[&str]) -> Result<Option<Entry>, Failure> {
        self.connection.read(Vec::new(), dn, attributes).await
    }

    /// Whether the domain controller still answers on this connection.
    pub async fn is_alive(&mut self) -> bool {
        self.connection.is_alive().await
    }
}

async fn ask_root(connection: &mut Connection) -> Result<RootDse, Failure> {
    let entry = connection.read(Vec::new(), "", root::ATTRIBUTES).await?;
    let entry = entry.ok_or_else(|| Failure::new(Outcome::Broken, "root", "the server does not say what it is"))?;
    let mut root = RootDse::read(&entry)?;
    let service = connection.read(Vec::new(), &root.service_dn, &["invocationId"]).await?;
    root.invocation_id = service.and_then(|entry| entry.bytes("invocationId")?.try_into().ok());
    Ok(root)
}

/// Over TLS, with name and password.
async fn over_tls(
    place: &Place,
    controller: &Controller,
    resolver: &Resolver,
    credential: &Credential<'_>,
    ca_pem: &[u8],
    unanswered: &mut bool,
) -> Result<Line, Failure> {
    let name = names::for_simple_bind(credential.user, &place.dns_domain)?;
    let stream = controller.connect(resolver, LDAPS_PORT).await?;
    let mut stream = tls::connect(stream, &controller.name, ca_pem).await?;
    bind::simple(&mut stream, &name, credential.password, unanswered).await?;
    Ok(Line::Tls(Box::new(stream)))
}

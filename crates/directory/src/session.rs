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
use std::time::{Duration, Instant};

/// Longest way to one domain controller: connecting, TLS or the exchange of tickets, signing in and its first answers, all together. A
/// server process that hangs on a computer that lives takes connections and says nothing, and the next one is wanted meanwhile. What is
/// asked later may take as long as it takes ([`crate::connection`]).
const OPEN: Duration = Duration::from_secs(15);
/// Longest wait for the account's tickets, and for that of a controller: those who give them are asked by Kerberos' library, one after
/// another, and where the first hangs it waits ten seconds each time.
const TICKETS: Duration = Duration::from_secs(45);
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
        let mut tickets = None;
        for controller in controllers::of(place, &resolver).await? {
            let mut unanswered = false;
            let opened = Self::open_at(place, &controller, &resolver, sign_in, &mut tickets, &mut unanswered).await;
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

    /// `got` are tickets that were got on the way to the controller before, and are as good for this one.
    async fn open_at(
        place: &Place,
        controller: &Controller,
        resolver: &Resolver,
        sign_in: SignIn<'_>,
        got: &mut Option<Tickets>,
        unanswered: &mut bool,
    ) -> Result<Self, Failure> {
        let (SignIn::Password(credential), Some(ca_pem)) = (sign_in, &place.ca_pem) else {
            // The clear-text connection is opened first: where nobody answers, nobody need be signed in.
            let begun = Instant::now();
            let stream = within(OPEN, Outcome::Unreachable, "connect", controller.connect(resolver, LDAP_PORT)).await?;
            let taken = begun.elapsed();
            let tickets = match got {
                Some(tickets) => tickets.clone(),
                None => got.insert(within(TICKETS, Outcome::Unreachable, "tickets", tickets::get(place, sign_in)).await?).clone(),
            };
            let begun = within(TICKETS, Outcome::Unreachable, "tickets", gssapi::begin(tickets.clone(), &controller.name)).await?;
            let signed_in = async { Self::over(gssapi::sign_in(stream, begun).await?, Some(tickets), controller).await };
            return within(OPEN.saturating_sub(taken), Outcome::Broken, "open", signed_in).await;
        };
        let opened = async { Self::over(over_tls(place, controller, resolver, &credential, ca_pem, unanswered).await?, None, controller).await };
        within(OPEN, Outcome::Broken, "open", opened).await
    }

    async fn over(line: Line, tickets: Option<Tickets>, controller: &Controller) -> Result<Self, Failure> {
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

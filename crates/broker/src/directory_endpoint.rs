//! A directory: the domain controllers of one domain.

use crate::endpoint::Endpoint;
use provost_directory::{Place, Session, SignIn, tickets};
use provost_domain::Failure;
use provost_domain::accounts::{AccountName, AccountState};
use provost_domain::outcome::Outcome;
use provost_hosts::Host;
use provost_kerberos::Credential as Tickets;
use provost_store::Credential;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How this machine reaches directories, whoever signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directories {
    /// Name servers to ask instead of the system's.
    pub dns_servers: Vec<SocketAddr>,
    /// The Active Directory site that this machine is in.
    pub ad_site: Option<String>,
    /// The keytab of this machine's own computer account; without one it has none.
    pub keytab: Option<PathBuf>,
}

impl Directories {
    /// Where a realm is asked for tickets, as the name servers tell.
    ///
    /// # Errors
    /// When they do not.
    pub async fn ticket_servers(&self, realm: &str) -> Result<Vec<SocketAddr>, Failure> {
        let place = Place { dns_domain: realm.to_lowercase(), dns_servers: self.dns_servers.clone(), ad_site: self.ad_site.clone(), ..Place::default() };
        place.ticket_servers().await
    }
}

/// Where hosts answer by SMB.
const SMB_PORT: u16 = 445;

/// The domain controllers of one domain, for one binding's object.
#[derive(Clone, Debug)]
pub struct DirectoryEndpoint {
    place: Place,
    object: String,
    /// The computer account, when this machine has one, with its keytab.
    computer: Option<(String, PathBuf)>,
}

impl DirectoryEndpoint {
    /// The domain `dns_domain`, as the machine `machine` (its full name) reaches it. `object` is what accounts are bound on: a
    /// discovery location or a forest. Without `hosts` DNS is asked; with `ca_pem` passwords go by TLS, else Kerberos is spoken.
    #[must_use]
    pub fn new(directories: &Directories, machine: &str, object: &str, dns_domain: &str, hosts: &[String], ca_pem: Option<&str>) -> Self {
        let place = Place {
            dns_domain: dns_domain.to_lowercase(),
            dns_servers: directories.dns_servers.clone(),
            hosts: hosts.to_vec(),
            passed_over: Vec::new(),
            ad_site: directories.ad_site.clone(),
            ca_pem: ca_pem.map(|pem| pem.as_bytes().to_vec()),
        };
        let computer = directories.keytab.clone().and_then(|keytab| Some((AccountName::computer_principal(machine)?, keytab)));
        Self { place, object: object.to_owned(), computer }
    }

    /// Asks this domain controller no more: whoever reads lost it. Named as [`Session::controller`] does.
    pub fn pass_over(&mut self, controller: &str) {
        self.place.passed_over.push(controller.to_owned());
    }

    /// Tickets of whom `session` was opened as, for what else of the domain is asked as the same: those that it was signed in with,
    /// or, by TLS, new ones by the same password.
    pub(crate) async fn tickets(&self, session: &Session, credential: Option<Credential<'_>>) -> Result<Tickets, Failure> {
        match (session.tickets(), credential) {
            (Some(tickets), _) => Ok(tickets.clone()),
            (None, Some(credential)) => tickets::get(&self.place, SignIn::Password(credential)).await,
            (None, None) => Err(Failure::new(Outcome::RefusedByRule, "choose", "it was signed in without tickets and without a password")),
        }
    }

    /// Where a host of the domain answers by SMB.
    pub(crate) async fn smb_host(&self, name: &str) -> Result<Host, Failure> {
        let addresses = self.place.addresses(name).await?.into_iter().map(|address| SocketAddr::new(address, SMB_PORT)).collect();
        Ok(Host { name: name.to_owned(), addresses })
    }
}

impl Endpoint for DirectoryEndpoint {
    type Session = Session;

    fn object(&self) -> &str {
        &self.object
    }

    fn address(&self) -> String {
        let scheme = if self.place.ca_pem.is_some() { "ldaps" } else { "ldap" };
        // Where all were lost, it is the place that nobody is left of.
        let left = self.place.hosts.iter().find(|host| !self.place.passed_over.contains(&host.to_lowercase()));
        match left.or(self.place.hosts.first()) {
            Some(host) => format!("{scheme}://{host}"),
            None => format!("{scheme}://{}", self.place.dns_domain),
        }
    }

    fn host(&self) -> &str {
        &self.place.dns_domain
    }

    fn authenticates(&self) -> bool {
        true
    }

    async fn open(&self, credential: Option<Credential<'_>>) -> Result<Session, Failure> {
        let Some(credential) = credential else {
            return Err(Failure::new(Outcome::RefusedByRule, "choose", "nobody reads a directory without signing in"));
        };
        Session::open(&self.place, SignIn::Password(credential)).await
    }

    /// The site server's own computer account, by its keytab.
    async fn open_as_computer(&self) -> Result<Session, Failure> {
        let Some((principal, keytab)) = &self.computer else {
            let why = "this machine has no computer account that is known: set keytab to its keytab, or bind an account";
            return Err(Failure::new(Outcome::RefusedByRule, "choose", why));
        };
        Session::open(&self.place, SignIn::ComputerAccount { principal, keytab }).await
    }

    fn computer(&self) -> Option<&str> {
        self.computer.as_ref().map(|(principal, _)| principal.as_str())
    }

    async fn account_state(session: &mut Session, user: &str) -> Result<Option<AccountState>, Failure> {
        session.account_state(user).await
    }

    async fn is_alive(session: &mut Session) -> bool {
        session.is_alive().await
    }
}

//! Where a directory is, and who signs in.

use crate::controllers;
use crate::resolver::Resolver;
use crate::ticket_servers;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Where the domain controllers of a domain are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The domain's DNS name.
    pub dns_domain: String,
    /// Name servers to ask instead of the system's; empty asks the system's.
    pub dns_servers: Vec<SocketAddr>,
    /// Domain controllers to use, as `name` or `name:port`, in order; empty finds them by DNS SRV.
    pub hosts: Vec<String>,
    /// Domain controllers that are not asked, as [`crate::Session::controller`] names them: whoever reads lost them before.
    pub passed_over: Vec<String>,
    /// The Active Directory site that this machine is in: its domain controllers are tried first.
    pub ad_site: Option<String>,
    /// Certificates of the only authorities to trust, in PEM. When given, passwords are sent over TLS to port 636; without,
    /// the sign-in is Kerberos on port 389, signed and sealed.
    pub ca_pem: Option<Vec<u8>>,
}

impl Place {
    /// Where a host of the domain is, as the place's name servers tell.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] for a host of another domain: whoever may write a name must not choose who is asked;
    /// [`Outcome::Unreachable`] when no name server knows it.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        if !controllers::is_of(host, &self.dns_domain) {
            return Err(Failure::new(Outcome::RefusedByRule, "resolve", format!("{host} is not of {}", self.dns_domain)));
        }
        Resolver::new(&self.dns_servers)?.addresses(host).await
    }

    /// Where the domain is asked for tickets, as the place's name servers tell: at the controllers of its site, then at all of the
    /// domain; where it is none of Active Directory, at those of the realm (RFC 4120 §7.2.3.2).
    ///
    /// Their names do not matter, as they do for LDAP: whoever answers for a realm proves it by its key, and not by a name.
    ///
    /// # Errors
    /// [`Outcome::Unreachable`] when no name server answers, or knows none.
    pub async fn ticket_servers(&self) -> Result<Vec<SocketAddr>, Failure> {
        ticket_servers::find(self, &Resolver::new(&self.dns_servers)?).await
    }
}

/// Who signs in.
#[derive(Clone, Copy)]
pub enum SignIn<'a> {
    /// An account with its password: `user@dns.domain`, `dns.domain\user`, `DOMAIN\user`, a distinguished name or a SID over TLS;
    /// with Kerberos it must be known which realm is meant, so the first two, or a name of the place's own domain.
    Password(Credential<'a>),
    /// A computer's own account, by its keytab; always with Kerberos.
    ComputerAccount {
        /// Such as `CM01$@CORP.EXAMPLE.TEST`.
        principal: &'a str,
        /// The file with its keys.
        keytab: &'a Path,
    },
}

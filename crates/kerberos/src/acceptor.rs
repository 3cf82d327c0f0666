//! The side that learns who a client is.

use crate::foreign::{Credential, Name, SecurityContext};
use crate::initiator::Step;
use crate::membership::Membership;
use crate::refusal;
use crate::sealing::Sealing;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::path::Path;

const STEP: &str = "learn who the client is";
/// Under which name the library keeps the logon information of a ticket.
const LOGON_INFORMATION: &str = "urn:mspac:logon-info";

/// What one step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What is to be sent to the client.
    pub token: Option<Vec<u8>>,
    /// The client's principal (`ada@CORP.EXAMPLE.TEST`), once it is proved.
    pub client: Option<String>,
    /// Its groups, where the ticket is of an Active Directory domain and holds them with a signature that is right.
    pub membership: Option<Membership>,
}

/// An exchange with one client, in Kerberos' own form or SPNEGO's with Kerberos inside. A token that came before is refused
/// (the machine's replay cache, `/var/tmp/krb5_<uid>.rcache2`, which all processes of one account share).
pub struct Acceptor {
    context: SecurityContext,
    credential: Credential,
    complete: bool,
}

impl Acceptor {
    /// For the keys of a keytab: of one service (`HTTP@site.corp.example.test`), or of any that is there.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] when the keytab cannot be read or has no key for the service.
    pub fn new(keytab: &Path, service: Option<&str>) -> Result<Self, Failure> {
        let refused = |said: &dyn std::fmt::Display| Failure::new(Outcome::RefusedByRule, "read the keytab", format!("{}: {said}", keytab.display()));
        std::fs::File::open(keytab).map_err(|e| refused(&e))?;
        let path = keytab.to_str().filter(|path| !path.contains('\0')).ok_or_else(|| refused(&"a keytab's path must be text"))?;
        let name = match service {
            Some(service) => Some(Name::service(service)?.map_err(|said| refused(&said.said))?),
            None => None,
        };
        let credential = Credential::acceptor(&format!("FILE:{path}"), name.as_ref())?.map_err(|said| refused(&said.said))?;
        Ok(Self { context: SecurityContext::new()?, credential, complete: false })
    }

    /// The next step, with what the client sent. Blocks, on the disk.
    ///
    /// # Errors
    /// [`Outcome::RefusedByRule`] for a token that came before, [`Outcome::ClockSkew`], [`Outcome::Expired`] for its ticket,
    /// [`Outcome::NothingSafe`] when it is no Kerberos, else [`Outcome::Broken`].
    pub fn step(&mut self, token: &[u8]) -> Result<Accepted, Failure> {
        if self.complete {
            return Err(Failure::new(Outcome::Broken, STEP, "the exchange is over, and the client sends more"));
        }
        if token.is_empty() {
            return Err(Failure::new(Outcome::Broken, STEP, "the client sends nothing"));
        }
        let refused = |said| refusal::of_acceptor(STEP, &said);
        let (stepped, name) = self.context.accept(&self.credential, token).map_err(refused)?;
        self.complete = stepped.complete;
        if !stepped.complete {
            return Ok(Accepted { token: Step::of(stepped).token, client: None, membership: None });
        }
        let name = name.ok_or_else(|| Failure::new(Outcome::Broken, STEP, "the client has no name"))?;
        let client = name.display().map_err(refused)?;
        let membership = name.authenticated(LOGON_INFORMATION).and_then(|bytes| Membership::read(&bytes));
        Ok(Accepted { token: Step::of(stepped).token, client: Some(client), membership })
    }

    /// What came of it.
    ///
    /// # Errors
    /// When the exchange is not complete, or the client did not ask for encryption.
    pub fn session(self) -> Result<Sealing, Failure> {
        Sealing::of(self.context, self.complete)
    }
}

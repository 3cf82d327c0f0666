//! The side that proves who it is to a server.

use crate::credential::Credential;
use crate::foreign::{self, Cache, Flags, Name, Refusal, SecurityContext, Side};
use crate::guide;
use crate::refusal;
use crate::sealing::Sealing;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::sync::Arc;

const STEP: &str = "prove the account to the service";

/// In which form tokens are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Kerberos' own (RFC 4121): SASL GSSAPI.
    Kerberos,
    /// SPNEGO (RFC 4178), with Kerberos inside and nothing else: HTTP Negotiate.
    Spnego,
}

/// What one step of an exchange came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is to be sent to the other side.
    pub token: Option<Vec<u8>>,
    /// Whether this side is done.
    pub complete: bool,
}

impl Step {
    pub(crate) fn of(stepped: foreign::Stepped) -> Self {
        Self { token: Some(stepped.token).filter(|token| !token.is_empty()), complete: stepped.complete }
    }
}

/// An exchange with one service. It asks for mutual proof, integrity, confidentiality, and messages in their order and once.
pub struct Initiator {
    context: SecurityContext,
    credential: foreign::Credential,
    target: Name,
    side: Side,
    complete: bool,
    // The library finds it by its name, and it must not go before. A person's own is not ours to keep.
    _cache: Option<Arc<Cache>>,
}

impl Initiator {
    /// Begins an exchange with `service`, as `service@host.name` (`ldap@dc1.corp.example.test`).
    ///
    /// # Errors
    /// When the credential has expired or the name is none.
    pub fn new(credential: &Credential, service: &str, mechanism: Mechanism) -> Result<Self, Failure> {
        Self::begin(|| foreign::Credential::initiator(credential.cache().name()), Some(Arc::clone(credential.cache())), service, mechanism)
    }

    /// Begins an exchange as whoever runs this program, by the tickets that `kinit` or the sign-in to the machine got. For
    /// commands of people only: a service acts as the account that it was handed.
    ///
    /// # Errors
    /// As [`Initiator::new`], and when there is no ticket.
    pub fn of_person(service: &str, mechanism: Mechanism) -> Result<Self, Failure> {
        Self::begin(foreign::Credential::person, None, service, mechanism)
    }

    fn begin(
        credential: impl FnOnce() -> Result<Result<foreign::Credential, Refusal>, Failure>,
        cache: Option<Arc<Cache>>,
        service: &str,
        mechanism: Mechanism,
    ) -> Result<Self, Failure> {
        let named = service.split_once('@').is_some_and(|(service, host)| !service.is_empty() && !host.is_empty());
        if !named || service.chars().any(char::is_control) {
            return Err(Failure::new(Outcome::RefusedByRule, STEP, format!("\"{service}\" is no service@host")));
        }
        let refused = |said| refusal::of_client(STEP, &said);
        let side = match mechanism {
            Mechanism::Kerberos => Side::Kerberos,
            Mechanism::Spnego => Side::Spnego,
        };
        Ok(Self {
            context: SecurityContext::new()?,
            credential: credential()?.map_err(refused)?,
            target: Name::service(service)?.map_err(refused)?,
            side,
            complete: false,
            _cache: cache,
        })
    }

    /// The next step: with nothing first, then with what the server answered. Blocks: the first asks a domain controller.
    ///
    /// # Errors
    /// When there is no ticket for the service, or the server's token proves nothing.
    pub fn step(&mut self, token: Option<&[u8]>) -> Result<Step, Failure> {
        if self.complete {
            return Err(Failure::new(Outcome::Broken, STEP, "the exchange is over, and the server sends more"));
        }
        let refused = |said| refusal::of_client(STEP, &said);
        if token.is_none() && self.side == Side::Spnego {
            // Under SPNEGO the library gives its own numbers to Kerberos' refusals, so the ticket is fetched without it first.
            let mut fetching = SecurityContext::new()?;
            guide::follow(|| Ok(fetching.initiate(&self.credential, &self.target, Side::Kerberos, None)))?.map_err(refused)?;
        }
        // A first step that is refused leaves nothing behind (RFC 2744 §5.19), and is what asks domains; a later one asks nobody.
        let stepped = guide::follow(|| Ok(self.context.initiate(&self.credential, &self.target, self.side, token)))?.map_err(refused)?;
        if stepped.complete && !self.context.flags().has(Flags::MUTUAL) {
            return Err(Failure::new(Outcome::Broken, STEP, "the server has not proved who it is"));
        }
        self.complete = stepped.complete;
        Ok(Step::of(stepped))
    }

    /// What came of it.
    ///
    /// # Errors
    /// When the exchange is not complete, or either integrity or confidentiality was not agreed.
    pub fn session(self) -> Result<Sealing, Failure> {
        Sealing::of(self.context, self.complete)
    }
}

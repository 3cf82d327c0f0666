//! One client's connection: who it is, and where its requests go.

use super::allowance::QUESTIONS;
use super::answers::{Answer, Refused};
use super::registry::Client;
use super::{Shared, messages, offers, policy, registration};
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::{Approval, Digest};
use provost_wire::client::path;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a certificate that was issued a moment ago is waited for.
const UNKNOWN_WAIT: Duration = Duration::from_secs(1);
/// When clients come back to a management point that is not ready, in seconds.
const NOT_READY_SECONDS: u32 = 10;

/// The other end of a connection.
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Digest of the certificate that it proved in the handshake.
    pub certificate: Option<Digest>,
    client: OnceLock<Arc<Client>>,
}

impl Peer {
    /// After the handshake.
    pub const fn new(address: SocketAddr, certificate: Option<Digest>) -> Self {
        Self { address, certificate, client: OnceLock::new() }
    }

    /// The approved client that this is; anyone else is refused with the reason.
    async fn approved(&self, shared: &Shared) -> Result<&Arc<Client>, Refused> {
        let client = match self.client.get() {
            Some(client) => client,
            None => self.recognise(shared).await?,
        };
        let known = client.known.load();
        // The handshake refused what had run out by then; a connection may outlive its certificate.
        let run_out = known.certificate_not_after.is_some_and(|end| end <= shared.clock.now());
        match known.approval {
            Some(Approval::Approved) if known.certificate == self.certificate && run_out => Err(Refused::new(
                StatusCode::FORBIDDEN,
                code::CERTIFICATE_REFUSED,
                format!("the certificate of {} has run out", client.id),
                "register again; the site then issues a new one",
            )),
            Some(Approval::Approved) if known.certificate == self.certificate => Ok(client),
            Some(Approval::Registered) => {
                Err(Refused::new(StatusCode::FORBIDDEN, code::NOT_APPROVED, format!("{} is registered and not approved", client.id), "provost client approve"))
            }
            Some(Approval::Blocked) => {
                Err(Refused::new(StatusCode::FORBIDDEN, code::CLIENT_BLOCKED, format!("{} is blocked", client.id), "provost client unblock"))
            }
            Some(Approval::Approved) | None => Err(unknown()),
        }
    }

    /// The approved client that this is, if it may ask something now.
    async fn asking(&self, shared: &Shared) -> Result<&Arc<Client>, Refused> {
        let client = self.approved(shared).await?;
        client.questions.take(QUESTIONS, shared.clock.now()).map_err(|seconds| Refused::too_many("questions of this client", seconds))?;
        Ok(client)
    }

    async fn recognise(&self, shared: &Shared) -> Result<&Arc<Client>, Refused> {
        let Some(digest) = &self.certificate else {
            let message = "this needs the client's certificate";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, code::CERTIFICATE_REQUIRED, message, "register first; the site then issues one"));
        };
        let found = match shared.registry.by_certificate(digest) {
            Some(client) => client,
            None => {
                shared.bells.ring(ComponentName::ManagementPoint);
                shared.registry.wait_for(UNKNOWN_WAIT, |registry| registry.by_certificate(digest)).await.ok_or_else(unknown)?
            }
        };
        Ok(self.client.get_or_init(|| found))
    }
}

fn unknown() -> Refused {
    Refused::new(
        StatusCode::FORBIDDEN,
        code::UNKNOWN_CLIENT,
        "the site does not know this certificate",
        "register again: the record was removed, or another certificate was issued since",
    )
}

/// Nobody is told that the site does not know them by a management point that could not read whom it knows: a client that
/// hears so begins anew.
fn not_ready() -> Refused {
    let message = "the management point has not read yet which clients the site knows";
    let refused = Refused::new(StatusCode::SERVICE_UNAVAILABLE, code::MANAGEMENT_POINT_NOT_READY, message, "on the site server: provost role list");
    Refused { retry_after_seconds: Some(NOT_READY_SECONDS), ..refused }
}

/// Answers one request.
pub async fn answer(shared: &Shared, peer: &Peer, request: Request<Incoming>) -> Answer {
    if !shared.registry.is_filled() {
        return Answer::from(not_ready());
    }
    let result = match (request.method(), request.uri().path()) {
        (&Method::GET, path::POLICY) => match peer.asking(shared).await {
            Ok(client) => policy::poll(shared, client, &request),
            Err(refused) => Err(refused),
        },
        (&Method::POST, path::MESSAGES) => match peer.approved(shared).await {
            Ok(client) => messages::take(shared, client, request).await,
            Err(refused) => Err(refused),
        },
        (&Method::POST, path::INVENTORY_OFFER) => match peer.asking(shared).await {
            Ok(client) => offers::answer(shared, client, request).await,
            Err(refused) => Err(refused),
        },
        (&Method::GET, path::SITE) => Ok(registration::site_information(shared)),
        (&Method::POST, path::REGISTER) => registration::register(shared, peer.address, request).await,
        _ => Err(Refused::new(StatusCode::NOT_FOUND, code::NO_SUCH_PATH, "a management point has nothing here", "use a client of the site's version")),
    };
    result.unwrap_or_else(Answer::from)
}

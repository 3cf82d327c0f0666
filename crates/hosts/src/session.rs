//! A connection to one host, proved and signed.

use crate::blocking::blocking;
use crate::refusal::{broken, failure, refused, status};
use crate::transport::{self, Sent};
use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Credential, Initiator, Mechanism, Sealing};
use smb2::client::{Connection, Tree};
use smb2::crypto::kdf::{PreauthHasher, derive_session_keys};
use smb2::crypto::signing::{algorithm_for_dialect, verify_signature};
use smb2::msg::session_setup::{SessionSetupRequest, SessionSetupRequestFlags, SessionSetupResponse};
use smb2::pack::{ReadCursor, Unpack};
use smb2::types::flags::{Capabilities, SecurityMode};
use smb2::types::{Command, Dialect, TreeId};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Longest wait for a connection to one address.
const CONNECT: Duration = Duration::from_secs(4);
/// Longest wait for any connection where it is only asked whether there is one.
const PROBE: Duration = Duration::from_secs(3);
/// Most addresses that are asked so.
const ADDRESSES_MAX: usize = 8;
/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(15);
/// Longest way to a session, all its steps together.
const OPEN: Duration = Duration::from_secs(45);
/// Most rounds of an exchange; Kerberos needs one, or two.
const ROUNDS_MAX: usize = 4;
/// Of the key that Kerberos agreed on, what SMB uses (MS-SMB2 §3.2.5.3).
const KEY_BYTES: usize = 16;
const NEGOTIATE: &str = "negotiate SMB";
const SIGN_IN: &str = "sign in by SMB";

/// Where a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its full DNS name: the service `cifs/name` is asked for.
    pub name: String,
    /// Where it answers, in the order in which they are tried.
    pub addresses: Vec<SocketAddr>,
}

/// What a host answers who asks for a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// It lets in.
    Open,
    /// It refuses.
    Refused,
    /// It has no such share.
    NotThere,
}

/// A connection to one host as somebody. Dropped, it closes.
pub struct Session {
    pub(crate) connection: Connection,
    /// The share whose files are the pipes of remote procedure calls.
    pub(crate) pipes: TreeId,
    host: String,
}

impl Session {
    /// Connects to the first address that answers, and proves `credential` there. Blocks no thread.
    ///
    /// # Errors
    /// [`Outcome::Unreachable`] when nobody answers; [`Outcome::NothingSafe`] when the host speaks no SMB 3.1.1, takes the account for
    /// a guest, or wants messages encrypted; [`Outcome::Broken`] when a signature is missing or wrong; else as [`Failure`] tells.
    pub async fn open(host: &Host, credential: &Credential) -> Result<Self, Failure> {
        within(OPEN, Outcome::Broken, "open", Self::open_within(host, credential)).await
    }

    async fn open_within(host: &Host, credential: &Credential) -> Result<Self, Failure> {
        let (sender, receiver, sent) = transport::over(connect(host).await?);
        let mut connection = Connection::from_transport(Box::new(sender), Box::new(receiver), host.name.clone());
        connection.set_response_timeout(Some(ANSWER));
        connection.negotiate().await.map_err(|error| failure(NEGOTIATE, &error))?;
        let agreed = connection.params().ok_or_else(|| broken(NEGOTIATE, "nothing was agreed"))?;
        if agreed.dialect != Dialect::Smb3_1_1 {
            let why = format!("{} agrees on SMB {} only, whose negotiation can be changed on the way: 3.1.1 is needed", host.name, agreed.dialect);
            return Err(Failure::new(Outcome::NothingSafe, NEGOTIATE, why));
        }
        let initiator = {
            let (credential, service) = (credential.clone(), format!("cifs@{}", host.name));
            blocking(move || Initiator::new(&credential, &service, Mechanism::Spnego)).await?
        };
        let algorithm = algorithm_for_dialect(agreed.dialect, agreed.gmac_negotiated);
        let Proved { mut sealing, hash, last, message_id, encrypted } = prove(&mut connection, &sent, initiator).await?;
        let key = sealing.key()?;
        let key = key.get(..KEY_BYTES).ok_or_else(|| broken(SIGN_IN, format!("a key of {} bytes", key.len())))?;
        let keys = derive_session_keys(key, agreed.dialect, Some(hash.value()), 128);
        // With it the host proves that it knows the key, and that nobody changed what was negotiated.
        verify_signature(&last, &keys.signing_key, algorithm, message_id, false).map_err(|error| failure(SIGN_IN, &error))?;
        if encrypted {
            let why = format!("{} wants every message encrypted, which this version does not do over SMB", host.name);
            return Err(Failure::new(Outcome::NothingSafe, SIGN_IN, why));
        }
        connection.activate_signing(keys.signing_key, algorithm);
        let pipes = Tree::connect(&mut connection, "IPC$").await.map_err(|error| failure("open IPC$", &error))?.tree_id;
        Ok(Self { connection, pipes, host: host.name.clone() })
    }

    /// Whether the host lets the account into a share, such as `C$`. Nothing in it is looked at.
    ///
    /// # Errors
    /// What is no answer to that: as [`Failure`] tells.
    pub async fn share(&self, name: &str) -> Result<Share, Failure> {
        let mut connection = self.connection.clone();
        match Tree::connect(&mut connection, name).await {
            Ok(tree) => {
                // It was let in, whether or not it may leave.
                let _ = tree.disconnect(&mut connection).await;
                Ok(Share::Open)
            }
            Err(error) => match error.status().map(|code| code.0) {
                Some(status::ACCESS_DENIED) => Ok(Share::Refused),
                Some(status::BAD_NETWORK_NAME) => Ok(Share::NotThere),
                _ => Err(failure("open a share", &error)),
            },
        }
    }

    /// The host at the other end.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// Whether a host takes a connection at all, on any of its addresses. It is told nothing and asked nothing. At most three seconds: of
/// many computers those that are off should cost little.
///
/// # Errors
/// [`Outcome::Unreachable`] with why, such as that the connection timed out.
pub async fn answers(host: &Host) -> Result<(), Failure> {
    let failed = |why: String| Failure::new(Outcome::Unreachable, "connect", why);
    let mut tried = JoinSet::new();
    for address in host.addresses.iter().copied().take(ADDRESSES_MAX) {
        tried.spawn(TcpStream::connect(address));
    }
    let first = async {
        let mut last = failed(format!("{} has no address", host.name));
        while let Some(done) = tried.join_next().await {
            match done {
                Ok(Ok(_)) => return Ok(()),
                // What its address is is told elsewhere: hosts that are silent for one reason are told together.
                Ok(Err(error)) => last = failed(error.kind().to_string()),
                Err(error) => last = failed(error.to_string()),
            }
        }
        Err(last)
    };
    tokio::time::timeout(PROBE, first).await.unwrap_or_else(|_| Err(failed("connection timed out".to_owned())))
}

async fn connect(host: &Host) -> Result<TcpStream, Failure> {
    let mut failed = Failure::new(Outcome::Unreachable, "connect", format!("{} has no address", host.name));
    for address in &host.addresses {
        let connected = within(CONNECT, Outcome::Unreachable, "connect", async {
            TcpStream::connect(address).await.map_err(|error| Failure::new(Outcome::Unreachable, "connect", format!("{address}: {error}")))
        })
        .await;
        match connected {
            Ok(stream) => {
                // Requests are small, and each waits for its answer.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(Failure { outcome, step, detail }) => failed = Failure::new(outcome, step, format!("{} at {address}: {detail}", host.name)),
        }
    }
    Err(failed)
}

/// What the exchange with a host came to.
struct Proved {
    sealing: Sealing,
    /// Of everything that was said so far but the last answer.
    hash: PreauthHasher,
    /// The last answer, which is signed.
    last: Vec<u8>,
    message_id: u64,
    encrypted: bool,
}

/// Token for token, until both sides are proved (MS-SMB2 §3.2.4.2.3).
async fn prove(connection: &mut Connection, sent: &Sent, initiator: Initiator) -> Result<Proved, Failure> {
    let mut hash = connection.preauth_hasher();
    let (mut initiator, mut step) = blocking(move || {
        let mut initiator = initiator;
        let step = initiator.step(None)?;
        Ok((initiator, step))
    })
    .await?;
    for _ in 0..ROUNDS_MAX {
        let token = step.token.take().unwrap_or_default();
        if u16::try_from(token.len()).is_err() {
            return Err(broken(SIGN_IN, format!("a token of {} bytes; SMB has room for 65535", token.len())));
        }
        let request = SessionSetupRequest {
            flags: SessionSetupRequestFlags(0),
            security_mode: SecurityMode::new(SecurityMode::SIGNING_ENABLED | SecurityMode::SIGNING_REQUIRED),
            capabilities: Capabilities::default(),
            channel: 0,
            previous_session_id: 0,
            security_buffer: token,
        };
        let answer = connection.execute(Command::SessionSetup, &request, None).await.map_err(|error| failure(SIGN_IN, &error))?;
        hash.update(&sent.take().ok_or_else(|| broken(SIGN_IN, "nothing was sent"))?);
        let more = answer.header.status.is_more_processing_required();
        if !more && !answer.header.status.is_success() {
            return Err(refused(SIGN_IN, answer.header.status.0));
        }
        connection.set_session_id(answer.header.session_id);
        let said = SessionSetupResponse::unpack(&mut ReadCursor::new(&answer.body)).map_err(|error| failure(SIGN_IN, &error))?;
        if !step.complete {
            (initiator, step) = blocking(move || {
                let step = initiator.step(Some(&said.security_buffer))?;
                Ok((initiator, step))
            })
            .await?;
        }
        if more {
            hash.update(&answer.raw);
            continue;
        }
        if said.session_flags.is_guest() || said.session_flags.is_null() {
            return Err(Failure::new(Outcome::NothingSafe, SIGN_IN, "the host takes the account for a guest"));
        }
        let (message_id, encrypted) = (answer.header.message_id.0, said.session_flags.encrypt_data());
        // What is not complete here proved nothing.
        return Ok(Proved { sealing: initiator.session()?, hash, last: answer.raw, message_id, encrypted });
    }
    Err(broken(SIGN_IN, "tokens without end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_host_that_takes_no_connection_says_why_and_is_waited_for_only_shortly() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        // Nobody answers for addresses of documentation (RFC 5737); one that does is enough.
        let nowhere = SocketAddr::from(([192, 0, 2, 1], 445));
        let of = |addresses: &[SocketAddr]| Host { name: "pc1.corp".to_owned(), addresses: addresses.to_vec() };
        assert_eq!(answers(&of(&[nowhere, here])).await, Ok(()));
        drop(listener);
        let refused = answers(&of(&[here])).await.expect_err("nobody is there");
        assert_eq!((refused.outcome, refused.detail.as_str()), (Outcome::Unreachable, "connection refused"));
        let begun = std::time::Instant::now();
        assert_eq!(answers(&of(&[nowhere])).await.expect_err("nobody is there").outcome, Outcome::Unreachable);
        assert!(begun.elapsed() < 2 * PROBE, "{:?}", begun.elapsed());
        assert_eq!(answers(&of(&[])).await.expect_err("nowhere").detail, "pc1.corp has no address");
    }
}

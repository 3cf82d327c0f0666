//! SMTP submission (RFC 6409): STARTTLS always, then AUTH, then mail.
//!
//! Everything up to AUTH is our own, a few bounded lines: nothing that was said before TLS is taken for something said
//! after it (RFC 3207 §5), and the password lies in no buffer that is not overwritten. `lettre` speaks from there on, and
//! never sees a password.

pub mod before_tls;
pub mod lines;
mod mail;
mod probe;
mod secured;
mod sign_in;

pub use mail::Mail;
pub use probe::{Answer, MailProbe, probe};

use crate::tls;
use crate::within::within;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lines::{ANSWER, Lines, answer, say};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use secured::Secured;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest way to a session, all its steps together.
const OPEN: Duration = Duration::from_secs(60);
/// Longest wait for a mail to be taken: servers look into a mail before they take it.
const SEND: Duration = Duration::from_secs(60);

/// An SMTP server.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Its name; its certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Certificates of the only authorities to trust, in PEM; without, the machine's.
    pub ca_pem: Option<Vec<u8>>,
    /// What to call this machine in `EHLO`.
    pub hello: String,
}

/// A connection over which mail can be sent.
pub struct MailSession {
    connection: AsyncSmtpConnection,
    /// Whether an answer may still be under way that nobody waits for any more: the next would be taken for another's.
    lost: bool,
}

/// What a server said to a mail that it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its answer, bounded.
    pub reply: String,
}

impl MailSession {
    /// Connects, secures the connection, and signs in when a credential is given.
    ///
    /// # Errors
    /// As [`Failure`] tells. No password was sent unless the outcome is about the account.
    pub async fn open(server: &MailServer, credential: Option<&Credential<'_>>) -> Result<Self, Failure> {
        within(OPEN, Outcome::Broken, "open", async {
            let mut greeted = Greeted::connect(server).await?;
            if let Some(credential) = credential {
                greeted.sign_in(credential).await?;
            }
            greeted.into_session().await
        })
        .await
    }

    /// Sends a mail. After a failure the connection is closed.
    ///
    /// # Errors
    /// [`Outcome::LacksRight`] when the server refuses sender or recipient for good, [`Outcome::Unreachable`] when it asks
    /// to come back later, else as [`Failure`] tells.
    pub async fn send(&mut self, mail: &Mail) -> Result<Accepted, Failure> {
        let (envelope, bytes) = mail.written()?;
        self.lost = true;
        let sent = within(SEND, Outcome::Broken, "send", async {
            let sent = self.connection.send(&envelope, &bytes).await;
            sent.map(|response| Accepted { reply: Failure::new(Outcome::Succeeded, "send", said(&response)).detail }).map_err(|error| match error {
                refused if refused.is_permanent() => Failure::new(Outcome::LacksRight, "send", &refused),
                later if later.is_transient() => Failure::new(Outcome::Unreachable, "send", &later),
                unsaid if unsaid.is_client() => Failure::new(Outcome::RefusedByRule, "send", &unsaid),
                other => Failure::new(Outcome::Broken, "send", &other),
            })
        })
        .await;
        self.lost = sent.is_err();
        sent
    }

    /// Whether the server still answers on this connection.
    pub async fn is_alive(&mut self) -> bool {
        let lost = std::mem::replace(&mut self.lost, true);
        self.lost = lost || !tokio::time::timeout(ANSWER, self.connection.test_connected()).await.unwrap_or(false);
        !self.lost
    }

    /// Says good-bye.
    pub async fn quit(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.connection.quit()).await;
    }
}

/// A secured connection on which `EHLO` was answered and nobody has signed in yet.
struct Greeted {
    stream: TlsStream<TcpStream>,
    peer: SocketAddr,
    hello: Lines,
    name: String,
    auth_before_tls: bool,
}

impl Greeted {
    async fn connect(server: &MailServer) -> Result<Self, Failure> {
        if server.hello.is_empty() || !server.hello.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::new(Outcome::RefusedByRule, "hello", "the name that this machine calls itself by cannot be said"));
        }
        let stream = within(CONNECT, Outcome::Unreachable, "connect", async {
            TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|e| Failure::new(Outcome::Unreachable, "connect", e))
        })
        .await?;
        let _ = stream.set_nodelay(true);
        let peer = stream.peer_addr().map_err(|e| Failure::new(Outcome::Unreachable, "connect", e))?;
        let (stream, offered) = before_tls::start_tls(stream, &server.hello).await?;
        let mut stream = tls::connect(stream, &server.host, server.ca_pem.as_deref()).await?;
        say(&mut stream, format!("EHLO {}\r\n", server.hello).as_bytes(), "hello").await?;
        let hello = answer(&mut stream, "hello").await?;
        hello.expect("250", "hello")?;
        Ok(Self { stream, peer, hello, name: server.hello.clone(), auth_before_tls: offered.auth })
    }

    /// Signs in, once.
    async fn sign_in(&mut self, credential: &Credential<'_>) -> Result<(), Failure> {
        sign_in::sign_in(&mut self.stream, &self.hello, credential).await
    }

    async fn into_session(self) -> Result<MailSession, Failure> {
        let stream = Secured::new(self.stream, self.peer, &self.hello.text());
        let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::Domain(self.name)).await;
        let connection = connection.map_err(|error| Failure::new(Outcome::Broken, "hello", error))?;
        Ok(MailSession { connection, lost: false })
    }
}

fn said(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}

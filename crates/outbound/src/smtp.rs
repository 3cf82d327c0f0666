//! SMTP submission (RFC 6409): STARTTLS always, then AUTH, then mail.
//!
//! Everything before TLS is our own, a few bounded lines, so that a password is never near it and nothing that was said
//! before TLS is taken for something said after it (RFC 3207 §5). `lettre` speaks once TLS is there.

mod before_tls;
mod mail;
mod probe;
mod secured;

pub use mail::Mail;
pub use probe::{MailProbe, probe};

use crate::failure::{Failure, within};
use crate::{Credential, tls};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use provost_domain::outcome::Outcome;
use secured::Secured;
use std::time::Duration;
use tokio::net::TcpStream;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(30);

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
        let (mut session, _) = Self::connect(server).await?;
        if let Some(credential) = credential {
            session.sign_in(credential).await?;
        }
        Ok(session)
    }

    /// Connects and secures the connection. Gives also whether AUTH was offered before TLS.
    async fn connect(server: &MailServer) -> Result<(Self, bool), Failure> {
        let stream = within(CONNECT, Outcome::Unreachable, "connect", async {
            TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|e| Failure::new(Outcome::Unreachable, "connect", e))
        })
        .await?;
        let _ = stream.set_nodelay(true);
        let peer = stream.peer_addr().map_err(|e| Failure::new(Outcome::Unreachable, "connect", e))?;
        let (stream, offered) = before_tls::start_tls(stream, &server.hello).await?;
        let stream = tls::connect(stream, &server.host, server.ca_pem.as_deref()).await?;
        let hello = ClientId::Domain(server.hello.clone());
        let connection = within(ANSWER, Outcome::Broken, "hello", async {
            AsyncSmtpConnection::connect_with_transport(Box::new(Secured::new(stream, peer)), &hello).await.map_err(|e| broken("hello", &e))
        })
        .await?;
        Ok((Self { connection }, offered.auth))
    }

    /// Signs in.
    async fn sign_in(&mut self, credential: &Credential<'_>) -> Result<(), Failure> {
        let step = "sign in";
        let offered = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&offered).is_none() {
            return Err(Failure::new(Outcome::NothingSafe, step, "neither PLAIN nor LOGIN is offered over TLS"));
        }
        let Some(password) = credential.password.expose_text() else {
            return Err(Failure::new(Outcome::RefusedByRule, step, "the password is not text, which SMTP asks for"));
        };
        if password.contains('\0') || credential.user.contains('\0') {
            return Err(Failure::new(Outcome::RefusedByRule, step, "AUTH PLAIN has no way to say NUL"));
        }
        let credentials = Credentials::new(credential.user.to_owned(), password.to_owned());
        within(ANSWER, Outcome::Broken, step, async { self.connection.auth(&offered, &credentials).await.map(drop).map_err(|error| sign_in_failure(&error)) })
            .await
    }

    /// Sends a mail. After a failure the connection is closed.
    ///
    /// # Errors
    /// [`Outcome::LacksRight`] when the server refuses sender or recipient for good, [`Outcome::Unreachable`] when it asks
    /// to come back later, else as [`Failure`] tells.
    pub async fn send(&mut self, mail: &Mail) -> Result<Accepted, Failure> {
        let (envelope, bytes) = mail.written()?;
        within(2 * ANSWER, Outcome::Broken, "send", async {
            let sent = self.connection.send(&envelope, &bytes).await;
            sent.map(|response| Accepted { reply: Failure::new(Outcome::Succeeded, "send", said(&response)).detail }).map_err(|error| match error {
                refused if refused.is_permanent() => Failure::new(Outcome::LacksRight, "send", &refused),
                later if later.is_transient() => Failure::new(Outcome::Unreachable, "send", &later),
                other => broken("send", &other),
            })
        })
        .await
    }

    /// Whether the server still answers on this connection.
    pub async fn is_alive(&mut self) -> bool {
        tokio::time::timeout(ANSWER, self.connection.test_connected()).await.unwrap_or(false)
    }

    /// Says good-bye.
    pub async fn quit(mut self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.connection.quit()).await;
    }
}

fn said(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}

/// RFC 4954 §6: 535 is about the credentials, 534 asks for another way, 538 for TLS, 454 for patience.
fn sign_in_failure(error: &lettre::transport::smtp::Error) -> Failure {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let outcome = match code.as_str() {
        "535" | "530" | "501" => Outcome::WrongPassword,
        "534" | "538" | "504" => Outcome::NothingSafe,
        "525" | "550" | "554" => Outcome::Disabled,
        _ if error.is_transient() => Outcome::Unreachable,
        _ => Outcome::Broken,
    };
    Failure::new(outcome, "sign in", error)
}

fn broken(step: &'static str, error: &lettre::transport::smtp::Error) -> Failure {
    Failure::new(Outcome::Broken, step, error)
}

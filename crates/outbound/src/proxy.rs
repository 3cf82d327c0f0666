//! HTTPS through a proxy server: `CONNECT`, with Negotiate or Basic where the proxy asks for it, then TLS to the destination
//! over the tunnel. Settings of the environment are never used; the proxy that is set is the only way.
//!
//! An account whose name tells its domain (`user@dns.domain`, `dns.domain\user`) signs in by Negotiate wherever that is
//! offered, and its password is then never said to the proxy, not even where Kerberos fails and Basic is offered too.
//!
//! Of the password one copy is not ours to overwrite: what hyper writes to the proxy lies in the write buffer of that
//! connection (`hyper::client::conn::http1`), and is freed with it.

mod negotiation;
pub mod offered;
mod tunnel;

pub use tunnel::{Response, Tunnel};

use crate::encoded::base64;
use crate::within::within;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue, PROXY_AUTHORIZATION};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use negotiation::Negotiation;
use offered::{continued, offered};
use provost_domain::Failure;
use provost_domain::accounts::name::AccountName;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use provost_store::keys::Secret;
use std::time::Duration;
use tokio::net::TcpStream;

/// Longest wait for a connection to the proxy.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for the proxy's answer, which includes its own connection to the destination.
const ANSWER: Duration = Duration::from_secs(30);
/// Longest way to a tunnel, all its steps together.
const OPEN: Duration = Duration::from_secs(60);
/// Most bytes of the proxy's headers.
const HEADERS_MAX: usize = 64 * 1024;
/// Most tokens of one sign-in by Negotiate; Kerberos needs one.
const TOKENS_MAX: usize = 3;
/// Most bytes of a refusal's page.
const PAGE_MAX: usize = 256 * 1024;

/// A proxy server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Where to go through it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The name; its certificate must be for it.
    pub host: String,
    /// The port; 443 is usual.
    pub port: u16,
    /// Certificates of the only authorities to trust, in PEM; without, the machine's.
    pub ca_pem: Option<Vec<u8>>,
}

/// What a proxy answered to `CONNECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectAnswer {
    /// The status.
    pub status: u16,
    /// The ways to sign in that it offers, in lower case, when it asks for one.
    pub offered: Vec<String>,
    /// How the credential was used; not at all where the proxy asks for none.
    pub signed_in: Option<SignIn>,
}

/// A way to sign in to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// With name and password, which the proxy then knows (RFC 7617).
    Basic,
    /// With a ticket for the proxy (RFC 4559), which tells it nothing that it could use elsewhere.
    Negotiate,
}

/// Asks for a tunnel and looks at the answer, without using the tunnel.
///
/// # Errors
/// When the proxy cannot be asked, or asks for something that is not safe.
pub async fn connect_answer(proxy: &ProxyServer, credential: Option<&Credential<'_>>, host: &str, port: u16) -> Result<ConnectAnswer, Failure> {
    within(OPEN, Outcome::Broken, "connect", async {
        let answer = Asking::connect(proxy).await?.ask(credential, host, port).await?;
        Ok(ConnectAnswer { status: answer.response.status().as_u16(), offered: answer.offered, signed_in: answer.signed_in })
    })
    .await
}

/// A connection to a proxy on which a tunnel is asked for.
struct Asking {
    proxy: ProxyServer,
    sender: SendRequest<Empty<Bytes>>,
}

struct Asked {
    response: hyper::Response<Incoming>,
    offered: Vec<String>,
    signed_in: Option<SignIn>,
}

impl Asking {
    async fn connect(proxy: &ProxyServer) -> Result<Self, Failure> {
        Ok(Self { proxy: proxy.clone(), sender: dial(proxy).await? })
    }

    /// Asks without a credential first: a proxy that needs none is not told one. A password is sent at most once.
    async fn ask(&mut self, credential: Option<&Credential<'_>>, host: &str, port: u16) -> Result<Asked, Failure> {
        let first = self.connect_request(None, host, port).await?;
        if first.status() != StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Ok(Asked { response: first, offered: Vec::new(), signed_in: None });
        }
        let offered = offered(first.headers());
        let Some(credential) = credential else { return Ok(Asked { response: first, offered, signed_in: None }) };
        let offers = |scheme: &str| offered.iter().any(|offer| offer == scheme);
        let principal = AccountName::parse(credential.user).ok().and_then(|name| name.principal());
        if let Some(principal) = principal.filter(|_| offers("negotiate")) {
            let response = self.negotiate(first, &principal, credential, host, port).await?;
            return Ok(Asked { response, offered, signed_in: Some(SignIn::Negotiate) });
        }
        if !offers("basic") {
            let what = if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") };
            let why = if offers("negotiate") { ", and the account's name does not tell its realm: write it as user@dns.domain" } else { "" };
            return Err(Failure::new(Outcome::NothingSafe, "sign in", format!("the proxy offers {what}{why}")));
        }
        let authorization = basic(credential)?;
        self.drain(first).await?;
        let response = self.connect_request(Some(&authorization), host, port).await?;
        Ok(Asked { response, offered, signed_in: Some(SignIn::Basic) })
    }

    /// Signs in with a ticket for the proxy. The proxy's own proof is not waited for: an answer to `CONNECT` has no place
    /// for it, and who is behind the tunnel proves itself by its certificate.
    async fn negotiate(
        &mut self,
        first: hyper::Response<Incoming>,
        principal: &str,
        credential: &Credential<'_>,
        host: &str,
        port: u16,
    ) -> Result<hyper::Response<Incoming>, Failure> {
        let (mut negotiation, mut authorization) = Negotiation::begin(principal, credential.password, &self.proxy.host).await?;
        let mut refusal = first;
        for _ in 0..TOKENS_MAX {
            self.drain(refusal).await?;
            let response = self.connect_request(Some(&authorization), host, port).await?;
            let more = (response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED).then(|| continued(response.headers())).flatten();
            let Some(token) = more else { return Ok(response) };
            (negotiation, authorization) = negotiation.go_on(token).await?;
            refusal = response;
        }
        Err(Failure::new(Outcome::Broken, "sign in", format!("the proxy still asks after {TOKENS_MAX} tokens")))
    }

    /// Reads a refusal to its end, so that the connection can be used again; the proxy may close after it.
    async fn drain(&mut self, refusal: hyper::Response<Incoming>) -> Result<(), Failure> {
        within(ANSWER, Outcome::Broken, "connect", async {
            Limited::new(refusal.into_body(), PAGE_MAX).collect().await.map(drop).map_err(|e| Failure::new(Outcome::Broken, "connect", e))
        })
        .await?;
        if self.sender.ready().await.is_err() {
            self.sender = dial(&self.proxy).await?;
        }
        Ok(())
    }

    async fn connect_request(&mut self, authorization: Option<&HeaderValue>, host: &str, port: u16) -> Result<hyper::Response<Incoming>, Failure> {
        let step = "connect";
        let authority = authority(host, port)?;
        let mut request = Request::builder().method(Method::CONNECT).uri(&authority).header(HOST, &authority);
        if let Some(value) = authorization {
            request = request.header(PROXY_AUTHORIZATION, value);
        }
        let request = request.body(Empty::new()).map_err(|e| Failure::new(Outcome::RefusedByRule, step, format!("\"{authority}\" is no destination: {e}")))?;
        within(ANSWER, Outcome::Broken, step, async {
            let mut unsent = match self.sender.try_send_request(request).await {
                Ok(response) => return Ok(response),
                Err(unsent) => unsent,
            };
            // The proxy closed before it was asked: this is asked again. What was written is not, for a credential is sent once.
            let Some(request) = unsent.take_message() else { return Err(Failure::new(Outcome::Broken, step, chain(unsent.error()))) };
            self.sender = dial(&self.proxy).await?;
            self.sender.send_request(request).await.map_err(|e| Failure::new(Outcome::Broken, step, chain(&e)))
        })
        .await
    }
}

/// Host and port as HTTP writes them. Whatever else a host is given as would be read as something other than a host.
fn authority(host: &str, port: u16) -> Result<String, Failure> {
    let named = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    match host.parse::<std::net::Ipv6Addr>() {
        Ok(address) => Ok(format!("[{address}]:{port}")),
        Err(_) if named => Ok(format!("{host}:{port}")),
        Err(_) => Err(Failure::new(Outcome::RefusedByRule, "connect", format!("\"{host}\" is no destination"))),
    }
}

async fn dial(proxy: &ProxyServer) -> Result<SendRequest<Empty<Bytes>>, Failure> {
    let unreachable = |e: &dyn std::fmt::Display| Failure::new(Outcome::Unreachable, "reach the proxy", e);
    let stream = within(CONNECT, Outcome::Unreachable, "reach the proxy", async {
        TcpStream::connect((proxy.host.as_str(), proxy.port)).await.map_err(|e| unreachable(&e))
    })
    .await?;
    let _ = stream.set_nodelay(true);
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(HEADERS_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| Failure::new(Outcome::Broken, "reach the proxy", chain(&e)))?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender)
}

/// RFC 7617: user and password as UTF-8; a user with a colon cannot be said.
fn basic(credential: &Credential<'_>) -> Result<HeaderValue, Failure> {
    if credential.user.contains(':') || credential.user.chars().any(char::is_control) {
        return Err(Failure::new(Outcome::RefusedByRule, "sign in", "Basic has no way to say a name with a colon or a control character"));
    }
    sensitive(base64("Basic ", &[credential.user.as_bytes(), b":", credential.password.expose()], ""))
}

/// A header that is not shown and does not stay.
fn sensitive(line: Secret) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Overwritten(line))).map_err(|e| Failure::new(Outcome::RefusedByRule, "sign in", e))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A secret as the bytes of a header: overwritten when the last header that shares it goes.
struct Overwritten(Secret);

impl AsRef<[u8]> for Overwritten {
    fn as_ref(&self) -> &[u8] {
        self.0.expose()
    }
}

/// An error with its causes, which hyper keeps beside.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_a_host_and_nothing_else() {
        for (host, written) in [("updates.example.test", "updates.example.test:443"), ("192.0.2.1", "192.0.2.1:443"), ("2001:db8::1", "[2001:db8::1]:443")] {
            assert_eq!(authority(host, 443).ok().as_deref(), Some(written));
        }
        for host in ["", "a b", "a/b", "a@b", "a:b", "a\r\nX: y", "[::1]", "ü.test"] {
            assert_eq!(authority(host, 443).expect_err("a refusal").outcome, Outcome::RefusedByRule, "{host:?}");
        }
    }

    #[test]
    fn basic_says_any_password_and_refuses_a_name_that_it_cannot_say() {
        let password = Secret::new("p%40ss: wörd 日本".as_bytes().to_vec());
        let value = basic(&Credential { user: "svc-proxy", password: &password }).expect("a header");
        assert_eq!(value.as_bytes(), b"Basic c3ZjLXByb3h5OnAlNDBzczogd8O2cmQg5pel5pys");
        assert_eq!(format!("{value:?}"), "Sensitive");
        for user in ["a:b", "a\nb"] {
            assert!(basic(&Credential { user, password: &password }).is_err());
        }
    }
}

//! HTTPS through a proxy server: `CONNECT`, with Basic where the proxy asks for it, then TLS to the destination over the
//! tunnel. Settings of the environment are never used; the proxy that is set is the only way.

mod tunnel;

pub use tunnel::{Response, Tunnel};

use crate::Credential;
use crate::failure::{Failure, within};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use provost_domain::outcome::Outcome;
use std::time::Duration;
use tokio::net::TcpStream;

/// Longest wait for a connection to the proxy.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for the proxy's answer, which includes its own connection to the destination.
const ANSWER: Duration = Duration::from_secs(30);
/// Most bytes of the proxy's headers.
const HEADERS_MAX: usize = 64 * 1024;
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
    /// Whether the credential was sent.
    pub signed_in: bool,
}

/// Asks for a tunnel and looks at the answer, without using the tunnel.
///
/// # Errors
/// When the proxy cannot be asked, or asks for something that is not safe.
pub async fn connect_answer(proxy: &ProxyServer, credential: Option<&Credential<'_>>, host: &str, port: u16) -> Result<ConnectAnswer, Failure> {
    let mut asking = Asking::connect(proxy).await?;
    let answer = asking.ask(credential, host, port).await?;
    Ok(ConnectAnswer { status: answer.response.status().as_u16(), offered: answer.offered, signed_in: answer.signed_in })
}

/// A connection to a proxy on which a tunnel is asked for.
struct Asking {
    proxy: ProxyServer,
    sender: SendRequest<Empty<Bytes>>,
}

struct Asked {
    response: hyper::Response<Incoming>,
    offered: Vec<String>,
    signed_in: bool,
}

impl Asking {
    async fn connect(proxy: &ProxyServer) -> Result<Self, Failure> {
        Ok(Self { proxy: proxy.clone(), sender: dial(proxy).await? })
    }

    /// Asks without a credential first: a proxy that needs none is not told one. It is sent at most once.
    async fn ask(&mut self, credential: Option<&Credential<'_>>, host: &str, port: u16) -> Result<Asked, Failure> {
        let first = self.connect_request(None, host, port).await?;
        if first.status() != StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Ok(Asked { response: first, offered: Vec::new(), signed_in: false });
        }
        let offered = offered(&first);
        let Some(credential) = credential else { return Ok(Asked { response: first, offered, signed_in: false }) };
        if !offered.iter().any(|scheme| scheme == "basic") {
            return Err(Failure::new(
                Outcome::NothingSafe,
                "sign in",
                format!("the proxy offers {}", if offered.is_empty() { "nothing".to_owned() } else { offered.join(", ") }),
            ));
        }
        drain(first).await?;
        // The proxy may close after its refusal.
        if self.sender.ready().await.is_err() {
            self.sender = dial(&self.proxy).await?;
        }
        let response = self.connect_request(Some(&basic(credential)?), host, port).await?;
        Ok(Asked { response, offered, signed_in: true })
    }

    async fn connect_request(&mut self, authorization: Option<&HeaderValue>, host: &str, port: u16) -> Result<hyper::Response<Incoming>, Failure> {
        let authority = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let mut request = Request::builder().method(Method::CONNECT).uri(&authority).header(HOST, &authority);
        if let Some(value) = authorization {
            request = request.header(PROXY_AUTHORIZATION, value);
        }
        let request =
            request.body(Empty::new()).map_err(|e| Failure::new(Outcome::RefusedByRule, "connect", format!("\"{authority}\" is no destination: {e}")))?;
        within(ANSWER, Outcome::Broken, "connect", async {
            self.sender.send_request(request).await.map_err(|e| Failure::new(Outcome::Broken, "connect", chain(&e)))
        })
        .await
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

/// The ways to sign in that a proxy offers (RFC 9110 §11.7.1), the first word of each.
fn offered(response: &hyper::Response<Incoming>) -> Vec<String> {
    let mut schemes: Vec<String> = response
        .headers()
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .filter_map(|value| value.split_whitespace().next())
        .map(|scheme| scheme.trim_end_matches(',').chars().take(32).collect::<String>().to_lowercase())
        .collect();
    schemes.sort_unstable();
    schemes.dedup();
    schemes
}

/// RFC 7617: user and password as UTF-8; a user with a colon cannot be said.
fn basic(credential: &Credential<'_>) -> Result<HeaderValue, Failure> {
    if credential.user.contains(':') || credential.user.chars().any(char::is_control) {
        return Err(Failure::new(Outcome::RefusedByRule, "sign in", "Basic has no way to say a name with a colon or a control character"));
    }
    let mut clear = Vec::with_capacity(credential.user.len() + 1 + credential.password.expose().len());
    clear.extend_from_slice(credential.user.as_bytes());
    clear.push(b':');
    clear.extend_from_slice(credential.password.expose());
    let clear = provost_store::keys::Secret::new(clear);
    let encoded = provost_store::keys::Secret::new(format!("Basic {}", STANDARD.encode(clear.expose())).into_bytes());
    let mut value = HeaderValue::from_bytes(encoded.expose()).map_err(|e| Failure::new(Outcome::RefusedByRule, "sign in", e))?;
    value.set_sensitive(true);
    Ok(value)
}

async fn drain(response: hyper::Response<Incoming>) -> Result<(), Failure> {
    within(ANSWER, Outcome::Broken, "connect", async {
        Limited::new(response.into_body(), PAGE_MAX).collect().await.map(drop).map_err(|e| Failure::new(Outcome::Broken, "connect", e))
    })
    .await
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

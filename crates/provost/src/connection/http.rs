//! One exchange over HTTP/1.1.

use super::{ServerAddress, Trust};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request as HttpRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::io;
use std::path::Path;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What is asked.
pub struct Request<'a> {
    /// Method.
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
    /// JSON body.
    pub body: Option<&'a Value>,
    /// Who asks; nobody when there is none.
    pub proof: Option<Proof<'a>>,
}

/// What says who asks.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// The token of a session.
    Session(&'a str),
    /// A Kerberos ticket for the site (RFC 4559).
    Ticket(&'a [u8]),
}

impl Proof<'_> {
    /// The value of `Authorization`.
    fn header(self) -> io::Result<HeaderValue> {
        let text = match self {
            Self::Session(token) => format!("Bearer {token}"),
            Self::Ticket(token) => format!("Negotiate {}", STANDARD.encode(token)),
        };
        let mut value = HeaderValue::try_from(text).map_err(io::Error::other)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// What was answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What the site proves in return that it is the one that the ticket was for.
    pub proof: Option<Vec<u8>>,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; null when there is none.
    pub fn document(&self) -> io::Result<Value> {
        if self.body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&self.body).map_err(io::Error::other) }
    }
}

/// To a local socket.
pub async fn connect_socket(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// To a server over TLS, its certificate checked.
pub async fn connect_tls(address: &ServerAddress, trust: &Trust) -> io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let configuration = trust.configuration()?;
    let name = rustls::pki_types::ServerName::try_from(address.host.clone()).map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
    stream.set_nodelay(true)?;
    tokio_rustls::TlsConnector::from(configuration).connect(name, stream).await
}

/// Asks once.
pub async fn exchange<S>(stream: S, host: &str, request: &Request<'_>) -> io::Result<Answer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let driver = tokio::spawn(connection);
    let mut http = HttpRequest::builder().method(request.method).uri(request.path).header(HOST, host).header(ACCEPT, "application/json");
    if let Some(proof) = request.proof {
        http = http.header(AUTHORIZATION, proof.header()?);
    }
    let body = match request.body {
        Some(body) => {
            http = http.header(CONTENT_TYPE, "application/json");
            Bytes::from(body.to_string())
        }
        None => Bytes::new(),
    };
    let http = http.body(Full::new(body)).map_err(io::Error::other)?;
    let answer = sender.send_request(http).await.map_err(io::Error::other)?;
    let status = answer.status().as_u16();
    let proof = answer.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()?.strip_prefix("Negotiate "));
    let proof = proof.and_then(|token| STANDARD.decode(token.trim()).ok());
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(io::Error::other)?.to_bytes();
    driver.abort();
    Ok(Answer { status, proof, body })
}

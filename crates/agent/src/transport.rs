//! One kept-alive connection to the management point.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, RETRY_AFTER};
use hyper::{HeaderMap, Method, Request};
use hyper_util::rt::TokioIo;
use provost_wire::answer::Refusal;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest wait for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Largest answer that is taken.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Why there is no answer. Nothing is known of what became of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No connection, or it broke.
    Unreachable(String),
    /// The management point refuses this client's certificate.
    Certificate(String),
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "the management point does not answer: {why}"),
            Self::Certificate(why) => write!(f, "the management point refuses this client's certificate: {why}"),
        }
    }
}

impl std::error::Error for TransportError {}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// What the management point says was wrong; `None` when it says nothing that is understood.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        serde_json::from_slice(&self.body).ok()
    }

    /// How long it asks to wait (RFC 9110 §10.2.3, in seconds).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// A connection that is made when it is needed.
pub struct Transport {
    address: String,
    tls: Arc<ClientConfig>,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Transport {
    /// To `HOST:PORT`; nothing is connected yet.
    #[must_use]
    pub fn new(address: &str, tls: Arc<ClientConfig>) -> Self {
        Self { address: address.to_owned(), tls, sender: None }
    }

    /// Gives the connection up; the next request makes another. A management point has room for so many only.
    pub fn close(&mut self) {
        self.sender = None;
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// When there is none in time; the connection is then given up.
    pub async fn exchange(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, TransportError> {
        let body = Bytes::from(body);
        // An idle connection may have been closed by the other end meanwhile, which shows only when it is used. Messages
        // are idempotent by their id and reads are reads, so one more try on a fresh connection is safe.
        if self.sender.is_some() {
            if let Ok(answer) = self.try_exchange(method.clone(), path, headers, body.clone()).await {
                return Ok(answer);
            }
            self.sender = None;
        }
        let result = self.try_exchange(method, path, headers, body).await;
        if result.is_err() {
            self.sender = None;
        }
        result
    }

    async fn try_exchange(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Answer, TransportError> {
        let unreachable = |e: &dyn fmt::Display| TransportError::Unreachable(e.to_string());
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.address);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|e| unreachable(&e))?;
            request = request.header(name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|e| unreachable(&e))?;
        if self.sender.is_none() {
            self.sender = Some(self.connect().await?);
        }
        let Some(sender) = &mut self.sender else { return Err(unreachable(&"no connection")) };
        let exchange = async {
            sender.ready().await?;
            let answer = sender.send_request(request).await?;
            let (head, body) = answer.into_parts();
            Ok::<_, hyper::Error>((head, Limited::new(body, ANSWER_BYTES_MAX).collect().await))
        };
        let (head, body) = timeout(ANSWER_TIMEOUT, exchange).await.map_err(|_| unreachable(&"no answer within 60 s"))?.map_err(|e| classify(&e))?;
        let body = body.map_err(|e| TransportError::Unreachable(format!("the answer broke off: {e}")))?.to_bytes();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, TransportError> {
        let unreachable = |e: &dyn fmt::Display| TransportError::Unreachable(format!("{}: {e}", self.address));
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|e| unreachable(&e))?;
        let connecting = async {
            let socket = TcpStream::connect(&self.address).await.map_err(|e| unreachable(&e))?;
            socket.set_nodelay(true).map_err(|e| unreachable(&e))?;
            TlsConnector::from(Arc::clone(&self.tls)).connect(name, socket).await.map_err(|e| classify(&e))
        };
        let stream = timeout(CONNECT_TIMEOUT, connecting).await.map_err(|_| unreachable(&"no connection within 15 s"))??;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|e| unreachable(&e))?;
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(sender)
    }
}

/// Certificate trouble is told apart from a network that is away: waiting does not mend it. In TLS 1.3 a client learns
/// that its own certificate was refused only when it reads the first answer.
fn classify(error: &(dyn std::error::Error + 'static)) -> TransportError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        let inner = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = current.downcast_ref::<rustls::Error>().or_else(|| inner.and_then(|i| i.downcast_ref::<rustls::Error>()));
        if let Some(tls) = tls {
            use rustls::AlertDescription as Alert;
            let about_certificates = match tls {
                rustls::Error::AlertReceived(alert) => matches!(
                    alert,
                    Alert::BadCertificate
                        | Alert::UnsupportedCertificate
                        | Alert::CertificateRevoked
                        | Alert::CertificateExpired
                        | Alert::CertificateUnknown
                        | Alert::UnknownCA
                        | Alert::CertificateRequired
                ),
                _ => false,
            };
            if let rustls::Error::InvalidCertificate(why) = tls {
                return TransportError::Unreachable(format!("its certificate is not from the site's authority: {why}"));
            }
            return if about_certificates { TransportError::Certificate(tls.to_string()) } else { TransportError::Unreachable(tls.to_string()) };
        }
        cause = current.source();
    }
    TransportError::Unreachable(error.to_string())
}

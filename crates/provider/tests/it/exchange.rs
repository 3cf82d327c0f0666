//! One request and its answer.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::{TcpStream, UnixStream};

/// How the provider is reached.
#[derive(Clone)]
pub enum Way {
    /// By the local socket.
    Socket(PathBuf),
    /// Over TLS.
    Tls(SocketAddr, Arc<ClientConfig>),
}

impl Way {
    /// Over TLS, trusting one certificate.
    pub fn tls(address: SocketAddr, certificate_pem: &str) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(certificate_pem.as_bytes()).expect("a certificate")).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
        Self::Tls(address, Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    }
}

/// What is asked.
#[derive(Clone, Default)]
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The document.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("a document, not: {}", self.body))
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"))
    }

    /// The number of the rule that an error names.
    pub fn rule(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Asks to read.
pub fn get(path: impl Into<String>) -> Ask {
    Ask { method: Method::GET, path: path.into(), ..Ask::default() }
}

/// Asks to do something, with a document.
pub fn with_document(method: Method, path: impl Into<String>, document: &Value) -> Ask {
    let headers = vec![("content-type", "application/json".to_owned())];
    Ask { method, path: path.into(), headers, body: document.to_string().into_bytes() }
}

/// Asks to do something, with a form of a page of this console.
pub fn form(path: impl Into<String>, fields: &[(&str, &str)]) -> Ask {
    let escape = |text: &str| text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect::<String>();
    let body = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&");
    let headers = vec![
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("origin", "https://localhost".to_owned()),
        ("sec-fetch-site", "same-origin".to_owned()),
    ];
    Ask { method: Method::POST, path: path.into(), headers, body: body.into_bytes() }
}

impl Ask {
    /// With a session's token.
    pub fn bearer(mut self, token: &str) -> Self {
        self.headers.push(("authorization", format!("Bearer {token}")));
        self
    }

    /// With a session's cookie.
    pub fn cookie(mut self, token: &str) -> Self {
        self.headers.push(("cookie", format!("__Host-provost={token}")));
        self
    }

    /// With another header; one of the same name is replaced.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// Asks.
    pub async fn send(self, way: &Way) -> Answer {
        match way {
            Way::Socket(path) => self.exchange(UnixStream::connect(path).await.expect("a socket")).await,
            Way::Tls(address, configuration) => {
                let stream = TcpStream::connect(address).await.expect("a connection");
                let name = ServerName::try_from("localhost").expect("a name");
                let stream = tokio_rustls::TlsConnector::from(configuration.clone()).connect(name, stream).await.expect("a handshake");
                self.exchange(stream).await
            }
        }
    }

    async fn exchange<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static>(self, stream: S) -> Answer {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(connection);
        let mut request = Request::builder().method(self.method).uri(&self.path).header(HOST, "localhost");
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
        }
        let request = request.body(Full::new(Bytes::from(self.body))).expect("a request");
        let response = sender.send_request(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

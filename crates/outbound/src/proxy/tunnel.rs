//! A tunnel through a proxy, with TLS to the destination inside.

use super::{ANSWER, Asking, Destination, OPEN, ProxyServer, SignIn, authority, chain};
use crate::tls;
use crate::within::within;
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;

/// A tunnel to one destination.
pub struct Tunnel {
    /// The destination as `Host` names it: without 443, which https means (RFC 9110 §7.2).
    host: String,
    sender: SendRequest<Empty<Bytes>>,
}

/// What a destination answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

impl Tunnel {
    /// Opens a tunnel and shakes hands with the destination, whose certificate is checked.
    ///
    /// # Errors
    /// [`Outcome::WrongPassword`] when the proxy, or for Negotiate the domain, does not take the credential;
    /// [`Outcome::LacksRight`] when the proxy forbids the destination, does not take the account's ticket, or asks for a
    /// credential and there is none; else as [`Failure`] tells.
    pub async fn open(proxy: &ProxyServer, credential: Option<&Credential<'_>>, destination: &Destination) -> Result<Self, Failure> {
        within(OPEN, Outcome::Broken, "connect", Self::opened(proxy, credential, destination)).await
    }

    async fn opened(proxy: &ProxyServer, credential: Option<&Credential<'_>>, destination: &Destination) -> Result<Self, Failure> {
        let asked = Asking::connect(proxy).await?.ask(credential, &destination.host, destination.port).await?;
        let status = asked.response.status();
        let step = "connect";
        let refused = match status {
            status if status.is_success() => None,
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Some(match asked.signed_in {
                Some(SignIn::Basic) => (Outcome::WrongPassword, "the proxy does not take name and password"),
                // The domain took the password.
                Some(SignIn::Negotiate) => (Outcome::LacksRight, "the proxy does not take the account's ticket"),
                None => (Outcome::LacksRight, "the proxy asks for sign-in, and no account is bound"),
            }),
            StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
                Some((Outcome::LacksRight, "the proxy forbids this destination"))
            }
            status if status.is_server_error() => Some((Outcome::Unreachable, "the proxy does not reach the destination")),
            _ => Some((Outcome::Broken, "the proxy does not answer as one")),
        };
        if let Some((outcome, words)) = refused {
            return Err(Failure::new(outcome, step, format!("{words} ({status})")));
        }
        let upgraded = within(ANSWER, Outcome::Broken, step, async {
            hyper::upgrade::on(asked.response).await.map_err(|e| Failure::new(Outcome::Broken, step, chain(&e)))
        })
        .await?;
        let stream = tls::connect(TokioIo::new(upgraded), &destination.host, destination.ca_pem.as_deref()).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|e| Failure::new(Outcome::Broken, "request", chain(&e)))?;
        tokio::spawn(connection);
        let named = authority(&destination.host, destination.port)?;
        Ok(Self { host: named.strip_suffix(":443").unwrap_or(&named).to_owned(), sender })
    }

    /// Asks the destination for `path`. The answer's body may have `limit` bytes.
    ///
    /// # Errors
    /// When there is no answer, or a longer one.
    pub async fn get(&mut self, path: &str, limit: usize) -> Result<Response, Failure> {
        let step = "request";
        if !path.starts_with('/') {
            return Err(Failure::new(Outcome::RefusedByRule, step, format!("\"{path}\" is no path")));
        }
        let request = Request::builder().method(Method::GET).uri(path).header(HOST, &self.host).body(Empty::new());
        let request = request.map_err(|e| Failure::new(Outcome::RefusedByRule, step, format!("\"{path}\" is no path: {e}")))?;
        within(ANSWER, Outcome::Broken, step, async {
            let response = self.sender.send_request(request).await.map_err(|e| Failure::new(Outcome::Broken, step, chain(&e)))?;
            let status = response.status().as_u16();
            if response.body().size_hint().lower() > limit as u64 {
                return Err(Failure::new(Outcome::Broken, step, format!("the answer has more than {limit} bytes")));
            }
            let body = Limited::new(response.into_body(), limit).collect().await.map_err(|e| Failure::new(Outcome::Broken, step, e))?;
            Ok(Response { status, body: body.to_bytes() })
        })
        .await
    }

    /// Whether the destination still takes requests on this tunnel.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.sender.is_closed()
    }
}

//! The way to a site: its API over the local socket of the data folder, or over TLS with a sign-in.

mod address;
mod http;
pub mod sign_in;
mod trust;

pub use address::ServerAddress;
pub use trust::Trust;

use crate::data_folder::DataFolder;
use crate::exit::Exit;
use crate::failure::Failure;
use http::Proof;
use hyper::Method;
use provost_catalog::rules::code;
use serde_json::{Value, json};
use sign_in::SignIn;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// Items asked for at once when a whole list is read.
const PAGE_ITEMS: usize = 500;

/// A site that can be asked.
pub struct Connection {
    runtime: tokio::runtime::Runtime,
    target: Target,
}

/// Where it is.
enum Target {
    Local(DataFolder),
    Remote { address: ServerAddress, trust: Trust, token: Option<String> },
}

impl Connection {
    /// To the site that runs on a data folder, as the person who owns it.
    ///
    /// # Errors
    /// When the system gives no event loop.
    pub fn local(folder: DataFolder) -> Result<Self, Failure> {
        Self::new(Target::Local(folder))
    }

    /// To a site elsewhere, with the sign-in kept from before when there is one.
    ///
    /// # Errors
    /// When nothing says how its certificate is checked.
    pub fn remote(address: ServerAddress, trust: Option<Trust>) -> Result<Self, Failure> {
        let kept = SignIn::kept(&address)?;
        let token = kept.as_ref().map(|k| k.token.clone());
        let trust = match trust.or_else(|| kept.and_then(|k| k.trust)) {
            Some(trust) => trust,
            None => {
                return Err(Failure::new(code::NOT_SIGNED_IN, format!("cannot connect to {address}"), "nothing says which certificate the site has")
                    .fix(format!("provost admin sign-in NAME --server {address} --ca FILE\nor with its fingerprint, as `provost site show` prints it there: --fingerprint SHA256"))
                    .exit(Exit::NotAllowed));
            }
        };
        Self::new(Target::Remote { address, trust, token })
    }

    fn new(target: Target) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Failure::new(code::BUG, "cannot start an event loop", e))?;
        Ok(Self { runtime, target })
    }

    /// Reads one document.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(&Method::GET, path, None)
    }

    /// Has something done.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask(&Method::POST, path, Some(body))
    }

    /// Replaces something.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn put(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.ask(&Method::PUT, path, Some(body))
    }

    /// Removes something.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.ask(&Method::DELETE, path, None)
    }

    /// Reads a list, page after page, until `limit` items or its end; `parameters` narrow it, and one called `after` says
    /// where to begin.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn list(&self, path: &str, parameters: &[(&str, Option<String>)], limit: Option<usize>) -> Result<Value, Failure> {
        let mut items: Vec<Value> = Vec::new();
        let (begin, parameters): (Vec<_>, Vec<_>) = parameters.iter().cloned().partition(|(name, _)| *name == "after");
        let mut after: Option<String> = begin.into_iter().next().and_then(|(_, value)| value);
        loop {
            let left = limit.map_or(PAGE_ITEMS, |limit| limit.saturating_sub(items.len()).min(PAGE_ITEMS));
            let page = [("limit", Some(left.to_string())), ("after", after.clone())];
            let query: Vec<String> =
                parameters.iter().chain(&page).filter_map(|(name, value)| Some(format!("{name}={}", escaped(value.as_deref()?)))).collect();
            let mut document = self.get(&format!("{path}?{}", query.join("&")))?;
            let next = match &document["next"] {
                Value::String(next) => Some(next.clone()),
                Value::Number(next) => Some(next.to_string()),
                _ => None,
            };
            let count = document["items"].as_array().map_or(0, Vec::len);
            if let Value::Array(more) = document["items"].take() {
                items.extend(more);
            }
            let enough = limit.is_some_and(|limit| items.len() >= limit);
            if enough || next.is_none() || count == 0 || next == after {
                let mut whole = json!({ "items": items });
                whole["next"] = if enough { json!(next) } else { Value::Null };
                return Ok(whole);
            }
            after = next;
        }
    }

    /// Asks once, in the caller's event loop.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub async fn ask_in_place(folder: &DataFolder, method: &Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let request = http::Request { method, path, body, proof: None };
        let asked = async { http::exchange(http::connect_socket(&folder.socket()).await?, "localhost", &request).await }.await;
        let read = asked.and_then(|answer| Ok((answer.status, answer.document()?)));
        let (status, document) = read.map_err(|e| Failure::new(code::SITE_NOT_RUNNING, format!("cannot ask the site of {}", folder.path().display()), e))?;
        if (200..300).contains(&status) { Ok(document) } else { Err(Failure::from_api(status, &document)) }
    }

    /// Has something done as whom a Kerberos ticket is for, and gives what the site proves in return.
    ///
    /// # Errors
    /// When the site cannot be asked or refuses.
    pub fn post_with_ticket(&self, path: &str, ticket: &[u8]) -> Result<(Value, Option<Vec<u8>>), Failure> {
        self.exchange(&http::Request { method: &Method::POST, path, body: None, proof: Some(Proof::Ticket(ticket)) })
    }

    fn ask(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.exchange(&http::Request { method, path, body, proof: self.token().map(Proof::Session) }).map(|(document, _)| document)
    }

    fn exchange(&self, request: &http::Request<'_>) -> Result<(Value, Option<Vec<u8>>), Failure> {
        let asked = self.runtime.block_on(async {
            tokio::time::timeout(ANSWER_TIMEOUT, async {
                match &self.target {
                    Target::Local(folder) => http::exchange(http::connect_socket(&folder.socket()).await?, "localhost", request).await,
                    Target::Remote { address, trust, .. } => http::exchange(http::connect_tls(address, trust).await?, &address.authority(), request).await,
                }
            })
            .await
            .unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, format!("no answer in {} s", ANSWER_TIMEOUT.as_secs()))))
        });
        let read = asked.and_then(|answer| Ok((answer.status, answer.document()?, answer.proof)));
        let (status, document, proof) = read.map_err(|e| self.unreachable(&e))?;
        if (200..300).contains(&status) {
            return Ok((document, proof));
        }
        let mut failure = Failure::from_api(status, &document);
        if let (401, Target::Remote { address, .. }) = (status, &self.target) {
            failure = failure.fix(format!("provost admin sign-in NAME --server {address}"));
        }
        Err(failure)
    }

    fn token(&self) -> Option<&str> {
        match &self.target {
            Target::Local(_) => None,
            Target::Remote { token, .. } => token.as_deref(),
        }
    }

    fn unreachable(&self, error: &io::Error) -> Failure {
        match &self.target {
            Target::Local(folder) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                    Failure::new(code::SITE_NOT_RUNNING, format!("cannot reach the site of {}", folder.path().display()), "no site runs on this data folder")
                        .fix(format!(
                            "start it: provost up --data {0}\nor name another: --data DIR, or --server URL for a site elsewhere",
                            folder.path().display()
                        ))
                }
                io::ErrorKind::PermissionDenied => Failure::new(
                    code::NOT_ALLOWED,
                    format!("cannot reach the site of {}", folder.path().display()),
                    "the data folder belongs to another person",
                )
                .fix("run the command as that person, or sign in: provost admin sign-in NAME --server URL")
                .exit(Exit::NotAllowed),
                _ => Failure::new(code::SITE_NOT_RUNNING, format!("cannot ask the site of {}", folder.path().display()), error)
                    .state("the site may have done what it was asked; look before repeating"),
            },
            Target::Remote { address, .. } => Failure::new(code::SITE_NOT_RUNNING, format!("cannot ask {address}"), error)
                .fix("check the address, and on the site's machine: provost site show"),
        }
    }
}

/// The HTTP status that a server gives on its real socket, its certificate checked.
///
/// # Errors
/// When it cannot be reached, shows another certificate, or does not speak HTTP.
pub async fn probe(address: SocketAddr, trust: &Trust, path: &str) -> io::Result<u16> {
    let address = ServerAddress { host: address.ip().to_string(), port: address.port() };
    let request = http::Request { method: &Method::GET, path, body: None, proof: None };
    Ok(http::exchange(http::connect_tls(&address, trust).await?, &address.authority(), &request).await?.status)
}

/// A part of a path or a parameter, everything but letters, digits and `-._~` escaped (RFC 3986 §2.1).
#[must_use]
pub fn escaped(part: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        assert_eq!(escaped("GUID:A b/ä"), "GUID%3AA%20b%2F%C3%A4");
    }

    #[test]
    fn a_site_that_does_not_run_is_told() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::resolve(Some(parent.path())).expect("a path");
        let failure = Connection::local(folder).and_then(|c| c.get("/api/v1/site")).expect_err("nobody answers");
        assert_eq!(failure.code, code::SITE_NOT_RUNNING);
        assert!(failure.fix.contains("provost up --data"), "{failure}");
    }
}

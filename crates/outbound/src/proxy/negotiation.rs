//! Signing in to a proxy with a ticket (RFC 4559), by SPNEGO with Kerberos inside and nothing else.

use super::sensitive;
use crate::encoded::base64;
use hyper::header::HeaderValue;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_kerberos::{Credential, Initiator, Mechanism};
use provost_store::keys::Secret;

const STEP: &str = "sign in";

/// A sign-in that may go on.
pub(super) struct Negotiation(Initiator);

impl Negotiation {
    /// Signs in to the domain, and begins with the proxy of that name.
    pub(super) async fn begin(principal: &str, password: &Secret, proxy: &str) -> Result<(Self, HeaderValue), Failure> {
        let (principal, service) = (principal.to_owned(), format!("HTTP@{proxy}"));
        // A copy, for the thread that may block; overwritten there.
        let password = Secret::new(password.expose().to_vec());
        blocking(move || {
            let credential = Credential::with_password(&principal, password.expose())?;
            drop(password);
            step(Initiator::new(&credential, &service, Mechanism::Spnego)?, None)
        })
        .await
    }

    /// Goes on with what the proxy answered.
    pub(super) async fn go_on(self, token: Vec<u8>) -> Result<(Self, HeaderValue), Failure> {
        blocking(move || step(self.0, Some(&token))).await
    }
}

fn step(mut initiator: Initiator, token: Option<&[u8]>) -> Result<(Negotiation, HeaderValue), Failure> {
    let token = initiator.step(token)?.token.ok_or_else(|| Failure::new(Outcome::LacksRight, STEP, "the proxy does not take the account's ticket"))?;
    Ok((Negotiation(initiator), sensitive(base64("Negotiate ", &[&token], ""))?))
}

/// Runs what blocks on a thread that may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| Err(Failure::new(Outcome::Broken, STEP, panic)))
}

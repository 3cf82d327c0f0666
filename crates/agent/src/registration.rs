//! Registration: this client makes itself known by its key, shows its one-time token if it has one, and fetches the
//! certificate that the site issues. *Registered* is not *approved*.

use crate::folder::Folder;
use crate::identity::{Identity, Settings, hardware_id};
use crate::transport::{Answer, Transport, TransportError};
use crate::{VERSION, tls};
use hyper::Method;
use provost_catalog::rules::code;
use provost_domain::{Approval, Digest};
use provost_runtime::Clock;
use provost_wire::answer::Refusal;
use provost_wire::client::path;
use provost_wire::client::registration::{Registration, RegistrationAnswer, SiteInformation};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Why a registration did not succeed.
#[derive(Debug)]
pub enum RegistrationError {
    /// No answer; try again.
    Transport(TransportError),
    /// The site said no, and will say so again until somebody acts.
    Refused(Refusal),
    /// Something else, worth another try, after the time that the other end asked for.
    Other(String, Option<Duration>),
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::Refused(refusal) => f.write_str(&told(refusal)),
            Self::Other(why, _) => f.write_str(why),
        }
    }
}

impl From<TransportError> for RegistrationError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl From<String> for RegistrationError {
    fn from(why: String) -> Self {
        Self::Other(why, None)
    }
}

/// The approval token in a file, when there is one that was not shown yet.
#[must_use]
pub fn new_token(file: Option<&Path>, settings: &Settings) -> Option<String> {
    let token = std::fs::read_to_string(file?).ok()?.trim().to_owned();
    let shown = settings.token_shown == Some(Digest::of(token.as_bytes()));
    (!token.is_empty() && !shown).then_some(token)
}

/// What a registration came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// What the site thinks of the client; `None` while it has not looked.
    pub approval: Option<Approval>,
    /// Whether a certificate came that the client did not have before.
    pub new_certificate: bool,
}

/// Registers once. A certificate in the answer is kept. A token is shown once; its file is removed when the client is
/// approved.
///
/// # Errors
/// Told apart by what helps: waiting, a person, or a repair.
pub async fn register(folder: &Folder, identity: &mut Identity, token_file: Option<&Path>, clock: &Clock) -> Result<Registered, RegistrationError> {
    let mut transport = Transport::new(&identity.settings.management_point, tls::anonymous(&identity.authority)?);
    let answer = transport.exchange(Method::GET, path::SITE, &[], Vec::new()).await?;
    let information: SiteInformation = parsed(&answer)?;
    if information.site != identity.settings.site {
        let text = format!("the management point belongs to site {}, not {}", information.site, identity.settings.site);
        return Err(RegistrationError::Other(text, None));
    }
    let names = crate::names::names(Path::new("/"));
    let token = new_token(token_file, &identity.settings);
    let token_digest = token.as_ref().map(|token| Digest::of(token.as_bytes()));
    let registration = Registration {
        client: identity.settings.client,
        site: identity.settings.site,
        public_key: identity.public_key()?,
        netbios_name: names.netbios,
        dns_name: names.dns,
        hardware_id: hardware_id(Path::new("/")),
        client_version: VERSION.to_owned(),
        nonce: information.nonce,
        sent_at: clock.now(),
        token,
    };
    let payload = serde_json::to_string(&registration).map_err(|e| e.to_string())?;
    let body = serde_json::to_vec(&identity.sign(payload)?).map_err(|e| e.to_string())?;
    let answer = transport.exchange(Method::POST, path::REGISTER, &[], body).await?;
    let RegistrationAnswer { approval, certificate_pem, certificate_not_after, policy_key } = parsed(&answer)?;

    let new_certificate = match &certificate_pem {
        Some(pem) => Identity::keep_certificate(folder, pem)?,
        None => false,
    };
    let mut settings = Settings { policy_key: Some(policy_key), ..identity.settings.clone() };
    if certificate_pem.is_some() {
        settings.certificate_not_after = certificate_not_after;
    }
    if approval.is_some() && token_digest.is_some() {
        settings.token_shown = token_digest;
    }
    if settings != identity.settings {
        identity.settings = settings;
        identity.keep(folder)?;
    }
    if let (Some(Approval::Approved), Some(file)) = (approval, token_file) {
        // It works once, and it was used or is not needed.
        let _ = std::fs::remove_file(file);
    }
    Ok(Registered { approval, new_certificate })
}

fn parsed<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, RegistrationError> {
    if (200..300).contains(&answer.status) {
        return serde_json::from_slice(&answer.body).map_err(|e| RegistrationError::Other(format!("the answer is not understood: {e}"), None));
    }
    let wait = answer.retry_after();
    match answer.refusal() {
        // A nonce that was too old when it arrived: the next one is fresh.
        Some(refusal) if refusal.code == format!("PV{}", code::REGISTRATION_REPLAYED) => Err(RegistrationError::Other(told(&refusal), wait)),
        Some(refusal) if (400..500).contains(&answer.status) && answer.status != 429 => Err(RegistrationError::Refused(refusal)),
        Some(refusal) => Err(RegistrationError::Other(told(&refusal), wait)),
        None => Err(RegistrationError::Other(format!("the management point answered with status {}", answer.status), wait)),
    }
}

fn told(refusal: &Refusal) -> String {
    format!("{}: {} ({})", refusal.code, refusal.message, refusal.fix)
}

//! Registration: this client makes itself known by its key, shows its one-time token if it has one, and fetches the
//! certificate that the site issues. *Registered* is not *approved*.

use crate::folder::Folder;
use crate::identity::{Identity, hardware_id};
use crate::transport::{Transport, TransportError};
use crate::{VERSION, heartbeat, tls};
use hyper::Method;
use provost_domain::Approval;
use provost_runtime::Clock;
use provost_wire::answer::Refusal;
use provost_wire::client::path;
use provost_wire::client::registration::{Registration, RegistrationAnswer, SiteInformation};
use std::fmt;
use std::path::Path;

/// Why a registration did not succeed.
#[derive(Debug)]
pub enum RegistrationError {
    /// No answer; try again.
    Transport(TransportError),
    /// The site said no, and will say so again until somebody acts.
    Refused(Refusal),
    /// Something else, worth another try later.
    Other(String),
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::Refused(refusal) => write!(f, "{}: {} ({})", refusal.code, refusal.message, refusal.fix),
            Self::Other(why) => f.write_str(why),
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
        Self::Other(why)
    }
}

/// Registers once. With a certificate in the answer, it is kept; the token file is removed once the site used it.
///
/// # Errors
/// Told apart by what helps: waiting, a person, or a repair.
pub async fn register(folder: &Folder, identity: &mut Identity, token_file: Option<&Path>, clock: &Clock) -> Result<RegistrationAnswer, RegistrationError> {
    let mut transport = Transport::new(&identity.settings.management_point, tls::anonymous(&identity.authority)?);
    let answer = transport.exchange(Method::GET, path::SITE, &[], Vec::new()).await?;
    let information: SiteInformation = parsed(answer.status, &answer.body)?;
    if information.site != identity.settings.site {
        let text = format!("the management point belongs to site {}, not {}", information.site, identity.settings.site);
        return Err(RegistrationError::Other(text));
    }
    let names = heartbeat::names(Path::new("/"));
    let token = token_file.and_then(|file| std::fs::read_to_string(file).ok()).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
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
    let answer: RegistrationAnswer = parsed(answer.status, &answer.body)?;
    if identity.settings.policy_key.as_ref() != Some(&answer.policy_key) {
        identity.settings.policy_key = Some(answer.policy_key.clone());
        identity.keep(folder)?;
    }
    if let Some(pem) = &answer.certificate_pem {
        Identity::keep_certificate(folder, pem)?;
    }
    if answer.approval == Some(Approval::Approved) {
        if let Some(file) = token_file {
            let _ = std::fs::remove_file(file);
        }
    }
    Ok(answer)
}

fn parsed<T: serde::de::DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, RegistrationError> {
    if (200..300).contains(&status) {
        return serde_json::from_slice(body).map_err(|e| RegistrationError::Other(format!("the answer is not understood: {e}")));
    }
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) if (400..500).contains(&status) && status != 429 => Err(RegistrationError::Refused(refusal)),
        Ok(refusal) => Err(RegistrationError::Other(format!("{}: {}", refusal.code, refusal.message))),
        Err(_) => Err(RegistrationError::Other(format!("the management point answered with status {status}"))),
    }
}

//! Registration: a client makes itself known by its public key and proves that it holds the private one.
//!
//! 1. The client asks `GET /mp/v1/site` and gets a nonce that works once, for five minutes.
//! 2. It signs [`Registration`] with its own key and posts it. The management point checks signature, nonce, clock
//!    and site, and puts the registration into its inbox.
//! 3. The site's discovery data manager decides (known key, new client, token) and issues a certificate.
//! 4. The client posts the same registration with a new nonce until the answer carries its certificate; the answer
//!    always says what the site thinks of it.

use crate::malformed::{Malformed, check_text};
use crate::signature::{PublicKey, Signed};
use provost_domain::{Approval, SiteCode, SmsId, Timestamp};
use serde::{Deserialize, Serialize};

/// What anyone may know of a site before a certificate is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteInformation {
    /// Code of the site.
    pub site: SiteCode,
    /// The management point's clock.
    pub time: Timestamp,
    /// Works once, for five minutes, in a registration.
    pub nonce: String,
}

/// What a client says of itself; signed with the key it names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Identity that the client made for itself.
    pub client: SmsId,
    /// Site it wants to belong to.
    pub site: SiteCode,
    /// Its public key.
    pub public_key: PublicKey,
    /// NetBIOS name: at most 15 characters of the host name, upper case.
    pub netbios_name: String,
    /// Full name in DNS, or the host name.
    pub dns_name: String,
    /// Hardware id: a digest of what the firmware calls the machine; empty when it does not say.
    pub hardware_id: String,
    /// Version of the client.
    pub client_version: String,
    /// The nonce from [`SiteInformation`].
    pub nonce: String,
    /// The client's clock.
    pub sent_at: Timestamp,
    /// One-time approval token in clear, when the client was given one. It travels inside TLS only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// A [`Registration`] as it travels.
pub type SignedRegistration = Signed;

/// Answer to a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationAnswer {
    /// `None` while the site has not looked yet: ask again soon.
    pub approval: Option<Approval>,
    /// The client's certificate in PEM, once issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_pem: Option<String>,
    /// When that certificate runs out; the client registers again some time before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_not_after: Option<Timestamp>,
    /// The key that policy is signed with.
    pub policy_key: PublicKey,
}

/// How long before its certificate runs out a client registers again, and a site issues a new one, in seconds: 30 days.
pub const RENEWAL_SECONDS: i64 = 30 * 24 * 3600;

/// What the management point puts into the registration inbox: the payload that was verified, and who it said it is.
/// The one-time token is replaced by its digest, so that no token lies in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedRegistration {
    /// The registration, its `token` removed.
    pub registration: Registration,
    /// SHA-256 of the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_digest: Option<provost_domain::Digest>,
    /// Address it came from.
    pub from_address: String,
}

/// Longest name, version or hardware id, in bytes.
const NAME_BYTES_MAX: usize = 256;
/// Longest nonce or token, in bytes.
const SECRET_BYTES_MAX: usize = 256;

/// Reads what a registration signs and holds it to its bounds. The signature is the caller's to check, with the key
/// that the registration names.
///
/// # Errors
/// When the text is not this shape or a bound is broken.
pub fn parse(payload: &str) -> Result<Registration, Malformed> {
    let registration: Registration = serde_json::from_str(payload)?;
    let texts = [
        ("netbios_name", &registration.netbios_name),
        ("dns_name", &registration.dns_name),
        ("hardware_id", &registration.hardware_id),
        ("client_version", &registration.client_version),
    ];
    for (field, text) in texts {
        check_text(field, text, NAME_BYTES_MAX)?;
    }
    check_text("nonce", &registration.nonce, SECRET_BYTES_MAX)?;
    check_text("token", registration.token.as_deref().unwrap_or_default(), SECRET_BYTES_MAX)?;
    Ok(registration)
}

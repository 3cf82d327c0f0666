//! Registration (wire::client::registration tells the steps): who holds the key is proved here; what follows from it
//! the site decides.

use super::Shared;
use super::answers::{Answer, Refused, json};
use super::body::body;
use super::messages::deposit;
use super::nonce::Verdict;
use super::registry::Client;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use provost_catalog::rules::code;
use provost_domain::rate::{Bucket, Rate};
use provost_domain::{Approval, Digest, Timestamp};
use provost_runtime::random;
use provost_wire::client::registration::{RENEWAL_SECONDS, Registration, RegistrationAnswer, SignedRegistration, SiteInformation, VerifiedRegistration, parse};
use provost_wire::envelope::{Envelope, Kind};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many registrations one address may send; a whole office may stand behind one.
const RATE: Rate = Rate { burst: 1000, per_second: 50 };
/// Most addresses that are remembered; the idle are forgotten first.
const ADDRESSES_MAX: usize = 20_000;
/// How far a client's clock may be from ours, in seconds.
const SKEW_SECONDS_MAX: i64 = 300;
/// How long an answer waits for the site to decide.
const DECISION_WAIT: Duration = Duration::from_secs(2);

/// What is left of each address's rate.
#[derive(Default)]
pub struct AddressRates(Mutex<HashMap<IpAddr, Bucket>>);

impl AddressRates {
    fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ADDRESSES_MAX {
            buckets.retain(|_, bucket| !bucket.is_idle(RATE, now));
        }
        // When even so there are too many, new addresses share one bucket.
        let key = if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&address) { IpAddr::from([0, 0, 0, 0]) } else { address };
        buckets.entry(key).or_insert_with(|| Bucket::full(RATE, now)).take(RATE, now)
    }
}

/// What anyone may know of the site.
pub fn site_information(shared: &Shared) -> Answer {
    let time = shared.clock.now();
    json(StatusCode::OK, &SiteInformation { site: shared.site, time, nonce: shared.nonces.issue(time) })
}

/// Takes a registration, and answers what the site thinks of the client.
pub async fn register(shared: &Shared, from: SocketAddr, request: Request<Incoming>) -> Result<Answer, Refused> {
    let now = shared.clock.now();
    shared.address_rates.take(from.ip(), now).map_err(|seconds| Refused::too_many("registrations from this address", seconds))?;
    let bytes = body(request, Kind::Registration.body_bytes_max()).await?;
    let signed: SignedRegistration = serde_json::from_slice(&bytes).map_err(Refused::malformed)?;
    let registration = parse(&signed.payload).map_err(Refused::malformed)?;
    if signed.open(&registration.public_key).is_none() {
        let message = "the registration is not signed with the key that it names";
        return Err(Refused::new(StatusCode::FORBIDDEN, code::REGISTRATION_SIGNATURE, message, "only the holder of a key may register it"));
    }
    check(shared, &registration, now)?;

    let known = shared.registry.by_id(registration.client);
    if known.as_ref().is_some_and(|client| client.public_key != registration.public_key.to_string()) {
        let message = format!("{} is registered with another key", registration.client);
        let fix = "if the computer was installed anew, remove the old record: provost client remove; else somebody claims to be this client";
        return Err(Refused::new(StatusCode::CONFLICT, code::REGISTRATION_OTHER_KEY, message, fix));
    }
    let settled = known.as_ref().is_some_and(|client| {
        let known = client.known.load();
        let valid = known.certificate_not_after.is_some_and(|end| end.seconds_since(now) > RENEWAL_SECONDS);
        known.certificate.is_some() && valid && (registration.token.is_none() || known.approval == Some(Approval::Approved))
    });
    if !settled {
        // A client whose certificate is being renewed keeps the old one in its row until the site has decided.
        let before = known.as_ref().and_then(|client| client.known.load().certificate);
        let (client, has_token) = (registration.client, registration.token.is_some());
        forward(shared, registration.clone(), from).await?;
        let decided = |registry: &super::registry::Registry| {
            let known = registry.by_id(client)?;
            let now = known.known.load();
            (now.certificate.is_some() && (now.certificate != before || has_token && now.approval != Some(Approval::Registered))).then_some(())
        };
        let _ = shared.registry.wait_for(DECISION_WAIT, decided).await;
    }
    answer(shared, &registration)
}

fn check(shared: &Shared, registration: &Registration, now: Timestamp) -> Result<(), Refused> {
    if registration.site != shared.site {
        let message = format!("this management point belongs to site {}, not {}", shared.site, registration.site);
        return Err(Refused::new(StatusCode::FORBIDDEN, code::WRONG_SITE, message, "point the client at a management point of its own site"));
    }
    let skew = now.seconds_since(registration.sent_at);
    if skew.abs() > SKEW_SECONDS_MAX {
        let message = format!("the client's clock differs by {skew} s from the management point's; at most {SKEW_SECONDS_MAX} are tolerated");
        return Err(Refused::new(StatusCode::FORBIDDEN, code::CLOCK_SKEW, message, "set the client's clock"));
    }
    match shared.nonces.take(&registration.nonce, now) {
        Verdict::Good => Ok(()),
        Verdict::Busy => Err(Refused::too_many("registrations", 10)),
        Verdict::Replayed | Verdict::Unknown => {
            let message = "the registration's nonce was used before, is too old, or is not this management point's";
            Err(Refused::new(
                StatusCode::FORBIDDEN,
                code::REGISTRATION_REPLAYED,
                message,
                "ask for a fresh one; whoever sends a copy of another's registration gets nothing",
            ))
        }
    }
}

/// Puts a proved registration into its inbox, with the token's digest in the token's place.
async fn forward(shared: &Shared, mut registration: Registration, from: SocketAddr) -> Result<(), Refused> {
    let token_digest = registration.token.take().map(|token| Digest::of(token.as_bytes()));
    let now = shared.clock.now();
    let envelope = Envelope {
        id: random::message_id(now),
        kind: Kind::Registration,
        client: Some(registration.client),
        received_at: now,
        management_point: shared.host.clone(),
    };
    let verified = VerifiedRegistration { registration, token_digest, from_address: from.ip().to_string() };
    let body = serde_json::to_vec(&verified).map_err(Refused::malformed)?;
    Ok(deposit(shared, &envelope, body).await?)
}

fn answer(shared: &Shared, registration: &Registration) -> Result<Answer, Refused> {
    let client: Option<Arc<Client>> = shared.registry.by_id(registration.client).filter(|c| c.public_key == registration.public_key.to_string());
    let Some(client) = client else {
        let waiting = RegistrationAnswer { approval: None, certificate_pem: None, certificate_not_after: None, policy_key: shared.policy_key.clone() };
        return Ok(json(StatusCode::ACCEPTED, &waiting));
    };
    let (approval, certificate_not_after) = {
        let known = client.known.load();
        (known.approval, known.certificate_not_after)
    };
    if approval == Some(Approval::Blocked) {
        return Err(Refused::new(StatusCode::FORBIDDEN, code::CLIENT_BLOCKED, "this client is blocked", "provost client unblock"));
    }
    let certificate_pem = shared.registry.certificate_pem(client.id);
    let answer = RegistrationAnswer { approval, certificate_pem, certificate_not_after, policy_key: shared.policy_key.clone() };
    Ok(json(StatusCode::OK, &answer))
}

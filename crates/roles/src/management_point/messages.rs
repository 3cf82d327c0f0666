//! Messages: checked, put into the inbox of their kind, and acknowledged once they are on disk.

use super::Shared;
use super::allowance::MESSAGES;
use super::answers::{Answer, Refused, json};
use super::body::body;
use super::registry::Client;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use provost_catalog::rules::code;
use provost_domain::{MessageId, Timestamp};
use provost_store::inbox::DepositError;
use provost_wire::answer::Accepted;
use provost_wire::client::{header, heartbeat, state, status};
use provost_wire::envelope::{Envelope, Kind};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Oldest message that is taken, in days; its id must still be remembered where it is loaded.
const AGE_DAYS_MAX: i64 = 60;
/// How far ahead of ours a client's clock may be, in seconds.
const AHEAD_SECONDS_MAX: i64 = 600;

/// Takes one message of an approved client.
pub async fn take(shared: &Shared, client: &Arc<Client>, request: Request<Incoming>) -> Result<Answer, Refused> {
    let now = shared.clock.now();
    client.messages.take(MESSAGES, now).map_err(|seconds| Refused::too_many("messages of this client", seconds))?;
    let (id, kind) = described(&request)?;
    check_age(id, now)?;
    let bytes = body(request, kind.body_bytes_max()).await?;
    check_form(kind, &bytes)?;
    let envelope = Envelope { id, kind, client: Some(client.id), received_at: shared.clock.now(), management_point: shared.host.clone() };
    deposit(shared, &envelope, bytes).await?;
    shared.presence.saw(client, now);
    Ok(json(StatusCode::ACCEPTED, &Accepted { accepted: id }))
}

/// Waits until an envelope and its body are on disk, and wakes who reads them.
pub async fn deposit(shared: &Shared, envelope: &Envelope, body: Vec<u8>) -> Result<(), DepositError> {
    let (sender, written) = oneshot::channel();
    let inbox = envelope.kind.inbox();
    shared.depositor.deposit(inbox, envelope.to_bytes(), body, move |result| {
        let _ = sender.send(result);
    })?;
    // Without an answer the depositor is gone; whether the message is on disk is not known, so it is not acknowledged.
    written.await.unwrap_or(Err(DepositError::Stopped))?;
    shared.bells.ring(inbox.owner);
    Ok(())
}

fn described(request: &Request<Incoming>) -> Result<(MessageId, Kind), Refused> {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let id = text(header::MESSAGE_ID).parse().map_err(|e| Refused::malformed(format_args!("header {}: {e}", header::MESSAGE_ID)))?;
    match Kind::from_word(text(header::KIND)) {
        Some(kind) if kind.sent_by_clients() => Ok((id, kind)),
        _ => Err(Refused::malformed(format_args!("header {}: no kind of message that clients send is called {:?}", header::KIND, text(header::KIND)))),
    }
}

fn check_age(id: MessageId, now: Timestamp) -> Result<(), Refused> {
    let age = now.seconds_since(id.made_at());
    if age > AGE_DAYS_MAX * 24 * 3600 {
        let message = format!("the message was made {} days ago; at most {AGE_DAYS_MAX} are taken", age / 86_400);
        return Err(Refused::new(StatusCode::UNPROCESSABLE_ENTITY, code::MESSAGE_TOO_OLD, message, "the client makes a new one by itself"));
    }
    if -age > AHEAD_SECONDS_MAX {
        let message = format!("the client's clock is {} s ahead of the management point's", -age);
        let refused = Refused::new(StatusCode::FORBIDDEN, code::CLOCK_SKEW, message, "set the client's clock; it keeps the message and sends it again");
        return Err(Refused { retry_after_seconds: Some(60), ..refused });
    }
    Ok(())
}

/// Small kinds are read here, so that the client hears at once what is wrong. A hardware inventory is only looked at:
/// its loader reads it whole, and asks for a new one when it cannot.
fn check_form(kind: Kind, bytes: &[u8]) -> Result<(), Refused> {
    match kind {
        Kind::Heartbeat => heartbeat::parse(bytes).map(drop).map_err(Refused::malformed),
        Kind::State => state::parse(bytes).map(drop).map_err(Refused::malformed),
        Kind::Status => status::parse(bytes).map(drop).map_err(Refused::malformed),
        Kind::HardwareInventory => match std::str::from_utf8(bytes) {
            Ok(text) if text.starts_with('{') && text.ends_with('}') => Ok(()),
            Ok(_) => Err(Refused::malformed("an inventory report is a JSON object")),
            Err(error) => Err(Refused::malformed(error)),
        },
        Kind::Registration | Kind::Presence | Kind::Directory => Err(Refused::malformed("clients do not send this kind")),
    }
}

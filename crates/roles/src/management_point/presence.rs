//! When clients were last seen: noted in memory by every request, written to the presence inbox at most half a second
//! later, so that after a power cut what is known is at most a second old.

use super::Shared;
use super::registry::Client;
use provost_domain::Timestamp;
use provost_runtime::random;
use provost_wire::envelope::{Envelope, Kind, Presence as Document};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

/// How long sightings gather before they are written together.
const GATHER: Duration = Duration::from_millis(500);
/// Most clients in one document.
const SEEN_MAX: usize = 20_000;

/// Sightings that are not written yet.
#[derive(Default)]
pub struct Presence {
    unwritten: Mutex<Vec<Arc<Client>>>,
    first: Notify,
}

impl Presence {
    /// Notes that a client was seen. Costs two atomic writes when it was seen within the last half second already.
    pub fn saw(&self, client: &Arc<Client>, now: Timestamp) {
        client.seen.store(now.as_micros(), Ordering::Relaxed);
        if !client.unwritten.swap(true, Ordering::AcqRel) {
            let mut unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
            unwritten.push(Arc::clone(client));
            if unwritten.len() == 1 {
                self.first.notify_one();
            }
        }
    }
}

/// Writes sightings as they come; ends when it is dropped.
pub async fn keep_writing(shared: Arc<Shared>) {
    loop {
        shared.presence.first.notified().await;
        tokio::time::sleep(GATHER).await;
        write(&shared).await;
    }
}

/// Writes what is not written yet. What cannot be written is kept for the next time.
pub async fn write(shared: &Shared) {
    let clients = std::mem::take(&mut *shared.presence.unwritten.lock().unwrap_or_else(PoisonError::into_inner));
    for group in clients.chunks(SEEN_MAX) {
        let mut seen = Vec::with_capacity(group.len());
        for client in group {
            // Cleared before the time is read: a sighting in between is written again rather than lost.
            client.unwritten.store(false, Ordering::Release);
            seen.push((client.id, Timestamp::from_micros(client.seen.load(Ordering::Acquire))));
        }
        let now = shared.clock.now();
        let envelope = Envelope { id: random::message_id(now), kind: Kind::Presence, client: None, received_at: now, management_point: shared.host.clone() };
        let (sender, written) = oneshot::channel();
        let body = serde_json::to_vec(&Document { seen }).unwrap_or_default();
        let inbox = Kind::Presence.inbox();
        let deposited = shared.depositor.deposit(inbox, envelope.to_bytes(), body, move |result| {
            let _ = sender.send(result);
        });
        let result = match deposited {
            Ok(()) => written.await.unwrap_or(Err(provost_store::inbox::DepositError::Stopped)),
            Err(error) => Err(error),
        };
        match result {
            Ok(()) => shared.bells.ring(inbox.owner),
            Err(error) => {
                tracing::warn!(component = "management-point", %error, "when clients were last seen could not be written; it is tried again");
                for client in group {
                    let at = Timestamp::from_micros(client.seen.load(Ordering::Relaxed));
                    shared.presence.saw(client, at);
                }
            }
        }
    }
}

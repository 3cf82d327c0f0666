//! Inventory offers: a digest first, the body only when it is wanted.

use super::Shared;
use super::answers::{Answer, Refused, json};
use super::body::body;
use super::registry::Client;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use provost_wire::client::inventory::{Offer, OfferAnswer};
use std::sync::Arc;

/// Largest offer, in bytes.
const OFFER_BYTES_MAX: usize = 1024;

/// Answers an offer of an approved client.
pub async fn answer(shared: &Shared, client: &Arc<Client>, request: Request<Incoming>) -> Result<Answer, Refused> {
    let bytes = body(request, OFFER_BYTES_MAX).await?;
    let offer: Offer = serde_json::from_slice(&bytes).map_err(Refused::malformed)?;
    shared.presence.saw(client, shared.clock.now());
    let known = client.known.load().inventory_digest == Some(offer.digest);
    Ok(json(StatusCode::OK, if known { &OfferAnswer::Known } else { &OfferAnswer::SendFull }))
}

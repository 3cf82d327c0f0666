//! Policy: an unchanged version costs a few bytes.

use super::Shared;
use super::answers::{Answer, Refused};
use super::registry::Client;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use hyper::{Request, Response, StatusCode};
use provost_catalog::rules::code;
use std::sync::Arc;

/// Answers a poll of an approved client.
pub fn poll(shared: &Shared, client: &Arc<Client>, request: &Request<Incoming>) -> Result<Answer, Refused> {
    shared.presence.saw(client, shared.clock.now());
    let known = client.known.load();
    let Some(document) = known.policy.load_full() else {
        let refused =
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, code::STORAGE_UNAVAILABLE, "the site has not written this client's policy yet", "try again soon");
        return Err(Refused { retry_after_seconds: Some(1), ..refused });
    };
    let mut answer = if request.headers().get(IF_NONE_MATCH) == Some(&document.etag) {
        let mut unchanged = Response::new(Full::new(Bytes::new()));
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        let mut whole = Response::new(Full::new(document.body.clone()));
        whole.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        whole
    };
    answer.headers_mut().insert(ETAG, document.etag.clone());
    Ok(answer)
}

//! A request's body, bounded in size and time.

use super::answers::Refused;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::CONTENT_LENGTH;
use hyper::{Request, StatusCode};
use provost_catalog::rules::code;
use std::time::Duration;
use tokio::time::timeout;

/// Longest time that a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Largest first allocation for a body: room for most inventories; a body grows with what really arrives, not with what
/// is announced.
const BODY_FIRST_BYTES: usize = 256 * 1024;

/// A request's body, at most so many bytes; what is larger is refused as soon as that shows.
pub async fn body(request: Request<Incoming>, bytes_max: usize) -> Result<Vec<u8>, Refused> {
    let too_large = || {
        let message = format!("the message is larger than {bytes_max} bytes");
        Refused::new(StatusCode::PAYLOAD_TOO_LARGE, code::MESSAGE_TOO_LARGE, message, "the client drops it and reports")
    };
    let announced: Option<usize> = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if announced.is_some_and(|length| length > bytes_max) {
        return Err(too_large());
    }
    let mut incoming = request.into_body();
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(bytes_max).min(BODY_FIRST_BYTES));
    let read = async {
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(|e| Refused::malformed(format_args!("the message broke off: {e}")))?;
            let Some(data) = frame.data_ref() else { continue };
            if bytes.len() + data.len() > bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(data);
        }
        Ok(bytes)
    };
    let slow = |_| Refused::new(StatusCode::REQUEST_TIMEOUT, code::MESSAGE_MALFORMED, "the message did not arrive within 60 s", "the client sends it again");
    timeout(BODY_TIMEOUT, read).await.map_err(slow)?
}

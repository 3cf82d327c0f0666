//! Answers and refusals.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use provost_catalog::rules::code;
use provost_store::inbox::DepositError;
use provost_wire::answer::Refusal;

/// An answer.
pub type Answer = Response<Full<Bytes>>;

/// Why a request is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Status code.
    pub status: StatusCode,
    /// Number of the rule.
    pub code: u16,
    /// What was refused and why.
    pub message: String,
    /// What helps.
    pub fix: String,
    /// Seconds after which another try may succeed.
    pub retry_after_seconds: Option<u32>,
}

impl Refused {
    /// A refusal that another try does not change.
    pub fn new(status: StatusCode, code: u16, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fix: fix.into(), retry_after_seconds: None }
    }

    /// Too much at once.
    pub fn too_many(what: &str, seconds: u32) -> Self {
        let message = format!("too many {what}");
        let fix = format!("wait {seconds} s; a client that sends this often is broken or misused: provost client show");
        Self { retry_after_seconds: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMIT, message, fix) }
    }

    /// A message that is not what it should be.
    pub fn malformed(why: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code::MESSAGE_MALFORMED, format!("the message is not understood: {why}"), "use a client of the site's version")
    }
}

impl From<DepositError> for Refused {
    fn from(error: DepositError) -> Self {
        let (status, fix) = match &error {
            DepositError::Busy | DepositError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "the client keeps the message and sends it again"),
            DepositError::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, "make room on the site server: provost inbox list"),
            DepositError::Failed(_) => (StatusCode::INSUFFICIENT_STORAGE, "look at the site server's disk: provost inbox list"),
        };
        let message = format!("the message was not taken: {error}");
        Self { retry_after_seconds: Some(5), ..Self::new(status, code::STORAGE_UNAVAILABLE, message, fix) }
    }
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        let Refused { status, code, message, fix, retry_after_seconds } = refused;
        let mut answer = json(status, &Refusal { code: format!("PV{code}"), message, fix });
        if let Some(seconds) = retry_after_seconds {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }
}

/// A JSON answer.
pub fn json(status: StatusCode, document: &impl serde::Serialize) -> Answer {
    let body = serde_json::to_vec(document).unwrap_or_default();
    let mut answer = Response::new(Full::new(Bytes::from(body)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

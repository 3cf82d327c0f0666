//! Why something could not be done, and what helps: decided in one place from what the management point answered.

use crate::transport::{Answer, TransportError};
use provost_catalog::rules::code;
use std::time::Duration;

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    /// For people.
    pub why: String,
    /// What to do.
    pub helps: Helps,
    /// Whether other requests would fare the same.
    pub of_all: bool,
    /// Number of the rule that the management point named.
    pub rule: Option<u16>,
}

/// What helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Helps {
    /// Another try after a while; the management point may have said how long.
    Waiting(Option<Duration>),
    /// An administrator's approval, or a token.
    Approval,
    /// A new registration. `forgotten`: the site does not know this client any more, and all that it knew has to be said
    /// again.
    Registration {
        /// Whether the site has no record.
        forgotten: bool,
    },
}

impl Setback {
    /// Something on this machine, such as a full disk.
    #[must_use]
    pub fn here(why: impl Into<String>) -> Self {
        Self { why: why.into(), helps: Helps::Waiting(None), of_all: false, rule: None }
    }

    /// Something that is worth another try after this time.
    #[must_use]
    pub fn until(why: impl Into<String>, wait: Duration) -> Self {
        Self { why: why.into(), helps: Helps::Waiting(Some(wait)), of_all: false, rule: None }
    }

    /// No answer.
    #[must_use]
    pub fn no_answer(error: &TransportError) -> Self {
        let helps = match error {
            TransportError::Unreachable(_) => Helps::Waiting(None),
            TransportError::Certificate(_) => Helps::Registration { forgotten: false },
        };
        Self { why: error.to_string(), helps, of_all: true, rule: None }
    }

    /// An answer other than the wanted one.
    #[must_use]
    pub fn refused(answer: &Answer) -> Self {
        let refusal = answer.refusal();
        let why =
            refusal.as_ref().map_or_else(|| format!("the management point answered with status {}", answer.status), |r| format!("{}: {}", r.code, r.message));
        let rule = refusal.and_then(|r| r.code.strip_prefix("PV")?.parse::<u16>().ok());
        let helps = match rule {
            Some(code::UNKNOWN_CLIENT) => Helps::Registration { forgotten: true },
            Some(code::CERTIFICATE_REQUIRED | code::CERTIFICATE_REFUSED) => Helps::Registration { forgotten: false },
            Some(code::NOT_APPROVED) => Helps::Approval,
            _ => Helps::Waiting(answer.retry_after()),
        };
        // Who is refused as a client, or sends too much, hears the same whatever it asks.
        let of_all = matches!(answer.status, 401 | 403 | 429);
        Self { why, helps, of_all, rule }
    }

    /// Which of two setbacks decides what happens next: what needs a registration first, then what all requests share,
    /// then the one that came first.
    #[must_use]
    pub fn weightier(first: Option<Self>, second: Self) -> Self {
        let weight = |s: &Self| match s.helps {
            Helps::Registration { .. } => 3,
            Helps::Approval => 2,
            Helps::Waiting(_) => u8::from(s.of_all),
        };
        match first {
            Some(first) if weight(&first) >= weight(&second) => first,
            _ => second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use hyper::HeaderMap;

    fn answer(status: u16, code: u16, retry_after: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = retry_after {
            headers.insert("retry-after", hyper::header::HeaderValue::from_static(seconds));
        }
        let body = format!(r#"{{"code":"PV{code}","message":"no","fix":"do"}}"#);
        Answer { status, headers, body: Bytes::from(body) }
    }

    #[test]
    fn refusals_are_told_apart_by_what_helps() {
        let helps = |status, code, retry_after| Setback::refused(&answer(status, code, retry_after)).helps;
        assert_eq!(helps(403, code::UNKNOWN_CLIENT, None), Helps::Registration { forgotten: true });
        assert_eq!(helps(401, code::CERTIFICATE_REQUIRED, None), Helps::Registration { forgotten: false });
        assert_eq!(helps(403, code::NOT_APPROVED, None), Helps::Approval);
        assert_eq!(helps(403, code::CLIENT_BLOCKED, None), Helps::Waiting(None));
        assert_eq!(helps(429, code::RATE_LIMIT, Some("7")), Helps::Waiting(Some(Duration::from_secs(7))));
        assert_eq!(helps(507, code::STORAGE_UNAVAILABLE, Some("soon")), Helps::Waiting(None));
    }

    #[test]
    fn an_answer_that_is_not_understood_is_worth_another_try() {
        let strange = Answer { status: 502, headers: HeaderMap::new(), body: Bytes::from_static(b"<html>") };
        let setback = Setback::refused(&strange);
        assert_eq!((setback.helps, setback.of_all), (Helps::Waiting(None), false));
        assert!(setback.why.contains("502"), "{}", setback.why);
    }

    #[test]
    fn what_needs_a_registration_weighs_most() {
        let waiting = Setback::here("the disk is full");
        let unknown = Setback::refused(&answer(403, code::UNKNOWN_CLIENT, None));
        let away = Setback::no_answer(&TransportError::Unreachable("no route".to_owned()));
        assert_eq!(Setback::weightier(None, waiting.clone()), waiting);
        assert_eq!(Setback::weightier(Some(waiting.clone()), away.clone()), away);
        assert_eq!(Setback::weightier(Some(away.clone()), waiting), away);
        assert_eq!(Setback::weightier(Some(away), unknown.clone()), unknown);
    }
}

//! What time a domain controller has, asked without signing in (MS-ADTS §3.1.1.3.2.2): where the clocks of both sides differ by
//! too much nobody can sign in, and whoever is to set one right wants to know both. It goes into words and is believed for
//! nothing else, for nobody vouches for it.

use crate::ber::{BOOLEAN, ENUMERATED, Elements, INTEGER, OCTETS, SEQUENCE, SET, put, put_number};
use crate::controllers::Controller;
use crate::message;
use crate::resolver::Resolver;
use crate::within::within;
use provost_domain::outcome::Outcome;
use provost_domain::{Failure, Timestamp};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const STEP: &str = "clock";
/// Longest wait for all of it: the sign-in has failed already.
const LIMIT: Duration = Duration::from_secs(6);
/// Most bytes of the answer.
const ANSWER_MAX: usize = 4096;

const SEARCH_REQUEST: u8 = 0x63;
const SEARCH_ENTRY: u8 = 0x64;
/// The filter that asks whether there is an attribute (RFC 4511 §4.5.1).
const PRESENT: u8 = 0x87;

/// The same failure, with what the domain controller's clock says; without it where that does not come.
pub(crate) async fn told(failure: Failure, controller: &Controller, resolver: &Resolver, port: u16) -> Failure {
    match within(LIMIT, Outcome::Broken, STEP, ask(controller, resolver, port)).await {
        Ok(at) => Failure::new(failure.outcome, failure.step, format!("{}; the clock of {} says {at}", failure.detail, controller.name)),
        Err(_) => failure,
    }
}

async fn ask(controller: &Controller, resolver: &Resolver, port: u16) -> Result<Timestamp, Failure> {
    let broken = |what: &str| Failure::new(Outcome::Broken, STEP, what);
    let mut stream = controller.connect(resolver, port).await?;
    stream.write_all(&request()).await.map_err(|error| broken(&error.to_string()))?;
    let mut bytes = Vec::new();
    loop {
        if let Some(length) = message::whole(&bytes)? {
            message::check(&bytes[..length])?;
            return read(&bytes[..length]).ok_or_else(|| broken("no time comes"));
        }
        if bytes.len() > ANSWER_MAX || stream.read_buf(&mut bytes).await.map_err(|error| broken(&error.to_string()))? == 0 {
            return Err(broken("no answer comes"));
        }
    }
}

/// A search for the time, at what a server says of itself.
fn request() -> Vec<u8> {
    let mut attributes = Vec::new();
    put(&mut attributes, OCTETS, b"currentTime");
    let mut search = Vec::new();
    put(&mut search, OCTETS, b"");
    // This object only; aliases are not followed; one entry, within five seconds, with values.
    put_number(&mut search, ENUMERATED, 0);
    put_number(&mut search, ENUMERATED, 0);
    put_number(&mut search, INTEGER, 1);
    put_number(&mut search, INTEGER, 5);
    put(&mut search, BOOLEAN, &[0]);
    put(&mut search, PRESENT, b"objectClass");
    put(&mut search, SEQUENCE, &attributes);
    let mut message = Vec::new();
    put_number(&mut message, INTEGER, 1);
    put(&mut message, SEARCH_REQUEST, &search);
    let mut bytes = Vec::new();
    put(&mut bytes, SEQUENCE, &message);
    bytes
}

/// The time that is the first value of the first attribute of the entry in a message.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Timestamp> {
    let mut message = Elements(Elements(bytes).tagged(SEQUENCE)?);
    message.tagged(INTEGER)?;
    let mut entry = Elements(message.tagged(SEARCH_ENTRY)?);
    entry.tagged(OCTETS)?;
    let mut attribute = Elements(Elements(entry.tagged(SEQUENCE)?).tagged(SEQUENCE)?);
    attribute.tagged(OCTETS)?;
    let value = Elements(attribute.tagged(SET)?).tagged(OCTETS)?;
    generalized(std::str::from_utf8(value).ok()?)
}

/// A time as `20261125130611.0Z` (RFC 4517 §3.3.13), to the second.
fn generalized(text: &str) -> Option<Timestamp> {
    let digits = text.get(..14).filter(|digits| text.ends_with('Z') && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let part = |at: usize, length: usize| digits.get(at..at + length).unwrap_or_default();
    format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_domain_controllers_are_read_and_nothing_else_is() {
        assert_eq!(generalized("20261125130611.0Z").map(|at| at.to_string()).as_deref(), Some("2026-11-25T13:06:11.000Z"));
        for text in ["", "Z", "20261325130611.0Z", "20261125130611.0", "2026112513061ä.0Z", "yesterday at noonZ"] {
            assert_eq!(generalized(text), None, "{text}");
        }
    }

    #[test]
    fn an_answer_that_is_none_has_no_time() {
        assert_eq!(read(&request()), None);
        assert_eq!(read(&[]), None);
    }
}

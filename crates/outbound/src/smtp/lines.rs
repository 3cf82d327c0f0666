//! Commands and answers as lines, on a stream with or without TLS.

use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Longest wait for a whole answer.
pub(super) const ANSWER: Duration = Duration::from_secs(10);
/// Most bytes of an answer. RFC 5321 §4.5.3.1.5 allows 512 a line; real ones have a dozen lines.
pub const BYTES_MAX: usize = 16 * 1024;

/// An answer: at least one line, each with its code.
pub struct Lines(Vec<String>);

impl Lines {
    /// The code of the last line.
    #[must_use]
    pub fn code(&self) -> &str {
        self.last().get(..3).unwrap_or("")
    }

    /// The last line.
    #[must_use]
    pub fn last(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// As it came, for who reads it after us.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(|line| format!("{line}\r\n")).collect()
    }

    /// What follows `keyword` in an answer to `EHLO`; none when the server does not offer it.
    #[must_use]
    pub fn offer(&self, keyword: &str) -> Option<&str> {
        self.0.iter().skip(1).filter_map(|line| line.get(4..)).find_map(|offer| {
            // Some servers still write AUTH=PLAIN, from before RFC 2554.
            let end = offer.find([' ', '=']).unwrap_or(offer.len());
            offer[..end].eq_ignore_ascii_case(keyword).then(|| offer[end..].trim_start_matches([' ', '=']))
        })
    }

    /// Fails unless the code is `code`.
    ///
    /// # Errors
    /// [`Outcome::Unreachable`] when the server asks to come back later, else [`Outcome::Broken`].
    pub fn expect(&self, code: &str, step: &'static str) -> Result<(), Failure> {
        match self.code() {
            found if found == code => Ok(()),
            found if found.starts_with('4') => Err(Failure::new(Outcome::Unreachable, step, self.last())),
            _ => Err(Failure::new(Outcome::Broken, step, format!("{code} was expected: {}", self.last()))),
        }
    }
}

/// Writes a line, which ends with CR LF.
pub(super) async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &[u8], step: &'static str) -> Result<(), Failure> {
    within(ANSWER, Outcome::Broken, step, async {
        stream.write_all(line).await.map_err(|e| Failure::new(Outcome::Broken, step, e))?;
        stream.flush().await.map_err(|e| Failure::new(Outcome::Broken, step, e))
    })
    .await
}

/// Reads one answer, byte by byte: no byte after it is taken from the stream, so what somebody slipped in behind it before
/// TLS becomes part of the handshake and breaks it.
///
/// # Errors
/// [`Outcome::Broken`] when it is none, is longer than [`BYTES_MAX`] or does not come in time.
pub async fn answer<S: AsyncRead + Unpin>(stream: &mut S, step: &'static str) -> Result<Lines, Failure> {
    answer_within(ANSWER, stream, step).await
}

/// As [`answer`], waiting at most `limit`.
pub(super) async fn answer_within<S: AsyncRead + Unpin>(limit: Duration, stream: &mut S, step: &'static str) -> Result<Lines, Failure> {
    within(limit, Outcome::Broken, step, async {
        let mut lines = Vec::new();
        let mut line = Vec::new();
        for _ in 0..BYTES_MAX {
            let byte = stream.read_u8().await.map_err(|e| Failure::new(Outcome::Broken, step, format!("the server closed: {e}")))?;
            line.push(byte);
            if byte != b'\n' {
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if !text.get(..3).is_some_and(|code| code.bytes().all(|b| b.is_ascii_digit())) {
                // Not repeated: the peer may be anything, and this may follow a password.
                return Err(Failure::new(Outcome::Broken, step, "what the server says is no SMTP answer"));
            }
            let last = text.as_bytes().get(3) != Some(&b'-');
            lines.push(text);
            if last {
                return Ok(Lines(lines));
            }
        }
        Err(Failure::new(Outcome::Broken, step, format!("the answer has more than {BYTES_MAX} bytes")))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[tokio::test]
    async fn an_answer_ends_where_it_says_and_offers_what_it_names() {
        let mut stream = &b"250-mail01 greets\r\n250-STARTTLS\r\n250-auth PLAIN LOGIN\r\n250 AUTHX y\r\nleft"[..];
        let answer = answer(&mut stream, "hello").await.expect("an answer");
        assert_eq!((answer.code(), stream), ("250", &b"left"[..]));
        assert_eq!((answer.offer("STARTTLS"), answer.offer("AUTH"), answer.offer("mail01")), (Some(""), Some("PLAIN LOGIN"), None));
        let mut older = &b"250-x\r\n250 AUTH=LOGIN\r\n"[..];
        assert_eq!(super::answer(&mut older, "hello").await.expect("an answer").offer("AUTH"), Some("LOGIN"));
    }

    #[tokio::test]
    async fn what_is_no_answer_is_refused() {
        for wrong in ["", "2", "hello\r\n", "25é\r\n", "250-and no end\r\n"] {
            let mut stream = wrong.as_bytes();
            assert_eq!(answer(&mut stream, "hello").await.err().expect("a refusal").outcome, Outcome::Broken, "{wrong:?}");
        }
    }

    proptest! {
        /// Whatever a server sends is an answer of its very beginning, or refused.
        #[test]
        fn any_bytes_are_an_answer_or_refused(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"250 -\r\n"[..])], 0..200)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
            let mut stream = &bytes[..];
            if let Ok(answer) = runtime.block_on(answer(&mut stream, "hello")) {
                let taken = &bytes[..bytes.len() - stream.len()];
                prop_assert!(taken.ends_with(b"\n"));
                prop_assert!(answer.code().bytes().all(|b| b.is_ascii_digit()));
                prop_assert_eq!(answer.0.len(), taken.iter().filter(|b| **b == b'\n').count());
                let _ = (answer.text(), answer.last(), answer.offer("AUTH"), answer.expect("250", "hello"));
            }
        }
    }
}

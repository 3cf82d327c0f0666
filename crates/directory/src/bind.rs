//! Signing in (RFC 4511 §4.2), in messages of our own: a password lies in one buffer, which is overwritten when it goes.

use crate::ber::{ENUMERATED, Elements, INTEGER, OCTETS, SEQUENCE, header_length, number, put, put_header, put_number};
use crate::message;
use crate::refusal::{failure, of_sign_in, result};
use crate::within::within;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::keys::Secret;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const STEP: &str = "sign in";
/// Longest wait for an answer to a sign-in.
const VERDICT: Duration = Duration::from_secs(15);
/// Most bytes of an answer to a sign-in: a Kerberos token with a large authorisation part is below 64 KiB.
const ANSWER_MAX: usize = 128 << 10;

const BIND_REQUEST: u8 = 0x60;
const BIND_RESPONSE: u8 = 0x61;
const SIMPLE: u8 = 0x80;
const SASL: u8 = 0xa3;
const SERVER_CREDENTIALS: u8 = 0x87;
/// LDAP's version, as an element.
const VERSION: [u8; 3] = [INTEGER, 1, 3];

/// What the server answered to a bind.
pub struct Answer {
    /// The result code (RFC 4511 §4.1.9).
    pub code: u32,
    /// What the server says beside it, without end.
    pub said: String,
    /// The mechanism's token.
    token: Option<Vec<u8>>,
}

impl Answer {
    /// The token of a sign-in that goes on.
    pub(crate) fn in_progress(self) -> Result<Vec<u8>, Failure> {
        match self.code {
            result::SASL_BIND_IN_PROGRESS => Ok(self.token.unwrap_or_default()),
            result::SUCCESS => Err(Failure::new(Outcome::NothingSafe, STEP, "the server is done before encryption was agreed")),
            code => Err(failure(of_sign_in(code, &self.said), STEP, code, &self.said)),
        }
    }

    /// The end of a sign-in.
    pub(crate) fn done(self) -> Result<(), Failure> {
        match of_sign_in(self.code, &self.said) {
            Outcome::Succeeded => Ok(()),
            outcome => Err(failure(outcome, STEP, self.code, &self.said)),
        }
    }
}

/// Signs in with name and password, once, over a connection that is secured already. `unanswered` is left true when the
/// password may have arrived and nothing tells what became of it.
pub(crate) async fn simple<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, name: &str, password: &Secret, unanswered: &mut bool) -> Result<(), Failure> {
    // RFC 4513 §5.1.2: with a name and no password a server signs in nobody, and says that it succeeded.
    if password.expose().is_empty() || name.is_empty() {
        return Err(Failure::new(Outcome::RefusedByRule, STEP, "without a name and a password nobody would be signed in"));
    }
    *unanswered = true;
    let answer = ask(stream, &simple_request(name, password.expose())).await?;
    *unanswered = false;
    match of_sign_in(answer.code, &answer.said) {
        Outcome::Succeeded => Ok(()),
        outcome => {
            let repeats = answer.said.as_bytes().windows(password.expose().len()).any(|part| part == password.expose());
            let said = if repeats { "the server repeats the password, so its words are left out" } else { &answer.said };
            Err(failure(outcome, STEP, answer.code, said))
        }
    }
}

/// The request, in a buffer that has just the room: it never grows, so no copy is left behind.
fn simple_request(name: &str, password: &[u8]) -> Secret {
    let part = |content: usize| header_length(content) + content;
    let operation = VERSION.len() + part(name.len()) + part(password.len());
    let message = 3 + part(operation);
    let mut bytes = Vec::with_capacity(part(message));
    put_header(&mut bytes, SEQUENCE, message);
    put_number(&mut bytes, INTEGER, 1);
    put_header(&mut bytes, BIND_REQUEST, operation);
    bytes.extend_from_slice(&VERSION);
    put(&mut bytes, OCTETS, name.as_bytes());
    put(&mut bytes, SIMPLE, password);
    Secret::new(bytes)
}

/// Gives the server the next token of SASL GSSAPI.
pub(crate) async fn sasl<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, token: &[u8]) -> Result<Answer, Failure> {
    let mut credentials = Vec::new();
    put(&mut credentials, OCTETS, b"GSSAPI");
    put(&mut credentials, OCTETS, token);
    let mut operation = VERSION.to_vec();
    put(&mut operation, OCTETS, b"");
    put(&mut operation, SASL, &credentials);
    let mut message = Vec::new();
    put_number(&mut message, INTEGER, 1);
    put(&mut message, BIND_REQUEST, &operation);
    let mut bytes = Vec::new();
    put(&mut bytes, SEQUENCE, &message);
    // A token is no secret, and is of use once.
    ask(stream, &Secret::new(bytes)).await
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, request: &Secret) -> Result<Answer, Failure> {
    within(VERDICT, Outcome::Broken, STEP, async {
        let closed = |error: std::io::Error| Failure::new(Outcome::Broken, STEP, format!("the connection closes: {error}"));
        stream.write_all(request.expose()).await.map_err(closed)?;
        stream.flush().await.map_err(closed)?;
        let mut bytes = Vec::new();
        loop {
            if let Some(length) = message::whole(&bytes)? {
                if length != bytes.len() {
                    return Err(Failure::new(Outcome::Broken, STEP, "more comes than was asked for"));
                }
                return read(&bytes);
            }
            if bytes.len() > ANSWER_MAX {
                return Err(Failure::new(Outcome::Broken, STEP, format!("the answer has more than {ANSWER_MAX} bytes")));
            }
            if stream.read_buf(&mut bytes).await.map_err(closed)? == 0 {
                return Err(Failure::new(Outcome::Broken, STEP, "the connection closes before the answer"));
            }
        }
    })
    .await
}

/// Reads the answer to a bind.
///
/// # Errors
/// [`Outcome::Broken`] when it is none.
pub fn read(bytes: &[u8]) -> Result<Answer, Failure> {
    message::check(bytes)?;
    let inner = || {
        let mut message = Elements(Elements(bytes).tagged(SEQUENCE)?);
        message.tagged(INTEGER)?;
        let mut operation = Elements(message.tagged(BIND_RESPONSE)?);
        let code = u32::try_from(number(operation.tagged(ENUMERATED)?)?).ok()?;
        operation.tagged(OCTETS)?;
        let said = String::from_utf8_lossy(operation.tagged(OCTETS)?).trim_end_matches('\0').to_owned();
        let mut token = None;
        while let Some((tag, content)) = operation.any() {
            if tag == SERVER_CREDENTIALS {
                token = Some(content.to_vec());
            }
        }
        Some(Answer { code, said, token })
    };
    inner().ok_or_else(|| Failure::new(Outcome::Broken, STEP, "what comes is no answer to a sign-in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_what_ldap_says_and_fits_its_buffer() {
        for password in ["a".to_owned(), "p%40ss wörd 日本".to_owned(), "x".repeat(300)] {
            let request = simple_request("svc@corp.example.test", password.as_bytes());
            let mut message = Elements(Elements(request.expose()).tagged(SEQUENCE).expect("a message"));
            assert_eq!(message.tagged(INTEGER), Some(&[1][..]));
            let mut operation = Elements(message.tagged(BIND_REQUEST).expect("a bind"));
            assert_eq!(operation.tagged(INTEGER), Some(&[3][..]));
            assert_eq!(operation.tagged(OCTETS), Some(&b"svc@corp.example.test"[..]));
            assert_eq!(operation.tagged(SIMPLE), Some(password.as_bytes()));
            assert!(operation.is_empty() && message.is_empty());
        }
    }

    #[tokio::test]
    async fn an_empty_password_is_never_sent() {
        let (mut near, mut far) = tokio::io::duplex(64);
        let mut unanswered = false;
        let refused = simple(&mut near, "svc@corp.example.test", &Secret::new(Vec::new()), &mut unanswered).await.expect_err("a refusal");
        assert_eq!((refused.outcome, unanswered), (Outcome::RefusedByRule, false));
        drop(near);
        let mut sent = Vec::new();
        far.read_to_end(&mut sent).await.expect("nothing to read");
        assert!(sent.is_empty());
    }

    #[tokio::test]
    async fn a_server_that_repeats_the_password_is_not_quoted() {
        let (mut near, mut far) = tokio::io::duplex(4096);
        let mut operation = vec![ENUMERATED, 1, 49, OCTETS, 0];
        put(&mut operation, OCTETS, b"no: hunter 2, data 775");
        let mut message = vec![INTEGER, 1, 1];
        put(&mut message, BIND_RESPONSE, &operation);
        let mut answer = Vec::new();
        put(&mut answer, SEQUENCE, &message);
        far.write_all(&answer).await.expect("room");
        let mut unanswered = false;
        let refused = simple(&mut near, "svc", &Secret::new(b"hunter 2".to_vec()), &mut unanswered).await.expect_err("a refusal");
        assert_eq!((refused.outcome, unanswered), (Outcome::Locked, false));
        assert!(!refused.detail.contains("hunter"), "{refused}");
    }
}

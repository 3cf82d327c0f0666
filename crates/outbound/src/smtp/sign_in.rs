//! AUTH over TLS (RFC 4954): PLAIN, else LOGIN. Our own, for `lettre` leaves copies of the password in memory that is not
//! overwritten.

use super::lines::{Lines, answer_within, say};
use crate::encoded::base64;
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;
use provost_store::keys::Secret;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

const STEP: &str = "sign in";
/// Longest wait for an answer to AUTH. Servers delay their no to whoever was wrong before (Dovecot up to 15 s), and a no that
/// was not waited for would not count towards a lock-out.
const VERDICT: Duration = Duration::from_secs(30);

/// Signs in, once. `hello` is what the server answered to `EHLO` over TLS.
pub(super) async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, hello: &Lines, credential: &Credential<'_>) -> Result<(), Failure> {
    let mechanisms = hello.offer("AUTH").unwrap_or("");
    let offers = |name: &str| mechanisms.split_ascii_whitespace().any(|offered| offered.eq_ignore_ascii_case(name));
    let (user, password) = (credential.user.as_bytes(), credential.password.expose());
    if user.contains(&0) || password.contains(&0) {
        return Err(Failure::new(Outcome::RefusedByRule, STEP, "AUTH has no way to say NUL"));
    }
    if credential.password.expose_text().is_none() {
        return Err(Failure::new(Outcome::RefusedByRule, STEP, "the password is not text, which SMTP asks for"));
    }
    let said = if offers("PLAIN") {
        ask(stream, &base64("AUTH PLAIN ", &[b"\0", user, b"\0", password], "\r\n")).await?
    } else if offers("LOGIN") {
        let mut said = ask(stream, &Secret::new(b"AUTH LOGIN\r\n".to_vec())).await?;
        for part in [user, password] {
            if said.code() != "334" {
                break;
            }
            said = ask(stream, &base64("", &[part], "\r\n")).await?;
        }
        said
    } else {
        return Err(Failure::new(Outcome::NothingSafe, STEP, "neither PLAIN nor LOGIN is offered over TLS"));
    };
    match outcome(said.code()) {
        Outcome::Succeeded => Ok(()),
        other => Err(Failure::new(other, STEP, without_secret(said.last(), credential))),
    }
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, line: &Secret) -> Result<Lines, Failure> {
    say(stream, line.expose(), STEP).await?;
    answer_within(VERDICT, stream, STEP).await
}

/// RFC 4954 §4 and §6: 535 is about the credentials, 534 asks for another way, 538 for TLS, 432 for a new password, 454 for
/// patience; 525 is a disabled account (RFC 5248).
fn outcome(code: &str) -> Outcome {
    match code {
        "235" => Outcome::Succeeded,
        "535" | "530" | "501" => Outcome::WrongPassword,
        "534" | "538" | "504" => Outcome::NothingSafe,
        "525" | "550" | "554" => Outcome::Disabled,
        "432" => Outcome::Expired,
        later if later.starts_with('4') => Outcome::Unreachable,
        _ => Outcome::Broken,
    }
}

/// What the server said, unless it repeats the password in some form.
fn without_secret<'a>(said: &'a str, credential: &Credential<'_>) -> &'a str {
    let (user, password) = (credential.user.as_bytes(), credential.password.expose());
    let forms = [base64("", &[b"\0", user, b"\0", password], ""), base64("", &[password], "")];
    let repeats = |form: &[u8]| !form.is_empty() && said.as_bytes().windows(form.len()).any(|part| part == form);
    if repeats(password) || forms.iter().any(|form| repeats(form.expose())) { "the server repeats the password, so its words are left out" } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_repeats_the_password_is_not_quoted() {
        let password = Secret::new(b"hunter 2".to_vec());
        let credential = Credential { user: "ada", password: &password };
        for said in ["535 not hunter 2", "535 aHVudGVyIDI=", "501 cannot read AGFkYQBodW50ZXIgMg=="] {
            assert!(!without_secret(said, &credential).starts_with('5'), "{said}");
        }
        assert_eq!(without_secret("535 5.7.8 no", &credential), "535 5.7.8 no");
        let empty = Secret::new(Vec::new());
        assert_eq!(without_secret("535 no", &Credential { user: "ada", password: &empty }), "535 no");
    }
}

//! What an SMTP server does for whom: for verification. Nothing is sent.

use super::lines::ANSWER;
use super::mail::address;
use super::{Greeted, MailServer, MailSession, OPEN, said};
use crate::within::within;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::commands::{Mail as MailFrom, Rcpt};
use lettre::transport::smtp::response::{Code, Response};
use provost_domain::Failure;
use provost_domain::outcome::Outcome;
use provost_store::Credential;

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailProbe {
    /// Whether a way to sign in was offered before TLS.
    pub auth_before_tls: bool,
    /// What `MAIL FROM` was answered by somebody who had not signed in.
    pub mail_before_sign_in: Answer,
    /// How signing in ended; none when there was nobody to sign in as.
    pub signed_in: Option<Result<(), Failure>>,
    /// What `MAIL FROM` the account's own address was answered.
    pub own_sender: Option<Answer>,
    /// What `MAIL FROM` another's address was answered, where that must be refused at the latest at the recipient.
    pub other_sender: Option<Answer>,
}

/// An answer of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it was yes.
    pub accepted: bool,
    /// Its code (RFC 5321 §4.2), such as 250, 530 or 553.
    pub code: u16,
    /// What it said, bounded.
    pub words: String,
}

/// Looks. `own` is the address that the account may send as, `other` one that it must not.
///
/// # Errors
/// When the server cannot be looked at: unreachable, not trusted, or broken.
pub async fn probe(server: &MailServer, credential: Option<&Credential<'_>>, own: &str, other: &str) -> Result<MailProbe, Failure> {
    let greeted = within(OPEN, Outcome::Broken, "open", Greeted::connect(server)).await?;
    let auth_before_tls = greeted.auth_before_tls;
    let mut stranger = greeted.into_session().await?;
    let mail_before_sign_in = stranger.may_send(own, own).await?;
    stranger.quit().await;
    let mut seen = MailProbe { auth_before_tls, mail_before_sign_in, signed_in: None, own_sender: None, other_sender: None };
    let Some(credential) = credential else { return Ok(seen) };
    let mut greeted = within(OPEN, Outcome::Broken, "open", Greeted::connect(server)).await?;
    let signed_in = greeted.sign_in(credential).await;
    if signed_in.is_ok() {
        let mut session = greeted.into_session().await?;
        seen.own_sender = Some(session.may_send(own, own).await?);
        // A server may hang up on who asks too much, so each question has a connection of its own.
        session.quit().await;
        let mut session = MailSession::open(server, Some(credential)).await?;
        seen.other_sender = Some(session.may_send(other, own).await?);
        session.quit().await;
    }
    seen.signed_in = Some(signed_in);
    Ok(seen)
}

impl MailSession {
    /// Whether the server would take a mail from `sender`. Many refuse a sender only once a recipient is named (Postfix's
    /// `smtpd_delay_reject`), so one is; `RSET` ends it, and nothing is sent.
    async fn may_send(&mut self, sender: &str, recipient: &str) -> Result<Answer, Failure> {
        let (sender, recipient) = (address(sender)?, address(recipient)?);
        within(2 * ANSWER, Outcome::Broken, "look", async {
            let mut answer = answer(self.connection.command(MailFrom::new(Some(sender), Vec::new())).await)?;
            if answer.accepted {
                answer = self::answer(self.connection.command(Rcpt::new(recipient, Vec::new())).await)?;
            }
            let _ = self.connection.command("RSET\r\n").await;
            Ok(answer)
        })
        .await
    }
}

fn answer(result: Result<Response, Error>) -> Result<Answer, Failure> {
    let words = |text: String| Failure::new(Outcome::Succeeded, "look", text).detail;
    let number = |code: Code| code.to_string().parse().unwrap_or(0);
    match result {
        Ok(response) => Ok(Answer { accepted: response.is_positive(), code: number(response.code()), words: words(said(&response)) }),
        Err(error) if error.is_permanent() => Ok(Answer { accepted: false, code: error.status().map_or(0, number), words: words(error.to_string()) }),
        Err(error) => Err(Failure::new(if error.is_transient() { Outcome::Unreachable } else { Outcome::Broken }, "look", error)),
    }
}

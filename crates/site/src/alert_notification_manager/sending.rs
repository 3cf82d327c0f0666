//! Mail that is due.

use super::{OutgoingMail, Post, PostResult};
use crate::status_writer::Raised;
use crate::surroundings::Surroundings;
use provost_catalog::components::ComponentName;
use provost_catalog::rules::code;
use provost_domain::Timestamp;
use provost_domain::alerts::{GIVEN_UP_SECONDS, Retry, WAIT_LONGEST_SECONDS, after_failure};
use provost_domain::status::Severity;
use provost_runtime::{Pass, random};
use provost_store::alerts::mails::{self, Queued};
use provost_store::servers::{self, MailServer};
use provost_store::{Connection, StoreError};

/// Most mails of one pass: between passes the site may stop.
const MAILS_MAX: usize = 20;
/// After so many mails in a row that could not be sent, the others are not tried one by one.
const IN_A_ROW_MAX: usize = 3;
/// How long the others wait then, in seconds.
const PUT_OFF_SECONDS: i64 = 60;
/// What is recorded of mail that waited too long for a server to be set.
const NO_SERVER: &str = "no SMTP server was set for three days";

/// Sends, and remembers what was said about it.
#[derive(Default)]
pub(super) struct Sending {
    /// The server of the pass before.
    server: Option<MailServer>,
    /// Whether it was said that no server is set; once, until one is.
    unset_said: bool,
    /// Whether it was said that mail cannot be sent; once, until one was.
    trouble_said: bool,
}

impl Sending {
    /// Sends what is due.
    pub fn send(&mut self, surroundings: &Surroundings, connection: &mut Connection, post: &Post) -> Result<Pass, StoreError> {
        let now = surroundings.clock.now();
        let Some(server) = connection.read(servers::mail_server)? else {
            self.server = None;
            return self.wait_for_server(surroundings, connection, now);
        };
        self.unset_said = false;
        if self.server.as_ref().is_some_and(|before| *before != server) {
            // What the old server refused, the new one may take.
            connection.write(|tx| mails::hurry(tx, now))?;
        }
        let due = connection.read(|tx| mails::due(tx, now, now.plus_seconds(2 * WAIT_LONGEST_SECONDS), MAILS_MAX))?;
        let more = due.len() == MAILS_MAX;
        let mut raised = Vec::new();
        let sent = self.send_each(surroundings, connection, post, &server.sender, due, &mut raised);
        self.server = Some(server);
        surroundings.status.raise(ComponentName::AlertNotificationManager, raised);
        Ok(if sent? && more { Pass::More } else { Pass::Idle })
    }

    /// Sends each; false when the rest was put off.
    fn send_each(
        &mut self,
        surroundings: &Surroundings,
        connection: &mut Connection,
        post: &Post,
        sender: &str,
        due: Vec<Queued>,
        raised: &mut Vec<Raised>,
    ) -> Result<bool, StoreError> {
        let mut in_a_row = 0;
        for mail in due {
            let (mail_id, test) = (mail.mail_id, mail.is_test());
            let Queued { recipient, heading, body, message_key, created_at, attempts, .. } = mail;
            let outgoing = OutgoingMail { sender: sender.to_owned(), recipient, heading, body, message_key, created_at };
            let result = post(&outgoing);
            let now = surroundings.clock.now();
            let (trouble, retry) = match result {
                PostResult::Ok => {
                    connection.write(|tx| mails::sent(tx, mail_id, now))?;
                    self.trouble_said = false;
                    in_a_row = 0;
                    continue;
                }
                PostResult::Later { outcome } => {
                    in_a_row += 1;
                    // Whoever asked for a test waits for its outcome.
                    let retry = if test { Retry::GivenUp } else { after_failure(created_at, attempts + 1, now, u16::from_ne_bytes(random::bytes())) };
                    (outcome, retry)
                }
                PostResult::Never { outcome } => (outcome, Retry::GivenUp),
            };
            if !test && (retry == Retry::GivenUp || !self.trouble_said) {
                self.trouble_said = true;
                raised.push(not_sent(&outgoing, &trouble, retry));
            }
            connection.write(|tx| mails::failed(tx, mail_id, &trouble, retry, now))?;
            if in_a_row == IN_A_ROW_MAX {
                connection.write(|tx| mails::put_off(tx, now, now.plus_seconds(PUT_OFF_SECONDS)))?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Without a server mail waits, and that is said once.
    fn wait_for_server(&mut self, surroundings: &Surroundings, connection: &mut Connection, now: Timestamp) -> Result<Pass, StoreError> {
        let Some(oldest) = connection.read(mails::waiting)?.oldest else { return Ok(Pass::Idle) };
        if !self.unset_said {
            self.unset_said = true;
            surroundings.status.raise(ComponentName::AlertNotificationManager, vec![Raised::new(code::MAIL_SERVER_UNSET, Severity::Error, [])]);
        }
        let before = now.plus_seconds(-GIVEN_UP_SECONDS);
        if oldest <= before {
            let given_up = connection.write(|tx| mails::give_up_older(tx, before, NO_SERVER, now))?;
            let raised = Raised::new(code::MAIL_NOT_SENT, Severity::Warning, [format!("{given_up} mails were given up"), NO_SERVER.to_owned()]);
            surroundings.status.raise(ComponentName::AlertNotificationManager, vec![raised]);
        }
        Ok(Pass::Idle)
    }
}

fn not_sent(mail: &OutgoingMail, trouble: &str, retry: Retry) -> Raised {
    let next = match retry {
        Retry::At(at) => format!("tried again at {at}"),
        Retry::GivenUp => "given up".to_owned(),
    };
    Raised::new(code::MAIL_NOT_SENT, Severity::Warning, [mail.recipient.clone(), mail.heading.clone(), trouble.to_owned(), next])
}

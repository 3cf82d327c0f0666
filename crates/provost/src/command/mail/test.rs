//! `provost mail test`.

use super::SERVER;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Context;
use crate::output::{Page, Show as As};
use provost_catalog::rules::code;
use serde_json::{Value, json};
use std::time::Duration;

/// How often the site is asked what became of the mail, and how long between.
const QUESTIONS: u32 = 120;
const BETWEEN: Duration = Duration::from_millis(500);

/// Sends a test mail, and waits until the SMTP server takes or refuses it.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Address that it goes to.
    #[arg(value_name = "RECIPIENT")]
    recipient: String,
}

impl Test {
    /// Does it.
    ///
    /// # Errors
    /// When no server is set, when it was not sent within a minute, or when the site cannot be asked or refuses.
    pub fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let connection = context.connect()?;
        let mut mail = connection.post(&format!("{SERVER}/test"), &json!({ "recipient": self.recipient }))?;
        let path = format!("/api/v1/mails/{}", mail["mail_id"]);
        for _ in 0..QUESTIONS {
            if mail["state"] != "waiting" {
                break;
            }
            std::thread::sleep(BETWEEN);
            mail = connection.get(&path)?;
        }
        let failed = |cause: &str| Failure::new(code::MAIL_NOT_SENT, format!("the test to {} was not sent", self.recipient), cause);
        match mail["state"].as_str() {
            Some("sent") => {
                context.output.object(&mail, |mail| page(&self.recipient, mail));
                Ok(Exit::Done)
            }
            Some("given-up") => Err(failed(mail["trouble"].as_str().unwrap_or("the SMTP server refused it"))
                .state("it is not tried again")
                .fix("provost mail show\nprovost verify --for smtp-server-connection")),
            _ => Err(failed("nobody took it up within a minute")
                .state("it waits, and is sent when the alert notification manager comes to it")
                .fix("provost mail list")),
        }
    }
}

fn page(recipient: &str, mail: &Value) -> Page {
    Page::new(recipient).told("Test", recipient, &format!("{recipient}: the SMTP server took it")).fact("Sent", mail, "sent_at", As::Ago)
}

//! Sending an alert as mail: the SMTP server that is set, as the account that is bound.

use crate::broker::{Broker, blocking};
use crate::mail_endpoint::MailEndpoint;
use crate::refused::Refused;
use provost_catalog::accounts::Use;
use provost_domain::Failure;
use provost_domain::accounts::budget::Asker;
use provost_outbound::smtp::{Accepted, Mail};
use provost_store::servers;
use std::fmt;

/// Why a mail was not sent.
#[derive(Debug)]
pub enum NotSent {
    /// No SMTP server is set.
    NoServer,
    /// Nobody could sign in, or nobody may.
    Refused(Refused),
    /// The server did not take the mail.
    NotTaken(Failure),
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoServer => f.write_str("no SMTP server is set"),
            Self::Refused(refused) => refused.fmt(f),
            Self::NotTaken(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for NotSent {}

impl Broker {
    /// Sends a mail by the SMTP server that is set, which also says whose address it comes from. A connection is kept for
    /// the next one.
    ///
    /// # Errors
    /// As [`NotSent`] tells.
    pub async fn send_alert(&self, mut mail: Mail, actor: &str) -> Result<Accepted, NotSent> {
        let broker = self.clone();
        let server = blocking(move || broker.read(servers::mail_server)).await.map_err(|e| NotSent::Refused(e.into()))?;
        let server = server.ok_or(NotSent::NoServer)?;
        let endpoint = MailEndpoint::new(&server, self.site(), self.host());
        mail.from = server.sender;
        let mut session = self.connect(Use::SendAlertMail, &endpoint, actor, Asker::Component).await.map_err(NotSent::Refused)?;
        let accepted = session.connection().send(&mail).await.map_err(NotSent::NotTaken)?;
        session.keep();
        Ok(accepted)
    }
}

//! The SMTP server of the site.

use crate::endpoint::Endpoint;
use provost_domain::Failure;
use provost_outbound::smtp::{MailServer, MailSession};
use provost_store::Credential;
use provost_store::servers;

/// The SMTP server that alerts are sent by.
#[derive(Clone, Debug)]
pub struct MailEndpoint {
    pub(crate) server: MailServer,
    pub(crate) sender: String,
    site: String,
    authenticates: bool,
}

impl MailEndpoint {
    /// From what people entered. `hello` is what this machine calls itself.
    #[must_use]
    pub fn new(server: &servers::MailServer, site: &str, hello: &str) -> Self {
        let named = hello.split('.').all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        let hello = if named { hello.to_owned() } else { "[127.0.0.1]".to_owned() };
        let ca_pem = server.ca_pem.as_ref().map(|pem| pem.clone().into_bytes());
        Self {
            server: MailServer { host: server.host.clone(), port: server.port, ca_pem, hello },
            sender: server.sender.clone(),
            site: site.to_owned(),
            authenticates: server.authenticates,
        }
    }

    /// The address that mail comes from.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.sender
    }
}

impl Endpoint for MailEndpoint {
    type Session = MailSession;

    fn object(&self) -> &str {
        &self.site
    }

    fn address(&self) -> String {
        format!("smtp://{}:{}", self.server.host, self.server.port)
    }

    fn host(&self) -> &str {
        &self.server.host
    }

    fn authenticates(&self) -> bool {
        self.authenticates
    }

    async fn open(&self, credential: Option<Credential<'_>>) -> Result<MailSession, Failure> {
        MailSession::open(&self.server, credential.as_ref()).await
    }

    async fn is_alive(session: &mut MailSession) -> bool {
        session.is_alive().await
    }
}

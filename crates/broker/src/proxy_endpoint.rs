//! A destination behind the proxy of a site system.

use crate::endpoint::Endpoint;
use provost_domain::Failure;
use provost_outbound::proxy::{Destination, ProxyServer, Tunnel};
use provost_store::Credential;
use provost_store::servers;

/// A destination behind a proxy.
#[derive(Clone, Debug)]
pub struct ProxyEndpoint {
    pub(crate) proxy: ProxyServer,
    pub(crate) destination: Destination,
    object: String,
    authenticates: bool,
}

impl ProxyEndpoint {
    /// From what people entered, and where to go.
    #[must_use]
    pub fn new(server: &servers::ProxyServer, host: &str, port: u16) -> Self {
        let ca_pem = server.ca_pem.as_ref().map(|pem| pem.clone().into_bytes());
        Self {
            proxy: ProxyServer { host: server.host.clone(), port: server.port },
            destination: Destination { host: host.to_owned(), port, ca_pem },
            object: server.object.clone(),
            authenticates: server.authenticates,
        }
    }
}

impl Endpoint for ProxyEndpoint {
    type Session = Tunnel;

    fn object(&self) -> &str {
        &self.object
    }

    fn address(&self) -> String {
        format!("https://{}:{} by way of {}:{}", self.destination.host, self.destination.port, self.proxy.host, self.proxy.port)
    }

    fn host(&self) -> &str {
        &self.proxy.host
    }

    fn authenticates(&self) -> bool {
        self.authenticates
    }

    async fn open(&self, credential: Option<Credential<'_>>) -> Result<Tunnel, Failure> {
        Tunnel::open(&self.proxy, credential.as_ref(), &self.destination).await
    }

    async fn is_alive(session: &mut Tunnel) -> bool {
        session.is_alive()
    }
}

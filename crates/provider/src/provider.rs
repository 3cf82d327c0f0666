//! The provider as whoever runs the site starts and stops it.

use crate::access::REFUSALS_TOLD_EVERY_SECONDS;
use crate::ending::End;
use crate::listener::{OwnersSocket, serve_tls};
use crate::router::router;
use crate::site::Site;
use crate::site_status::SiteStatus;
use crate::tickets::Tickets;
use provost_domain::status::Severity;
use provost_runtime::{Bells, Clock};
use provost_store::Pool;
use provost_store::inbox::Inboxes;
use provost_store::ledger::Ledger;
use provost_store::vault::Sealer;
use rustls::ServerConfig;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Longest wait for requests that are being answered when the provider stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(5);

/// Raises a status message of the provider: number of the rule, severity, insertion strings. It blocks until that is on disk.
pub type Raise = Arc<dyn Fn(u16, Severity, Vec<String>) + Send + Sync>;

/// What a provider is started with.
pub struct Start {
    /// Connections to the site database as [`provost_catalog::database::Principal::Provider`]; four are plenty.
    pub pool: Pool,
    /// The bells of this process: deciding about a client wakes the components that look at clients.
    pub bells: Bells,
    /// The time.
    pub clock: Clock,
    /// The ledger.
    pub ledger: Ledger,
    /// The site's inboxes, to count what waits.
    pub inboxes: Inboxes,
    /// The half of the vault that seals passwords.
    pub sealer: Sealer,
    /// What tickets of people of a directory are checked with; without, nobody of a directory signs in.
    pub tickets: Option<Tickets>,
    /// Raises a status message.
    pub raise: Raise,
    /// Keeps that the site was uninstalled, and has it stop.
    pub end: End,
    /// What the process knows of its site; kept up to date by whoever runs it.
    pub status: SiteStatus,
    /// Where the local socket is made: `DATA/run/provost.sock`. The owner of its folder may use it, and root.
    pub socket: PathBuf,
    /// Where console and API listen; bound by the caller, who so knows the port before anything is told of it.
    pub listener: TcpListener,
    /// Certificate and key, from [`crate::server_configuration`].
    pub tls: Arc<ServerConfig>,
    /// The event loop that serves; multi-threaded, for password hashes and the database block threads of it.
    pub runtime: Handle,
}

/// A provider that answers people until it is stopped or dropped.
pub struct Provider {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    site: Site,
}

impl Provider {
    /// Makes the local socket and begins to answer on it and over TLS. When this returns, both accept connections.
    ///
    /// # Errors
    /// When the socket cannot be made or the listener cannot be used.
    pub fn start(start: Start) -> io::Result<Provider> {
        let Start { pool, bells, clock, ledger, inboxes, sealer, tickets, raise, end, status, socket, listener, tls, runtime } = start;
        let _inside = runtime.enter();
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let socket = OwnersSocket::bind(&socket)?;
        let site = Site::new(pool, bells, clock, ledger, inboxes, status, sealer, tickets, raise, end);
        let router = router(&site);
        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            runtime.spawn(socket.serve(router.clone(), stopped.clone())),
            runtime.spawn(serve_tls(listener, TlsAcceptor::from(tls), router, stopped.clone())),
            runtime.spawn(tell_refusals(site.clone(), stopped)),
        ];
        Ok(Provider { address, stop, tasks, site })
    }

    /// Where console and API listen.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, ends the idle ones, and waits a little for requests that are being answered.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = tokio::time::timeout(STOP_TIME_MAX, task).await;
        }
        let _ = tokio::time::timeout(STOP_TIME_MAX, self.stop.closed()).await;
        let site = self.site;
        let _ = tokio::task::spawn_blocking(move || site.tell_last_refusals()).await;
    }
}

/// Raises what is due when nobody signs in any more who would have it raised.
async fn tell_refusals(site: Site, mut stopped: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(Duration::from_secs(REFUSALS_TOLD_EVERY_SECONDS.unsigned_abs() / 10));
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = stopped.changed() => return,
        }
        let site = site.clone();
        let _ = tokio::task::spawn_blocking(move || site.tell_refusals()).await;
    }
}

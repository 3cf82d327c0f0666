//! A provider over a made-up site, for one test.

use crate::exchange::{Answer, Ask, Way};
use crate::seed::{self, Made};
use provost_catalog::database::Principal;
use provost_domain::Timestamp;
use provost_provider::{Provider, Start, Tickets};
use provost_store::Tx;
use std::net::TcpListener;
use tokio::runtime::Runtime;

/// The time at which test sites stand.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_445_413_120_000);

/// A site and its provider.
pub struct Site {
    pub made: Made,
    pub socket: Way,
    pub tls: Way,
    pub runtime: Runtime,
    pub provider: Option<Provider>,
}

impl Site {
    /// Starts one.
    pub fn start() -> Self {
        Self::with(None)
    }

    /// Starts one that checks tickets of people of a directory.
    pub fn with_tickets(tickets: Tickets) -> Self {
        Self::with(Some(tickets))
    }

    fn with(tickets: Option<Tickets>) -> Self {
        let runtime = Runtime::new().expect("an event loop");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let made = seed::make("https://localhost", NOW).expect("a made-up site");
        let provider = Provider::start(Start { tickets, ..made.start(listener, runtime.handle().clone()).expect("a start") }).expect("a provider");
        let socket = Way::Socket(made.folder.path().join("run/provost.sock"));
        let tls = Way::tls(provider.address(), &made.certificate.0);
        Self { made, socket, tls, runtime, provider: Some(provider) }
    }

    /// Starts one whose accounts are bound and whose directories are discovered.
    pub fn with_accounts() -> Self {
        let site = Self::start();
        site.made.bind_accounts().expect("bound accounts");
        site.made.discover().expect("discovered directories");
        site
    }

    /// Asks over TLS.
    pub fn ask(&self, ask: Ask) -> Answer {
        self.runtime.block_on(ask.send(&self.tls))
    }

    /// Asks as the owner, over the local socket.
    pub fn as_owner(&self, ask: Ask) -> Answer {
        self.runtime.block_on(ask.send(&self.socket))
    }

    /// A session of `ada`.
    pub fn session(&self) -> String {
        self.made.session().expect("a session")
    }

    /// Moves the clock.
    pub fn later(&self, seconds: i64) {
        self.made.clock.set(self.made.clock.now().plus_seconds(seconds));
    }

    /// Does something in the database as a principal.
    pub fn write<T>(&self, principal: Principal, f: impl FnMut(&mut Tx<'_>) -> Result<T, provost_store::StoreError>) -> T {
        self.made.database.connect(principal).expect("a connection").write(f).expect("a transaction")
    }

    /// Acts in the ledger, newest first: who, what, to what.
    pub fn newest_acts(&self, count: i64) -> Vec<(String, String, String)> {
        let mut provider = self.made.database.connect(Principal::Provider).expect("a connection");
        let entries = provider.read(|tx| provost_store::ledger::list_newest(tx, i64::MAX, count)).expect("entries");
        entries.into_iter().map(|entry| (entry.actor, entry.act, entry.object)).collect()
    }
}

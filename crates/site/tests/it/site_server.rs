//! A site server in the lab's domains, whose discovery methods run one after the other.

use crate::engines::Opened;
use crate::place::{NOW, Place, pass};
use provost_broker::{Broker, Directories, Parts};
use provost_catalog::database::Principal;
use provost_catalog::inboxes;
use provost_domain::accounts::AccountName;
use provost_domain::accounts::binding::{Admitted, principal_kind};
use provost_domain::discovery::{Location, Method, ObjectKind, RunKind};
use provost_lab::lab::Lab;
use provost_lab::topology::{CORP, Domain, FABRIKAM};
use provost_runtime::Component;
use provost_site::directory_discovery::DirectoryDiscoveryAgent;
use provost_site::forest_discovery_manager::ForestDiscoveryManager;
use provost_store::accounts::{NewBinding, bindings};
use provost_store::discovery::{Run, locations, runs};
use provost_store::keys::Secret;
use provost_store::vault::Vault;
use provost_store::views::directory_objects as views;
use provost_wire::directory::DirectoryReport;
use tokio::runtime::Runtime;

/// A site server that is joined to `corp.example.test`, and reaches both domains.
pub struct SiteServer<'o> {
    pub place: Place<'o>,
    lab: &'o Lab,
    vault: Vault,
    runtime: Runtime,
}

impl<'o> SiteServer<'o> {
    pub fn new(opened: &'o Opened, lab: &'o Lab) -> Self {
        let place = Place::new(opened);
        let runtime = Runtime::new().expect("a runtime");
        let vault = Vault::open(&opened.keys, None, opened.site, &[]).expect("a vault");
        Self { place, lab, vault, runtime }
    }

    /// The broker of a machine whose name server is that of `domain`: no name server of the lab knows both.
    pub fn broker(&self, domain: &Domain) -> Broker {
        let broker = Broker::new(Parts {
            database: self.place.opened.database.clone(),
            opener: self.vault.opener(),
            ledger: self.place.ledger.clone(),
            clock: self.place.clock.clone(),
            domain: CORP.dns.to_owned(),
            host: format!("site1.{}", CORP.dns),
            directories: Directories {
                dns_servers: self.lab.dns_servers(domain),
                ad_site: None,
                keytab: Some(self.lab.keytab(&CORP, "site1").expect("a keytab")),
            },
            runtime: self.runtime.handle().clone(),
        });
        broker.expect("a broker")
    }

    /// Binds the lab's account `user` for a method at an object.
    pub fn bind(&self, method: Method, object: &str, domain: &Domain, user: &str) {
        self.bind_with(method, object, domain, user, self.lab.password(domain, user));
    }

    /// As [`SiteServer::bind`], with this password.
    pub fn bind_with(&self, method: Method, object: &str, domain: &Domain, user: &str, password: String) {
        let account = method.operation().account();
        let name = AccountName::parse(&format!("{user}@{}", domain.dns)).expect("a name");
        let sealer = self.vault.sealer();
        let password = Secret::new(password.into_bytes());
        let sealed = self.place.act(|tx| {
            let sealed = sealer.add(tx, &password, "ada", NOW).expect("sealed");
            let admitted = Admitted { principal_kind: principal_kind(account, &name, None).expect("a kind"), position: 1 };
            bindings::insert(tx, &NewBinding { kind: account.kind, object, admitted, name: &name, secret: Some(sealed.secret), by: "ada", at: NOW })?;
            Ok(sealed)
        });
        sealer.committed(sealed).expect("remembered");
    }

    pub fn authority(&self) -> String {
        std::fs::read_to_string(self.lab.authority()).expect("the authority")
    }

    /// Adds a location that is read by LDAPS when `tls`, else by Kerberos.
    pub fn look_at(&self, method: Method, path: &str, tls: bool) -> String {
        let location = Location::new(method, path).expect("a location");
        let location = Location { ca_pem: tls.then(|| self.authority()), ..location };
        self.place.act(|tx| locations::add(tx, &location, "ada", NOW)).expect("a new location");
        location.path.to_string()
    }

    fn agent(&self, method: Method, domain: &Domain) -> Box<dyn Component> {
        let connect = |principal| self.place.connect(principal);
        let agent = |principal| Box::new(DirectoryDiscoveryAgent::new(method, &self.place.surroundings, connect(principal), self.broker(domain)));
        match method {
            Method::System => agent(Principal::AdSystemDiscoveryAgent),
            Method::User => agent(Principal::AdUserDiscoveryAgent),
            Method::Group => agent(Principal::AdGroupDiscoveryAgent),
            Method::Forest => {
                let connection = connect(Principal::AdForestDiscoveryManager);
                Box::new(ForestDiscoveryManager::new(&self.place.surroundings, connection, self.broker(domain), CORP.dns))
            }
        }
    }

    /// Lets a method do what it does when nobody asked for a run; gives how long the database's log is then.
    pub fn rest(&self, method: Method) -> u64 {
        pass(self.agent(method, &CORP).as_mut());
        let provost_store::Location::Sqlite(path) = &self.place.opened.location else { panic!("a file") };
        std::fs::metadata(path.with_extension("db-wal")).expect("a log").len()
    }

    /// Runs a method at a target and loads what it found.
    pub fn run(&self, method: Method, target: &str, kind: RunKind) -> Run {
        let run_id = self.place.act(|tx| runs::request(tx, method, target, kind, "ada", self.place.clock.now()));
        let domain = if target.to_lowercase().contains("fabrikam") { &FABRIKAM } else { &CORP };
        pass(self.agent(method, domain).as_mut());
        // A run is done once all of it is loaded, also what says no more than who is in groups.
        let waiting = self.reports().len();
        let found = || self.place.look(|tx| runs::find(tx, run_id)).expect("the run");
        assert_eq!(found().is_done(), waiting == 0, "{waiting} reports wait: {:?}", found());
        pass(&mut self.place.discovery());
        self.place.clock.set(self.place.clock.now().plus_seconds(60));
        let run = found();
        assert!(run.is_done() && run.counts.reports_loaded == run.counts.reports, "{run:?}");
        run
    }

    /// What waits in the discovery inbox, the oldest first; its texts are those of the files, which are kept until the test ends.
    pub fn reports(&self) -> Vec<DirectoryReport<'static>> {
        let files = self.place.inboxes.claim(&inboxes::DISCOVERY).expect("the inbox");
        let frames = files.flat_map(|file| file.read_frames().expect("a file").0);
        frames.map(|frame| provost_wire::directory::parse(frame.body.leak()).expect("a report").report).collect()
    }

    pub fn found(&self, kind: ObjectKind, name: &str) -> Vec<views::Listed> {
        self.place.look(|tx| views::called(tx, kind, name))
    }
}

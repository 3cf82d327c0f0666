//! Active Directory forest discovery manager: domains, sites and subnets of forests, and boundaries of them.
//!
//! It looks in the site's own forest, in forests that are trusted, and in those that people added. What it does not find
//! stays: it may have been out of sight. A run that loses its domain controller reads anew at the next.

use crate::directory_discovery::{REMEMBERED, block};
use crate::lost_controllers::LostControllers;
use crate::run_outcome::{Outcome, Outcomes};
use crate::surroundings::Surroundings;
use provost_broker::directory::{Scope, Session, escape};
use provost_broker::{Asker, Broker, Refused};
use provost_catalog::components::ComponentName;
use provost_domain::boundary::{Boundary, BoundaryKind, Subnet};
use provost_domain::discovery::{Method, Settings};
use provost_domain::{Failure as Failed, Timestamp};
use provost_runtime::{Component, Failure, Pass};
use provost_sd::Sid;
use provost_store::discovery::{Blocked, Counts, Run, methods, runs};
use provost_store::forests::{self, AdSite, AdSubnet, Domain, Forest, Network};
use provost_store::{Connection, StoreError, Tx, boundaries, servers};
use std::ops::ControlFlow;
use std::time::Duration;

/// Domains of a forest, among the partitions of its configuration (MS-ADTS §6.1.1.2.1.1.2).
const DOMAINS: &str = "(&(objectClass=crossRef)(systemFlags:1.2.840.113556.1.4.803:=2))";

/// Domains, sites and subnets of one forest that are taken, of each: more has none.
const FOUND_MAX: usize = 100_000;

/// The component.
pub struct ForestDiscoveryManager {
    surroundings: Surroundings,
    connection: Connection,
    broker: Broker,
    /// The site server's DNS domain; empty without one.
    domain: String,
    /// Whether what a run that broke off left behind was seen to.
    began: bool,
    outcomes: Outcomes,
}

/// What is to be done now.
struct Task {
    run: Run,
    settings: Settings,
    forest: Forest,
}

impl ForestDiscoveryManager {
    /// For a site server in `domain`, which is empty without one.
    #[must_use]
    pub fn new(surroundings: &Surroundings, connection: Connection, broker: Broker, domain: &str) -> Self {
        Self { surroundings: surroundings.clone(), connection, broker, domain: domain.to_lowercase(), began: false, outcomes: Outcomes::default() }
    }

    fn next(&mut self, now: Timestamp) -> Result<Option<Task>, StoreError> {
        let (began, domain) = (self.began, self.domain.as_str());
        let task = self.connection.write(|tx| {
            if !began {
                runs::end_interrupted(tx, Method::Forest, now)?;
            }
            let settings = methods::find(tx, Method::Forest)?;
            if settings.enabled {
                add_known(tx, domain, now)?;
            }
            while let Some(run) = runs::waiting(tx, Method::Forest)? {
                runs::start(tx, run.run_id, now)?;
                match forests::find(tx, &run.target)? {
                    Some(forest) => return Ok(Some(Task { run, settings, forest })),
                    None => runs::end(tx, run.run_id, now, "location-gone", "the forest was removed before the run began", &[])?,
                }
            }
            let mut due = Vec::new();
            for forest in forests::list(tx)?.into_iter().filter(|forest| forest.discovers) {
                let progress = runs::progress(tx, Method::Forest, &forest.forest)?;
                due.extend(settings.due(progress, now).map(|kind| (progress.last_at, kind, forest)));
            }
            if let Some((_, kind, forest)) = due.into_iter().min_by_key(|(last_at, ..)| *last_at) {
                runs::forget(tx, Method::Forest, now.plus_seconds(-REMEMBERED))?;
                let run_id = runs::request(tx, Method::Forest, &forest.forest, kind, runs::SCHEDULE, now)?;
                runs::start(tx, run_id, now)?;
                let run = runs::find(tx, run_id)?.ok_or_else(|| crate::unavailable("starting a run", &"it is gone"))?;
                return Ok(Some(Task { run, settings, forest }));
            }
            Ok(None)
        })?;
        self.began = true;
        Ok(task)
    }

    fn run(&mut self, task: &Task) -> Result<(), StoreError> {
        let Task { run, settings, forest } = task;
        let component = ComponentName::AdForestDiscoveryManager;
        let id = component.definition().id;
        let broker = self.broker.clone();
        let mut endpoint = broker.directory(&forest.forest, &forest.forest, &forest.hosts, forest.ca_pem.as_deref());
        let mut lost = LostControllers::default();
        let (outcome, read) = loop {
            let mut session = match broker.wait(broker.connect(Method::Forest.operation(), &endpoint, id, Asker::Component)) {
                Ok(session) => session,
                Err(Refused::Store(error)) => return Err(error),
                Err(refused) => break (lost.refused(&refused), None),
            };
            let (account, host) = (session.account().to_owned(), session.connection().root().host.clone());
            let remark = lost.words(&host);
            self.connection.write(|tx| {
                runs::tell(tx, run.run_id, &account, &host, &Counts::default())?;
                runs::remark(tx, run.run_id, &remark)
            })?;
            let (mut network, mut blocked) = (Network::default(), Vec::new());
            match broker.wait(look(session.connection(), self.surroundings.clock.now(), &mut network, &mut blocked)) {
                Ok(()) => break (lost.then(&host, Outcome::of_read(blocked)), Some((account, host, network))),
                Err(_) if self.surroundings.bells.of(component).is_stopped() => {
                    break (lost.then(&host, Outcome::failed("interrupted", "the site stops".to_owned())), None);
                }
                Err(failure) if LostControllers::is_lost(&failure) => {
                    lost.add(&mut endpoint, session.connection(), count(&network), &failure);
                }
                Err(failure) => break (lost.then(&host, Outcome::failed(failure.outcome.id(), failure.to_string())), None),
            }
        };
        let now = self.surroundings.clock.now();
        let mut made = 0;
        self.connection.write(|tx| {
            if let Some((account, host, found)) = &read {
                let difference = forests::keep(tx, &forest.forest, found, now)?;
                made = make_boundaries(tx, settings, &forest.forest, found, id, now)?;
                runs::tell(tx, run.run_id, account, host, &Counts { read: count(found), reports: 1, ..Counts::default() })?;
                runs::loaded(tx, run.run_id, 0, difference.added + made, difference.changed)?;
            }
            runs::end(tx, run.run_id, now, outcome.id, &outcome.detail, &outcome.blocked)
        })?;
        if made > 0 {
            self.surroundings.bells.ring(ComponentName::HierarchyManager);
        }
        tracing::info!(component = id, forest = forest.forest, outcome = outcome.id, "a run ended");
        self.outcomes.tell(&self.surroundings, component, &forest.forest, &outcome);
        lost.tell(&self.surroundings, component, &forest.forest);
        Ok(())
    }
}

/// Adds the site's own forest, and those that somebody said are trusted.
fn add_known(tx: &mut Tx<'_>, domain: &str, now: Timestamp) -> Result<(), StoreError> {
    let trusts = servers::trusts(tx)?;
    let own = trusts.iter().find(|known| known.domain == domain).map_or_else(|| domain.to_owned(), |known| known.forest.clone());
    let trusted = trusts.iter().filter(|known| known.trust.forest_is_trusted()).map(|known| known.forest.clone());
    for forest in std::iter::once(own).chain(trusted).filter(|forest| forest.contains('.')) {
        let created_by = ComponentName::AdForestDiscoveryManager.definition().id.to_owned();
        forests::add(tx, &Forest { forest, hosts: Vec::new(), ca_pem: None, discovers: true, created_by, created_at: now, discovered_at: None })?;
    }
    Ok(())
}

/// Reads what a forest consists of, from its configuration.
async fn look(session: &mut Session, at: Timestamp, network: &mut Network, blocked: &mut Vec<Blocked>) -> Result<(), Failed> {
    let root = session.root().clone();
    let own = session.read(&root.domain_dn, &["objectSid"]).await?;
    let own = own.and_then(|entry| entry.bytes("objectSid").and_then(|bytes| Sid::from_bytes(bytes).ok())).map_or_else(String::new, |sid| sid.to_string());
    let partitions = format!("CN=Partitions,{}", root.configuration_dn);
    session
        .search(&partitions, Scope::OneLevel, DOMAINS, &["dnsRoot", "nETBIOSName", "nCName", "msDS-Behavior-Version"], |entry| {
            if network.domains.len() >= FOUND_MAX {
                return too_many(blocked, &partitions);
            }
            if let Some(domain) = entry.text("dnsRoot").map(str::to_lowercase) {
                let is_own = entry.text("nCName").is_some_and(|name| name.eq_ignore_ascii_case(&root.domain_dn));
                network.domains.push(Domain {
                    domain,
                    netbios_name: entry.text("nETBIOSName").unwrap_or_default().to_owned(),
                    sid: if is_own { own.clone() } else { String::new() },
                    functional_level: entry.number("msDS-Behavior-Version").unwrap_or_default(),
                    discovered_at: at,
                });
            }
            ControlFlow::Continue(())
        })
        .await?;
    let sites = format!("CN=Sites,{}", root.configuration_dn);
    session
        .search(&sites, Scope::OneLevel, "(objectClass=site)", &["cn", "description"], |entry| {
            if network.sites.len() >= FOUND_MAX {
                return too_many(blocked, &sites);
            }
            if let Some(name) = entry.text("cn") {
                network.sites.push(AdSite { ad_site: name.to_owned(), description: description(entry.text("description")), discovered_at: at });
            }
            ControlFlow::Continue(())
        })
        .await?;
    let subnets = format!("CN=Subnets,{sites}");
    session
        .search(&subnets, Scope::OneLevel, "(objectClass=subnet)", &["cn", "siteObject", "description"], |entry| {
            if network.subnets.len() >= FOUND_MAX {
                return too_many(blocked, &subnets);
            }
            let site = entry.text("siteObject").and_then(first_value).unwrap_or_default();
            if let Some(subnet) = entry.text("cn") {
                let description = description(entry.text("description"));
                network.subnets.push(AdSubnet { subnet: subnet.to_owned(), ad_site: site, description, discovered_at: at });
            }
            ControlFlow::Continue(())
        })
        .await?;
    session
        .search(&sites, Scope::Subtree, "(!(objectClass=top))", &["objectClass"], |entry| {
            if entry.bytes("objectClass").is_none() {
                block(blocked, &entry.dn, "Read");
            }
            ControlFlow::Continue(())
        })
        .await?;
    Ok(())
}

/// How many domains, sites and subnets there are.
fn count(network: &Network) -> i64 {
    i64::try_from(network.domains.len() + network.sites.len() + network.subnets.len()).unwrap_or(i64::MAX)
}

/// Notes that a container has more than is taken of it.
fn too_many(blocked: &mut Vec<Blocked>, path: &str) -> ControlFlow<()> {
    block(blocked, path, &format!("it has more than {FOUND_MAX} objects: the rest is not taken"));
    ControlFlow::Break(())
}

fn description(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(256).collect()
}

/// The value of a distinguished name's first part: `Berlin` of `CN=Berlin,CN=Sites,…`.
fn first_value(dn: &str) -> Option<String> {
    escape::parts(dn)?.into_iter().next().map(|part| part.value)
}

/// Makes boundaries of what was found, as the settings say; gives how many are new.
fn make_boundaries(tx: &mut Tx<'_>, settings: &Settings, forest: &str, found: &Network, by: &str, now: Timestamp) -> Result<i64, StoreError> {
    let mut made = 0;
    if settings.site_boundaries {
        for site in &found.sites {
            if let Ok(boundary) = Boundary::new(BoundaryKind::ActiveDirectorySite, &site.ad_site) {
                made += i64::from(boundaries::add(tx, &boundary, &format!("{forest}/{}", site.ad_site), by, now)?.is_some());
            }
        }
    }
    if settings.subnet_boundaries {
        let read: Vec<(Subnet, &AdSubnet)> = found.subnets.iter().filter_map(|known| Some((known.subnet.parse().ok()?, known))).collect();
        let mut all: Vec<Subnet> = read.iter().map(|(subnet, _)| *subnet).collect();
        all.sort_unstable();
        all.dedup();
        for (subnet, known) in &read {
            // What is within a subnet comes right after it.
            let after = all.partition_point(|other| other <= subnet);
            let next = all.get(after..=after).unwrap_or_default();
            let description = [forest, &known.ad_site, &known.subnet].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
            made += i64::from(boundaries::add(tx, &subnet.boundary(next), &description, by, now)?.is_some());
        }
    }
    Ok(made)
}

impl Component for ForestDiscoveryManager {
    fn name(&self) -> ComponentName {
        ComponentName::AdForestDiscoveryManager
    }

    fn interval(&self) -> Duration {
        crate::INTERVAL
    }

    fn pass(&mut self) -> Result<Pass, Failure> {
        let failed = |error: StoreError| Failure::new("discovering forests", error);
        match self.next(self.surroundings.clock.now()).map_err(failed)? {
            None => Ok(Pass::Idle),
            Some(task) => {
                // A run that breaks off is ended by the next pass.
                self.began = false;
                self.run(&task).map_err(failed)?;
                self.began = true;
                Ok(Pass::More)
            }
        }
    }
}

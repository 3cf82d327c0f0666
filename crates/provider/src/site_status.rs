//! What the running process knows of its site and the database does not: addresses, versions, how its roles are, and what
//! its components are doing while the database is away.

use arc_swap::ArcSwap;
use provost_domain::{SiteCode, Timestamp};
use provost_store::status::ComponentState;
use provost_store::views::components::State;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A handle that whoever runs the site writes and the provider reads. Clones share it.
#[derive(Clone, Debug)]
pub struct SiteStatus {
    facts: Arc<ArcSwap<SiteFacts>>,
    components: Arc<ArcSwap<BTreeMap<String, ComponentState>>>,
}

/// Facts of the running site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFacts {
    /// The site's code.
    pub code: SiteCode,
    /// The site's name.
    pub name: String,
    /// The DNS domain of the site server; empty without one. Computers in it are in the site's forest.
    pub domain: String,
    /// Version of the program.
    pub version: String,
    /// Engine and schema of the site database, such as `SQLite 3.50.2, schema 2`.
    pub database: String,
    /// When the site started.
    pub started_at: Timestamp,
    /// Address of console and API as people open it, without a slash at the end: `https://localhost:8443`.
    pub console_url: String,
    /// SHA-256 of the DER of the console's certificate, 64 hexadecimal digits.
    pub console_fingerprint: String,
    /// Address of the management point; empty when there is none.
    pub management_point_url: String,
    /// The roles that run here.
    pub roles: Vec<RoleStatus>,
}

/// How a role is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleState {
    /// It is being started.
    Starting,
    /// It answers.
    Running,
    /// It does not; the reason is told.
    Failing,
    /// It was stopped.
    Stopped,
}

impl RoleState {
    /// Its word in the API and for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Failing => "failing",
            Self::Stopped => "stopped",
        }
    }
}

/// One role of this site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleStatus {
    /// Its name in addresses and on the command line, such as `management-point`.
    pub name: String,
    /// Its name as people read it.
    pub title: String,
    /// How it is.
    pub state: RoleState,
    /// Since when.
    pub since: Timestamp,
    /// Where it listens; empty when it does not.
    pub address: String,
    /// Why it fails; empty when it does not.
    pub reason: String,
}

impl SiteStatus {
    /// With these facts.
    #[must_use]
    pub fn new(facts: SiteFacts) -> Self {
        Self { facts: Arc::new(ArcSwap::from_pointee(facts)), components: Arc::default() }
    }

    /// The facts now.
    #[must_use]
    pub fn facts(&self) -> Arc<SiteFacts> {
        self.facts.load_full()
    }

    /// Changes facts; readers see all of the change or nothing.
    pub fn change(&self, change: impl Fn(&mut SiteFacts)) {
        self.facts.rcu(|facts| {
            let mut facts = SiteFacts::clone(facts);
            change(&mut facts);
            facts
        });
    }

    /// Tells how a role is: replaces what was told of the role with the same name, or adds it.
    pub fn set_role(&self, role: &RoleStatus) {
        self.change(|facts| match facts.roles.iter_mut().find(|r| r.name == role.name) {
            Some(known) => known.clone_from(role),
            None => facts.roles.push(role.clone()),
        });
    }

    /// Tells what a component of this process is doing now.
    pub fn set_component(&self, component: &ComponentState) {
        self.components.rcu(|components| {
            let mut components = BTreeMap::clone(components);
            components.insert(component.component.clone(), component.clone());
            components
        });
    }

    /// What components are doing: rows of the database, and over them what those of this process told since. A row cannot
    /// say that its component fails because no row can be written.
    pub(crate) fn components_over(&self, mut rows: Vec<State>) -> Vec<State> {
        for told in self.components.load().values() {
            let ComponentState { component, state, since, reason, passes } = told.clone();
            let passes = rows.iter().find(|row| row.component == component).map_or(passes, |row| row.passes);
            rows.retain(|row| row.component != component);
            rows.push(State { component, state: state.to_owned(), since, reason, passes });
        }
        rows
    }
}

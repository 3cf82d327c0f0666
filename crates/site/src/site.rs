//! Starting and stopping the site server's components.

use crate::account_manager::AccountManager;
use crate::alert_notification_manager::{AlertNotificationManager, OutgoingMail, Post, PostResult};
use crate::authority::Authority;
use crate::component_status::{ComponentStatus, SiteComponentManager, Told};
use crate::directory_discovery::DirectoryDiscoveryAgent;
use crate::discovery_data_manager::DiscoveryDataManager;
use crate::forest_discovery_manager::ForestDiscoveryManager;
use crate::hierarchy_manager::{HierarchyManager, OfThisServer};
use crate::inbox_monitor::InboxMonitor;
use crate::inventory_data_loader::InventoryDataLoader;
use crate::notification_manager::NotificationManager;
use crate::policy_provider::PolicyProvider;
use crate::state_system::StateSystem;
use crate::status_manager::StatusManager;
use crate::surroundings::Surroundings;
use provost_broker::{Broker, Mail, NotSent};
use provost_catalog::components::ComponentName;
use provost_catalog::database::Principal;
use provost_domain::discovery::Method;
use provost_domain::outcome::Outcome;
use provost_runtime::supervisor::{Listener, STOP_PATIENCE};
use provost_runtime::{Bells, Clock, Component, Supervisor};
use provost_store::inbox::Inboxes;
use provost_store::ledger::Ledger;
use provost_store::vault::Keeper;
use provost_store::{Connection, Database, StoreError};
use std::fmt;
use std::sync::Arc;

/// What a site server is made from.
pub struct Ingredients {
    /// The site database.
    pub database: Database,
    /// The inbox folders.
    pub inboxes: Inboxes,
    /// The site's certificate authority.
    pub authority: Arc<Authority>,
    /// The ledger.
    pub ledger: Ledger,
    /// Everybody's bells; the management point and the provider of the same process ring and hear them too.
    pub bells: Bells,
    /// The clock.
    pub clock: Clock,
    /// Name of this machine, for status messages.
    pub system: String,
    /// The one way to connections as accounts.
    pub broker: Broker,
    /// The part of the vault that destroys and changes the site key.
    pub keeper: Keeper,
    /// Who is told at once what components are doing, in this process.
    pub told: Told,
}

/// Why a site server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The site database did not let a component in.
    Store(StoreError),
    /// The system gave no thread.
    Thread(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Thread(error) => write!(f, "a component's thread could not be started: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A running site server.
pub struct Site {
    supervisor: Supervisor,
    component_status: ComponentStatus,
    connection: Connection,
    surroundings: Surroundings,
}

impl Site {
    /// Connects and starts every component of the site server. Each passes at once, so what lies in the inboxes since
    /// the last time is loaded right away.
    ///
    /// # Errors
    /// When a component cannot connect or has no thread; then nothing runs.
    pub fn start(ingredients: Ingredients) -> Result<Self, StartError> {
        let Ingredients { database, inboxes, authority, ledger, bells, clock, system, broker, keeper, told } = ingredients;
        let surroundings = Surroundings::new(inboxes, &system, clock, bells.clone());
        let component_status = ComponentStatus::new(surroundings.clone(), told);
        let connect = |principal| database.connect(principal);
        let agent = |method: Method| -> Result<DirectoryDiscoveryAgent, StoreError> {
            let principal = match method {
                Method::User => Principal::AdUserDiscoveryAgent,
                Method::Group => Principal::AdGroupDiscoveryAgent,
                Method::System | Method::Forest => Principal::AdSystemDiscoveryAgent,
            };
            Ok(DirectoryDiscoveryAgent::new(method, &surroundings, connect(principal)?, broker.clone()))
        };
        let domain = system.split_once('.').map_or("", |(_, domain)| domain);
        let own = OfThisServer {
            site: database.site(),
            domain: domain.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            management_points: vec![system.to_lowercase()],
        };
        let components: Vec<Box<dyn Component>> = vec![
            Box::new(SiteComponentManager::new(component_status.clone(), connect(Principal::SiteComponentManager)?)),
            Box::new(StatusManager::new(&surroundings, connect(Principal::StatusManager)?)),
            Box::new(DiscoveryDataManager::new(&surroundings, connect(Principal::DiscoveryDataManager)?, Arc::clone(&authority), ledger.clone())),
            Box::new(PolicyProvider::new(&surroundings, connect(Principal::PolicyProvider)?, authority)),
            Box::new(InventoryDataLoader::new(&surroundings, connect(Principal::InventoryDataLoader)?)),
            Box::new(StateSystem::new(&surroundings, connect(Principal::StateSystem)?)),
            Box::new(NotificationManager::new(&surroundings, connect(Principal::NotificationManager)?)),
            Box::new(AlertNotificationManager::new(
                &surroundings,
                connect(Principal::AlertNotificationManager)?,
                database.site(),
                post(broker.clone(), &system),
            )),
            Box::new(agent(Method::System)?),
            Box::new(agent(Method::User)?),
            Box::new(agent(Method::Group)?),
            Box::new(ForestDiscoveryManager::new(&surroundings, connect(Principal::AdForestDiscoveryManager)?, broker.clone(), domain)),
            Box::new(HierarchyManager::new(&surroundings, connect(Principal::HierarchyManager)?, broker.clone(), ledger.clone(), own)),
            Box::new(AccountManager::new(&surroundings, connect(Principal::AccountManager)?, broker, keeper, ledger)),
            Box::new(InboxMonitor::new(&surroundings)),
        ];
        let connection = connect(Principal::SiteComponentManager)?;
        let mut site = Self { supervisor: Supervisor::new(bells), component_status, connection, surroundings };
        for component in components {
            let component = site.component_status.counting(component);
            if let Err(error) = site.supervisor.start(component, site.component_status.listener()) {
                site.stop();
                return Err(StartError::Thread(error));
            }
        }
        Ok(site)
    }

    /// What else runs in this process tells of itself here: the management point and the provider.
    #[must_use]
    pub fn listener(&self) -> Listener {
        self.component_status.listener()
    }

    /// Raises status messages, for what else runs in this process.
    #[must_use]
    pub const fn status(&self) -> &crate::StatusWriter {
        &self.surroundings.status
    }

    /// Starts one more component under the same supervisor.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn add(&mut self, component: Box<dyn Component>) -> std::io::Result<()> {
        let component = self.component_status.counting(component);
        self.supervisor.start(component, self.component_status.listener())
    }

    /// Stops every component after the pass that it is in, and writes that they stopped. Rings every bell of the process
    /// for the last time.
    pub fn stop(self) {
        let Self { supervisor, component_status, mut connection, surroundings: _ } = self;
        supervisor.stop(STOP_PATIENCE);
        if let Err(error) = component_status.write(&mut connection) {
            tracing::warn!(component = ComponentName::SiteComponentManager.definition().id, %error, "that components stopped could not be written");
        }
    }
}

/// How alerts are mailed: through the broker, as the SMTP Server Connection Account.
fn post(broker: Broker, system: &str) -> Post {
    let host = system.to_owned();
    Arc::new(move |outgoing: &OutgoingMail| {
        let mail = Mail {
            from: outgoing.sender.clone(),
            to: outgoing.recipient.clone(),
            subject: outgoing.heading.clone(),
            body: outgoing.body.clone(),
            message_id: format!("{}@{host}", outgoing.message_key),
            date: outgoing.created_at,
        };
        let sent = broker.wait(broker.send_alert(mail, ComponentName::AlertNotificationManager.definition().id));
        match sent {
            Ok(_) => PostResult::Ok,
            // The server says that this recipient or sender will never do; everything else may be mended meanwhile.
            Err(NotSent::NotTaken(failure)) if failure.outcome == Outcome::LacksRight || failure.outcome == Outcome::RefusedByRule => {
                PostResult::Never { outcome: failure.to_string() }
            }
            Err(error) => PostResult::Later { outcome: error.to_string() },
        }
    })
}

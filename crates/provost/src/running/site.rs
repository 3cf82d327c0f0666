//! Starting and stopping everything that a site is in this process, in an order that loses nothing.

use super::database;
use super::identity::Identity;
use super::listeners::{Listeners, public_host};
use crate::connection::Trust;
use crate::data_folder::DataFolder;
use crate::data_folder::ports::Ports;
use crate::data_folder::uninstalled::Uninstalled;
use crate::failure::Failure;
use crate::settings::Settings;
use provost_broker::{Asker, Broker, DatabaseEndpoint, Refused, Session};
use provost_catalog::accounts::Use;
use provost_catalog::components::ComponentName;
use provost_catalog::database::Principal;
use provost_catalog::rules::code;
use provost_domain::outcome::Outcome;
use provost_domain::{Digest, SiteCode, Timestamp};
use provost_provider::{Provider, RoleState, RoleStatus, SiteFacts, SiteStatus, server_configuration};
use provost_roles::management_point::{self, ManagementPoint};
use provost_runtime::supervisor::Event;
use provost_runtime::{Bells, Clock};
use provost_site::authority::{Authority, ServerIdentity};
use provost_site::status_writer::Raised;
use provost_site::{Ingredients, Site, StartError, StatusWriter};
use provost_store::database::Circumstance;
use provost_store::inbox::Inboxes;
use provost_store::keys::KeyFolder;
use provost_store::ledger::Ledger;
use provost_store::vault::{Vault, keys_in_use};
use provost_store::{Database, StoreError};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// Connections of the provider to the site database: as many people may wait for it at once.
const PROVIDER_CONNECTIONS: usize = 4;

/// A site that runs in this process.
pub struct Running {
    /// Who it is.
    pub identity: Identity,
    /// Where it listens.
    pub ports: Ports,
    /// Its database.
    pub database: Database,
    /// What the provider tells of it.
    pub status: SiteStatus,
    /// When it started.
    pub started_at: Timestamp,
    /// The certificate of its authority.
    pub trust: Trust,
    /// Becomes true when the site was uninstalled and is to stop.
    pub uninstalled: watch::Receiver<bool>,
    site: Site,
    management_point: ManagementPoint,
    provider: Provider,
}

/// Name of this machine.
#[must_use]
pub fn machine_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// How the management point reaches the site database: as the Management Point Connection Account, or by default as the
/// computer account of its server.
fn reach_database(broker: Broker, database: &Database) -> management_point::Connect {
    let endpoint = DatabaseEndpoint::new(database, Principal::ManagementPoint, "management-point", &machine_name());
    Arc::new(move || {
        let session = broker.wait(broker.connect(Use::ManagementPointDatabase, &endpoint, "management-point", Asker::Component));
        session.map(Session::into_connection).map_err(|refused| match refused {
            Refused::Store(error) => error,
            other => {
                let circumstance =
                    Circumstance { attempt: "reaching the site database".to_owned(), principal: "management_point".to_owned(), cause: other.to_string() };
                // What we do not do ourselves is not the database's doing.
                if other.outcome() == Outcome::RefusedByRule { StoreError::Denied(circumstance) } else { StoreError::Unavailable(circumstance) }
            }
        })
    })
}

/// The DNS domain of a machine; empty when its name has none.
fn domain_of(machine: &str) -> String {
    machine.split_once('.').map_or_else(String::new, |(_, domain)| domain.to_owned())
}

impl Running {
    /// Starts it. The ports are taken first, then the database is opened, then components, then roles that answer on
    /// `runtime`. Blocks, so it is not for a thread that drives an event loop.
    ///
    /// # Errors
    /// Why not; what was started until then is stopped.
    pub fn start(folder: &DataFolder, settings: &Settings, site_code: SiteCode, clock: &Clock, runtime: &Handle) -> Result<Self, Failure> {
        let started_at = clock.now();
        let name = settings.text("name").map_or_else(|| format!("{site_code}-site"), str::to_owned);
        let identity = Identity { code: site_code, name };
        let Listeners { console, management_point, ports } = Listeners::take(folder, settings)?;

        let keys = KeyFolder::open(&folder.keys()).map_err(|e| unusable("cannot use the key folder", &e))?;
        let database = database::open(folder, settings, &keys, site_code, &identity.name, started_at)?;
        if Identity::kept(folder)?.as_ref() != Some(&identity) {
            identity.keep(folder)?;
        }
        let names = server_names(&ports);
        let authority = Authority::open(&keys, site_code, &names, started_at).map_err(|e| unusable("cannot use the site's certificate authority", &e))?;
        let authority = Arc::new(authority);
        let inboxes = Inboxes::open(&folder.inboxes()).map_err(|e| unusable("cannot use the inboxes", &e))?;
        let ledger = Ledger::open(&keys).map_err(|e| unusable("cannot use the ledger's key", &e))?;
        let bells = Bells::default();

        let in_use = database.connect(Principal::Broker).and_then(|mut broker| broker.read(keys_in_use)).map_err(|e| database::refused(&e))?;
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        let vault = Vault::open(&keys, credentials.as_deref(), site_code, &in_use).map_err(|e| unusable("cannot use the site key", &e))?;
        let host = machine_name();
        let broker = Broker::new(provost_broker::Parts {
            database: database.clone(),
            opener: vault.opener(),
            ledger: ledger.clone(),
            clock: clock.clone(),
            domain: domain_of(&host),
            host: host.clone(),
            directories: settings.directories(),
            runtime: runtime.clone(),
        })
        .map_err(|e| database::refused(&e))?;
        for login in broker.make_logins(ComponentName::AccountManager.definition().id).map_err(|e| database::refused(&e))? {
            match login {
                Ok(login) => tracing::info!(component = "account-manager", %login, "the login of a bound account was made"),
                Err(error) => tracing::error!(component = "account-manager", %error, "the login of a bound account could not be made"),
            }
        }

        let status = SiteStatus::new(facts(&identity, &ports, &database, &authority, started_at)?);
        let ingredients = Ingredients {
            database: database.clone(),
            inboxes: inboxes.clone(),
            authority: authority.clone(),
            ledger: ledger.clone(),
            bells: bells.clone(),
            clock: clock.clone(),
            system: host.clone(),
            broker: broker.clone(),
            keeper: vault.keeper(),
            told: {
                let status = status.clone();
                Arc::new(move |component| status.set_component(component))
            },
        };
        let site = Site::start(ingredients).map_err(|e| match e {
            StartError::Store(e) => database::refused(&e),
            StartError::Thread(e) => Failure::new(code::BUG, "cannot start the site's components", e),
        })?;
        let events = site.listener();
        let provider_status = StatusWriter::new(inboxes.clone(), &host, clock.clone(), bells.clone());
        let (ended, uninstalled) = watch::channel(false);
        let (role_events, role_status, role_clock) = (events.clone(), status.clone(), clock.clone());
        let roles = (|| {
            let management_point = ManagementPoint::start(
                management_point::Config {
                    site: site_code,
                    host: machine_name(),
                    listener: management_point,
                    certificate_chain: chain(authority.management_point())?,
                    key: key(authority.management_point())?,
                    authority: certificate(authority.certificate_pem())?,
                    policy_key: authority.policy_key().public_key().clone(),
                    connect: reach_database(broker.clone(), &database),
                    inboxes: inboxes.clone(),
                    bells: bells.clone(),
                    clock: clock.clone(),
                    events: Arc::new(move |name, event| {
                        tell_role(&role_status, event, &role_clock);
                        role_events(name, event);
                    }),
                },
                runtime,
            )
            .map_err(|e| match e {
                management_point::StartError::Database(e) => database::refused(&e),
                other => Failure::new(code::BUG, "cannot start the management point", other),
            })?;
            let tls = server_configuration(authority.console().certificate_chain_pem().as_bytes(), authority.console().key_pem().expose());
            let provider = Provider::start(provost_provider::Start {
                pool: database.pool(Principal::Provider, PROVIDER_CONNECTIONS).map_err(|e| database::refused(&e))?,
                bells,
                clock: clock.clone(),
                ledger,
                inboxes,
                sealer: vault.sealer(),
                tickets: settings.tickets(&machine_name()),
                raise: Arc::new(move |number, severity, insertions| {
                    provider_status.raise(ComponentName::Provider, vec![Raised { number, severity, insertions }])
                }),
                end: {
                    let folder = folder.clone();
                    Arc::new(move |ending| {
                        Uninstalled::of(ending).keep(&folder)?;
                        let _ = ended.send(true);
                        Ok(())
                    })
                },
                status: status.clone(),
                socket: folder.socket(),
                listener: console,
                tls: tls.map_err(|e| unusable("cannot use the console's certificate", &e))?,
                runtime: runtime.clone(),
            })
            .map_err(|e| unusable("cannot start the provider", &e))?;
            events(ComponentName::Provider, &Event::Started);
            Ok((management_point, provider))
        })();
        let trust = Trust::Authority(authority.certificate_pem().to_owned());
        match roles {
            Ok((management_point, provider)) => {
                Ok(Self { identity, ports, database, status, started_at, trust, uninstalled, site, management_point, provider })
            }
            Err(failure) => {
                site.stop();
                Err(failure)
            }
        }
    }

    /// Stops it: first what answers, then the components after the pass that each is in.
    pub async fn stop(self) {
        let Self { site, management_point, provider, .. } = self;
        provider.stop().await;
        site.listener()(ComponentName::Provider, &Event::Stopped);
        management_point.stop().await;
        // The components' last words go to the database, which blocks.
        let _ = tokio::task::spawn_blocking(move || site.stop()).await;
    }
}

/// What becomes of the management point's own component is told as the state of the role.
fn tell_role(status: &SiteStatus, event: &Event, clock: &Clock) {
    let (state, reason) = match event {
        Event::Started => return,
        Event::Failing { reason } | Event::Panicked { message: reason } => (RoleState::Failing, reason.as_str()),
        Event::Recovered => (RoleState::Running, ""),
        Event::Stopped => (RoleState::Stopped, ""),
    };
    let Some(mut role) = status.facts().roles.iter().find(|role| role.name == "management-point").cloned() else { return };
    role.state = state;
    role.since = clock.now();
    reason.clone_into(&mut role.reason);
    status.set_role(&role);
}

fn chain(identity: &ServerIdentity) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let certificates: Result<_, _> = CertificateDer::pem_slice_iter(identity.certificate_chain_pem().as_bytes()).collect();
    certificates.map_err(|e| unusable("cannot read a server's certificate", &e))
}

fn key(identity: &ServerIdentity) -> Result<PrivateKeyDer<'static>, Failure> {
    PrivateKeyDer::from_pem_slice(identity.key_pem().expose()).map_err(|e| unusable("cannot read a server's key", &e))
}

fn certificate(pem: &str) -> Result<CertificateDer<'static>, Failure> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|e| unusable("cannot read a certificate", &e))
}

fn unusable(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(code::DATA_FOLDER_UNUSABLE, what, error).state("nothing was started")
}

/// Names and addresses, beside those of every machine for itself, that the servers' certificates hold.
fn server_names(ports: &Ports) -> Vec<String> {
    let machine = machine_name();
    let addresses = [ports.console, ports.management_point].map(|address| address.ip());
    let special = |ip: &IpAddr| ip.is_unspecified() || ip.is_loopback();
    let mut names: Vec<String> = addresses.iter().filter(|ip| !special(ip)).map(IpAddr::to_string).collect();
    // A machine's own name is no reason not to start when no certificate can carry it.
    if !machine.is_empty() && machine.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b)) {
        names.push(machine);
    }
    names
}

fn facts(identity: &Identity, ports: &Ports, database: &Database, authority: &Authority, started_at: Timestamp) -> Result<SiteFacts, Failure> {
    let machine = machine_name();
    let url = |address: SocketAddr| format!("https://{}:{}", public_host(address, &machine), address.port());
    let console = certificate(authority.console().certificate_chain_pem())?;
    let role = |name: &str, title: &str, address: String| RoleStatus {
        name: name.to_owned(),
        title: title.to_owned(),
        state: RoleState::Starting,
        since: started_at,
        address,
        reason: String::new(),
    };
    Ok(SiteFacts {
        code: identity.code,
        name: identity.name.clone(),
        domain: domain_of(&machine),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: database.engine(),
        started_at,
        console_url: url(ports.console),
        console_fingerprint: Digest::of(&console).to_string(),
        management_point_url: url(ports.management_point),
        roles: vec![
            role("site-server", "Site server", String::new()),
            role("provider", "Provider", ports.console.to_string()),
            role("management-point", "Management point", ports.management_point.to_string()),
        ],
    })
}

//! Who holds user rights at the domain controllers, asked of each of them as the account (security.md RC-A01 to RC-A03). User rights are
//! each controller's own: what one tells says nothing of another.

use super::View;
use crate::broker::Broker;
use crate::directory_endpoint::DirectoryEndpoint;
use crate::refused::Refused;
use crate::verification::observations::not_carried_out;
use crate::verification::{Observations, outcome_of};
use provost_catalog::accounts::Use;
use provost_catalog::rights::Place;
use provost_catalog::unseen::{About, unseen};
use provost_catalog::user_rights::{USER_RIGHTS, UserRight};
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::user_rights::{Held, HostSeen, not_held};
use provost_domain::accounts::verification::{Subject, Verdict};
use provost_domain::outcome::Outcome;
use provost_hosts::{Holders, Policy, Session};
use provost_kerberos::Credential;
use provost_sd::{Sid, well_known};
use provost_store::accounts::Binding;
use std::collections::{BTreeMap, BTreeSet};

/// Domain controllers that are asked at most.
const CONTROLLERS_MAX: usize = 16;
/// Holders that are told by name at most.
const NAMES_MAX: usize = 20;
/// What shows it to a person whose account a controller tells nothing.
const LOOK: &str = "to look yourself, on that domain controller: secedit /export /areas USER_RIGHTS /cfg rights.inf; of Samba: net rpc rights list privileges RIGHT -S CONTROLLER";

/// Who asks, and how that is written down.
pub(super) struct Asking<'a> {
    pub(super) binding: &'a Binding,
    pub(super) operation: Use,
    pub(super) endpoint: &'a DirectoryEndpoint,
    pub(super) version: Option<i64>,
    pub(super) actor: &'a str,
}

impl Broker {
    /// What each domain controller tells. Each connection is entered in the ledger.
    pub(super) async fn controllers_told(&self, asking: &Asking<'_>, view: &mut View, tickets: Result<Credential, Failure>) -> Result<Vec<HostSeen>, Refused> {
        let controllers = match view.controllers().await {
            Ok(controllers) => controllers,
            Err(failure) => return Ok(vec![HostSeen { name: view.session.root().host.clone(), told: Err(failure.to_string()) }]),
        };
        let mut hosts = Vec::new();
        for (n, name) in controllers.into_iter().enumerate() {
            let told = match &tickets {
                _ if n >= CONTROLLERS_MAX => Err(format!("no more than {CONTROLLERS_MAX} domain controllers are asked")),
                Ok(tickets) => self.controller_told(asking, &name, tickets).await?.map_err(|failure| why(&failure)),
                Err(failure) => Err(why(failure)),
            };
            hosts.push(HostSeen { name, told });
        }
        Ok(hosts)
    }

    async fn controller_told(&self, asking: &Asking<'_>, name: &str, tickets: &Credential) -> Result<Result<BTreeMap<&'static str, Held>, Failure>, Refused> {
        let opened = match asking.endpoint.smb_host(name).await {
            Ok(host) => Session::open(&host, tickets).await,
            Err(failure) => Err(failure),
        };
        let (session, signed_in) = match opened {
            Ok(session) => (Some(session), Ok(())),
            Err(failure) => (None, Err(failure)),
        };
        let (outcome, detail) = outcome_of(&signed_in);
        self.enter_check(None, asking.binding, asking.operation, &format!("smb://{name}"), asking.version, asking.actor, outcome, &detail).await?;
        Ok(match (session, signed_in) {
            (Some(session), _) => ask(&session).await,
            (None, refused) => refused.map(|()| BTreeMap::new()),
        })
    }
}

/// Asks one controller of every right.
async fn ask(session: &Session) -> Result<BTreeMap<&'static str, Held>, Failure> {
    let mut policy = Policy::open(session).await?;
    let mut told = BTreeMap::new();
    for right in USER_RIGHTS.iter().flat_map(|right| [Some(right.allows), right.denies]).flatten() {
        let held = match policy.holders(right).await? {
            Holders::Known(sids) => Held::By(sids),
            Holders::NoSuchRight => Held::NoSuchRight,
        };
        told.insert(right, held);
    }
    // What was told stays told when the controller does not say goodbye.
    let _ = policy.close().await;
    Ok(told)
}

fn why(failure: &Failure) -> String {
    let lacks = match failure.outcome {
        Outcome::LacksRight => "; it takes POLICY_VIEW_LOCAL_INFORMATION and POLICY_LOOKUP_NAMES on the controller's policy (MS-LSAD §2.2.1.1.2)",
        _ => "",
    };
    format!("who holds user rights there was not told: {failure}{lacks}; {LOOK}")
}

impl View {
    /// The names of the domain's controllers that may write, the one that is asked here first. The configuration is read by whoever signs
    /// in, which is not so of the controllers' own objects.
    async fn controllers(&mut self) -> Result<Vec<String>, Failure> {
        let (own, domain, configuration) = {
            let root = self.session.root();
            (root.host.to_lowercase(), root.domain_dn.clone(), root.configuration_dn.clone())
        };
        let filter = format!("(&(objectClass=nTDSDSA)(hasMasterNCs={}))", escape::filter_text(&domain));
        let services = self.names(&format!("CN=Sites,{configuration}"), Scope::Subtree, &filter, CONTROLLERS_MAX * 2).await?;
        if services.is_empty() {
            let what = format!("CN=Sites,{configuration} shows no domain controller of {domain}, so others than {own} may be there");
            return Err(Failure::new(Outcome::LacksRight, "read", what));
        }
        let mut names = vec![own];
        for service in services {
            let Some(server) = escape::parent(&service) else { continue };
            let name = self.session.read(server, &["dNSHostName"]).await?.and_then(|entry| entry.text("dNSHostName").map(str::to_lowercase));
            // One without a name is not asked, and so lets nothing pass.
            let name = name.unwrap_or_else(|| server.to_owned());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// What the controllers told, as findings.
    pub(super) async fn user_rights(&mut self, binding: &Binding, hosts: &[HostSeen], seen: &mut Observations) {
        let mut token = self.token.clone();
        // Whatever the directory counts, everybody who signs in over the network is these.
        [well_known::EVERYONE, well_known::AUTHENTICATED_USERS, well_known::NETWORK].into_iter().for_each(|sid| token.insert(sid));
        let told = hosts.iter().filter_map(|host| host.told.as_ref().ok()).flat_map(BTreeMap::values);
        let holders: BTreeSet<Sid> = told.filter_map(|held| if let Held::By(sids) = held { Some(sids) } else { None }).flatten().copied().collect();
        let mut named = BTreeMap::new();
        for sid in holders.into_iter().filter(|sid| token.holds(sid)).take(NAMES_MAX) {
            // One whose name is not to be had is told by its identifier.
            if let Ok(Some(name)) = self.account_name(&sid).await {
                named.insert(sid, name);
            }
        }
        for right in USER_RIGHTS {
            let (verdict, evidence) = of_every_host(right, binding, not_held(right, hosts, &token, &named));
            seen.add(Subject::LacksForbidden(right.right, Place::Anywhere), verdict, evidence);
        }
    }

    async fn account_name(&mut self, sid: &Sid) -> Result<Option<String>, Failure> {
        let domain = self.session.root().domain_dn.clone();
        let filter = format!("(objectSid={})", escape::filter_bytes(&sid.to_bytes()));
        let Some(dn) = self.names(&domain, Scope::Subtree, &filter, 1).await?.into_iter().next() else { return Ok(None) };
        Ok(self.session.read(&dn, &["sAMAccountName"]).await?.and_then(|entry| entry.text("sAMAccountName").map(str::to_owned)))
    }
}

/// The same of every host: who logs on elsewhere is not told by domain controllers, so what is right there is no pass.
fn of_every_host(right: &UserRight, binding: &Binding, (verdict, evidence): (Verdict, String)) -> (Verdict, String) {
    match unseen(About::Right(right.right)) {
        Some(elsewhere) if verdict != Verdict::Fail => {
            (Verdict::of_all([verdict, Verdict::Unsupported]), format!("{evidence}; of other hosts: {}", not_carried_out(elsewhere, binding)))
        }
        _ => (verdict, evidence),
    }
}

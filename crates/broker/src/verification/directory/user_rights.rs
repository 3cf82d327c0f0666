//! Who holds user rights at the hosts of the domain, asked of each of them as the account (security.md RC-A01 to RC-A03). User rights
//! are each host's own: what one tells says nothing of another.

use super::View;
use super::hosts::HostTold;
use crate::verification::Observations;
use provost_catalog::rights::Place;
use provost_catalog::user_rights::USER_RIGHTS;
use provost_directory::{Scope, escape};
use provost_domain::Failure;
use provost_domain::accounts::user_rights::{Held, HostSeen, not_held};
use provost_domain::accounts::verification::Subject;
use provost_domain::outcome::Outcome;
use provost_hosts::{Holders, Policy, Session};
use provost_sd::{Sid, Token, well_known};
use std::collections::{BTreeMap, BTreeSet};

/// Domain controllers that are asked at most.
pub(super) const CONTROLLERS_MAX: usize = 16;
/// Holders that are told by name at most.
const NAMES_MAX: usize = 20;
/// What shows it to a person whose account a controller tells nothing.
const LOOK: &str = "to look yourself, on that domain controller: secedit /export /areas USER_RIGHTS /cfg rights.inf; of Samba: net rpc rights list privileges RIGHT -S CONTROLLER";

/// Asks one host of every right that counts there.
pub(super) async fn ask(session: &Session, controller: bool) -> Result<BTreeMap<&'static str, Held>, Failure> {
    let mut names: Vec<&'static str> = Vec::new();
    for right in USER_RIGHTS.iter().filter(|right| controller || !right.at_controllers) {
        names.extend([Some(right.allows), right.denies].into_iter().flatten());
    }
    let mut policy = Policy::open(session).await?;
    let mut told = BTreeMap::new();
    for right in names {
        let held = match policy.holders(right).await? {
            Holders::Known(sids) => Held::By(sids),
            Holders::NoSuchRight => Held::NoSuchRight,
        };
        told.insert(right, held);
    }
    // What was told stays told when the host does not say goodbye.
    let _ = policy.close().await;
    Ok(told)
}

pub(super) fn why(failure: &Failure) -> String {
    let lacks = match failure.outcome {
        Outcome::LacksRight => "; it takes POLICY_VIEW_LOCAL_INFORMATION and POLICY_LOOKUP_NAMES on the controller's policy (MS-LSAD §2.2.1.1.2)",
        _ => "",
    };
    format!("who holds user rights there was not told: {failure}{lacks}; {LOOK}")
}

impl View {
    /// The names of the domain's controllers that may write, the one that is asked here first. The configuration is read by whoever signs
    /// in, which is not so of the controllers' own objects.
    pub(super) async fn controllers(&mut self) -> Result<Vec<String>, Failure> {
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

    /// Whom the account signs in as at a host: whatever the directory counts, everybody who does over the network is these.
    pub(super) fn at_a_host(&self) -> Token {
        let mut token = self.token.clone();
        [well_known::EVERYONE, well_known::AUTHENTICATED_USERS, well_known::NETWORK].into_iter().for_each(|sid| token.insert(sid));
        token
    }

    /// What the hosts told of user rights, as findings.
    pub(super) async fn user_rights(&mut self, hosts: &[HostTold], seen: &mut Observations) {
        let token = self.at_a_host();
        let controllers: Vec<HostSeen> = hosts.iter().filter(|host| host.controller).map(|host| host.rights.clone()).collect();
        let hosts: Vec<HostSeen> = hosts.iter().map(|host| host.rights.clone()).collect();
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
            let asked = if right.at_controllers { &controllers } else { &hosts };
            let (verdict, evidence) = not_held(right, asked, &token, &named);
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

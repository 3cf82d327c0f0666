//! The hosts of the domain, asked as the account over SMB: its controllers, this site's own server, and other computers that the
//! directory tells of (security.md RC-A01 to RC-A03, RC-S01, RC-S03, RC-M06). So many are asked and no more, several at a time, each
//! for a short while; whoever was not asked or did not answer is named and lets nothing pass.

use super::View;
use super::user_rights::{CONTROLLERS_MAX, ask, why};
use crate::broker::Broker;
use crate::directory_endpoint::DirectoryEndpoint;
use crate::refused::Refused;
use crate::verification::{Observations, outcome_of};
use provost_catalog::accounts::Use;
use provost_catalog::conditions::Condition;
use provost_catalog::hosts::ADMIN_SHARES;
use provost_catalog::rights::{Place, Right};
use provost_directory::Scope;
use provost_domain::Failure;
use provost_domain::accounts::member_hosts::{HostAnswers, LocalGroupSeen, ShareAnswer, administers_none, reaches_none, shares_refused, silent};
use provost_domain::accounts::user_rights::HostSeen;
use provost_domain::accounts::verification::Subject;
use provost_domain::outcome::Outcome;
use provost_hosts::{Host, Session, Share, answers, local_groups};
use provost_kerberos::Credential;
use provost_sd::Sid;
use provost_store::accounts::Binding;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};

/// Hosts beside the controllers that are asked at most, and how many at a time.
const MEMBERS_MAX: usize = 64;
const AT_A_TIME: usize = 8;
/// Hosts that are asked at a time whether they take a connection at all: that costs them and this machine next to nothing, and of a
/// large fleet most computers may be off.
const PROBED_AT_A_TIME: usize = 32;
/// Computers that are looked at in the directory.
const COMPUTERS_MAX: usize = 5_000;
/// How long one of these hosts is waited for, from its name to its last answer.
const PATIENCE: Duration = Duration::from_secs(12);
/// `ADS_UF_ACCOUNTDISABLE` and `ADS_UF_SERVER_TRUST_ACCOUNT`, which a domain controller has (MS-ADTS §2.2.16).
const DISABLED: i64 = 0x2;
const CONTROLLER: i64 = 0x2000;

/// Who asks, and how that is written down.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) binding: Binding,
    pub(super) operation: Use,
    pub(super) endpoint: DirectoryEndpoint,
    pub(super) version: Option<i64>,
    pub(super) actor: String,
    /// Whom it signs in as at a host.
    pub(super) token: Vec<Sid>,
}

/// What one host told.
pub(super) struct HostTold {
    pub(super) controller: bool,
    /// Of user rights.
    pub(super) rights: HostSeen,
    /// Of shares and local groups.
    pub(super) answers: HostAnswers,
}

impl HostTold {
    fn silent(name: String, controller: bool, why: &str) -> Self {
        let rights = HostSeen { name: name.clone(), told: Err(why.to_owned()) };
        Self { controller, rights, answers: HostAnswers { name, shares: Err(why.to_owned()), groups: Err(why.to_owned()) } }
    }
}

impl Broker {
    /// What each host tells: controllers alone, or other hosts too. Each connection is entered in the ledger before anything is asked.
    pub(super) async fn hosts_told(
        &self,
        asking: &Asking,
        view: &mut View,
        tickets: Result<Credential, Failure>,
        members_too: bool,
    ) -> Result<Vec<HostTold>, Refused> {
        let mut hosts = match view.controllers().await {
            Ok(names) => names.into_iter().map(|name| (name, true)).collect::<Vec<_>>(),
            Err(failure) => return Ok(vec![HostTold::silent(view.host().to_owned(), true, &failure.to_string())]),
        };
        let mut told = Vec::new();
        if members_too {
            match view.members(self.host(), &hosts).await {
                Ok(names) => hosts.extend(names.into_iter().map(|name| (name, false))),
                Err(failure) => told.push(HostTold::silent(view.domain().to_owned(), false, &format!("which hosts there are was not told: {failure}"))),
            }
        }
        let tickets = match tickets {
            Ok(tickets) => tickets,
            Err(failure) => {
                told.extend(hosts.into_iter().map(|(name, controller)| HostTold::silent(name, controller, &why(&failure))));
                return Ok(told);
            }
        };
        let (mut asked, mut of_kind, mut chosen) = (BTreeMap::new(), [0_usize; 2], Vec::new());
        for (n, (name, controller)) in hosts.into_iter().enumerate() {
            let (most, words) = if controller { (CONTROLLERS_MAX, "domain controllers") } else { (MEMBERS_MAX, "other hosts") };
            of_kind[usize::from(controller)] += 1;
            if of_kind[usize::from(controller)] > most {
                asked.insert(n, HostTold::silent(name, controller, &format!("no more than {most} {words} are asked")));
            } else {
                chosen.push((n, name, controller));
            }
        }
        let (mut running, mut answering) = (JoinSet::new(), Vec::new());
        for (n, name, controller) in chosen {
            if running.len() == PROBED_AT_A_TIME {
                found(running.join_next().await, &mut answering, &mut asked)?;
            }
            let (broker, asking) = (self.clone(), asking.clone());
            running.spawn(async move { Ok((n, broker.host_found(&asking, name, controller).await?)) });
        }
        while !running.is_empty() {
            found(running.join_next().await, &mut answering, &mut asked)?;
        }
        // In the order of before: it is not who answers fast that is asked first.
        answering.sort_by_key(|(n, ..)| *n);
        let mut running = JoinSet::new();
        for (n, host, controller) in answering {
            if running.len() == AT_A_TIME {
                take(running.join_next().await, &mut asked)?;
            }
            let (broker, asking, tickets) = (self.clone(), asking.clone(), tickets.clone());
            running.spawn(async move { broker.host_told(&asking, host, controller, &tickets).await.map(|told| (n, told)) });
        }
        while !running.is_empty() {
            take(running.join_next().await, &mut asked)?;
        }
        told.splice(0..0, asked.into_values());
        Ok(told)
    }

    /// Where a host is, if it takes a connection; else what is told of it.
    async fn host_found(&self, asking: &Asking, name: String, controller: bool) -> Result<Found, Refused> {
        if name.contains('=') {
            return Ok(Err(HostTold::silent(name, controller, "the directory tells no dNSHostName to ask it by")));
        }
        let host = match within(asking.endpoint.smb_host(&name)).await {
            Ok(host) => host,
            // Where there is no address nobody was connected to.
            Err(failure) if controller => return Ok(Err(self.silent(asking, name, controller, &failure, why(&failure)).await?)),
            Err(failure) => {
                // Hosts that are not found for one reason are told together.
                let why = failure.detail.strip_prefix(&format!("{name}: ")).unwrap_or(&failure.detail).to_owned();
                return Ok(Err(HostTold::silent(name, controller, &format!("it was not found: {why}"))));
            }
        };
        match answers(&host).await {
            Ok(()) => Ok(Ok((host, controller))),
            Err(failure) => Ok(Err(self.silent(asking, name, controller, &failure, silent(&failure.detail)).await?)),
        }
    }

    /// Enters that a host was not reached.
    async fn silent(&self, asking: &Asking, name: String, controller: bool, failure: &Failure, told: String) -> Result<HostTold, Refused> {
        self.enter_host(asking, &name, &Err(failure.clone())).await?;
        Ok(HostTold::silent(name, controller, &told))
    }

    async fn enter_host(&self, asking: &Asking, name: &str, signed_in: &Result<(), Failure>) -> Result<(), Refused> {
        let (outcome, detail) = outcome_of(signed_in);
        self.enter_check(None, &asking.binding, asking.operation, &format!("smb://{name}"), asking.version, &asking.actor, outcome, &detail).await
    }

    async fn host_told(&self, asking: &Asking, host: Host, controller: bool, tickets: &Credential) -> Result<HostTold, Refused> {
        // What is short for a member may be long for a controller: those are few, and each counts.
        let opened = if controller { Session::open(&host, tickets).await } else { within(Session::open(&host, tickets)).await };
        let name = host.name;
        let (session, signed_in) = match opened {
            Ok(session) => (Some(session), Ok(())),
            Err(failure) => (None, Err(failure)),
        };
        self.enter_host(asking, &name, &signed_in).await?;
        let session = match (session, signed_in) {
            (Some(session), _) => session,
            (None, Err(failure)) if controller => return Ok(HostTold::silent(name, controller, &why(&failure))),
            (None, Err(failure)) if failure.outcome == Outcome::Unreachable => {
                return Ok(HostTold::silent(name, controller, &format!("it took a connection and told nothing: {}", failure.detail)));
            }
            (None, refused) => {
                let why = refused.err().map_or_else(String::new, |failure| failure.to_string());
                return Ok(HostTold::silent(name, controller, &format!("it did not let the account sign in: {why}")));
            }
        };
        let rights = within(ask(&session, controller)).await.map_err(|failure| why(&failure));
        let shares = within(shares(&session)).await.map_err(|failure| format!("it did not answer for its shares: {failure}"));
        let groups = within(local_groups(&session, &asking.token)).await.map_err(|failure| not_told(&failure));
        let groups = groups.map(|groups| groups.into_iter().map(|group| LocalGroupSeen { sid: group.sid, name: group.name }).collect());
        Ok(HostTold { controller, rights: HostSeen { name: name.clone(), told: rights }, answers: HostAnswers { name, shares, groups } })
    }
}

/// A host that takes connections, and whether it is a controller; or what is told of one that takes none.
type Found = Result<(Host, bool), HostTold>;
/// Its place, and that.
type Looked = Result<(usize, Found), Refused>;
/// A host's place, and what it told.
type Asked = Result<(usize, HostTold), Refused>;

/// Puts one that was looked for among those that answer, or those of which it is known already.
fn found(done: Option<Result<Looked, JoinError>>, answering: &mut Vec<(usize, Host, bool)>, asked: &mut BTreeMap<usize, HostTold>) -> Result<(), Refused> {
    match done {
        Some(Ok(looked)) => {
            let (n, found) = looked?;
            match found {
                Ok((host, controller)) => answering.push((n, host, controller)),
                Err(told) => {
                    asked.insert(n, told);
                }
            }
            Ok(())
        }
        Some(Err(error)) => Err(crate::broker::unavailable("looking for a host", &error.to_string()).into()),
        None => Ok(()),
    }
}

/// What one of those that were asked told.
fn take(done: Option<Result<Asked, JoinError>>, asked: &mut BTreeMap<usize, HostTold>) -> Result<(), Refused> {
    match done {
        Some(Ok(told)) => {
            let (n, told) = told?;
            asked.insert(n, told);
            Ok(())
        }
        Some(Err(error)) => Err(crate::broker::unavailable("asking a host", &error.to_string()).into()),
        None => Ok(()),
    }
}

async fn within<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let late = || Failure::new(Outcome::Unreachable, "ask a host", format!("no answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(late()))
}

async fn shares(session: &Session) -> Result<Vec<(&'static str, ShareAnswer)>, Failure> {
    let mut answers = Vec::new();
    for &name in ADMIN_SHARES {
        let answer = match session.share(name).await? {
            Share::Open => ShareAnswer::Open,
            Share::Refused => ShareAnswer::Refused,
            Share::NotThere => ShareAnswer::NotThere,
        };
        answers.push((name, answer));
    }
    Ok(answers)
}

fn not_told(failure: &Failure) -> String {
    let lacks = match failure.outcome {
        Outcome::LacksRight => {
            "; Windows lets administrators alone ask, unless the policy \"Network access: Restrict clients allowed to make remote calls to SAM\" names the account"
        }
        _ => "",
    };
    format!("which local groups it is in was not told: {failure}{lacks}")
}

impl View {
    fn host(&self) -> &str {
        &self.session.root().host
    }

    fn domain(&self) -> &str {
        &self.session.root().domain_dn
    }

    /// The names of other hosts, in the order in which they are asked: this site's server, then servers, then the rest.
    async fn members(&mut self, own: &str, known: &[(String, bool)]) -> Result<Vec<String>, Failure> {
        let base = self.session.root().domain_dn.clone();
        let domain: String = base.split(',').filter_map(|part| part.split_once('=')).map(|(_, label)| label.to_lowercase()).collect::<Vec<_>>().join(".");
        let mut found: Vec<(u8, String)> = Vec::new();
        if own.to_lowercase().strip_suffix(&domain).is_some_and(|host| host.ends_with('.')) {
            found.push((0, own.to_lowercase()));
        }
        let mut seen = 0_usize;
        let take = |entry: provost_directory::Entry| {
            seen += 1;
            let flags = entry.number("userAccountControl").unwrap_or(0);
            if flags & (DISABLED | CONTROLLER) == 0 {
                let system = entry.text("operatingSystem").unwrap_or_default().to_lowercase();
                let rank = if system.contains("server") || system.contains("samba") { 1 } else { 2 };
                // One that never joined has no name to be asked by, and so lets nothing pass.
                let name = entry.text("dNSHostName").map_or_else(|| entry.dn.clone(), str::to_lowercase);
                found.push((rank, name));
            }
            if seen == COMPUTERS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let attributes = ["dNSHostName", "operatingSystem", "userAccountControl"];
        self.session.search(&base, Scope::Subtree, "(objectCategory=computer)", &attributes, take).await?;
        found.sort();
        let mut names: Vec<String> = Vec::new();
        let mut known: std::collections::BTreeSet<String> = known.iter().map(|(name, _)| name.clone()).collect();
        for (_, name) in found {
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// What the hosts told of shares and local groups, as findings.
    pub(super) fn local_rights(hosts: &[HostTold], seen: &mut Observations) {
        let answers: Vec<HostAnswers> = hosts.iter().map(|host| host.answers.clone()).collect();
        let told = [
            (Subject::Stands(Condition::AdminSharesRefused), shares_refused(&answers)),
            (Subject::Stands(Condition::NoRemoteAccess), reaches_none(&answers)),
            (Subject::LacksForbidden(Right::LocalAdministrator, Place::Anywhere), administers_none(&answers)),
        ];
        for (subject, (verdict, evidence)) in told {
            seen.add(subject, verdict, evidence);
        }
    }
}

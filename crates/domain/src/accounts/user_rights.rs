//! Whether an account holds a user right at hosts, from what each host's Local Security Authority tells of who holds it (security.md
//! RC-A01 to RC-A03, §3.1 rule 4): some identifier of its token has the right, and none has the one that takes it away.

use super::everybody;
use super::member_hosts::together;
use super::verification::Verdict;
use crate::shell_word;
use provost_catalog::user_rights::UserRight;
use provost_sd::{Sid, Token};
use std::collections::BTreeMap;

/// Commands that are told one by one.
const COMMANDS_MAX: usize = 5;

/// Who holds a right at one host, as the host tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// By these, directly.
    By(Vec<Sid>),
    /// It knows no such right.
    NoSuchRight,
}

/// One host that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSeen {
    /// Its name.
    pub name: String,
    /// What it told of each right, by the right's name; or why it told nothing.
    pub told: Result<BTreeMap<&'static str, Held>, String>,
}

/// What one host comes to.
enum Seen {
    /// The account holds it, through these.
    Through(Vec<Sid>),
    /// It would hold it, and this takes it away.
    TakenAway(Sid),
    /// Nothing of its token has it.
    Not,
    /// The host knows no such right.
    NoSuchRight,
    /// It told nothing of it, for this reason.
    NotTold(String),
}

impl HostSeen {
    fn seen(&self, right: &UserRight, token: &Token) -> Seen {
        let told = match &self.told {
            Ok(told) => told,
            Err(why) => return Seen::NotTold(why.clone()),
        };
        let through = match told.get(right.allows) {
            Some(Held::By(sids)) => sids.iter().filter(|sid| token.holds(sid)).copied().collect::<Vec<_>>(),
            Some(Held::NoSuchRight) => return Seen::NoSuchRight,
            None => return Seen::NotTold(format!("{} was not asked for", right.allows)),
        };
        if through.is_empty() {
            return Seen::Not;
        }
        match right.denies.map(|denies| (denies, told.get(denies))) {
            // A host that knows no right that takes it away takes it from nobody.
            None | Some((_, Some(Held::NoSuchRight))) => Seen::Through(through),
            Some((_, Some(Held::By(denied)))) => denied.iter().find(|sid| token.holds(sid)).map_or(Seen::Through(through), |sid| Seen::TakenAway(*sid)),
            Some((denies, None)) => Seen::NotTold(format!("{denies} was not asked for")),
        }
    }
}

/// Whether the account of this token does not hold `right` at any of `hosts`. `named` are the names that the directory has for
/// identifiers.
#[must_use]
pub fn not_held(right: &UserRight, hosts: &[HostSeen], token: &Token, named: &BTreeMap<Sid, String>) -> (Verdict, String) {
    let allows = right.allows;
    let name = |sid: &Sid| match everybody::name(sid).or_else(|| named.get(sid).map(String::as_str)) {
        Some(name) => format!("{name} ({sid})"),
        None => sid.to_string(),
    };
    let judge = |host: &HostSeen| match host.seen(right, token) {
        Seen::Through(sids) => (Verdict::Fail, format!("it holds {allows} through {}", sids.iter().map(name).collect::<Vec<_>>().join(", "))),
        Seen::TakenAway(sid) => (Verdict::Pass, format!("{allows} is taken from it by {} of {}", right.denies.unwrap_or_default(), name(&sid))),
        Seen::Not => (Verdict::Pass, format!("nothing that it is or is in holds {allows}")),
        Seen::NoSuchRight => (Verdict::Unsupported, format!("{allows} is not known there")),
        Seen::NotTold(why) => (Verdict::Unknown, why),
    };
    let (worst, told) = together(hosts.iter().map(|host| (host.name.as_str(), judge(host))).map(|(name, (verdict, why))| (name, verdict, why)).collect());
    let mut words = vec![told];
    if worst == Verdict::Fail {
        let policy = right.policy;
        let held = hosts.iter().filter_map(|host| match host.seen(right, token) {
            Seen::Through(sids) => Some(sids.into_iter().map(|sid| format!("net rpc rights revoke {sid} {allows} -S {}", shell_word(&host.name)))),
            _ => None,
        });
        let commands: Vec<String> = held.flatten().collect();
        let more = commands.len().saturating_sub(COMMANDS_MAX);
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        let commands = commands.into_iter().take(COMMANDS_MAX).collect::<Vec<_>>().join("; ");
        words.push(format!("to take it away: \"{policy}\" under User Rights Assignment in the group policy of that host; of Samba: {commands}{more}"));
    }
    (worst, words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use provost_catalog::user_rights::USER_RIGHTS;
    use provost_sd::well_known;

    const PRIVILEGE: UserRight = USER_RIGHTS[0];
    const LOG_ON: UserRight = USER_RIGHTS[1];

    fn host(name: &str, told: &[(&'static str, Held)]) -> HostSeen {
        HostSeen { name: name.to_owned(), told: Ok(told.iter().cloned().collect()) }
    }

    fn token() -> Token {
        Token::of_network_sign_in("S-1-5-21-1-2-3-1000".parse().expect("an identifier"), [])
    }

    fn judged(right: &UserRight, hosts: &[HostSeen]) -> (Verdict, String) {
        not_held(right, hosts, &token(), &BTreeMap::new())
    }

    #[test]
    fn a_privilege_that_everybody_who_signed_in_holds_is_held_and_named() {
        let nobody = host("dc1", &[(PRIVILEGE.allows, Held::By(vec![well_known::ADMINISTRATORS]))]);
        assert_eq!(judged(&PRIVILEGE, std::slice::from_ref(&nobody)).0, Verdict::Pass);
        let everybody = host("dc2", &[(PRIVILEGE.allows, Held::By(vec![well_known::ADMINISTRATORS, well_known::AUTHENTICATED_USERS]))]);
        let (verdict, why) = judged(&PRIVILEGE, &[nobody, everybody]);
        assert_eq!(verdict, Verdict::Fail);
        assert!(why.starts_with("at dc2: it holds SeMachineAccountPrivilege through Authenticated Users (S-1-5-11); to take it away: "), "{why}");
        assert!(why.ends_with("of Samba: net rpc rights revoke S-1-5-11 SeMachineAccountPrivilege -S dc2"), "{why}");
        let own: Sid = "S-1-5-21-1-2-3-1000".parse().expect("an identifier");
        let itself = host("dc1", &[(PRIVILEGE.allows, Held::By(vec![own]))]);
        let (verdict, why) = not_held(&PRIVILEGE, &[itself], &token(), &BTreeMap::from([(own, "svc-ad".to_owned())]));
        assert!(verdict == Verdict::Fail && why.contains("through svc-ad (S-1-5-21-1-2-3-1000)"), "{why}");
    }

    #[test]
    fn a_host_that_told_nothing_passes_nothing_and_hides_no_other() {
        let silent = HostSeen { name: "dc2".to_owned(), told: Err("nobody answers".to_owned()) };
        let free = host("dc1", &[(PRIVILEGE.allows, Held::By(Vec::new()))]);
        assert_eq!(judged(&PRIVILEGE, &[free.clone(), silent.clone()]), (Verdict::Unknown, "at dc2: nobody answers".to_owned()));
        let held = host("dc3", &[(PRIVILEGE.allows, Held::By(vec![well_known::EVERYONE]))]);
        assert_eq!(judged(&PRIVILEGE, &[free, silent, held]).0, Verdict::Fail);
        assert_eq!(judged(&PRIVILEGE, &[]).0, Verdict::Unknown);
        assert_eq!(judged(&PRIVILEGE, &[host("dc1", &[])]).0, Verdict::Unknown);
    }

    #[test]
    fn what_takes_a_right_away_beats_what_gives_it_whoever_is_named() {
        let denies = LOG_ON.denies.expect("one");
        let of = |denied: Held| judged(&LOG_ON, &[host("dc1", &[(LOG_ON.allows, Held::By(vec![well_known::EVERYONE])), (denies, denied)])]).0;
        assert_eq!(of(Held::By(vec![well_known::AUTHENTICATED_USERS])), Verdict::Pass);
        assert_eq!(of(Held::By(vec![well_known::ADMINISTRATORS])), Verdict::Fail);
        assert_eq!(of(Held::NoSuchRight), Verdict::Fail);
        let unasked = host("dc1", &[(LOG_ON.allows, Held::By(vec![well_known::EVERYONE]))]);
        assert_eq!(judged(&LOG_ON, &[unasked]).0, Verdict::Unknown);
        let unknown = host("dc1", &[(LOG_ON.allows, Held::NoSuchRight), (denies, Held::NoSuchRight)]);
        assert_eq!(judged(&LOG_ON, &[unknown]).0, Verdict::Unsupported);
    }

    proptest! {
        #[test]
        fn it_passes_only_where_every_host_told_and_none_grants(hosts in proptest::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 0..5)) {
            let denies = LOG_ON.denies.expect("one");
            let by = |is: bool| Held::By(if is { vec![well_known::EVERYONE] } else { Vec::new() });
            let seen: Vec<HostSeen> = hosts.iter().enumerate().map(|(n, (told, given, taken))| {
                let told = told.then(|| BTreeMap::from([(LOG_ON.allows, by(*given)), (denies, by(*taken))])).ok_or_else(|| "silent".to_owned());
                HostSeen { name: n.to_string(), told }
            }).collect();
            let passes = !hosts.is_empty() && hosts.iter().all(|(told, given, taken)| *told && (!given || *taken));
            prop_assert_eq!(judged(&LOG_ON, &seen).0 == Verdict::Pass, passes);
        }
    }
}
